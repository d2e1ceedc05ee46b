/** What both kinds of policies are made of, and have in common with an API server's own. */
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { binary, celText, literal, type MatchCondition, type Program, size } from '../cel/index.js';
import { messageTitle } from '../describe.js';

export function conditionObjects(conditions: readonly MatchCondition[]): readonly JsonObject[] {
  return conditions.map(({ name, expr }) => ({ name, expression: celText(expr) }));
}

export function variableObjects({ variables }: Program): JsonObject {
  return variables.length === 0
    ? {}
    : { variables: variables.map(({ name, expr }) => ({ name, expression: celText(expr) })) };
}

/** One validation for all controls: Kyverno tells the first that fails, as an API server does. */
export function validationObject(policy: Policy, { judged, failed, message }: Program): JsonObject {
  const title = messageTitle(policy);
  if (judged.length === 0) return { expression: 'true', message: title };
  return {
    expression: celText(binary(size(failed), '==', literal(0))),
    message: `${title}: denied`,
    messageExpression: celText(message),
  };
}
