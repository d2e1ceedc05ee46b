/** `podsec lint`: each thing that it finds, what it leaves alone, and its exit codes. */
import { describe, expect, test } from 'vitest';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import { oddities } from '../../src/solver/lint.js';
import { folder, podsec } from './run.js';

const header = `import { and, containers, control, definePolicy, denying, each, equal, isFalse, isTrue, matches, nameOf, not, once, or, pod, prefix, present, value } from 'podsec';
const pods = (id, where) =>
  control({ id, collections: { pods: denying(once({ where, show: 'pod', at: pod.spec })) }, reason: id, detail: '' });
const each_ = (id, where) =>
  control({ id, collections: { c: denying(each(containers(), (c) => ({ where: where(c), show: nameOf(c), at: c.image }))) }, reason: id, detail: '' });
`;

async function lint(controls: string, more = '') {
  const text = `${header}export default definePolicy({ name: 'mine', ${more} controls: [${controls}] });\n`;
  return podsec(['lint', './p.ts'], { cwd: folder({ 'p.ts': text }) });
}

describe('finds', () => {
  test.each([
    [
      'a contradiction',
      "pods('x', and(isTrue(pod.spec.hostPID), isFalse(pod.spec.hostPID)))",
      /`x` of `mine` denies no pod .*\[never-denies\]/,
    ],
    [
      'what the API server refuses itself',
      "pods('x', and(isTrue(pod.spec.hostPID), isFalse(pod.spec.hostUsers)))",
      /\[never-denies\]/,
    ],
    [
      'what another control denies',
      "each_('narrow', (c) => matches(value(c.image, ''), prefix('a/b/'))), each_('wide', (c) => matches(value(c.image, ''), prefix('a/')))",
      /control `narrow` of `mine` denies is denied by `wide` \[implied-control\]/,
    ],
    [
      'what others deny together',
      "pods('both', or(isTrue(pod.spec.hostPID), isTrue(pod.spec.hostIPC))), pods('a', isTrue(pod.spec.hostPID)), pods('b', isTrue(pod.spec.hostIPC))",
      /control `both` of `mine` denies is denied by others together \[implied-control\]/,
    ],
    [
      'a policy that admits nothing',
      "pods('a', isTrue(pod.spec.hostPID)), pods('b', not(isTrue(pod.spec.hostPID)))",
      /^\.\/p\.ts:6:28: warning: `mine` denies every pod that an API server accepts \[admits-nothing\]/m,
    ],
  ])('%s', async (_, controls, expected) => {
    const { exitCode, stderr, stdout } = await lint(controls);
    expect(stderr).toMatch(expected);
    expect(stdout).toMatch(/^mine: \d controls?, \d findings?\n$/);
    expect(exitCode).toBe(1);
  });
});

describe('leaves alone', () => {
  test('what is as it should be', async () => {
    const { exitCode, stderr, stdout } = await lint(
      "pods('a', isTrue(pod.spec.hostPID)), pods('b', isTrue(pod.spec.hostIPC))",
    );
    expect({ exitCode, stderr, stdout }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: 'mine: 2 controls, nothing odd\n',
    });
  });

  test('what a level has, where a policy extends it', async () => {
    const { stderr } = await lint("each_('x', (c) => present(c.stdin))", "extends: 'restricted@v1.37',");
    expect(stderr).toBe('');
    // In the level itself, the API server refuses what only one of the two denies.
    expect(oddities(levelPolicy('restricted', newestMinor))).toEqual([
      { kind: 'implied', control: 'privileged', by: ['allowPrivilegeEscalation'] },
      { kind: 'implied', control: 'windowsHostProcess', by: ['hostNamespaces'] },
    ]);
  });
});

describe('exceptions', () => {
  const excepting = (...exceptions: readonly string[]) =>
    lint('', `extends: 'restricted@v1.37', exceptions: [${exceptions.join(', ')}],`);

  test('that let in what they name, and nothing else', async () => {
    const { exitCode, stderr, stdout } = await excepting(
      "{ control: 'hostNamespaces', labels: { app: 'agent' }, reason: 'it needs the network' }",
    );
    expect({ exitCode, stderr, stdout }).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: 'mine@v1.37: 15 controls, 1 exception, nothing odd\n',
    });
  });

  test('that let nothing in, or nothing that others do not deny', async () => {
    const { exitCode, stderr } = await excepting(
      "{ control: 'hostPorts', containers: ['No Name'], reason: 'r' }",
      "{ control: 'privileged', containers: ['agent'], reason: 'r' }",
    );
    expect(stderr).toMatch(
      /^\.\/p\.ts:6:28: warning: the exception of `mine@v1\.37` from `hostPorts`, `of the containers No Name`, lets no pod in that an API server accepts \[unused-exception\]/m,
    );
    expect(stderr).toMatch(
      /from `privileged`.* lets past that control is denied by others \[unused-exception\]/,
    );
    expect(exitCode).toBe(1);
  });
});

test('the place of a finding is that of the control in its file', async () => {
  const text = `${header}
const never = pods('never', and(isTrue(pod.spec.hostPID), isFalse(pod.spec.hostPID)));
export const other = control({
  id: 'other',
  collections: { pods: denying(once({ where: isTrue(pod.spec.hostIPC), show: 'pod', at: pod.spec })) },
  reason: 'r',
});
export default definePolicy({
  name: 'mine',
  controls: [
    never,
    other,
    control({
      id: 'same',
      collections: { pods: denying(once({ where: isTrue(pod.spec.hostIPC), show: 'pod', at: pod.spec })) },
      reason: 'r',
    }),
  ],
});
`;
  const { stderr } = await podsec(['lint', './p.ts'], { cwd: folder({ 'p.ts': text }) });
  // Where the helper calls control(), as no deeper call is the author's.
  expect(stderr).toMatch(/^\.\/p\.ts:3:10: warning: .*`never`/m);
  expect(stderr).toMatch(/^\.\/p\.ts:8:29: warning: .*`other`/m);
  expect(stderr).toMatch(/^\.\/p\.ts:18:12: warning: .*`same`/m);
});

test('several policies are looked at, and a wrong one ends none of the others', async () => {
  const { exitCode, stdout, stderr } = await podsec(['lint', 'baseline@v1.20', 'nothing', 'privileged']);
  expect(stdout).toMatch(/^baseline@v1\.20: .*\nprivileged@v1\.37: 0 controls, nothing odd\n$/);
  expect(stderr).toMatch(/there is no policy/);
  expect(exitCode).toBe(2);
});
