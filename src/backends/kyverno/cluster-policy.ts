/** `kyverno.io/v1` ClusterPolicy with a `validate.cel` rule. */
import type { Mode } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { actionsOf, failurePolicy, labelSelector, metadataOf } from '../admission-policy.js';
import { outOfScope } from '../describe.js';
import type { Shape } from '../shapes.js';
import { clusterPolicyCapabilities } from './capabilities.js';
import type { Content, Form } from './form.js';
import { conditionObjects, validationObject, variableObjects } from './parts.js';

/** The kinds behind the resources that a shape names, as `match` wants them. */
const kinds: Readonly<Record<string, string>> = {
  // With pods come their ephemeral containers.
  pods: 'v1/Pod',
  'pods/ephemeralcontainers': 'v1/Pod',
  deployments: 'apps/v1/Deployment',
  statefulsets: 'apps/v1/StatefulSet',
  daemonsets: 'apps/v1/DaemonSet',
  replicasets: 'apps/v1/ReplicaSet',
  replicationcontrollers: 'v1/ReplicationController',
  jobs: 'batch/v1/Job',
  cronjobs: 'batch/v1/CronJob',
  podtemplates: 'v1/PodTemplate',
};

/** What Kyverno calls the rule; a policy has one. */
export const ruleName = (shape: Shape): string => shape.suffix;

export const clusterPolicy: Form = {
  target: 'kyverno',
  title: 'Kyverno ClusterPolicy',
  engineVersions: ['1.13', '1.14', '1.15', '1.16', '1.17', '1.18', '1.19'],
  capabilities: clusterPolicyCapabilities,
  kind: 'ClusterPolicy',
  apiVersion: 'kyverno.io/v1',
  action: actionText,
  object,
};

interface Action {
  readonly failureAction: 'Enforce' | 'Audit';
  /** Warns of what fails, and of nothing else: NewRuleResponse of pkg/engine/api, from 1.13 on. */
  readonly emitWarning: boolean;
}

function actionOf(mode: Mode, shape: Shape): Action {
  const actions = actionsOf(mode, shape);
  return {
    failureAction: actions.includes('Deny') ? 'Enforce' : 'Audit',
    emitWarning: actions.includes('Warn'),
  };
}

function actionText(mode: Mode, shape: Shape): string {
  const { failureAction, emitWarning } = actionOf(mode, shape);
  return `failureAction: ${failureAction}${emitWarning ? ', emitWarning' : ''}`;
}

function object({ policy, shape, conditions, program }: Content, name: string): JsonObject {
  const selector = labelSelector(policy.scope.namespaceSelector);
  const excluded = outOfScope(policy);
  const { failureAction, emitWarning } = actionOf(policy.mode, shape);
  return {
    apiVersion: clusterPolicy.apiVersion,
    kind: clusterPolicy.kind,
    metadata: {
      ...metadataOf(name),
      // Workloads have policies of their own.
      annotations: { 'pod-policies.kyverno.io/autogen-controllers': 'none' },
    },
    spec: {
      admission: true,
      background: true,
      emitWarning,
      webhookConfiguration: { failurePolicy },
      rules: [
        {
          name: ruleName(shape),
          match: {
            any: [
              {
                resources: {
                  kinds: kindsOf(shape),
                  operations: ['CREATE', 'UPDATE'],
                  ...(selector !== undefined && { namespaceSelector: selector }),
                },
              },
            ],
          },
          ...(excluded.length > 0 && { exclude: { any: [{ resources: { namespaces: excluded } }] } }),
          ...(conditions.length > 0 && { celPreconditions: conditionObjects(conditions) }),
          validate: {
            failureAction,
            cel: { ...variableObjects(program), expressions: [validationObject(policy, program)] },
          },
        },
      ],
    },
  };
}

function kindsOf(shape: Shape): readonly string[] {
  const resources = shape.rules.flatMap((rule) => rule.resources);
  return [
    ...new Set(
      resources.map((resource) => {
        const kind = kinds[resource];
        if (kind === undefined) throw new TypeError(`the resource ${resource} has no kind`);
        return kind;
      }),
    ),
  ];
}
