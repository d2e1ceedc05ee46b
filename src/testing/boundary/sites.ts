/** Where a control looks, and which values there are on the edge of its rule: both read off the IR. */
import type { Control, Ref, Scalar, Source, Term } from '../../ir/types.js';
import { identity, rebuildControl } from '../../ir/visit.js';
import type { Json } from '../../manifest/types.js';
import { type Field, fieldAt } from '../../schema/index.js';
import { sampleOf } from './samples.js';

/** A step into a pod: a field, any element of a list, a container of some group, or a key of a map. */
export type Step =
  | { readonly kind: 'field'; readonly name: string }
  | { readonly kind: 'element' }
  | { readonly kind: 'container' }
  | { readonly kind: 'key'; readonly key: string };

export interface Site {
  readonly control: string;
  readonly steps: readonly Step[];
  readonly field: Field;
  /** Whether what stands there belongs to a container: it is inside of one, or under a key with a container's name. */
  readonly perContainer: boolean;
  /** What to put there. Absence is the base without a tweak; null is among these. */
  readonly values: readonly Json[];
}

const fieldStep = (name: string): Step => ({ kind: 'field', name });

/** Every place that a control reads, with the values on the edge of its rule. */
export function sitesOf(control: Control): Site[] {
  const sources = boundSources(control);
  const literals = literalsOf(control);
  const sites = new Map<string, Site>();
  const add = (steps: readonly Step[], perContainer: boolean) => {
    const field = fieldOf(steps);
    if (field === undefined || steps.at(-1)?.kind === 'container') return;
    const values = valuesOf(field, literals);
    if (values.length > 0)
      sites.set(JSON.stringify(steps), { control: control.id, steps, field, perContainer, values });
  };
  for (const ref of refsOf(control)) {
    const steps = stepsOf(ref, sources);
    if (steps === undefined) continue;
    const perContainer = steps[0]?.kind === 'container';
    for (let length = 1; length <= steps.length; length++) add(steps.slice(0, length), perContainer);
  }
  for (const { map, keys, perContainer } of mapKeys(control, sources)) {
    for (const key of keys) add([...map, { kind: 'key', key }], perContainer);
  }
  return [...sites.values()];
}

function boundSources(control: Control): ReadonlyMap<string, Source> {
  const sources = new Map<string, Source>();
  let last: Source = { kind: 'userGroups' };
  rebuildControl(control, {
    ...identity,
    source: (source) => {
      last = source;
      return source;
    },
    bind: (bind) => {
      sources.set(bind, last);
      return bind;
    },
  });
  return sources;
}

function refsOf(control: Control): Ref[] {
  const refs: Ref[] = [];
  rebuildControl(control, {
    ...identity,
    ref: (ref) => {
      refs.push(ref);
      return ref;
    },
    term: (term) => {
      if (term.kind === 'firstPresent') {
        refs.push(...term.fields.map((field) => ({ from: term.of.from, path: [...term.of.path, field] })));
      }
      return term;
    },
  });
  return refs;
}

/** The steps from the pod to a place; undefined where it is not in the pod (an entry's key, a user's group, the old pod). */
function stepsOf(ref: Ref, sources: ReadonlyMap<string, Source>): Step[] | undefined {
  if (ref.from === 'pod') return ref.path.map(fieldStep);
  const source = sources.get(ref.from);
  switch (source?.kind) {
    case 'containers':
      return source.of === 'pod' ? [{ kind: 'container' }, ...ref.path.map(fieldStep)] : undefined;
    case 'items': {
      const list = stepsOf(source.list, sources);
      return list && [...list, { kind: 'element' }, ...ref.path.map(fieldStep)];
    }
    case 'entries':
    case 'userGroups':
    case undefined:
      return undefined;
  }
}

/** The name of the container that tweaks are made to, and of one that is not in the pod. */
export const tweakedContainer = 'app';
const absentContainer = 'nobody';

interface MapKeys {
  readonly map: readonly Step[];
  readonly keys: readonly string[];
  readonly perContainer: boolean;
}

