/** The objects of a policy, as Kubernetes has them. */
import type { LabelRequirement, Mode, Policy } from '../../ir/types.js';
import { binary, literal, not, printCel, size } from '../cel/index.js';
import { matchConditions } from './match.js';
import { policyName } from './naming.js';
import { asksAuthorizer, programOf } from './program.js';
import { isPod, type Shape } from './shapes.js';

export const failurePolicy = 'Fail';

/** The label that an API server puts on every namespace. */
const namespaceName = 'kubernetes.io/metadata.name';

/** `name@version`, as messages and headers say it. */
export const titleOf = ({ name, version }: Policy): string =>
  version === null ? name : `${name}@${version}`;

/** 1.30 made the API stable; before that it has the same shape under another name. */
export function apiVersionOf(engineVersion: string): string {
  const group = 'admissionregistration.k8s.io';
  return engineVersion === '1.28' || engineVersion === '1.29' ? `${group}/v1beta1` : `${group}/v1`;
}

/** As PodSecurity admission does: what enforce refuses in pods, it only warns of in workloads. */
export function actionsOf(mode: Mode, shape: Shape): readonly string[] {
  switch (mode) {
    case 'enforce':
      return [isPod(shape) ? 'Deny' : 'Warn', 'Audit'];
    case 'warn':
      return ['Warn'];
    case 'audit':
      return ['Audit'];
  }
}

export function policyObject(policy: Policy, shape: Shape, engineVersion: string): object {
  const title = `podsec ${titleOf(policy)}`;
  const program = programOf(policy, shape, title);
  const { variables, judged, failed, message } = program;
  const reported = judged.length > 0 && !asksAuthorizer(policy);
  return {
    apiVersion: apiVersionOf(engineVersion),
    kind: 'ValidatingAdmissionPolicy',
    metadata: metadata(policy, shape),
    spec: {
      failurePolicy,
      matchConstraints: { matchPolicy: 'Equivalent', resourceRules: shape.rules },
      matchConditions: matchConditions(policy, shape).map(({ name, expr }) => ({
        name,
        expression: printCel(expr),
      })),
      ...(variables.length > 0 && {
        variables: variables.map(({ name, expr }) => ({ name, expression: printCel(expr) })),
      }),
      validations: reported
        ? [
            {
              expression: printCel(binary(size(failed), '==', literal(0))),
              reason: 'Forbidden',
              message: `${title}: the audit annotation controls names what is wrong`,
              messageExpression: printCel(message),
            },
          ]
        : eachAlone(title, program),
      ...(reported && {
        auditAnnotations: [{ key: 'controls', valueExpression: printCel(joined(program)) }],
      }),
    },
  };
}

/** Messages and audit annotations cannot ask the authorizer, so each control has a message that asks nothing. */
function eachAlone(title: string, { judged }: ReturnType<typeof programOf>): readonly object[] {
  if (judged.length === 0) return [{ expression: 'true', reason: 'Forbidden', message: title }];
  return judged.map(({ id, fails }) => ({
    expression: printCel(not(fails)),
    reason: 'Forbidden',
    message: concatText(title, id),
  }));
}

/** A message has one line. */
const concatText = (title: string, id: string) => `${title}: ${id}`.replaceAll('\n', ' ');

/** Nothing is published where it is empty. */
function joined({ failed }: ReturnType<typeof programOf>) {
  return { kind: 'method', of: failed, name: 'join', args: [literal(', ')] } as const;
}

export function bindingObject(policy: Policy, shape: Shape, engineVersion: string): object {
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
function namespaceRequirements({ scope, exemptions }: Policy): readonly object[] {
  const out = outOfScope({ scope, exemptions });
  const byName = out.length > 0 ? [{ key: namespaceName, operator: 'NotIn', values: out }] : [];
  return [...byName, ...scope.namespaceSelector.map(requirement)];
}

export function outOfScope({ scope, exemptions }: Pick<Policy, 'scope' | 'exemptions'>): readonly string[] {
  return [...new Set([...scope.excludedNamespaces, ...exemptions.namespaces])];
}

function requirement({ key, operator, values }: LabelRequirement): object {
  switch (operator) {
    case 'In':
    case 'NotIn':
      return { key, operator, values };
    case 'Exists':
    case 'DoesNotExist':
      return { key, operator };
  }
}

function metadata(policy: Policy, shape: Shape): object {
  return {
    name: policyName(policy, shape),
    labels: { 'app.kubernetes.io/managed-by': 'podsec' },
  };
}
