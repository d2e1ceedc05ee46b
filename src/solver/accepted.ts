/** What an API server demands of a pod, asked of one pod: the same rules that the solver keeps to. */

import { admit } from '../admission/index.js';
import { type AdmissionRequest, evaluate, noRequest } from '../evaluate.js';
import { type Cond, type Control, irVersion, type Mutation, type Policy } from '../ir/types.js';
import { isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { type FieldType, fieldsOf } from '../schema/index.js';
import { type Ordered, type ValidityRule, validityRules } from '../schema/validity/index.js';
import { type Unique, uniques } from '../schema/validity/unique.js';
import { ruleName, valueRules } from '../schema/validity/values.js';
import { accepts } from './automata.js';
import { formats } from './formats.js';

/** A policy whose only control denies where the condition holds. */
function denyingWhere(cond: Cond, mutations: readonly Mutation[] = []): Policy {
  const control: Control = {
    id: 'condition',
    level: 'custom',
    unless: { kind: 'constant', value: false },
    collections: [
      {
        name: 'pod',
        distinct: false,
        denies: true,
        from: [
          {
            over: [],
            where: cond,
            show: { kind: 'literal', value: '' },
            at: { from: 'pod', path: ['spec'] },
          },
        ],
      },
    ],
    reason: { kind: 'text', text: 'it holds' },
    detail: { kind: 'text', text: '' },
  };
  return {
    ir: irVersion,
    name: 'condition',
    version: null,
    mutations,
    controls: [control],
    alternatives: [],
    exceptions: [],
    exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
    scope: { excludedNamespaces: [], namespaceSelector: [] },
    mode: 'audit',
  };
}

/** Whether `evaluate` finds the condition to hold of an admitted pod, as mutations leave it. */
export const holdsOf = (
  cond: Cond,
  pod: JsonObject,
  request: AdmissionRequest = noRequest,
  after: readonly Mutation[] = [],
): boolean => evaluate(denyingWhere(cond, after), pod, request).length > 0;

const judges = validityRules.map((rule) => ({ rule, policy: denyingWhere(rule.refused) }));

/** The rules for which the API server refuses an admitted pod. */
export const refusingRules = (pod: JsonObject, request: AdmissionRequest): readonly ValidityRule[] =>
  judges
    .filter(({ rule: { ordered }, policy }) =>
      ordered === undefined ? evaluate(policy, pod, request).length > 0 : isOutOfOrder(pod, ordered),
    )
    .map(({ rule }) => rule);

function isOutOfOrder(pod: JsonObject, { least, greatest }: Ordered): boolean {
  const [most] = valuesAt(pod, greatest.split('.'));
  return least
    .flatMap((path) => valuesAt(pod, path.split('.')))
    .some((each) => typeof each === 'number' && typeof most === 'number' && each > most);
}

/** What an API server makes of a pod before any policy sees it, or why it refuses it as far as these rules know. */
export type Acceptance = { readonly pod: JsonObject } | { readonly refused: string };

export function acceptanceOf(manifest: JsonObject, request: AdmissionRequest = noRequest): Acceptance {
  const read = admitted(manifest);
  if (!('pod' in read)) return read;
  const refused = refusedFor(read.pod, request);
  return refused === undefined ? read : { refused };
}

/** The same before any of the rules. */
export function admitted(manifest: JsonObject): Acceptance {
  const admission = admit(manifest);
  if (admission.kind !== 'workload' || admission.pod === undefined) return { refused: 'it is no pod' };
  const [problem] = admission.problems;
  return problem === undefined ? { pod: admission.pod } : { refused: problem.message };
}

function refusedFor(pod: JsonObject, request: AdmissionRequest): string | undefined {
  const besides = refusedBesides(pod);
  if (besides !== undefined) return besides;
  return refusingRules(pod, request)[0]?.id;
}

/** Why the API server refuses an admitted pod for a value, or for one that is repeated, whatever the rules say. */
export function refusedBesides(pod: JsonObject): string | undefined {
  const value = refusedValue(pod, { kind: 'struct', type: 'Pod' }, 'Pod', 'pod');
  if (value !== undefined) return value;
  return uniques.some((unique) => hasRepeats(pod, unique)) ? 'a value that is repeated' : undefined;
}

function refusedValue(value: Json, type: FieldType, name: string, path: string): string | undefined {
  const rule = valueRules.get(name);
  if (typeof value === 'string') {
    const among = rule?.among ?? type.enum;
    const wrong =
      (among !== undefined && !among.includes(value)) ||
      (rule?.longest !== undefined && Buffer.byteLength(value) > rule.longest) ||
      (rule?.format !== undefined && !accepts(formats[rule.format], value));
    return wrong ? `${path} is ${value}` : undefined;
  }
  if (typeof value === 'number') {
    const wrong = (rule?.min ?? value) > value || value > (rule?.max ?? value);
    return wrong ? `${path} is ${value}` : undefined;
  }
  if (Array.isArray(value)) {
    const { of } = type;
    return of === undefined
      ? undefined
      : first(value.entries(), ([at, each]) => refusedValue(each, of, `${name}[]`, `${path}[${at}]`));
  }
  if (!isObject(value)) return undefined;
  if (type.kind === 'map') {
    const { of } = type;
    return first(
      Object.entries(value),
      ([key, each]) =>
        refusedValue(key, { kind: 'string' }, `${name}{#}`, `a key of ${path}`) ??
        (of === undefined ? undefined : refusedValue(each, of, `${name}{}`, `${path}.${key}`)),
    );
  }
  const typeName = type.type ?? '';
  return first(Object.entries(fieldsOf(typeName) ?? {}), ([field, of]) => {
    const given = Object.hasOwn(value, field) ? value[field] : undefined;
    // An object that is no pointer is there also where nothing is in it.
    const own = given ?? (of.kind === 'struct' && !of.pointer ? {} : undefined);
    const fieldName = ruleName(name, typeName, field);
    const { required, absent } = valueRules.get(fieldName) ?? {};
    if (own === undefined) return required === true ? `${path} has no ${field}` : undefined;
    if (absent === true) return `${path} has ${field}`;
    return refusedValue(own, of, fieldName, `${path}.${field}`);
  });
}

function first<T>(of: Iterable<T>, why: (each: T) => string | undefined): string | undefined {
  for (const each of of) {
    const found = why(each);
    if (found !== undefined) return found;
  }
  return undefined;
}

function hasRepeats(pod: JsonObject, { lists, together, fields }: Unique): boolean {
  const found = lists.flatMap((list) => valuesAt(pod, list.split('.')).filter((each) => Array.isArray(each)));
  const [counts] = fields;
  return (together ? [found.flat()] : found).some((elements) => {
    const values = elements.flatMap((each) =>
      isObject(each) && each[counts] !== undefined
        ? [JSON.stringify(fields.map((field) => each[field] ?? null))]
        : [],
    );
    return new Set(values).size < values.length;
  });
}

/** What is at a path, in each of the elements on the way. */
/** What is at the path; `[]` behind a name is each element of the list. */
export function valuesAt(value: Json | undefined, [step, ...rest]: readonly string[]): readonly Json[] {
  if (step === undefined) return value === undefined ? [] : [value];
  if (!isObject(value)) return [];
  const next = value[step.replace('[]', '')];
  if (!step.endsWith('[]')) return valuesAt(next, rest);
  return Array.isArray(next) ? next.flatMap((each: Json) => valuesAt(each, rest)) : [];
}
