/** Each place of a pod: without what is there, with something else there, and lists of which every element is something else. */
import { expect, it } from 'vitest';
import { type Place, placesByName, podWith, somewhere, withValue } from '../../engines/values/places.js';
import type { Cond, Ref, Scalar } from '../../src/ir/types.js';
import { isObject } from '../../src/manifest/json.js';
import { acceptanceOf, holdsOf, valuesAt } from '../../src/solver/accepted.js';
import { allOf, notSo } from '../../src/solver/conditions.js';
import { decide } from '../../src/solver/decide.js';
import type { Witness } from '../../src/solver/witness.js';

const places = [...placesByName().values()].flatMap(([nearest]) =>
  nearest === undefined || nearest.steps.length < 2 || nearest.steps.some((step) => step.startsWith('{'))
    ? []
    : [nearest],
);
const fields = places.filter(({ steps }) => steps.at(-1) !== '[]');
/** No rule reads amounts and times. */
const read: readonly string[] = ['string', 'bytes', 'int', 'bool', 'intOrString'];
const elements = places.filter(({ steps }) => steps.at(-1) === '[]');

const present = (ref: Ref): Cond => ({ kind: 'present', ref });
const below = (ref: Ref, step: string): Ref => ({ ...ref, path: [...ref.path, step] });
const isNot = (ref: Ref, value: Scalar): Cond => {
  const absent = typeof value === 'string' ? '' : typeof value === 'number' ? 0 : false;
  const left = { kind: 'value', ref, absent } as const;
  return notSo({ kind: 'equal', left, right: { kind: 'literal', value } });
};

/** What is there in a pod that has the place, as an API server makes it. */
function valueAt(place: Place): Scalar | undefined {
  if (!read.includes(place.type.kind)) return undefined;
  const { witness } = podWith(place) ?? {};
  const acceptance = acceptanceOf(witness?.pod ?? {}, witness?.request);
  const path = place.steps.join('.').replaceAll('.[]', '[]').split('.');
  const [value] = 'pod' in acceptance ? valuesAt(acceptance.pod, path) : [];
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? value
    : undefined;
}

/** The pod that is found is one, and where none is found neither a pod without what is at the place nor the other one shows it. */
function wrongWith(place: Place, cond: Cond, other?: Cond): readonly string[] {
  const shows = ({ pod, request }: Pick<Witness, 'pod' | 'request'>): boolean => {
    const acceptance = acceptanceOf(pod, request);
    return 'pod' in acceptance && holdsOf(cond, acceptance.pod, request);
  };
  const found = decide([{ cond, holds: true }]);
  if (found !== undefined) return shows(found) ? [] : [`${place.name}: ${JSON.stringify(found.pod)}`];
  const near = other === undefined ? podWith(place)?.witness : decide([{ cond: other, holds: true }]);
  const pod = other === undefined ? withValue(near?.pod, place.steps, undefined) : near?.pod;
  if (near === undefined || !isObject(pod) || !shows({ ...near, pod })) return [];
  return [`${place.name}: none, but ${JSON.stringify(pod)}`];
}

it('are without what is there', () => {
  expect(fields.length).toBeGreaterThan(400);
  const wrong = fields.flatMap((place) => {
    const [last = ''] = place.steps.slice(-1);
    const owner = place.steps.slice(0, -1);
    return wrongWith(
      place,
      somewhere(owner, (ref) => allOf([present(ref), notSo(present(below(ref, last)))])),
    );
  });
  expect(wrong).toEqual([]);
});

it('have something else there', () => {
  const wrong = fields.flatMap((place) => {
    const value = valueAt(place);
    if (value === undefined) return [];
    return wrongWith(
      place,
      somewhere(place.steps, (ref) => allOf([present(ref), isNot(ref, value)])),
    );
  });
  expect(wrong).toEqual([]);
});

it('have lists of which every element is something else', () => {
  let asked = 0;
  const wrong = elements.flatMap((place) => {
    const value = valueAt(place);
    if (value === undefined) return [];
    asked += 1;
    const list = place.steps.slice(0, -1);
    const [last = ''] = list.slice(-1);
    const every = (owner: Ref): Cond => ({
      kind: 'every',
      bind: 'element',
      in: { kind: 'items', list: below(owner, last) },
      where: isNot({ from: 'element', path: [] }, value),
    });
    return wrongWith(
      place,
      somewhere(list.slice(0, -1), (owner) => allOf([present(owner), every(owner)])),
      somewhere(place.steps, (ref) => isNot(ref, value)),
    );
  });
  expect(asked).toBeGreaterThan(20);
  expect(wrong).toEqual([]);
});
