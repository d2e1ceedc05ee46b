/** Which policies are levels, at which version, and what is said of those that are none. */
import { describe, expect, test } from 'vitest';
import { psa } from '../../../src/backends/psa/index.js';
import { levelOf } from '../../../src/backends/psa/level.js';
import { always, control, definePolicy, denying, once, pod } from '../../../src/dsl/index.js';
import type { Policy } from '../../../src/ir/types.js';
import { levelPolicy, levels } from '../../../src/levels/levels.js';
import { newestMinor, parseVersion } from '../../../src/levels/versions.js';

function minor(version: string) {
  const found = parseVersion(version);
  if (found === undefined) throw new TypeError(version);
  return found;
}

function refusal(policy: Policy, engineVersion = '1.37') {
  const compiled = psa.compile([policy], engineVersion);
  if ('files' in compiled) throw new TypeError('not refused');
  expect(compiled.refusals).toHaveLength(1);
  return compiled.refusals[0];
}

const own = control({
  id: 'own',
  collections: { pod: denying(once({ where: always, show: 'pod', at: pod })) },
  reason: 'own',
});

describe('a policy that is a level', () => {
  test.each(levels)('%s is found at every version', (level) => {
    for (let each = 0; each <= newestMinor; each++) {
      const at = minor(`1.${each}`);
      expect(levelOf(levelPolicy(level, at), newestMinor)).toEqual({ level, minor: at });
      const anonymous = { ...levelPolicy(level, at), name: 'mine', version: null };
      const found = levelOf(anonymous, newestMinor);
      if ('reason' in found) throw new TypeError(found.reason);
      expect(found.level).toBe(level);
      expect(levelPolicy(level, found.minor).controls).toEqual(levelPolicy(level, at).controls);
    }
  });

  test('extended without a change it is still one', () => {
    const { ir } = definePolicy({ name: 'mine', extends: 'restricted@v1.35' });
    expect(levelOf(ir, newestMinor)).toEqual({ level: 'restricted', minor: 35 });
    const reordered = { ...ir, controls: ir.controls.toReversed() };
    expect(levelOf(reordered, newestMinor)).toEqual({ level: 'restricted', minor: 35 });
    expect(levelOf(JSON.parse(JSON.stringify(ir)), newestMinor)).toEqual({ level: 'restricted', minor: 35 });
  });

  test('without controls it is privileged', () => {
    expect(levelOf(definePolicy({ name: 'none' }).ir, minor('1.30'))).toEqual({
      level: 'privileged',
      minor: 30,
    });
  });
});

describe('a policy that is none is refused by its first difference', () => {
  test('a control dropped', () => {
    const { ir } = definePolicy({ name: 'mine', extends: 'restricted@v1.37', drop: ['hostNamespaces'] });
    expect(refusal(ir)).toMatchObject({
      control: 'hostNamespaces',
      reason: expect.stringMatching(/levels alone.*restricted at v1\.37 has it and the policy does not$/),
    });
  });

  test('a control replaced', () => {
    const node = { ...own, node: { ...own.node, id: 'privileged' } };
    const { ir } = definePolicy({ name: 'mine', extends: 'baseline@v1.36', replace: [node] });
    expect(refusal(ir)).toMatchObject({
      control: 'privileged',
      reason: expect.stringMatching(/it is not the one that baseline at v1\.36 has$/),
    });
  });

  test('a control added, to a level or to nothing', () => {
    const { ir } = definePolicy({ name: 'mine', extends: 'baseline@v1.30', controls: [own] });
    expect(refusal(ir)).toMatchObject({
      control: 'own',
      reason: expect.stringMatching(/baseline at v1\.30 does not have it$/),
    });
    expect(refusal(definePolicy({ name: 'mine', controls: [own] }).ir)).toMatchObject({
      control: 'own',
      reason: expect.stringMatching(/privileged at v1\.37 does not have it$/),
    });
  });
});

describe('an engine older than the policy version', () => {
  test('is refused where a rule changed in between', () => {
    const changed = levelPolicy('baseline', minor('1.34'));
    expect(refusal(changed, '1.33')).toMatchObject({ control: 'hostProbesAndHostLifecycle' });
    expect(refusal(changed, '1.33')?.reason).toMatch(/Kubernetes 1\.33 .* v1\.34, and baseline at v1\.33 /);
  });

  test('gets its own newest version where none did', () => {
    const policy = levelPolicy('restricted', minor('1.31'));
    const older = levelPolicy('restricted', minor('1.30'));
    const same = JSON.stringify(policy.controls) === JSON.stringify(older.controls);
    if (same) expect(levelOf(policy, minor('1.30'))).toEqual({ level: 'restricted', minor: 30 });
    const privileged = levelPolicy('privileged', newestMinor);
    expect(levelOf(privileged, minor('1.22'))).toEqual({ level: 'privileged', minor: 22 });
    for (const level of levels) {
      for (let engine = 22; engine <= newestMinor; engine++) {
        const found = levelOf(levelPolicy(level, newestMinor), minor(`1.${engine}`));
        if ('reason' in found) continue;
        expect(found.minor).toBeLessThanOrEqual(engine);
        expect(levelPolicy(level, found.minor).controls).toEqual(levelPolicy(level, newestMinor).controls);
      }
    }
  });
});

describe('what is no matter of levels', () => {
  const restricted = levelPolicy('restricted', newestMinor);

  test('service accounts, selectors, alternatives and the refusal of workloads are refused', () => {
    const { exemptions, scope } = restricted;
    const serviceAccounts = [{ namespace: 'a', name: 'b' }];
    expect(refusal({ ...restricted, exemptions: { ...exemptions, serviceAccounts } })?.reason).toMatch(
      /^exemptServiceAccounts: .*controller/,
    );
    const namespaceSelector = [{ key: 'a', operator: 'Exists', values: [] }] as const;
    expect(refusal({ ...restricted, scope: { ...scope, namespaceSelector } })?.reason).toMatch(
      /^namespaceSelector: /,
    );
    expect(refusal({ ...restricted, alternatives: [restricted] })?.reason).toMatch(/^alternatives: /);
    expect(refusal({ ...restricted, mode: 'enforce-workloads' })).toMatchObject({
      control: null,
      reason: expect.stringMatching(/^the mode enforce-workloads: .*pods alone/),
    });
  });

  test('a second policy in a bundle is refused', () => {
    const compiled = psa.compile([restricted, levelPolicy('baseline', newestMinor)], '1.37');
    expect(compiled).toMatchObject({ refusals: [{ policy: 'baseline', control: null }] });
  });
});
