/** The objects of a policy, as Kubernetes has them. */
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { actionsOf, failurePolicy, metadataOf, namespaceSelector, ruleObject } from '../admission-policy.js';
import {
  asksAuthorizer,
  binary,
  celText,
  literal,
  matchConditions,
  method,
  not,
  type Program,
  size,
} from '../cel/index.js';
import { messageTitle } from '../describe.js';
import { policyName } from '../objects.js';
import type { Shape } from '../shapes.js';

/** 1.30 made the API stable; before that it has the same shape under another name. */
export function apiVersionOf(engineVersion: string): string {
  const group = 'admissionregistration.k8s.io';
  return engineVersion === '1.28' || engineVersion === '1.29' ? `${group}/v1beta1` : `${group}/v1`;
}

export function policyObject(
  policy: Policy,
  shape: Shape,
  engineVersion: string,
  program: Program,
): JsonObject {
  const title = messageTitle(policy);
  const { variables } = program;
  return {
    apiVersion: apiVersionOf(engineVersion),
    kind: 'ValidatingAdmissionPolicy',
    metadata: metadataOf(policyName(policy, shape)),
    spec: {
      failurePolicy,
      matchConstraints: { matchPolicy: 'Equivalent', resourceRules: shape.rules.map(ruleObject) },
      matchConditions: matchConditions(policy, shape, { kind: 'typed', shape }).map(({ name, expr }) => ({
        name,
        expression: celText(expr),
      })),
      ...(variables.length > 0 && {
        variables: variables.map(({ name, expr }) => ({ name, expression: celText(expr) })),
      }),
      ...(program.judged.length > 0 && !asksAuthorizer(policy)
        ? together(title, program)
        : eachAlone(title, program)),
    },
  };
}

/** One message for all controls that fail, and their ids in the audit log where they can be filtered by. */
function together(title: string, { failed, message }: Program): JsonObject {
  return {
    validations: [
      {
        expression: celText(binary(size(failed), '==', literal(0))),
        reason: 'Forbidden',
        message: `${title}: denied; the audit annotation "controls" says by which controls`,
        messageExpression: celText(message),
      },
    ],
    // An empty text is not published.
    auditAnnotations: [{ key: 'controls', valueExpression: celText(method(failed, 'join', literal(', '))) }],
  };
}

/** Messages and audit annotations cannot ask the authorizer, so each control has a message that asks nothing. */
function eachAlone(title: string, { judged }: Program): JsonObject {
  const nothing = { expression: 'true', reason: 'Forbidden', message: title };
  const validations = judged.map(({ id, fails }) => ({
    expression: celText(not(fails)),
    reason: 'Forbidden',
    message: `${title}: ${id}`.replace(/\p{Cc}/gu, ' '),
  }));
  return { validations: validations.length === 0 ? [nothing] : validations };
}

export function bindingObject(policy: Policy, shape: Shape, engineVersion: string): JsonObject {
  const selector = namespaceSelector(policy);
  return {
    apiVersion: apiVersionOf(engineVersion),
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: metadataOf(policyName(policy, shape)),
    spec: {
      policyName: policyName(policy, shape),
      validationActions: actionsOf(policy.mode, shape),
      ...(selector !== undefined && { matchResources: { namespaceSelector: selector } }),
    },
  };
}
