/** The policy in CEL, as the engine K8sNativeValidation takes it. Objects are JSON there, of a request or of a manifest. */
import { ignoredPodSubresources } from '../../admission/index.js';
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import {
  and,
  binary,
  call,
  celText,
  concat,
  type Expr,
  emptyMap,
  exemptible,
  jsonNamespaceOf,
  jsonOldPodOf,
  jsonPodOf,
  list,
  literal,
  method,
  name,
  not,
  ofRequest,
  or,
  programOf,
  type Subject,
  select,
  significantUpdate,
  size,
  ternary,
  variable,
} from '../cel/index.js';
import { messageTitle } from '../describe.js';
import { type Shape, shapes } from '../shapes.js';
import { failurePolicyOf } from './failure-policy.js';
import { type Parameter, parameterNames } from './parameters.js';

/** What Gatekeeper calls the object, or what it was before a DELETE. */
const object = variable('anyObject');
const request = name('request');
const kind = select(object, 'kind');

/** Variables beside those of the program. `params` are Gatekeeper's: those of the constraint, or null. */
const own = ['params', 'operation', 'pod', 'oldPod', 'parameters', ...parameterNames, 'judged'] as const;
const operation = variable('operation');
const pod = variable('pod');
const oldPod = variable('oldPod');
const params = variable('params');

const isAny = (of: Expr, values: readonly string[]): Expr => {
  const [only] = values;
  return only !== undefined && values.length === 1
    ? binary(of, '==', literal(only))
    : binary(of, 'in', list(...values.map(literal)));
};
const isPodKind = isAny(kind, ['Pod']);
const isUpdate = isAny(operation, ['UPDATE']);

const subject: Subject = {
  kind: 'json',
  pod,
  old: oldPod,
  created: or(not(isPodKind), not(isUpdate)),
  namespace: jsonNamespaceOf(object),
  operation,
};

/**
 * The source of the code. A DELETE has no object, so nothing else is read where a request is not judged.
 *
 * @param generateVap whether Gatekeeper has an API server judge by the same code too: objects there are JSON as well.
 */
export function celOf(policy: Policy, generateVap: boolean): JsonObject {
  const title = messageTitle(policy);
  const program = programOf(policy, subject, title, own);
  const { failed, message } = program;
  const variables: readonly { readonly name: string; readonly expr: Expr }[] = [
    { name: 'operation', expr: operationOf(select(request, 'operation')) },
    { name: 'pod', expr: ofKind((shape) => jsonPodOf(object, shape)) },
    { name: 'oldPod', expr: ofKind((shape) => jsonOldPodOf(name('oldObject'), shape)) },
    { name: 'parameters', expr: ternary(binary(params, '==', literal(null)), emptyMap, params) },
    ...parameterNames.map((each) => ({ name: each, expr: parameter(each) })),
    { name: 'judged', expr: judgedBy(policy) },
    ...program.variables,
  ];
  const denies = and(variable('judged'), binary(size(failed), '>', literal(0)));
  return {
    failurePolicy: failurePolicyOf(policy.mode, generateVap),
    // Left out, it would be up to a flag of Gatekeeper, which is on.
    generateVAP: generateVap,
    ...(program.judged.length > 0 && {
      variables: variables.map(({ name, expr }) => ({ name, expression: celText(expr) })),
    }),
    validations: [
      program.judged.length === 0
        ? { expression: 'true', message: title }
        : {
            expression: celText(not(denies)),
            message: `${title}: denied`,
            messageExpression: celText(message),
          },
    ],
  };
}

/** A list of the constraint's; nothing where it has none. An empty name exempts nobody. */
function parameter(of: Parameter): Expr {
  const found = select(variable('parameters'), of);
  const each = name('exempt');
  const named = method(found, 'filter', each, binary(each, '!=', literal('')));
  return ternary(and(call('has', found), binary(found, '!=', literal(null))), named, list());
}

/** Nothing that a constraint exempts. */
function notExempt(): Expr {
  const { user, runtimeClass, namespace, serviceAccount } = exemptible(subject);
  const outside = (term: Expr, of: Parameter): Expr => not(binary(term, 'in', variable(of)));
  return and(
    outside(user, 'exemptUsers'),
    outside(runtimeClass, 'exemptRuntimeClasses'),
    outside(concat([namespace, literal('/'), serviceAccount]), 'exemptServiceAccounts'),
  );
}

/** `gator test` and audit say no operation: what is there is judged as if it were created. */
const operationOf = (asked: Expr): Expr =>
  ternary(binary(asked, '==', literal('')), literal('CREATE'), asked);

/** What is read of the object by its kind; an empty object of any other. */
function ofKind(read: (shape: Shape) => Expr): Expr {
  return shapes.reduceRight<Expr>(
    (otherwise, shape) => ternary(isAny(kind, kindsOf(shape)), read(shape), otherwise),
    emptyMap,
  );
}

const kindsOf = (shape: Shape): readonly string[] => shape.rules.flatMap(({ kinds }) => kinds);

/** Groups of the API that hold workloads, or did. */
const workloadGroups = [
  ...new Set(shapes.flatMap(({ rules }) => rules.flatMap(({ apiGroups }) => apiGroups))),
  'extensions',
];

function judgedBy(policy: Policy): Expr {
  const subresource = ofRequest('subResource');
  const unlessSame = or(not(isUpdate), binary(pod, '!=', oldPod));
  return and(
    not(isAny(operation, ['DELETE', 'CONNECT'])),
    isAny(select(request, 'kind', 'group'), workloadGroups),
    binary(size(pod), '>', literal(0)),
    ternary(
      isPodKind,
      and(not(isAny(subresource, ignoredPodSubresources)), or(not(isUpdate), significantUpdate(subject))),
      // To scale a workload that was there before the policy, or to pause it, must not be refused.
      and(isAny(subresource, ['']), ...(policy.mode === 'enforce-workloads' ? [unlessSame] : [])),
    ),
    notExempt(),
  );
}
