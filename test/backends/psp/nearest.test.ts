/** The PodSecurityPolicy nearest to a policy that none says: on the side that is asked for, and no nearer one is. */
import { describe, expect, test } from 'vitest';
import { pspPolicies } from '../../../engines/policies/psp.js';
import { nearPolicies, repairedPolicies } from '../../../engines/policies/psp-nearest.js';
import { type Approximation, approximate, type Direction, directions } from '../../../src/approximate.js';
import { fields } from '../../../src/backends/psp/fields/index.js';
import { psp } from '../../../src/backends/psp/index.js';
import { nearestTo } from '../../../src/backends/psp/nearest.js';
import { pspObject } from '../../../src/backends/psp/objects.js';
import { seenOtherwise } from '../../../src/backends/psp/stored.js';
import { fidelityOf } from '../../../src/fidelity.js';
import { policyOfPsp } from '../../../src/frontends/psp/index.js';
import { containers, control, definePolicy, denying, each, isTrue, nameOf } from '../../../src/index.js';
import type { Level, Policy } from '../../../src/ir/types.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import { isMinor } from '../../../src/levels/versions.js';
import { compare, deniesBeyond } from '../../../src/solver/compare.js';

const given = seenOtherwise.map((cond) => ({ cond, holds: false }));

function level(name: Level, minor: number): Policy {
  if (!isMinor(minor)) throw new RangeError(`no version 1.${minor}`);
  return { ...levelPolicy(name, minor), mode: 'enforce' };
}

function near(policy: Policy, direction: Direction): Approximation {
  const found = approximate(psp, '1.24', policy, direction);
  if ('refusals' in found) throw new Error(JSON.stringify(found.refusals));
  return found;
}

