/** Every place of a pod that a manifest can have a value at, by the schema, and pods with another value there. */
import type { Cond, Ref } from '../../src/ir/types.js';
import { isObject } from '../../src/manifest/json.js';
import type { Json } from '../../src/manifest/types.js';
import { type FieldType, fieldsOf } from '../../src/schema/index.js';
import { ruleName } from '../../src/schema/validity/values.js';
import { decide } from '../../src/solver/decide.js';
import type { Witness } from '../../src/solver/witness.js';

/** A field, or `[]`, `{}` and `{#}` for an element of a list, a value and a key of a map. */
export type Steps = readonly string[];

export interface Place {
  /** As tables of rules name it: `Container.image`. */
  readonly name: string;
  readonly steps: Steps;
  /** To the object that it is in. One that is no pointer is there with what that is in. */
  readonly above: Steps;
  readonly type: FieldType;
}

/** The places of each name, in the order of the schema, the nearest to the pod first. */
export function placesByName(): ReadonlyMap<string, readonly Place[]> {
  const found = new Map<string, Place[]>();
  let level: Place[] = below({ name: 'Pod', steps: [], above: [], type: { kind: 'struct', type: 'Pod' } });
  while (level.length > 0) {
    for (const place of level) found.set(place.name, [...(found.get(place.name) ?? []), place]);
    level = level.flatMap(below);
  }
  return found;
}

/** What the API server makes of the kind, and writes itself. */
const ofServer: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'status']);

function below({ name, steps, above: before, type }: Place): Place[] {
  const { of } = type;
  const above = 'pointer' in type && type.kind === 'struct' && type.pointer === false ? before : steps;
  switch (type.kind) {
    case 'struct':
      return Object.entries(fieldsOf(type.type ?? '') ?? {})
        .filter(([field, { dropped }]) => dropped !== true && !(type.type === 'Pod' && ofServer.has(field)))
        .map(([field, facts]) => ({
          name: ruleName(name, type.type ?? '', field),
          steps: [...steps, field],
          above,
          type: facts,
        }));
    case 'list':
      return of === undefined ? [] : [{ name: `${name}[]`, steps: [...steps, '[]'], above, type: of }];
    case 'map':
      // Of other maps no rule can ask for a key.
      return of?.kind !== 'string'
        ? []
        : [
            { name: `${name}{#}`, steps: [...steps, '{#}'], above, type: { kind: 'string' } },
            { name: `${name}{}`, steps: [...steps, '{}'], above, type: of },
          ];
    default:
      return [];
  }
}

export interface Found {
  readonly witness: Witness;
  /** Whether it has the place, and not only what that is in. */
  readonly whole: boolean;
}

/** A pod that has the place, or else what that is in; undefined where no pod has either. */
export function podWith({ steps, above }: Place): Found | undefined {
  const place = steps.filter((step) => !step.startsWith('{'));
  const own = decide([{ cond: isThere('pod', place), holds: true }]);
  if (own !== undefined) return { witness: own, whole: true };
  const around = decide([{ cond: isThere('pod', above), holds: true }]);
  return around && { witness: around, whole: false };
}

const isThere = (from: string, steps: Steps): Cond =>
  somewhere(
    steps,
    (ref) => (ref.path.length === 0 ? { kind: 'constant', value: true } : { kind: 'present', ref }),
    from,
  );

/** That it holds of one of the things that the steps lead to. */
export function somewhere(steps: Steps, holds: (ref: Ref) => Cond, from = 'pod'): Cond {
  const at = steps.indexOf('[]');
  if (at < 0) return holds({ from, path: [...steps] });
  const list: Ref = { from, path: [...steps.slice(0, at)] };
  const bind = `${from}x`;
  const where = somewhere(steps.slice(at + 1), holds, bind);
  return { kind: 'some', bind, in: { kind: 'items', list }, where };
}

/** The value with another one at the place, in the first elements that have it; undefined: without it. */
export function withValue(
  value: Json | undefined,
  [step, ...rest]: Steps,
  given: Json | undefined,
): Json | undefined {
  if (step === undefined) return given;
  if (step === '[]') {
    const list = Array.isArray(value) ? value : [];
    const index = Math.max(
      0,
      list.findIndex((each) => has(each, rest)),
    );
    const put = withValue(list[index], rest, given);
    return [...list.slice(0, index), ...(put === undefined ? [] : [put]), ...list.slice(index + 1)];
  }
  if (step === '{#}') return typeof given === 'string' ? { [given]: '1' } : {};
  if (step === '{}') return given === undefined ? {} : { 'example.com/key': given };
  const { [step]: old, ...others } = isObject(value) ? value : {};
  const put = withValue(old, rest, given);
  return put === undefined ? others : { ...others, [step]: put };
}

function has(value: Json | undefined, [step, ...rest]: Steps): boolean {
  if (step === undefined || rest.length === 0) return true;
  if (step === '[]') return Array.isArray(value) && value.some((each) => has(each, rest));
  return isObject(value) && value[step] !== undefined && has(value[step], rest);
}
