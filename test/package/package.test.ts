/** The tarball as npm publishes it: what is in it, and that what it says of itself is so, in a folder with spaces. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packed } from '../cli/packed.js';

const root = join(import.meta.dirname, '..', '..');
let home: string;
let app: string;

/** A project that has installed the tarball: its own package.json, podsec, and podsec's dependencies. */
beforeAll(async () => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'podsec package ')));
  app = join(home, 'an app');
  const { tarball } = await packed();
  const modules = join(app, 'node_modules');
  mkdirSync(join(modules, 'podsec'), { recursive: true });
  await execa('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'podsec')]);
  for (const name of Object.keys(manifest().dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), join(modules, name));
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync(join('..', 'podsec', manifest().bin.podsec), join(modules, '.bin', 'podsec'));
  await execa('chmod', ['+x', join(modules, '.bin', 'podsec')]);
  write('package.json', '{ "name": "app", "private": true, "type": "module" }');
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly bin: { readonly podsec: string };
  readonly exports: Readonly<Record<string, { readonly types: string; readonly default: string }>>;
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(join(app, 'node_modules', 'podsec', 'package.json'), 'utf8'));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(app, path)), { recursive: true });
  writeFileSync(join(app, path), text);
}

describe('the tarball', () => {
  let files: readonly string[];
  beforeAll(async () => {
    const { tarball } = await packed();
    const { stdout } = await execa('tar', ['-tzf', tarball]);
    files = stdout.split('\n').map((path) => path.replace(/^package\//, ''));
  });

  test.each([
    'package.json',
    'README.md',
    'LICENSE',
    'dist/src/index.js',
    'dist/src/index.d.ts',
    'dist/src/testing/index.js',
    'dist/src/schema/index.js',
    'dist/src/cli/main.js',
    'dist/src/load/child.js',
    'dist/policies/levels/index.js',
    'golden/wasm/baseline.wasm',
    'golden/wasm/restricted.wasm',
    'templates/rego/README.md.hbs',
    'templates/vap/README.md.hbs',
  ])('has %s', (path) => {
    expect(files).toContain(path);
  });

  test('has the change log where there is one', () => {
    expect(files.includes('CHANGELOG.md')).toBe(existsSync(join(root, 'CHANGELOG.md')));
  });

  test('has nothing that only a developer needs', () => {
    const allowed =
      /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|(dist\/(src|policies)|templates|golden\/wasm)\/.+)$/;
    expect(files.filter((path) => !allowed.test(path))).toEqual([]);
    expect(files.filter((path) => /\.tsx?$/.test(path) && !path.endsWith('.d.ts'))).toEqual([]);
    expect(files.filter((path) => /\.test\.|\.map$|(^|\/)tests?\//.test(path))).toEqual([]);
  });

  test('has every file that package.json names', () => {
    const { exports, bin } = manifest();
    const named = [bin.podsec, ...Object.values(exports).flatMap((each) => [each.types, each.default])];
    expect(Object.keys(exports)).toEqual(['.', './testing', './schema']);
    for (const path of named) expect(files).toContain(path.replace(/^\.\//, ''));
  });
});

const policy = `import { containers, control, definePolicy, denying, each, isTrue, nameOf } from 'podsec';

export default definePolicy({
  name: 'mine',
  extends: 'baseline',
  controls: [
    control({
      id: 'noTty',
      collections: {
        containers: denying(each(containers(), (c) => ({ where: isTrue(c.tty), show: nameOf(c), at: c.tty }))),
      },
      reason: 'tty',
    }),
  ],
});
`;

const pod = `{ apiVersion: 'v1', kind: 'Pod', spec: { containers: [{ name: 'a', image: 'b', tty: true }] } }`;

describe('a project that installs it', () => {
  test('type-checks against it, with nothing but podsec installed', async () => {
    write('policy.ts', policy);
    write(
      'consumer.ts',
      `import { type Finding, levels, pod, present } from 'podsec';
import { kubernetesVersion, type Pod } from 'podsec/schema';
import { boundaryPods, expectAllowed, expectDenied, judge } from 'podsec/testing';
import policy from './policy.js';

const manifest: Pod = ${pod};
const findings: readonly Finding[] = judge(policy, manifest);
expectDenied(policy, manifest, ['noTty']);
export const seen: readonly string[] = [...levels, kubernetesVersion, ...findings.map((each) => each.control)];
export const some = boundaryPods(policy).next().done;
present(pod.spec.hostUsers);
// @ts-expect-error a field that no pod has
present(pod.spec.hostUser);
// @ts-expect-error no policy
expectAllowed('policy', manifest);
`,
    );
    const compilerOptions = {
      target: 'es2022',
      module: 'nodenext',
      strict: true,
      exactOptionalPropertyTypes: true,
      noEmit: true,
      types: [],
    };
    write('tsconfig.json', JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    const tsc = join(root, 'node_modules', '.bin', 'tsc');
    const { stdout, exitCode } = await execa(tsc, ['-p', '.'], { cwd: app, reject: false });
    expect(stdout).toBe('');
    expect(exitCode).toBe(0);
  });

  test('imports each of its exports', async () => {
    write(
      'imports.mjs',
      `import * as main from 'podsec';
import * as testing from 'podsec/testing';
import * as schema from 'podsec/schema';
const policy = main.definePolicy({ name: 'p', extends: 'restricted' });
testing.expectDenied(policy, ${pod});
console.log(JSON.stringify([typeof main.evaluate, Object.keys(testing).sort(), schema.fieldsOf('Pod') !== undefined]));
await import('podsec/src/ir/types.js').then(() => console.log('reached'), (error) => console.log(error.code));
`,
    );
    const { stdout } = await execa('node', ['imports.mjs'], { cwd: app });
    const [line = '', inside] = stdout.split('\n');
    expect(JSON.parse(line)).toEqual([
      'function',
      ['ManifestError', 'boundaryPods', 'defaultPlan', 'expectAllowed', 'expectDenied', 'judge'],
      true,
    ]);
    // What is not exported is free to change.
    expect(inside).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  test('runs it by npx, with a policy file beside it', async () => {
    write('my policies/policy.ts', policy);
    const npx = (args: readonly string[], input?: string) =>
      execa('npx', ['--offline', '--no-install', 'podsec', ...args], {
        cwd: app,
        ...(input === undefined ? {} : { input }),
        reject: false,
      });
    expect((await npx(['--version'])).stdout).toBe(manifest().version);
    const compiled = await npx([
      'compile',
      'my policies/policy.ts',
      '--target',
      'all',
      '--out',
      'the output',
    ]);
    expect(compiled.stderr).toContain('written: the output/rego/');
    expect(compiled.exitCode).toBe(0);
    expect(readFileSync(join(app, 'the output', 'rego', 'mine.rego'), 'utf8')).toContain('noTty');
    expect(readFileSync(join(app, 'the output', 'vap', 'mine-pods.yaml'), 'utf8')).toContain('noTty');
    const yaml = 'apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - {name: a, image: b, tty: true}\n';
    const checked = await npx(['check', '--policy', 'my policies/policy.ts', '-f', 'json', '-'], yaml);
    expect(checked.exitCode).toBe(1);
    expect(JSON.parse(checked.stdout).results[0].findings[0]).toMatchObject({ control: 'noTty' });
    const wasm = await npx(
      ['check', '--policy', 'restricted', '--engine', 'opa-wasm', '-f', 'json', '-'],
      yaml,
    );
    expect(wasm.stderr).not.toContain('error');
    expect(JSON.parse(wasm.stdout).results[0].verdict).toBe('deny');
  });

  test('runs a policy file that comes with its own tests', async () => {
    write(
      'tested.ts',
      `${policy.replace('export default', 'const policy =')}
import { expectDenied } from 'podsec/testing';
expectDenied(policy, ${pod}, ['noTty']);
export default policy;
`,
    );
    const bin = join(app, 'node_modules', '.bin', 'podsec');
    const { exitCode, stdout } = await execa(bin, ['explain', './tested.ts'], { cwd: app, reject: false });
    expect(stdout).toMatch(/^policy mine/);
    expect(exitCode).toBe(0);
  });
});
