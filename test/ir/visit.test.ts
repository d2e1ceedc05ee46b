import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evaluate } from '../../src/evaluate.js';
import { canonicalMutation, canonicalNames } from '../../src/ir/canonical.js';
import { checkPolicy } from '../../src/ir/check.js';
import { printPolicy } from '../../src/ir/print.js';
import { nodeMeanings } from '../../src/ir/schema.js';
import type { Policy } from '../../src/ir/types.js';
import {
  identity,
  nodesOf,
  type Rewrite,
  rebuildControl,
  rebuildMutation,
  rebuildPolicy,
} from '../../src/ir/visit.js';
import { arbitraryPolicy } from './arbitrary.js';
import { allLevelPolicies } from './levels.js';
import { comprehension, control, policy, read, ref } from './samples.js';

const random = fc.sample(arbitraryPolicy(), { numRuns: 500, seed: 11 });

/** The number of nodes of a kind, by the JSON form. */
function countKinds(value: unknown, kinds: readonly string[]): number {
  let count = 0;
  JSON.stringify(value, (key, each: unknown) => {
    if (key === 'kind' && typeof each === 'string' && kinds.includes(each)) count++;
    return each;
  });
  return count;
}

/** The number of places in the rules of a policy: objects with `from` and `path`. */
function countRefs(value: unknown): number {
  let count = 0;
  JSON.stringify(value, (_key, each: unknown) => {
    if (typeof each === 'object' && each !== null && 'path' in each) count++;
    return each;
  });
  return count;
}

describe('rebuilding', () => {
  it('by the identity changes nothing', () => {
    for (const each of [...allLevelPolicies(), ...random])
      expect(rebuildPolicy(each, identity)).toEqual(each);
  });

  it('reaches every node', () => {
    for (const each of [...allLevelPolicies(), ...random]) {
      const { conds, terms, sources, refs } = nodesOf(each);
      expect(conds.length).toBe(countKinds(each, Object.keys(nodeMeanings.cond)));
      expect(terms.length).toBe(countKinds(each, Object.keys(nodeMeanings.term)));
      expect(sources.length).toBe(countKinds(each, Object.keys(nodeMeanings.source)));
      expect(refs.length).toBe(countRefs(each));
    }
  });

  it('puts in what the rewrite gives', () => {
    const flipped = (each: Policy) =>
      rebuildPolicy(each, {
        ...identity,
        cond: (node) => (node.kind === 'constant' ? { ...node, value: !node.value } : node),
        term: (node) => (node.kind === 'literal' ? { ...node, value: 'changed' } : node),
        source: (node) => (node.kind === 'containers' ? { ...node, groups: ['init'] } : node),
        ref: (node) => ({ ...node, path: [...node.path, 'x'] }),
        bind: (name) => `${name}_`,
      });
    for (const each of random) {
      const text = JSON.stringify(flipped(each));
      const { conds, terms, sources } = nodesOf(each);
      expect(text.split('"x"]').length - 1).toBe(countRefs(each));
      expect(text.split('"changed"').length - 1).toBe(terms.filter(({ kind }) => kind === 'literal').length);
      const containers = sources.filter(({ kind }) => kind === 'containers').length;
      expect(text.split('"groups":["init"]').length - 1).toBe(containers);
      const binds = conds.filter(({ kind }) => kind === 'some' || kind === 'every').length;
      expect((text.match(/"bind":"\w+_"/g) ?? []).length).toBeGreaterThanOrEqual(binds);
      expect(text).not.toMatch(/"bind":"\w*[^_"]"/);
    }
  });

  it('gives each node with its parts rebuilt already', () => {
    const seen: string[] = [];
    rebuildControl(control({ unless: { kind: 'not', of: { kind: 'present', ref: ref('pod.spec.os') } } }), {
      ...identity,
      cond: (node) => {
        seen.push(JSON.stringify(node));
        return { kind: 'constant', value: true };
      },
    });
    expect(seen[1]).toBe('{"kind":"not","of":{"kind":"constant","value":true}}');
  });
});

describe('canonical names', () => {
  it('are those that policies have', () => {
    for (const each of [...allLevelPolicies(), ...random]) {
      expect(each.controls.map(canonicalNames)).toEqual(each.controls);
      expect(each.mutations.map(canonicalMutation)).toEqual(each.mutations);
    }
  });

  it('do not depend on the names before', () => {
    for (const each of random) {
      const renaming: Rewrite = {
        ...identity,
        bind: (name) => `other_${name}`,
        ref: (node) =>
          node.from === 'pod' || node.from === 'old' ? node : { ...node, from: `other_${node.from}` },
      };
      const controls = each.controls.map((control) => rebuildControl(control, renaming));
      expect(controls.map(canonicalNames)).toEqual(each.controls);
      const mutations = each.mutations.map((mutation) => rebuildMutation(mutation, renaming));
      expect(mutations.map(canonicalMutation)).toEqual(each.mutations);
    }
  });

  it('say what the element is, and count where two are the same', () => {
    const over = (bind: string, path: string) => ({ bind, in: { kind: 'items', list: ref(path) } }) as const;
    const from = comprehension({
      over: [
        { bind: 'x1', in: { kind: 'containers', of: 'pod', groups: ['init'] } },
        { bind: 'x2', in: { kind: 'containers', of: 'old', groups: ['init'] } },
        over('x3', 'x1.ports'),
        over('x4', 'pod.spec.volumes'),
        over('x5', 'x1.ports'),
        over('x6', 'x1.securityContext.capabilities.add'),
        { bind: 'x7', in: { kind: 'entries', map: ref('pod.metadata.labels'), prefix: '' } },
        { bind: 'x8', in: { kind: 'userGroups' } },
      ],
      show: { kind: 'concat', parts: ['x1', 'x3', 'x5'].map((name) => read(`${name}.name`)) },
      at: ref('x5.name'),
    });
    const made = canonicalNames(
      control({ collections: [{ name: 'found', distinct: false, denies: true, from: [from] }] }),
    );
    const [only] = made.collections[0]?.from ?? [];
    expect(only?.over.map(({ bind }) => bind)).toEqual([
      'container',
      'oldContainer',
      'port',
      'volume',
      'port2',
      'add',
      'entry',
      'group',
    ]);
    expect(only?.over[2]?.in).toEqual({ kind: 'items', list: ref('container.ports') });
    expect(only?.show).toEqual({
      kind: 'concat',
      parts: ['container', 'port', 'port2'].map((name) => read(`${name}.name`)),
    });
    expect(only?.at).toEqual(ref('port2.name'));
  });

  it('keep a condition’s meaning where it stands in two places', () => {
    const shared = {
      kind: 'some',
      bind: '_1',
      in: { kind: 'containers', of: 'pod', groups: ['regular'] },
      where: { kind: 'equal', left: read('_1.name'), right: { kind: 'literal', value: 'a' } },
    } as const;
    const made = canonicalNames(
      control({
        unless: { kind: 'not', of: shared },
        collections: [
          {
            name: 'found',
            distinct: false,
            denies: true,
            from: [comprehension({ where: { kind: 'and', of: [shared, shared] } })],
          },
        ],
      }),
    );
    const whole = policy({ controls: [made] });
    expect(checkPolicy(whole)).toEqual([]);
    expect(evaluate(whole, { spec: { containers: [{ name: 'a' }] } })).toHaveLength(1);
    expect(evaluate(whole, { spec: { containers: [{ name: 'b' }] } })).toHaveLength(0);
    expect(printPolicy(whole)).not.toContain('_1');
  });
});
