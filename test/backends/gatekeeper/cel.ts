/** Judges as Gatekeeper's driver for CEL does, with cel-js in place of cel-go. Each variable is evaluated. */
import { parse } from 'yaml';
import { gatekeeper } from '../../../src/backends/gatekeeper/index.js';
import { parametersOf } from '../../../src/backends/gatekeeper/parameters.js';
import type { Policy } from '../../../src/ir/types.js';
import type { Json, JsonObject } from '../../../src/manifest/types.js';
import { compileCel } from '../cel/engine.js';
import { plain } from '../cel/unstructured.js';

export interface Review {
  /** Empty as `gator test` has it. */
  readonly operation?: string;
  readonly oldObject?: JsonObject;
  readonly subResource?: string;
  readonly user?: string;
  readonly namespace?: string;
  /** Of the constraint. Left out: those that are emitted. */
  readonly parameters?: Json;
}

/** The message; nothing where there is no violation. Throws where Gatekeeper would have an error. */
export type Judge = (object: JsonObject, review?: Review) => string | undefined;

interface Source {
  readonly variables: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly { readonly expression: string; readonly messageExpression: string }[];
}

/** The code of a policy's template, by engine. */
export function codeOf(policy: Policy): { readonly cel: Source; readonly rego: RegoSource } {
  const compiled = gatekeeper.compile([policy], '3.23');
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  const template = compiled.files.find(({ path }) => path.endsWith('-template.yaml'));
  const [cel, rego] = parse(template?.text ?? '').spec.targets[0].code;
  return { cel: cel.source, rego: rego.source };
}

export interface RegoSource {
  readonly rego: string;
  readonly libs: readonly string[];
}

export function celJudge(policy: Policy): Judge {
  const { variables, validations } = codeOf(policy).cel;
  const [validation] = validations;
  if (validation === undefined) throw new Error('no validation');
  const named = variables.map(({ name, expression }) => ({ name, run: compileCel(expression) }));
  const admits = compileCel(validation.expression);
  const message = compileCel(validation.messageExpression);
  return (object, review = {}) => {
    const context = contextOf(object, review);
    // The driver gives null where a constraint has no parameters.
    const { parameters = parametersOf(policy) } = review;
    const known: Record<string, unknown> = { anyObject: context.object, params: plain(parameters) };
    for (const { name, run } of named) known[name] = run({ ...context, variables: known });
    if (admits({ ...context, variables: known }) === true) return undefined;
    return String(message({ ...context, variables: known }));
  };
}

/** As AdmissionRequest is written: what is empty is left out, but the operation and the user. */
export function requestOf(
  object: JsonObject,
  { operation = '', oldObject, subResource, user, namespace }: Review,
): Readonly<Record<string, Json>> {
  const [version = '', group = ''] = String(object.apiVersion).split('/').reverse();
  return {
    kind: { group, version, kind: object.kind ?? '' },
    operation,
    userInfo: user === undefined ? {} : { username: user },
    ...(subResource === undefined ? {} : { subResource }),
    ...(namespace === undefined ? {} : { namespace }),
    object,
    oldObject: oldObject ?? null,
  };
}

function contextOf(object: JsonObject, review: Review) {
  const { object: own, oldObject, ...request } = requestOf(object, review);
  return { object: plain(own ?? null), oldObject: plain(oldObject ?? null), request: plain(request) };
}
