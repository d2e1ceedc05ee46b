/** Putting a value into a pod. */
import type { ContainerGroup } from '../../ir/types.js';
import { isObject } from '../../manifest/json.js';
import type { Json, JsonObject } from '../../manifest/types.js';
import { fieldAt } from '../../schema/index.js';
import { groupFields } from './bases.js';
import { sampleElement, sampleOf } from './samples.js';
import { type Site, type Step, tweakedContainer } from './sites.js';

export interface Tweak {
  readonly site: Site;
  readonly value: Json;
}

/** Each value at each of the places. */
export function tweaksOf(sites: readonly Site[]): Tweak[] {
  return sites.flatMap((site) => site.values.map((value) => ({ site, value })));
}

/** The pod with the value in place; objects on the way that are missing are made. The pod given is left as it is. */
export function applyTweak(pod: JsonObject, { site, value }: Tweak, group: ContainerGroup): JsonObject {
  const steps: Step[] = [];
  for (const step of site.steps) {
    if (step.kind === 'container') {
      steps.push({ kind: 'field', name: 'spec' }, { kind: 'field', name: groupFields[group] }, step);
    } else {
      steps.push(step);
    }
  }
  const changed = put(pod, steps, value, []);
  return isObject(changed) ? changed : pod;
}

function put(at: Json | undefined, steps: readonly Step[], value: Json, path: readonly string[]): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  switch (step.kind) {
    case 'field':
    case 'key': {
      const name = step.kind === 'field' ? step.name : step.key;
      const object = isObject(at) ? at : freshObject(path);
      return { ...object, [name]: put(object[name], rest, value, [...path, name]) };
    }
    case 'container': {
      const list = Array.isArray(at) ? at : [];
      return list.map((each: Json) =>
        isObject(each) && each.name === tweakedContainer ? put(each, rest, value, [...path, '*']) : each,
      );
    }
    case 'element': {
      // A new element, so that what the pod has stays.
      const list: readonly Json[] = Array.isArray(at) ? at : [];
      const type = fieldAt('Pod', [...path, '*'])?.type;
      if (type === undefined) return [...list, put(undefined, rest, value, [...path, '*'])];
      return [...list, put(sampleElement(type, list.length), rest, value, [...path, '*'])];
    }
  }
}

function freshObject(path: readonly string[]): JsonObject {
  return sampleOf(fieldAt('Pod', path)?.type ?? '');
}
