/** Every diagnostic code there is: what makes podsec report it, its exit code, and that it says what to do. */
import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { crosscheckOf } from '../../src/cli/engines.js';
import { defect } from '../../src/cli/session.js';
import type { Diagnostic, DiagnosticCode } from '../../src/diagnostics.js';
import { loadPolicies } from '../../src/load/policies.js';
import { folder, goodPod, podsec } from './run.js';

interface Case {
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

const check = (text: string | Uint8Array): Case => ({ args: ['check', 'x.yaml'], files: { 'x.yaml': text } });
const policy = (text: string): Case => ({
  args: ['check', '--load-timeout', '60', '--policy', './p.ts', 'x.yaml'],
  files: { 'p.ts': text, 'x.yaml': goodPod },
});
const define = (text: string) => policy(`import { definePolicy } from 'podsec';\nexport default ${text};\n`);
const psp = (spec: string): Case => ({
  args: ['check', '--policy', 'psp.yaml', 'x.yaml'],
  files: {
    'psp.yaml': `apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: p}
spec:
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  volumes: ['*']
${spec}`,
    'x.yaml': goodPod,
  },
});
const compile = (...args: string[]): Case => ({ args: ['compile', ...args, '--out', 'out'] });

/** Warnings, with tests of their own in lint.test.ts. */
type Warnings = 'never-denies' | 'implied-control' | 'admits-nothing' | 'unused-exception';

/** What the command line can be made to report; the two others are about podsec itself. */
const cases: Readonly<Record<Exclude<DiagnosticCode, 'internal' | 'engine-error' | Warnings>, Case>> = {
  'yaml-syntax': check('a: [\n'),
  'json-syntax': check('{"apiVersion": "v1",, }'),
  'duplicate-key': check(goodPod.replace('spec:', 'kind: Pod\nspec:')),
  'alias-bomb': check('a: &a [*a]\n'),
  'nesting-too-deep': check(`a: ${'['.repeat(2000)}${']'.repeat(2000)}\n`),
  'nul-byte': check('a\0b'),
  'not-text': check(new Uint8Array([0x61, 0xff])),
  'document-too-large': check(`a: ${'x'.repeat(17 * 1024 * 1024)}\n`),
  'file-unreadable': { args: ['check', '.'] },
  'no-such-file': { args: ['check', 'gone.yaml'] },
  'empty-file': check(''),
  'not-an-object': check('words\n'),
  'unknown-field': check(goodPod.replace('containers:', 'hostUserss: true\n  containers:')),
  'wrong-type': check(goodPod.replace('containers:', 'hostPID: 3\n  containers:')),
  'missing-field': check('apiVersion: v1\nkind: Pod\n'),
  'unknown-policy': { args: ['explain', 'pci'] },
  'unknown-version': { args: ['explain', 'restricted@v1.99'] },
  'unknown-target': compile('baseline', '--target', 'istio'),
  'unknown-control': { args: ['explain', 'restricted', 'nothing'] },
  usage: { args: ['check'] },
  'policy-file': policy('export {};\n'),
  'policy-throws': policy("throw new Error('x');\n"),
  'policy-hangs': policy('await new Promise(() => {});\n'),
  'policy-invalid': define("definePolicy({ name: 'NO' })"),
  'psp-invalid': psp('  fsGroup: {rule: RunAsANy}\n'),
  'psa-invalid': {
    args: ['check', '--policy', 'n.yaml', 'x.yaml'],
    files: {
      'n.yaml':
        'apiVersion: v1\nkind: Namespace\nmetadata: {name: a, labels: {pod-security.kubernetes.io/enforce: none}}\n',
      'x.yaml': goodPod,
    },
  },
  'psp-admits-nothing': psp('  fsGroup: {rule: MustRunAs}\n'),
  'psp-pitfall': psp('  fsGroup: {rule: RunAsAny}\n  hostNetwork: true\n'),
  'exception-expired': define(
    "definePolicy({ name: 'a', extends: 'baseline', exceptions: [{ control: 'hostPorts', containers: ['a'], reason: 'x', expires: '2020-02-29' }] })",
  ),
  'name-collision': compile('baseline@v1.1', '--policy', 'baseline@v1.30', '--target', 'rego'),
  refused: compile('baseline', '--policy', 'restricted', '--target', 'psa'),
  'not-ours': { ...compile('baseline', '--target', 'rego'), files: { 'out/rego/mine': '' } },
  'engine-missing': { args: ['verify', 'baseline', '--engine', 'opa=gone'] },
  'shows-nothing': {
    args: ['verify', './p.ts', '--engine', 'opa=./opa'],
    files: {
      'p.ts': `import { control, definePolicy, denying, equal, once, pod, request } from 'podsec';
export default definePolicy({
  name: 'who',
  controls: [
    control({
      id: 'who',
      collections: { pods: denying(once({ where: equal(request('user'), 'x'), show: 'pod', at: pod.spec })) },
      reason: 'r',
      detail: '',
    }),
  ],
});
`,
    },
  },
  'beyond-comparison': {
    args: ['diff', './p.ts', 'baseline'],
    files: {
      'p.ts': `import { control, definePolicy, denying, equal, items, once, pod, size, value } from 'podsec';
const sized = equal(size(items(pod.spec.volumes)), value(pod.spec.priority, 0));
export default definePolicy({
  name: 'sized',
  controls: [
    control({
      id: 'sized',
      collections: { pods: denying(once({ where: sized, show: 'pod', at: pod.spec })) },
      reason: 'r',
      detail: '',
    }),
  ],
});
`,
    },
  },
  'write-failed': { args: ['compile', 'baseline', '--target', 'rego', '--out', '/proc/x'] },
};

/** Those that keep nothing from being judged: the policies of both deny the pod, which has a seccomp profile. */
const warnings: ReadonlySet<string> = new Set(['psp-admits-nothing', 'psp-pitfall']);

test.each(Object.entries(cases))('%s', async (code, { args, files = {} }) => {
  const cwd = folder(files);
  if (code === 'file-unreadable') symlinkSync('nowhere', join(cwd, 'lost.yaml'));
  if (code === 'shows-nothing')
    symlinkSync(join(import.meta.dirname, 'fakes', 'engine.mjs'), join(cwd, 'opa'));
  const ran = await podsec(args, { cwd });
  // The runner demands the line below.
  const severity = warnings.has(code) ? 'warning' : 'error';
  expect(ran.stderr).toMatch(new RegExp(`: ${severity}: .* \\[${code}\\]\\n {2}\\S`));
  expect(ran.exitCode).toBe(warnings.has(code) ? 1 : 2);
});

test('internal and engine-error are of podsec, and say what to do too', async () => {
  const { value: policies = [] } = await loadPolicies(['baseline'], {
    cwd: '.',
    timeoutSeconds: 1,
    onOutput: () => undefined,
  });
  const { value: crosscheck } = await crosscheckOf('opa-wasm', policies);
  const [baseline] = policies;
  const differs: Diagnostic | undefined =
    baseline && crosscheck?.(baseline, { apiVersion: 'v1', kind: 'Pod', spec: { hostPID: true } }, []);
  expect(differs).toMatchObject({ code: 'engine-error', hint: expect.stringMatching(/report/) });
  expect(defect(new Error('x'))).toMatchObject({ code: 'internal', hint: expect.stringMatching(/report/) });
});