const named = (name: string): Policy => {
  const found = nearPolicies.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no policy ${name}`);
  return found;
};

/** The lines of the spec. */
const textOf = ({ files }: Approximation): string => files[0]?.text ?? '';

describe('laxer', () => {
  test.each(repairedPolicies.map((policy) => [policy.name, policy] as const))(
    '%s is repaired: what is stored is nothing that the policy denies',
    (_, policy) => {
      const { policy: said, differences, repaired } = near(policy, 'laxer');
      expect(said.mutations.length).toBeGreaterThan(0);
      expect(differences.length).toBeGreaterThan(0);
      expect(repaired).toEqual(differences.map(({ control }) => control));
      expect(compare(policy, said, { given }).relation).toBe('stricter');
      expect(deniesBeyond({ ...policy, mutations: said.mutations }, said, { given })).toBe(false);
    },
  );

  test('restricted of 1.24 writes what it can, and says which controls that does not suffice for', () => {
    const found = near(level('restricted', 24), 'laxer');
    const text = textOf(found);
    for (const line of [
      'allowPrivilegeEscalation: false',
      'requiredDropCapabilities:\n  - ALL\n',
      'rule: MustRunAsNonRoot',
    ])
      expect(text).toContain(line);
    expect(text).not.toMatch(/ {2}- hostPath/);
    // Restricted admits a pod in which each container says its profile, and the default would be written into the pod.
    expect(text).not.toContain('defaultProfileName');
    expect(found.repaired).toEqual(['allowPrivilegeEscalation', 'capabilities_restricted']);
    expect(found.differences.map(({ control }) => control)).toContain('runAsNonRoot');
  });

  test.each([
    ['from 1.25 on, only what an API server takes of a pod for Windows too', 25, ['runAsUser']],
    ['from 1.35 on, nothing: a pod with users of its own may run as root', 35, []],
  ] as const)('%s', (_, minor, writes) => {
    const found = near(level('restricted', minor), 'laxer');
    expect([...new Set(found.policy.mutations.map(({ id }) => id))]).toEqual(writes);
    expect(textOf(found)).toMatch(
      writes.length > 0 ? /; pods are given what they do not say, by runAsUser\./ : /; no pod is changed\./,
    );
    expect(textOf(found)).toMatch(/allowedCapabilities:\n {2}- NET_BIND_SERVICE\n {2}volumes:/);
  });

  test('what is let in is told of pods that 1.24 sees otherwise, too', () => {
    const { differences } = near(level('baseline', 17), 'laxer');
    expect(differences.map(({ control }) => control)).toContain('seccompProfile_baseline');
  });

  test('what is refused is not repaired instead', () => {
    const found = near(named('profile-beside-sockets'), 'laxer');
    expect(found.differences.map(({ control }) => control)).toEqual(['host-path']);
    expect(textOf(found)).not.toContain('defaultProfileName');
  });

  test('what would be written, and is denied by another control, is not', () => {
    expect(near(named('root-or-scratch'), 'laxer').policy.mutations).toEqual([]);
  });

  test('a policy that writes comes after the one for who is exempt, as the first that seems to write is taken', () => {
    const [policy] = repairedPolicies;
    if (policy === undefined) throw new Error('no policy');
    const names = near(policy, 'laxer').files.flatMap(({ path, text }) =>
      path.endsWith('.yaml') ? [...text.matchAll(/kind: PodSecurityPolicy\nmetadata:\n {2}name: (.*)/g)] : [],
    );
    expect(names.map(([, name]) => name).sort()).toEqual([
      'podsec-read-only-root-laxer-exempt',
      'podsec-read-only-root-laxer-judged',
    ]);
  });

  test('what helps nothing is not written', () => {
    const text = textOf(near(named('drops-beside-names'), 'laxer'));
    expect(text).toMatch(/requiredDropCapabilities:\n {2}- NET_RAW\n {2}volumes:/);
  });

  test.each(['ports-of-linux', 'explicit-escalation'])(
    'of %s, of which nothing can be said on that side, what admits every pod is the nearest',
    (name) => {
      const { policy, differences } = near(named(name), 'laxer');
      expect(policy.mutations).toEqual([]);
      expect(deniesBeyond(policy, { ...policy, controls: [] })).toBe(false);
      expect(differences.map(({ control }) => control)).toEqual([name]);
    },
  );

  test.each([level('baseline', 37), level('restricted', 24), named('logs')])(
    'of $name, no field can be closed further without denying what the policy admits',
    (policy) => {
      const search = {
        direction: 'laxer',
        holds: (said: Policy) => !deniesBeyond(said, policy, { given }),
        helps: () => false,
      } as const;
      const found = nearestTo(policy, search);
      if (found === undefined) throw new Error('nothing is near');
      const wrong = fields.flatMap((field) => {
        const tighter = policyOfPsp(pspObject('tighter', { ...found.psp, ...field.tightest }));
        if (tighter === undefined || !deniesBeyond(tighter, found.said, { given })) return [];
        return search.holds(tighter) ? [field.places.join(', ')] : [];
      });
      expect(wrong).toEqual([]);
    },
  );
});

describe('stricter', () => {
  test.each([
    ['sockets', /^(?!.*allowedHostPaths)(?!.*- hostPath\n).*$/s],
    ['logs', /^(?!.*allowedHostPaths)(?!.*- hostPath\n).*$/s],
    ['profile-beside-sockets', /allowedProfileNames: runtime\/default\n(?!.*- hostPath\n).*$/s],
    ['group-beside-host-path', /^(?!.*- hostPath\n).*$/s],
    ['ports-of-linux', /hostPorts:\n {2}- min: 8000\n {4}max: 9000\n/],
  ])('of %s, it judges the part that it sees of all pods', (name, spec) => {
    const policy = named(name);
    const found = near(policy, 'stricter');
    expect(textOf(found)).toMatch(spec);
    expect(compare(found.policy, policy, { given }).relation).toBe('stricter');
    expect(found.differences.length).toBe(1);
    expect(found.policy.mutations).toEqual([]);
  });

  test('nothing denies a pod for what it would write', () => {
    const [policy] = repairedPolicies;
    if (policy === undefined) throw new Error('no policy');
    expect(approximate(psp, '1.24', policy, 'stricter')).toMatchObject({
      refusals: [{ reason: 'nothing that it can say is stricter' }, { control: 'read-only-root' }],
    });
  });
});

test.each(pspPolicies.map((policy) => [policy.name, policy] as const))(
  '%s, which is said exactly, is so where it only has to refuse instead of auditing',
  (_, policy) => {
    for (const direction of directions) {
      const found = near({ ...policy, mode: 'audit' }, direction);
      expect(found.differences).toEqual([]);
      expect(found.mode).toEqual({ from: 'audit', to: 'enforce' });
    }
  },
);

test('containers that are added later are none of its matter', async () => {
  const policy = definePolicy({
    name: 'created',
    mode: 'enforce',
    controls: [
      control({
        id: 'privileged',
        collections: {
          found: denying(
            each(containers(['init', 'regular']), (c) => ({
              where: isTrue(c.securityContext.privileged),
              show: nameOf(c),
              at: c.securityContext,
            })),
          ),
        },
        reason: 'privileged',
      }),
    ],
  }).ir;
  const compiled = psp.compile([policy], '1.24');
  if ('refusals' in compiled) throw new Error('refused');
  expect((await fidelityOf(psp, policy, compiled.files))?.is).toBe('exact');
});

test.each(['laxer', 'stricter'] as const)(
  'what is refused whatever the rules are stays refused, %s',
  (direction) => {
    const policy: Policy = {
      ...named('sockets'),
      scope: { excludedNamespaces: [], namespaceSelector: [{ key: 'a', operator: 'Exists', values: [] }] },
    };
    const found = approximate(psp, '1.24', policy, direction);
    expect('refusals' in found && found.refusals.map(({ reason }) => reason).join()).toMatch(/RBAC knows/);
  },
);
