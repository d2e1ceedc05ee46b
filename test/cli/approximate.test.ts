/** `podsec compile --approximate`: the closest output on the side that is asked for, and what it means. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Approximation, approximate, type Direction } from '../../src/approximate.js';
import type { Target } from '../../src/backends/types.js';
import { allBackends } from '../../src/compile.js';
import type { Level, Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { isMinor, newestMinor } from '../../src/levels/versions.js';
import { compare } from '../../src/solver/compare.js';
import { folder, podsec } from './run.js';

function level(name: Level, minor: number): Policy {
  if (!isMinor(minor)) throw new RangeError(`no version 1.${minor}`);
  return levelPolicy(name, minor);
}

function approximated(target: Target, policy: Policy, direction: Direction): Approximation {
  const backend = allBackends.find((each) => each.target === target);
  if (backend === undefined) throw new Error(`no target ${target}`);
  const close = approximate(backend, backend.engineVersions.at(-1) ?? '', policy, direction);
  if ('refusals' in close) throw new Error(JSON.stringify(close.refusals));
  return close;
}

const without = (policy: Policy, ...ids: readonly string[]): Policy => ({
  ...policy,
  name: 'mine',
  controls: policy.controls.filter(({ id }) => !ids.includes(id)),
});

const restricted = level('restricted', newestMinor);
const baseline = level('baseline', newestMinor);

describe('PodSecurity admission', () => {
  test.each([
    [
      'between two levels, the lower one is laxer',
      without(restricted, 'runAsUser'),
      'laxer',
      baseline,
      'runAsNonRoot',
    ],
    ['and the higher one stricter', without(restricted, 'runAsUser'), 'stricter', restricted, 'runAsUser'],
    ['what lacks one thing of baseline', without(baseline, 'hostPorts'), 'stricter', baseline, 'hostPorts'],
    [
      'for that, nothing is laxer but everything',
      without(baseline, 'hostPorts'),
      'laxer',
      level('privileged', newestMinor),
      'privileged',
    ],
  ] as const)('%s', (_, policy, direction, expected, shows) => {
    const close = approximated('psa', policy, direction);
    expect(close.policy.controls).toEqual(expected.controls);
    expect(close.policy.name).toBe(`mine-${direction}`);
    expect(close.differences.map(({ control }) => control)).toContain(shows);
    expect(compare(close.policy, policy).relation).toBe(direction);
  });

  test('nothing is stricter than what no level has', () => {
    const backend = allBackends.find(({ target }) => target === 'psa');
    const hostUsers: Policy = {
      ...restricted,
      name: 'mine',
      controls: [
        ...restricted.controls,
        ...level('restricted', 20).controls.map((control) => ({ ...control, id: `old-${control.id}` })),
      ],
    };
    if (backend === undefined) throw new Error('no psa');
    expect(approximate(backend, '1.37', hostUsers, 'stricter')).toMatchObject({
      refusals: [{ policy: 'mine', control: null, reason: 'nothing that it can say is stricter' }, {}],
    });
  });
});

describe('PodSecurityPolicy', () => {
  test.each([0, 20, 25, newestMinor])('baseline and restricted at 1.%i, laxer', (minor) => {
    for (const name of ['baseline', 'restricted'] as const) {
      const policy = level(name, minor);
      const { policy: said, differences, mode } = approximated('psp', policy, 'laxer');
      expect(mode).toEqual({ from: 'audit', to: 'enforce' });
      expect(said.controls.length).toBeGreaterThan(2);
      expect(differences.length).toBeGreaterThan(0);
      expect(compare(policy, said).relation).toBe('stricter');
    }
  });
});

describe('the command', () => {
  test('writes what it can say, and says what that lets in', async () => {
    const cwd = folder({});
    const args = ['compile', '--policy', 'baseline', '--target', 'psp', '--out', 'out'];
    const exact = await podsec(args, { cwd });
    expect(exact.exitCode).toBe(2);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
    const { exitCode, stderr } = await podsec([...args, '--approximate', 'laxer'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^approximate: psp: baseline-laxer is laxer than baseline: it admits what the policy denies; it does not audit, it refuses pods\n {2}appArmorProfile, for example: /,
    );
    const text = readFileSync(join(cwd, 'out/psp/APPROXIMATE.txt'), 'utf8');
    expect(text).toMatch(/seLinuxOptions: .*\n\n {4}apiVersion: v1\n/);
    expect(existsSync(join(cwd, 'out/psp/baseline-laxer.yaml'))).toBe(true);
  });

  test('says what it writes, and what it repairs by that', async () => {
    const cwd = folder({
      'mine.ts': `import { containers, control, definePolicy, denying, each, isTrue, nameOf, not } from 'podsec';
const at = (c) => c.securityContext.readOnlyRootFilesystem;
const found = each(containers(), (c) => ({ where: not(isTrue(at(c))), show: nameOf(c), at: at(c) }));
const rule = control({ id: 'readOnlyRoot', collections: { found: denying(found) }, reason: 'a writable root' });
export default definePolicy({ name: 'mine', controls: [rule], mode: 'enforce' });
`,
    });
    const args = ['compile', '--policy', './mine.ts', '--target', 'psp', '--out', 'out'];
    expect((await podsec(args, { cwd })).exitCode).toBe(2);
    const { exitCode, stderr } = await podsec([...args, '--approximate', 'laxer'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr.split('\n').slice(0, 3)).toEqual([
      'approximate: psp: mine-laxer repairs what mine denies: no pod that it stores is one that the policy denies',
      '  it writes into pods what they do not say, by readOnlyRootFilesystem',
      '  readOnlyRoot, repaired, for example: found "app"',
    ]);
    const text = (path: string) => readFileSync(join(cwd, 'out/psp', path), 'utf8');
    expect(text('mine-laxer.yaml')).toMatch(/# Promise: .*; pods are given .* by readOnlyRootFilesystem\.\n/);
    expect(text('mine-laxer.yaml')).toMatch(/^ {2}readOnlyRootFilesystem: true$/m);
    expect(text('README.md')).toMatch(/A pod is given what it does not say, by `readOnlyRootFilesystem`/);
    expect(text('APPROXIMATE.txt')).toMatch(/^readOnlyRoot, repaired: found "app"$/m);
    expect((await podsec([...args, '--approximate', 'stricter'], { cwd })).stderr).toMatch(
      /cannot say mine: nothing that it can say is stricter \[refused\](.|\n)*control readOnlyRoot: .* would write/,
    );
  });

  test('what an option asks for is refused, and not approximated away', async () => {
    const cwd = folder({});
    const args = ['compile', '--policy', 'baseline', '--target', 'gatekeeper@3.17', '--out', 'out'];
    expect((await podsec(args, { cwd })).exitCode).toBe(0);
    const before = readFileSync(join(cwd, 'out/gatekeeper/README.md'), 'utf8');
    const ran = await podsec([...args, '--generate-vap', '--approximate', 'laxer'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/cannot say baseline/);
    expect(readFileSync(join(cwd, 'out/gatekeeper/README.md'), 'utf8')).toBe(before);
  });

  test('leaves what is exact as it is', async () => {
    const cwd = folder({});
    const args = ['compile', '--policy', 'baseline', '--target', 'rego', '--target', 'psa', '--out', 'out'];
    await podsec(args, { cwd });
    const { stderr } = await podsec([...args, '--approximate', 'stricter'], { cwd });
    expect(stderr).toMatch(/^unchanged: out\/rego\//);
    expect(stderr).not.toMatch(/approximate/);
  });

  test('a direction that there is not is told, and so is one in which there is nothing', async () => {
    const cwd = folder({});
    const args = ['compile', '--policy', 'baseline', '--target', 'psp', '--out', 'out', '--approximate'];
    expect((await podsec([...args, 'sideways'], { cwd })).stderr).toMatch(/laxer, stricter/);
    const { exitCode, stderr } = await podsec([...args, 'stricter'], { cwd });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/cannot say baseline/);
    expect(existsSync(join(cwd, 'out'))).toBe(false);
  });
});
