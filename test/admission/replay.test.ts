/** What the API server made of each case (recorded by engines/psa/record.ts) against what podsec makes of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { images, podCases, quantities, updateCases } from '../../engines/psa/cases.js';
import { fingerprint } from '../../engines/psa/fingerprint.js';
import { PodMaker, random } from '../../engines/psa/random-pod.js';
import { admitted, decodePod, ignoredPodSubresources, isJudgedUpdate } from '../../src/admission/index.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';

interface Recorded {
  readonly pods: readonly (readonly [name: string, go: Json])[];
  readonly images: readonly (readonly [image: string, go: Json])[];
  readonly quantities: readonly (readonly [amount: Json, go: Json])[];
  readonly updates: readonly (readonly [name: string, go: { readonly evaluated?: boolean }])[];
  readonly random: readonly {
    readonly seed: number;
    readonly count: number;
    readonly wrong: number;
    readonly fingerprints: string;
  }[];
}

const recorded: Recorded = JSON.parse(readFileSync(join(import.meta.dirname, 'go-defaults.json'), 'utf8'));

/** Null where podsec refuses, as the record has it where the server does. */
function mine(pod: Json): JsonObject | null {
  const { value } = decodePod(pod);
  if (!value) return null;
  const kind = value.kind ?? 'Pod';
  const apiVersion = value.apiVersion ?? 'v1';
  if (kind !== 'Pod' || apiVersion !== 'v1') return null;
  return admitted({ ...value, apiVersion, kind });
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const element of Object.values(value)) deepFreeze(element);
  return Object.freeze(value);
}

describe('defaulting and preparing equal the API server', () => {
  it('has an answer for each case', () => {
    expect(recorded.pods.map(([name]) => name)).toEqual(podCases.map(({ name }) => name));
    expect(recorded.images.map(([image]) => image)).toEqual(images);
    expect(recorded.quantities.map(([amount]) => amount)).toEqual(quantities);
    expect(recorded.updates.map(([name]) => name)).toEqual(updateCases.map(({ name }) => name));
    expect(podCases.length).toBeGreaterThan(75);
  });

  it.each(podCases.map(({ name, pod }, i) => ({ name, pod, go: recorded.pods[i]?.[1] })))(
    '$name',
    ({ pod, go }) => {
      expect(mine(deepFreeze(pod))).toEqual(go);
    },
  );

  it.each(recorded.images.map(([image, go]) => ({ image, go })))('image $image', ({ image, go }) => {
    expect(mine({ spec: { containers: [{ image }] } })).toEqual(go);
  });

  it.each(recorded.quantities.map(([amount, go]) => ({ amount, go })))(
    'quantity $amount',
    ({ amount, go }) => {
      expect(mine({ spec: { volumes: [{ emptyDir: { sizeLimit: amount } }] } })).toEqual(go);
    },
  );

  it.each(recorded.random)('random pods, seed $seed', ({ seed, count, wrong, fingerprints }) => {
    const maker = new PodMaker(random(seed), wrong);
    const go = fingerprints.split(' ');
    expect(go).toHaveLength(count);
    const different: number[] = [];
    for (let i = 0; i < count; i++) {
      const pod = mine(deepFreeze(maker.pod()));
      if ((pod ? fingerprint(pod) : '-') !== go[i]) different.push(i);
    }
    expect(different).toEqual([]);
    const judged = go.filter((answer) => answer !== '-').length;
    expect(judged).toBeGreaterThan(count / 3);
  });
});

describe('the UPDATE rule equals the reference', () => {
  it.each(updateCases.map((update, i) => ({ ...update, evaluated: recorded.updates[i]?.[1].evaluated })))(
    '$name',
    (update) => {
      const old = mine(update.old);
      const now = mine(update.new);
      if (!old || !now) throw new Error('the case does not decode');
      const ignored = ignoredPodSubresources.includes(update.subresource ?? '');
      expect(!ignored && isJudgedUpdate(old, now)).toBe(update.evaluated);
    },
  );

  it('has cases of both answers', () => {
    const answers = recorded.updates.map(([, go]) => go.evaluated);
    expect(answers.filter((evaluated) => evaluated === true).length).toBeGreaterThan(8);
    expect(answers.filter((evaluated) => evaluated === false).length).toBeGreaterThan(8);
  });
});
