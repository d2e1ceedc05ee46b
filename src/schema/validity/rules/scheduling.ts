/** Where a pod runs, and beside which others. */
import {
  and,
  type Cond,
  equal,
  hasKey,
  items,
  itself,
  not,
  oneOf,
  or,
  type Path,
  pod,
  present,
  size,
  some,
  value,
  within,
} from '../../../dsl/rules.js';
import type {
  LabelSelector,
  NodeSelectorTerm,
  PodAffinityTerm,
  TopologySpreadConstraint,
} from '../../index.js';
import type { ValidityRule } from '../types.js';
import { type Given, nodeOf, withSpec } from './common.js';

const { nodeAffinity, podAffinity, podAntiAffinity } = pod.spec.affinity;
const single = { min: 1, max: 1 };

const someNodeTerm = (where: (term: Path<NodeSelectorTerm>) => Cond): Cond =>
  or(
    some(items(nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms), where),
    some(items(nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution), ({ preference }) =>
      where(preference),
    ),
  );

const somePodTerm = (where: (term: Path<PodAffinityTerm>) => Cond): Cond =>
  or(
    ...[podAffinity, podAntiAffinity].flatMap((affinity) => [
      some(items(affinity.requiredDuringSchedulingIgnoredDuringExecution), where),
      some(items(affinity.preferredDuringSchedulingIgnoredDuringExecution), ({ podAffinityTerm }) =>
        where(podAffinityTerm),
      ),
    ]),
  );

const someSpread = (where: (spread: Path<TopologySpreadConstraint>) => Cond): Cond =>
  some(items(pod.spec.topologySpreadConstraints), where);

const nodeTerm = (term: Given) =>
  withSpec({
    affinity: {
      nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } },
    },
  });
const podTerm = (term: Given) =>
  withSpec({
    affinity: {
      podAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: [{ topologyKey: 'example.com/zone', ...term }],
      },
    },
  });
const spread = (more: Given) =>
  withSpec({
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'example.com/zone',
        whenUnsatisfiable: 'ScheduleAnyway',
        ...more,
      },
    ],
  });

export const nodeExpressions: ValidityRule = {
  id: 'nodeExpressions',
  rule: 'labels of nodes are compared with values as the operator has them',
  source: 'ValidateNodeSelectorRequirement',
  refused: nodeOf(
    someNodeTerm((term) =>
      some(items(term.matchExpressions), (each) => {
        const operator = value(each.operator, '');
        return or(
          and(oneOf(operator, ['In', 'NotIn']), not(present(each.values))),
          and(oneOf(operator, ['Exists', 'DoesNotExist']), present(each.values)),
          and(oneOf(operator, ['Gt', 'Lt']), not(within(size(items(each.values)), single))),
        );
      }),
    ),
  ),
  examples: {
    refused: nodeTerm({ matchExpressions: [{ key: 'a', operator: 'In' }] }),
    accepted: nodeTerm({ matchExpressions: [{ key: 'a', operator: 'In', values: ['b'] }] }),
  },
};

