/** Questions that the solver once answered wrongly, found by random pairs of policies (`npm run conformance pairs-whole`). */
import { describe, expect, it } from 'vitest';
import {
  and,
  type Cond,
  concat,
  containers,
  equal,
  every,
  firstPresent,
  items,
  itself,
  matches,
  not,
  or,
  type Path,
  pod,
  prefix,
  present,
  sameParts,
  some,
  value,
} from '../../src/dsl/rules.js';
import type { PersistentVolumeClaimSpec } from '../../src/schema/generated/types.js';
import { acceptanceOf, holdsOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';

const initContainer = some(containers(['init']), (c) => present(c.name));
const tolerated = some(items(pod.spec.tolerations), (each) =>
  and(equal(value(each.operator, ''), 'Exists'), not(present(each.key))),
);
const claim = (holds: (spec: Path<PersistentVolumeClaimSpec>) => Cond): Cond =>
  some(items(pod.spec.volumes), (volume) => holds(volume.ephemeral.volumeClaimTemplate.spec));
const template = claim(({ selector }) => present(selector));
const nodes = pod.spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
const term = some(
  items(pod.spec.affinity.podAffinity.preferredDuringSchedulingIgnoredDuringExecution),
  (each) => and(equal(value(each.weight, 0), 1), not(present(each.podAffinityTerm.labelSelector))),
);

const there: Readonly<Record<string, Cond>> = {
  'two containers of different groups, beside a question of names': and(
    initContainer,
    not(present(pod.metadata.annotations)),
  ),
  'a field that is one of several ways, and is not there': tolerated,
  'a template, whose metadata is not that of a pod': template,
  'an object that is never absent, of which nothing is asked': term,
  'a field whose form takes the empty text, which is none': some(containers(), (c) =>
    some(items(c.volumeMounts), (mount) => present(mount.subPath)),
  ),
  'such a field that is no text of one kind': some(items(pod.spec.tolerations), (each) =>
    and(present(each.value), not(matches(value(each.value, ''), prefix('x')))),
  ),
  'an object that is there by a list in it': some(
    items(pod.spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution),
    (each) => present(each.preference),
  ),
  'an object that is there by a list that the API demands': claim(present),
  'a list that the API demands, of which no element is asked for': claim((spec) =>
    and(
      present(spec.storageClassName),
      every(items(spec.accessModes), (mode) => not(equal(itself(mode), 'ReadWriteOnce'))),
    ),
  ),
  'a container that has resources and asks for none': some(containers(), ({ resources }) =>
    and(present(resources), not(present(resources.requests))),
  ),
  'a pod that has no limit, of which each container has one': and(
    present(pod.spec.resources.requests),
    not(present(pod.spec.resources.limits)),
    every(containers(['regular']), (c) => present(c.resources.limits)),
  ),
  'such a list in a list': and(
    present(nodes),
    every(items(nodes.nodeSelectorTerms), (each) => not(present(each.matchExpressions))),
  ),
  'a list that is the first that is present': equal(
    firstPresent(pod.spec.dnsConfig, ['nameservers', 'searches'], ''),
    'searches',
  ),
};

const isNot: Readonly<Record<string, Cond>> = {
  'of another kind': not(equal(value(pod.kind, ''), 'Pod')),
  'of another version': not(equal(value(pod.apiVersion, ''), 'v1')),
  'without a kind': equal(firstPresent(pod, ['kind'], ''), ''),
  'whose image is pulled by no policy': some(containers(), (c) => not(present(c.imagePullPolicy))),
  'whose volume of an image is pulled by no policy': some(items(pod.spec.volumes), ({ image }) =>
    and(present(image), not(present(image.pullPolicy))),
  ),
  'that asks for nothing, and has a limit': some(containers(['regular']), ({ resources }) =>
    and(present(resources.limits), not(present(resources.requests))),
  ),
  'as a whole, that asks for nothing, and has a limit': and(
    present(pod.spec.resources.limits),
    not(present(pod.spec.resources.requests)),
  ),
  'of a second generation': equal(value(pod.metadata.generation, 0), 2),
  'that ends before it is told to': equal(value(pod.spec.terminationGracePeriodSeconds, 0), -1),
};

describe('there is a pod', () => {
  it.each(Object.entries(there))('with %s', (_, { cond }) => {
    const witness = decide([{ cond, holds: true }]);
    const acceptance = acceptanceOf(witness?.pod ?? {}, witness?.request);
    expect(
      'pod' in acceptance && holdsOf(cond, acceptance.pod, witness?.request),
      JSON.stringify(acceptance),
    ).toBe(true);
  });
});

describe('there is no pod', () => {
  it.each(Object.entries(isNot))('%s', (_, { cond }) => {
    expect(decide([{ cond, holds: true }])).toBeUndefined();
  });
});

describe('a condition that is beyond what is decided', () => {
  const two = concat(value(pod.spec.hostname, ''), value(pod.spec.subdomain, ''));
  const beyond = sameParts(two, value(pod.metadata.name, ''), '--');
  const hostNetwork = equal(value(pod.spec.hostNetwork, false), true);
  const noPod = and(hostNetwork, not(hostNetwork));

  it('is none where there is no pod without it', () => {
    expect(decide([{ cond: and(beyond, noPod).cond, holds: true }])).toBeUndefined();
    expect(decide([{ cond: or(beyond, not(noPod)).cond, holds: false }])).toBeUndefined();
  });

  it('is none where a pod shows it', () => {
    for (const cond of [not(beyond), or(beyond, hostNetwork)]) {
      const { pod: found } = decide([{ cond: cond.cond, holds: true }]) ?? {};
      const acceptance = acceptanceOf(found ?? {});
      expect('pod' in acceptance && holdsOf(cond.cond, acceptance.pod)).toBe(true);
    }
  });

  it('is told where neither is so', () => {
    const never = and(beyond, equal(two, 'a--b'), not(equal(value(pod.metadata.name, ''), 'a--b')));
    expect(() => decide([{ cond: and(never, hostNetwork).cond, holds: true }])).toThrow('what is split');
  });
});
