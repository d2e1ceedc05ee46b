/** The objects of a policy, as Kubernetes has them. */
import type { LabelRequirement, Mode, Policy } from '../../ir/types.js';
import type { Json, JsonObject } from '../../manifest/types.js';
import {
  asksAuthorizer,
  binary,
  type Expr,
  literal,
  matchConditions,
  method,
  not,
  type Program,
  printCel,
  printCelBlock,
  size,
} from '../cel/index.js';
import { messageTitle, outOfScope } from '../describe.js';
import { policyName } from '../objects.js';
import { isPod, type ResourceRule, type Shape } from '../shapes.js';

export const failurePolicy = 'Fail';

/** The label that an API server puts on every namespace. */
const namespaceName = 'kubernetes.io/metadata.name';

/** 1.30 made the API stable; before that it has the same shape under another name. */
export function apiVersionOf(engineVersion: string): string {
  const group = 'admissionregistration.k8s.io';
  return engineVersion === '1.28' || engineVersion === '1.29' ? `${group}/v1beta1` : `${group}/v1`;
}

/** As PodSecurity admission does, `enforce` only warns of workloads: their pods are refused when they come. */
export function actionsOf(mode: Mode, shape: Shape): readonly string[] {
  switch (mode) {
    case 'enforce':
      return [isPod(shape) ? 'Deny' : 'Warn', 'Audit'];
    case 'enforce-workloads':
      return ['Deny', 'Audit'];
    case 'warn':
      return ['Warn'];
    case 'audit':
      return ['Audit'];
  }
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
    metadata: metadata(policy, shape),
    spec: {
      failurePolicy,
      matchConstraints: { matchPolicy: 'Equivalent', resourceRules: shape.rules.map(ruleObject) },
      matchConditions: matchConditions(policy, shape).map(({ name, expr }) => ({
        name,
        expression: text(expr),
      })),
      ...(variables.length > 0 && {
        variables: variables.map(({ name, expr }) => ({ name, expression: text(expr) })),
      }),
      ...(program.judged.length > 0 && !asksAuthorizer(policy)
        ? together(title, program)
        : eachAlone(title, program)),
    },
  };
}

/** A block of lines for what YAML would have to escape. */
function text(expr: Expr): string {
  const printed = printCel(expr);
  if (!/["\\\n]/.test(printed)) return printed;
  const block = expr.kind === 'method' ? printed : printCelBlock(expr);
  return block.includes('\n') ? `${block}\n` : block;
}

/** One message for all controls that fail, and their ids in the audit log where they can be filtered by. */
function together(title: string, { failed, message }: Program): JsonObject {
  return {
    validations: [
      {
        expression: text(binary(size(failed), '==', literal(0))),
        reason: 'Forbidden',
        message: `${title}: denied; the audit annotation "controls" says by which controls`,
        messageExpression: text(message),
      },
    ],
    // An empty text is not published.
    auditAnnotations: [{ key: 'controls', valueExpression: text(method(failed, 'join', literal(', '))) }],
  };
}

/** Messages and audit annotations cannot ask the authorizer, so each control has a message that asks nothing. */
function eachAlone(title: string, { judged }: Program): JsonObject {
  const nothing = { expression: 'true', reason: 'Forbidden', message: title };
  const validations = judged.map(({ id, fails }) => ({
    expression: text(not(fails)),
    reason: 'Forbidden',
    message: `${title}: ${id}`.replace(/\p{Cc}/gu, ' '),
  }));
  return { validations: validations.length === 0 ? [nothing] : validations };
}

function ruleObject({ apiGroups, apiVersions, operations, resources }: ResourceRule): JsonObject {
  return { apiGroups, apiVersions, operations, resources };
}

export function bindingObject(policy: Policy, shape: Shape, engineVersion: string): JsonObject {
  const requirements = namespaceRequirements(policy);
  return {
    apiVersion: apiVersionOf(engineVersion),
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: metadata(policy, shape),
    spec: {
      policyName: policyName(policy, shape),
      validationActions: actionsOf(policy.mode, shape),
      ...(requirements.length > 0 && {
        matchResources: { namespaceSelector: { matchExpressions: requirements } },
      }),
    },
  };
}

/** Namespaces by name, then by label. */
function namespaceRequirements(policy: Policy): readonly Json[] {
  const out = outOfScope(policy);
  const byName = out.length > 0 ? [{ key: namespaceName, operator: 'NotIn', values: out }] : [];
  return [...byName, ...policy.scope.namespaceSelector.map(requirement)];
}

function requirement({ key, operator, values }: LabelRequirement): JsonObject {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return { key, operator, values };
    case 'Exists':
    case 'DoesNotExist':
      return { key, operator };
  }
}

function metadata(policy: Policy, shape: Shape): JsonObject {
  return { name: policyName(policy, shape), labels: { 'app.kubernetes.io/managed-by': 'podsec' } };
}
