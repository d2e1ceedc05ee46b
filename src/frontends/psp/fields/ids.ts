/** Users and groups: a rule, and ranges for it. */
import { and, emptyList, equal, not, or, present, within } from '../../../dsl/conditions.js';
import { denying, each, once } from '../../../dsl/control.js';
import type { Path } from '../../../dsl/paths.js';
import { items } from '../../../dsl/sources.js';
import { effective, type Term, value } from '../../../dsl/terms.js';
import type { Control, Mutation, Range } from '../../../ir/types.js';
import {
  dead,
  demand,
  distinct,
  listed,
  ofEachContainer,
  type PspField,
  podContext,
  set,
  write,
  writeContainers,
} from '../build.js';
import type { Strategy } from '../spec.js';

const rangeTexts = (ranges: readonly Range[]) => listed(ranges.map(({ min, max }) => `${min} to ${max}`));

/** Validation refuses a range that ends before it begins. */
const inRanges = (term: Term<number>, ranges: readonly Range[]) => within(term, ...distinct(ranges));

const withoutRanges = 'the rule has no ranges';

/** What `MustRunAs` and `MayRunAs` have to have: without ranges, the plugin drops the policy. */
const isDead = ({ rule, ranges }: Strategy): boolean =>
  (rule === 'MustRunAs' || rule === 'MayRunAs') && ranges.length === 0;

const firstOf = ({ rule, ranges: [first] }: Strategy): number | undefined =>
  rule === 'MustRunAs' ? first?.min : undefined;

type ContainerField = 'runAsUser' | 'runAsGroup';

/** Written to the container where neither it nor the pod has one. */
function writeId(field: ContainerField, strategy: Strategy): Mutation[] {
  const first = firstOf(strategy);
  if (first === undefined) return [];
  return [
    writeContainers(field, (c) => ({
      where: and(not(present(c.securityContext[field])), not(present(podContext[field]))),
      writes: [set(c.securityContext[field], first)],
    })),
  ];
}

/** Of each container, its own id or the pod's. */
function demandId(field: ContainerField, { ranges }: Strategy): Control {
  return ofEachContainer(
    field,
    `${field} that is not allowed`,
    `must have a ${field} within ${rangeTexts(ranges)}, of its own or of the pod`,
    (c) => {
      const own = c.securityContext[field];
      const ofPod = podContext[field];
      return {
        where: and(or(present(own), present(ofPod)), not(inRanges(effective([own, ofPod], 0), ranges))),
        at: own,
      };
    },
  );
}

export const runAsUser: PspField = {
  writes: ({ runAsUser: strategy }) => {
    if (strategy.rule !== 'MustRunAsNonRoot') return writeId('runAsUser', strategy);
    return [
      writeContainers('runAsUser', ({ securityContext: own }) => ({
        where: and(
          ...[own.runAsNonRoot, podContext.runAsNonRoot, own.runAsUser, podContext.runAsUser].map((each) =>
            not(present(each)),
          ),
        ),
        writes: [set(own.runAsNonRoot, true)],
      })),
    ];
  },
  demands: ({ runAsUser: strategy }) => {
    switch (strategy.rule) {
      case 'MustRunAs':
        return [isDead(strategy) ? dead('runAsUser', withoutRanges) : demandId('runAsUser', strategy)];
      case 'MustRunAsNonRoot':
        return [
          ofEachContainer(
            'runAsUser',
            'containers may not run as root',
            'must have neither runAsNonRoot=false nor runAsUser=0, of its own or of the pod',
            ({ securityContext: own }) => ({
              where: or(
                equal(effective([own.runAsNonRoot, podContext.runAsNonRoot], true), false),
                equal(effective([own.runAsUser, podContext.runAsUser], 1), 0),
              ),
              at: own.runAsUser,
            }),
          ),
        ];
      default:
        return [];
    }
  },
};

export const runAsGroup: PspField = {
  writes: ({ runAsGroup: strategy }) => (strategy === undefined ? [] : writeId('runAsGroup', strategy)),
  demands: ({ runAsGroup: strategy }) =>
    strategy === undefined || strategy.rule === 'RunAsAny' ? [] : [demandId('runAsGroup', strategy)],
};

export const fsGroup: PspField = {
  writes: ({ fsGroup: strategy }) => {
    const first = firstOf(strategy);
    const at = podContext.fsGroup;
    return first === undefined ? [] : [write('fsGroup', not(present(at)), set(at, first))];
  },
  demands: ({ fsGroup: strategy }) => {
    const at = podContext.fsGroup;
    if (strategy.rule === 'RunAsAny') return [];
    if (isDead(strategy)) return [dead('fsGroup', withoutRanges)];
    return [
      demand('fsGroup', {
        collections: {
          groups: denying(
            once({
              where: and(present(at), not(inRanges(value(at, 0), strategy.ranges))),
              show: value(at, 0),
              at,
            }),
          ),
        },
        reason: 'fsGroup that is not allowed',
        detail: `pod must have an fsGroup within ${rangeTexts(strategy.ranges)}`,
      }),
    ];
  },
};

export const supplementalGroups: PspField = {
  writes: ({ supplementalGroups: strategy }) => {
    const first = firstOf(strategy);
    const at = podContext.supplementalGroups;
    if (first === undefined) return [];
    // `[]` is given, and stays: mustrunas.go of .../podsecuritypolicy/group generates for nil alone.
    return [write('supplementalGroups', and(not(present(at)), not(emptyList(at))), set(at, [first]))];
  },
  demands: ({ supplementalGroups: strategy }) => {
    const at = podContext.supplementalGroups;
    if (strategy.rule === 'RunAsAny') return [];
    if (isDead(strategy)) return [dead('supplementalGroups', withoutRanges)];
    const outside = (group: Path<number>) => not(inRanges(value(group, 0), strategy.ranges));
    const none = once({ where: emptyList(at), show: 'none', at });
    return [
      demand('supplementalGroups', {
        collections: {
          groups: denying(
            each(items(at), (group) => ({ where: outside(group), show: value(group, 0), at: group })),
            ...(strategy.rule === 'MustRunAs' ? [none] : []),
          ),
        },
        reason: 'supplementalGroups that are not allowed',
        detail: `pod must have supplementalGroups within ${rangeTexts(strategy.ranges)}${strategy.rule === 'MustRunAs' ? ', at least one' : ''}`,
      }),
    ];
  },
};
