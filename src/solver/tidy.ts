/** Pods that read well: names and values that people write, where others show the same. */

import { isObject } from '../manifest/json.js';
import type { Json, JsonObject } from '../manifest/types.js';
import { type FieldType, fieldsOf } from '../schema/index.js';
import { valueRules } from '../schema/validity/values.js';

/** Objects that are plainer than others of their type. */
const plain: Readonly<Record<string, JsonObject>> = {
  SeccompProfile: { type: 'RuntimeDefault' },
  AppArmorProfile: { type: 'RuntimeDefault' },
};

/**
 * The pod with usual names and values in it, as far as it still shows what it has to show.
 *
 * @param shows whether a pod does.
 */
export function tidied(pod: JsonObject, shows: (pod: JsonObject) => boolean): JsonObject {
  let best = pod;
  for (const change of changesOf(pod)) {
    const changed = replaced(best, change);
    if (isObject(changed) && shows(changed)) best = changed;
  }
  return best;
}

/** A text to replace wherever it stands, or an object. */
type Change =
  | { readonly from: string; readonly to: string }
  | { readonly object: string; readonly to: JsonObject };

function changesOf(pod: JsonObject): Change[] {
  const changes = new Map<string, Change>();
  const visit = (value: Json, type: FieldType, name: string): void => {
    const like = valueRules.get(name)?.like;
    if (typeof value === 'string') {
      if (typeof like === 'string' && like !== value)
        changes.set(`${value} ${like}`, { from: value, to: like });
    } else if (Array.isArray(value)) {
      for (const each of value) if (type.of !== undefined) visit(each, type.of, `${name}[]`);
    } else if (isObject(value) && type.type !== undefined) {
      const to = plain[type.type];
      const object = JSON.stringify(value);
      if (to !== undefined && object !== JSON.stringify(to)) changes.set(object, { object, to });
      for (const [field, of] of Object.entries(fieldsOf(type.type) ?? {})) {
        const own = value[field];
        if (own !== undefined) visit(own, of, `${type.type}.${field}`);
      }
    }
  };
  visit(pod, { kind: 'struct', type: 'Pod' }, 'Pod');
  return [...changes.values()];
}

function replaced(value: Json, change: Change): Json {
  if (typeof value === 'string') return 'from' in change && value === change.from ? change.to : value;
  if (Array.isArray(value)) return value.map((each: Json) => replaced(each, change));
  if (!isObject(value)) return value;
  if ('object' in change && JSON.stringify(value) === change.object) return change.to;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]): [string, Json] => [
      renamed(key, change),
      replaced(each, change),
    ]),
  );
}

/** Keys of annotations end with the names of containers. */
function renamed(key: string, change: Change): string {
  if (!('from' in change) || !key.endsWith(`/${change.from}`)) return key;
  return `${key.slice(0, key.length - change.from.length)}${change.to}`;
}