export const nodeFields: ValidityRule = {
  id: 'nodeFields',
  rule: 'a field of nodes is compared with one value',
  source: 'ValidateNodeFieldSelectorRequirement',
  refused: nodeOf(
    someNodeTerm((term) =>
      some(items(term.matchFields), (each) => not(within(size(items(each.values)), single))),
    ),
  ),
  examples: {
    refused: nodeTerm({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a', 'b'] }] }),
    accepted: nodeTerm({ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a'] }] }),
  },
};

const wrongSelector = (selector: Path<LabelSelector>): Cond =>
  some(items(selector.matchExpressions), (each) =>
    or(
      and(oneOf(value(each.operator, ''), ['In', 'NotIn']), not(present(each.values))),
      and(oneOf(value(each.operator, ''), ['Exists', 'DoesNotExist']), present(each.values)),
    ),
  );

export const labelSelectors: ValidityRule = {
  id: 'labelSelectors',
  rule: 'labels of pods, namespaces, volumes and trust bundles are compared with values as the operator has them',
  source: 'ValidateLabelSelectorRequirement of apimachinery/pkg/apis/meta/v1/validation/validation.go',
  refused: nodeOf(
    or(
      somePodTerm((term) => or(wrongSelector(term.labelSelector), wrongSelector(term.namespaceSelector))),
      someSpread((each) => wrongSelector(each.labelSelector)),
      some(items(pod.spec.volumes), (volume) =>
        or(
          wrongSelector(volume.ephemeral.volumeClaimTemplate.spec.selector),
          some(items(volume.projected.sources), ({ clusterTrustBundle }) =>
            wrongSelector(clusterTrustBundle.labelSelector),
          ),
        ),
      ),
    ),
  ),
  examples: {
    refused: podTerm({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
    accepted: podTerm({ labelSelector: { matchExpressions: [{ key: 'a', operator: 'Exists' }] } }),
  },
};

export const labelKeys: ValidityRule = {
  id: 'labelKeys',
  rule: 'labels whose values are those of the pod are named beside a selector',
  source: 'validateLabelKeys',
  refused: nodeOf(
    or(
      somePodTerm((term) =>
        and(
          not(present(term.labelSelector)),
          or(present(term.matchLabelKeys), present(term.mismatchLabelKeys)),
        ),
      ),
      someSpread((each) => and(not(present(each.labelSelector)), present(each.matchLabelKeys))),
    ),
  ),
  examples: {
    refused: podTerm({ matchLabelKeys: ['a'] }),
    accepted: podTerm({ matchLabelKeys: ['a'], labelSelector: {} }),
  },
};

/** Whether the pod has the label, and the selector is about it already. */
const selectedAlready = (key: Path<string>, selector: Path<LabelSelector>): Cond =>
  and(
    hasKey(pod.metadata.labels, itself(key)),
    or(
      hasKey(selector.matchLabels, itself(key)),
      some(items(selector.matchExpressions), (each) => equal(value(each.key, ''), itself(key))),
    ),
  );

export const labelKeysOnce: ValidityRule = {
  id: 'labelKeysOnce',
  rule: 'a label whose value is that of the pod is named once, and is in no selector beside it',
  source: 'ValidateMatchLabelKeysAndMismatchLabelKeys',
  refused: nodeOf(
    or(
      somePodTerm((term) =>
        or(
          some(items(term.matchLabelKeys), (key) =>
            or(
              some(items(term.mismatchLabelKeys), (other) => equal(itself(other), itself(key))),
              selectedAlready(key, term.labelSelector),
            ),
          ),
          some(items(term.mismatchLabelKeys), (key) => selectedAlready(key, term.labelSelector)),
        ),
      ),
      someSpread((each) =>
        some(items(each.matchLabelKeys), (key) => selectedAlready(key, each.labelSelector)),
      ),
    ),
  ),
  examples: {
    refused: podTerm({ matchLabelKeys: ['a'], mismatchLabelKeys: ['a'], labelSelector: {} }),
    accepted: podTerm({ matchLabelKeys: ['a'], mismatchLabelKeys: ['b'], labelSelector: {} }),
  },
};

export const gatedPods: ValidityRule = {
  id: 'gatedPods',
  rule: 'a pod that waits to be scheduled is on no node',
  source: 'ValidatePodCreate',
  refused: nodeOf(and(present(pod.spec.schedulingGates), present(pod.spec.nodeName))),
  examples: {
    refused: withSpec({ schedulingGates: [{ name: 'a' }], nodeName: 'a' }),
    accepted: withSpec({ schedulingGates: [{ name: 'a' }] }),
  },
};

export const minDomains: ValidityRule = {
  id: 'minDomains',
  rule: 'a number of domains is demanded only where pods are not scheduled otherwise',
  source: 'validateMinDomains',
  refused: nodeOf(
    someSpread((each) =>
      and(present(each.minDomains), not(equal(value(each.whenUnsatisfiable, ''), 'DoNotSchedule'))),
    ),
  ),
  examples: {
    refused: spread({ minDomains: 2 }),
    accepted: spread({ minDomains: 2, whenUnsatisfiable: 'DoNotSchedule' }),
  },
};

const { priority, preemptionPolicy, priorityClassName } = pod.spec;
const systemClasses = { 'system-cluster-critical': 2_000_000_000, 'system-node-critical': 2_000_001_000 };

export const priorityOfClass: ValidityRule = {
  id: 'priorityOfClass',
  rule: 'a pod has the priority of its class; without one it is 0, as long as no class is the default; no class of users has more than 1,000,000,000',
  source: 'admitPod of plugin/pkg/admission/priority/admission.go; HighestUserDefinablePriority',
  refused: nodeOf(
    or(
      and(
        not(present(priorityClassName)),
        or(
          not(equal(value(priority, 0), 0)),
          not(equal(value(preemptionPolicy, 'PreemptLowerPriority'), 'PreemptLowerPriority')),
        ),
      ),
      ...Object.entries(systemClasses).map(([name, number]) =>
        and(equal(value(priorityClassName, ''), name), not(equal(value(priority, number), number))),
      ),
      and(
        not(oneOf(value(priorityClassName, ''), Object.keys(systemClasses))),
        not(within(value(priority, 0), { min: -(2 ** 31), max: 1_000_000_000 })),
      ),
    ),
  ),
  examples: { refused: withSpec({ priority: 1 }), accepted: withSpec({ priority: 0 }) },
};

export const overheadOfClass: ValidityRule = {
  id: 'overheadOfClass',
  rule: 'what a pod needs besides its containers is what its runtime class says',
  source: 'validateOverhead of plugin/pkg/admission/runtimeclass/admission.go',
  refused: nodeOf(and(present(pod.spec.overhead), not(present(pod.spec.runtimeClassName)))),
  examples: { refused: withSpec({ overhead: { cpu: '1' } }), accepted: withSpec({}) },
};
