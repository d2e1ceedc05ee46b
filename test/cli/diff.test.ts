/** `podsec diff` as a command: levels, files, git revisions, output, exit codes. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { folder, podsec } from './run.js';

const policy = (
  name: string,
  ...fields: readonly string[]
) => `import { control, definePolicy, denying, isTrue, once, pod } from 'podsec';
const no = (id, field) =>
  control({
    id,
    collections: { pods: denying(once({ where: isTrue(field), show: 'pod', at: field })) },
    reason: \`no \${id}\`,
    detail: '',
  });
export default definePolicy({
  name: '${name}',
  controls: [${fields.map((field) => `no('${field}', pod.spec.${field})`).join(', ')}],
});
`;

interface Answer {
  readonly relation: string;
  readonly differences: readonly {
    readonly deniedBy: string;
    readonly control: string;
    readonly pod: { readonly spec: object };
    readonly request: object | null;
  }[];
  readonly applying: readonly object[];
}

async function difference(
  cwd: string,
  ...args: readonly string[]
): Promise<Answer & { readonly exitCode?: number }> {
  const { stdout, exitCode } = await podsec(['diff', ...args, '-f', 'json'], { cwd });
  const answer: Answer = JSON.parse(stdout);
  return exitCode === undefined ? answer : { ...answer, exitCode };
}

describe('answers', () => {
  const cwd = () =>
    folder({
      'a.ts': policy('a', 'hostNetwork', 'hostPID'),
      'b.ts': policy('b', 'hostNetwork'),
      'c.ts': policy('c', 'hostIPC'),
      'same.ts': policy('other', 'hostPID', 'hostNetwork'),
    });

  test.each([
    ['a.ts', 'same.ts', 'equal', 0, []],
    ['a.ts', 'b.ts', 'stricter', 1, ['first hostPID']],
    ['b.ts', 'a.ts', 'laxer', 1, ['second hostPID']],
    ['b.ts', 'c.ts', 'incomparable', 1, ['first hostNetwork', 'second hostIPC']],
    ['c.ts', 'privileged', 'stricter', 1, ['first hostIPC']],
    ['c.ts', 'baseline', 'laxer', 1, undefined],
  ])('%s and %s: %s', async (first, second, relation, exitCode, expected) => {
    const answer = await difference(cwd(), `./${first}`, second.endsWith('.ts') ? `./${second}` : second);
    expect(answer.relation).toBe(relation);
    expect(answer.exitCode).toBe(exitCode);
    const found = answer.differences.map(({ deniedBy, control }) => `${deniedBy} ${control}`);
    if (expected !== undefined) expect(found).toEqual(expected);
    else expect(found.length).toBeGreaterThan(5);
  });

  test('the pod is the smallest one', async () => {
    const { differences } = await difference(cwd(), './a.ts', './b.ts');
    expect(differences[0]?.pod.spec).toEqual({
      hostPID: true,
      containers: [{ name: 'app', image: 'example.com/app:1.0' }],
    });
    expect(differences[0]?.request).toBeNull();
  });

  test('policies that apply to other namespaces are not equal', async () => {
    const files = {
      'a.ts': policy('a', 'hostPID'),
      'b.ts': policy('b', 'hostPID').replace('controls:', "exemptions: { users: ['ops'] }, controls:"),
    };
    const answer = await difference(folder(files), './a.ts', './b.ts');
    expect(answer).toMatchObject({ relation: 'stricter', differences: [], exitCode: 1 });
    expect(answer.applying).toEqual([
      { what: 'exempt users', first: [], second: ['ops'], effect: 'stricter' },
    ]);
  });
});

describe('PodSecurityPolicies', () => {
  const psp = (name: string, spec: string) => `apiVersion: policy/v1beta1
kind: PodSecurityPolicy
metadata: {name: ${name}}
spec:
  privileged: true
  allowPrivilegeEscalation: true
  allowedCapabilities: ['*']
  volumes: ['*']
  hostNetwork: true
  hostPID: true
  hostIPC: true
  hostPorts: [{min: 0, max: 65535}]
  runAsUser: {rule: RunAsAny}
  seLinux: {rule: RunAsAny}
  supplementalGroups: {rule: RunAsAny}
  fsGroup: {rule: RunAsAny}
${spec}`;

  test('what it repairs is no difference, and what it refuses is one', async () => {
    const cwd = folder({
      'writes.yaml': psp('writes', '  readOnlyRootFilesystem: true\n'),
      'any.yaml': psp('any', ''),
      'drops.yaml': psp('drops', '  requiredDropCapabilities: [KILL]\n').replace(
        "allowedCapabilities: ['*']",
        'allowedCapabilities: [CHOWN]',
      ),
    });
    const writes = await difference(cwd, 'writes.yaml', 'any.yaml');
    expect(writes.relation).toBe('stricter');
    expect(writes.differences.map(({ control }) => control)).toEqual(['readOnlyRootFilesystem']);
    // Refused is what says false, not what says nothing.
    expect(writes.differences[0]?.pod.spec).toMatchObject({
      containers: [{ securityContext: { readOnlyRootFilesystem: false } }],
    });
    const drops = await difference(cwd, 'drops.yaml', 'any.yaml');
    expect(drops.differences.map(({ control }) => control)).toEqual(['allowedCapabilities']);
  });
});

describe('output', () => {
  test('pods are written to a directory, and only there', async () => {
    const cwd = folder({ 'b.ts': policy('b', 'hostNetwork'), 'c.ts': policy('c', 'hostIPC') });
    const ran = await podsec(['diff', './b.ts', './c.ts', '--witnesses', 'pods'], { cwd });
    expect(ran.exitCode).toBe(1);
    expect(ran.stderr).toContain('written: pods/denied-by-first/ (1 pod)\n');
    expect(readdirSync(join(cwd, 'pods')).sort()).toEqual(['denied-by-first', 'denied-by-second']);
    const text = readFileSync(join(cwd, 'pods/denied-by-first/hostNetwork.yaml'), 'utf8');
    expect(text).toMatch(
      /^# \.\/b\.ts denies this pod by hostNetwork, \.\/c\.ts admits it:\n# no hostNetwork\n/,
    );
    writeFileSync(join(cwd, 'pods/denied-by-first/mine.txt'), '');
    const again = await podsec(['diff', './b.ts', './c.ts', '--witnesses', 'pods'], { cwd });
    expect(again.exitCode).toBe(2);
    expect(existsSync(join(cwd, 'pods/denied-by-first/mine.txt'))).toBe(true);
  });

  test('the same input gives the same bytes', async () => {
    const args = ['diff', 'baseline@v1.0', 'baseline@v1.37'];
    const [once, twice] = [await podsec(args), await podsec(args)];
    expect(twice.stdout).toBe(once.stdout);
    expect(once.stdout).toMatch(/^baseline@v1.0 is neither stricter nor laxer than baseline@v1.37\.\n/);
  });
});

describe('git revisions', () => {
  async function repository(): Promise<string> {
    const cwd = folder({
      'policies/app.ts': policy('app', 'hostNetwork', 'hostPID'),
      'lib/x.ts': 'export {};\n',
    });
    const git = (...args: readonly string[]) =>
      execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
    await git('init', '-q');
    await git('add', '.');
    await git('commit', '-qm', 'one');
    writeFileSync(join(cwd, 'policies/app.ts'), policy('app', 'hostNetwork'));
    return cwd;
  }

  test('a file as it was', async () => {
    const cwd = await repository();
    expect(await difference(cwd, 'HEAD:policies/app.ts', './policies/app.ts')).toMatchObject({
      relation: 'stricter',
      exitCode: 1,
    });
    const { stdout } = await execa('git', ['status', '--porcelain'], { cwd });
    expect(stdout).toBe(' M policies/app.ts');
    const below = await podsec(['diff', 'HEAD:./app.ts', './app.ts'], { cwd: join(cwd, 'policies') });
    expect(below.exitCode).toBe(1);
  });

  test.each([
    ['HEAD:policies/gone.ts', /there is no `?"?policies\/gone\.ts/],
    ['nowhere:policies/app.ts', /git cannot give it/],
    ['--help:policies/app.ts', /./],
    ['HEAD:../app.ts', /there is no/],
  ])('%s is told', async (text, expected) => {
    const ran = await podsec(['diff', '--', text, './policies/app.ts'], { cwd: await repository() });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(expected);
  });

  test('an error in it has its place there', async () => {
    const cwd = await repository();
    writeFileSync(join(cwd, 'policies/app.ts'), "throw new Error('x');\n");
    const git = (...args: readonly string[]) =>
      execa('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
    await git('commit', '-qam', 'two');
    const ran = await podsec(['diff', 'HEAD:policies/app.ts', 'baseline'], { cwd });
    expect(ran.stderr).toMatch(/^HEAD:policies\/app\.ts:1:\d+: error: /);
  });
});

describe('wrong input', () => {
  test('a file of several policies', async () => {
    const several = policy('a', 'hostPID').replace('export default', 'export const a =');
    const cwd = folder({
      'p.ts': `${several}export const b = definePolicy({ name: 'b', controls: [no('x', pod.spec.hostIPC)] });\n`,
    });
    const ran = await podsec(['diff', './p.ts', 'baseline'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/has several policies/);
  });

  test.each([
    [['baseline']],
    [['baseline', 'baselin']],
    [['a', 'b', 'c']],
    [['baseline', 'restricted', '-f', 'xml']],
  ])('%j', async (args) => {
    const ran = await podsec(['diff', ...args]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stdout).toBe('');
  });
});