function mapKeys(control: Control, sources: ReadonlyMap<string, Source>): MapKeys[] {
  const found: MapKeys[] = [];
  const keep = (ref: Ref, keys: readonly string[], perContainer = false) => {
    const map = stepsOf(ref, sources);
    if (map !== undefined) found.push({ map, keys, perContainer });
  };
  rebuildControl(control, {
    ...identity,
    source: (source) => {
      if (source.kind === 'entries') {
        keep(
          source.map,
          [tweakedContainer, absentContainer, ''].map((suffix) => source.prefix + suffix),
        );
        keep(source.map, [source.prefix.slice(0, -1)]);
      }
      return source;
    },
    term: (term) => {
      if (term.kind === 'lookup') keep(term.map, keysOf(term.key), term.key.kind !== 'literal');
      return term;
    },
    cond: (cond) => {
      if (cond.kind === 'hasKey') keep(cond.map, keysOf(cond.key), cond.key.kind !== 'literal');
      return cond;
    },
  });
  return found;
}

/** Keys that a key term can have: its literals, with the tweaked container's name, or another, where a field is read. */
function keysOf(key: Term): string[] {
  const text = (name: string): string => {
    const write = (term: Term): string => {
      if (term.kind === 'literal') return String(term.value);
      return term.kind === 'concat' ? term.parts.map(write).join('') : name;
    };
    return write(key);
  };
  return [...new Set([text(tweakedContainer), text(absentContainer)])];
}

function fieldOf(steps: readonly Step[]): Field | undefined {
  const [first, ...rest] = steps;
  const names = (some: readonly Step[]) =>
    some.map((step) => (step.kind === 'field' ? step.name : step.kind === 'key' ? step.key : '*'));
  return first?.kind === 'container'
    ? fieldAt('PodSpec', ['containers', '*', ...names(rest)])
    : fieldAt('Pod', names(steps));
}

interface Literals {
  readonly strings: readonly string[];
  readonly numbers: readonly number[];
}

function literalsOf(control: Control): Literals {
  const strings = new Set<string>();
  const numbers = new Set<number>();
  const keep = (value: Scalar) => {
    if (typeof value === 'string') strings.add(value);
    if (typeof value === 'number') numbers.add(value);
  };
  rebuildControl(control, {
    ...identity,
    cond: (cond) => {
      if (cond.kind === 'equal' || cond.kind === 'sameParts') {
        for (const side of [cond.left, cond.right]) if (side.kind === 'literal') keep(side.value);
      }
      if (cond.kind === 'oneOf') for (const value of cond.values) keep(value);
      if (cond.kind === 'within')
        for (const { min, max } of cond.ranges) for (const end of [min, max]) keep(end);
      if (cond.kind === 'matches') {
        for (const pattern of cond.patterns) {
          if (pattern.kind === 'prefix' || pattern.kind === 'pathPrefix') keep(pattern.prefix);
          if (pattern.kind === 'suffix') keep(pattern.suffix);
          if (pattern.kind === 'glob')
            for (const filler of ['', 'x']) keep(pattern.glob.replaceAll('*', filler));
        }
      }
      return cond;
    },
  });
  return { strings: [...strings], numbers: [...numbers] };
}

const freshString = 'podsec-fresh';
const freshNumber = 4242;

/** The values on the edge: each literal, its neighbours, a fresh value, the zero value and null. */
function valuesOf(field: Field, { strings, numbers }: Literals): Json[] {
  const edge = (): Json[] => {
    switch (field.kind) {
      case 'bool':
        return [true, false];
      case 'int':
        return [...numbers.flatMap((number) => [number - 1, number, number + 1]), 0, 1, freshNumber].filter(
          (number) => number >= -1 && number < 2 ** 31,
        );
      case 'string': {
        const near = strings.flatMap((text) => [text, `${text}x`, text.slice(0, -1), swapCase(text)]);
        return [...(field.enum ?? []), ...near, '', freshString];
      }
      case 'struct':
        return [{}, sampleOf(field.type ?? '')];
      case 'list':
        return [[]];
      case 'map':
        return [{}];
      default:
        return [];
    }
  };
  const seen = new Set<string>();
  const candidates: Json[] = [...edge(), null];
  return candidates.filter((value) => {
    const key = JSON.stringify(value);
    return seen.has(key) ? false : seen.add(key) !== undefined;
  });
}

function swapCase(text: string): string {
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase();
}
