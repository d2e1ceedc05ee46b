/** `policies.kyverno.io/v1` ValidatingPolicy: the form of a ValidatingAdmissionPolicy, judged by Kyverno. */
import type { JsonObject } from '../../manifest/types.js';
import { actionsOf, failurePolicy, metadataOf, namespaceSelector, ruleObject } from '../admission-policy.js';
import { celText, literal, method } from '../cel/index.js';
import { validatingPolicyCapabilities } from './capabilities.js';
import type { Content, Form } from './form.js';
import { conditionObjects, validationObject, variableObjects } from './parts.js';

export const validatingPolicy: Form = {
  target: 'kyverno-vpol',
  title: 'Kyverno ValidatingPolicy',
  engineVersions: ['1.17', '1.18', '1.19'],
  capabilities: validatingPolicyCapabilities,
  kind: 'ValidatingPolicy',
  apiVersion: 'policies.kyverno.io/v1',
  action: (mode, shape) => `validationActions: ${actionsOf(mode, shape).join(', ')}`,
  object,
};

function object({ policy, shape, conditions, program }: Content, name: string): JsonObject {
  const selector = namespaceSelector(policy);
  return {
    apiVersion: validatingPolicy.apiVersion,
    kind: validatingPolicy.kind,
    metadata: metadataOf(name),
    spec: {
      failurePolicy,
      validationActions: actionsOf(policy.mode, shape),
      // Workloads have policies of their own, and no policy is to be judged twice.
      autogen: { podControllers: { controllers: [] }, validatingAdmissionPolicy: { enabled: false } },
      evaluation: { mode: 'Kubernetes', admission: { enabled: true }, background: { enabled: true } },
      matchConstraints: {
        matchPolicy: 'Equivalent',
        ...(selector !== undefined && { namespaceSelector: selector }),
        resourceRules: shape.rules.map(ruleObject),
      },
      ...(conditions.length > 0 && { matchConditions: conditionObjects(conditions) }),
      ...variableObjects(program),
      validations: [validationObject(policy, program)],
      // Becomes a property of the results in reports. An empty text is left out.
      ...(program.judged.length > 0 && {
        auditAnnotations: [
          { key: 'controls', valueExpression: celText(method(program.failed, 'join', literal(', '))) },
        ],
      }),
    },
  };
}
