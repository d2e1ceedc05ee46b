/** What the API server made of each case (recorded by engines/psa/record.ts) against what podsec makes of it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fingerprint } from '../../engines/psa/fingerprint.js';
import { podCases } from '../../engines/psa/pod-cases.js';
import { PodMaker, random } from '../../engines/psa/random-pod.js';
import { images, quantities } from '../../engines/psa/scalar-cases.js';
import { updateCases } from '../../engines/psa/update-cases.js';
import { admitted, decodePod, ignoredPodSubresources, isJudgedUpdate } from '../../src/admission/index.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';

type Row = readonly [table: string, key: Json, go: Json];

const rows: readonly Row[] = readFileSync(join(import.meta.dirname, 'go-answers.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line): Row => JSON.parse(line));

function table(name: string): readonly { readonly key: Json; readonly go: Json }[] {
  return rows.filter((row) => row[0] === name).map(([, key, go]) => ({ key, go }));
}

const recorded = {
  pods: table('pod'),
  images: table('image'),
  quantities: table('quantity'),
  updates: table('update'),
  random: table('random'),
};

/** Null where podsec refuses, as the record has it where the server does. */
function mine(pod: Json): JsonObject | null {
  const { value } = decodePod(pod);
  if (!value) return null;
  const kind = value.kind ?? 'Pod';
  const apiVersion = value.apiVersion ?? 'v1';
  if (kind !== 'Pod' || apiVersion !== 'v1') return null;
  return withoutEmptyGroups(admitted({ ...value, apiVersion, kind }));
}

/** podsec keeps `supplementalGroups: []` for PodSecurityPolicy; the record leaves out what equals absence. */
function withoutEmptyGroups(pod: JsonObject): JsonObject {
  return JSON.parse(
    JSON.stringify(pod, (key, value) =>
      key === 'supplementalGroups' && value.length === 0 ? undefined : value,
    ),
  );
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null)
    for (const element of Object.values(value)) deepFreeze(element);
  return Object.freeze(value);
}

describe('defaulting and preparing equal the API server', () => {
  it('has an answer for each case', () => {
    expect(recorded.pods.map(({ key }) => key)).toEqual(podCases.map(({ name }) => name));
    expect(recorded.images.map(({ key }) => key)).toEqual(images);
    expect(recorded.quantities.map(({ key }) => key)).toEqual(quantities);
    expect(recorded.updates.map(({ key }) => key)).toEqual(updateCases.map(({ name }) => name));
    expect(podCases.length).toBeGreaterThan(75);
    expect(recorded.random).toHaveLength(2);
  });

  it.each(podCases.map((each, i) => ({ ...each, go: recorded.pods[i]?.go })))('$name', (each) => {
    expect(mine(deepFreeze(each.pod))).toEqual(each.go);
  });

  it.each(recorded.images)('image $key', ({ key, go }) => {
    expect(mine({ spec: { containers: [{ image: key }] } })).toEqual(go);
  });

  it.each(recorded.quantities)('quantity $key', ({ key, go }) => {
    expect(mine({ spec: { volumes: [{ emptyDir: { sizeLimit: key } }] } })).toEqual(go);
  });

  it.each(recorded.random)('random pods, $key', ({ key, go }) => {
    const batch: { seed: number; count: number; wrong: number } = JSON.parse(JSON.stringify(key));
    const maker = new PodMaker(random(batch.seed), batch.wrong);
    const fingerprints = String(go).split(' ');
    expect(fingerprints).toHaveLength(batch.count);
    const different: number[] = [];
    fingerprints.forEach((expected, i) => {
      const pod = mine(deepFreeze(maker.pod()));
      if ((pod ? fingerprint(pod) : '-') !== expected) different.push(i);
    });
    expect(different).toEqual([]);
    expect(fingerprints.filter((each) => each !== '-').length).toBeGreaterThan(batch.count / 3);
  });
});

describe('the UPDATE rule equals the reference', () => {
  it.each(updateCases.map((each, i) => ({ ...each, go: recorded.updates[i]?.go })))('$name', (each) => {
    const old = mine(each.old);
    const now = mine(each.new);
    if (!old || !now) throw new Error('the case does not decode');
    const ignored = ignoredPodSubresources.includes(each.subresource ?? '');
    expect({ evaluated: !ignored && isJudgedUpdate(old, now) }).toEqual(each.go);
  });

  it('has cases of both answers', () => {
    const answers = recorded.updates.map(({ go }) => JSON.stringify(go));
    expect(answers.filter((answer) => answer === '{"evaluated":true}').length).toBeGreaterThan(8);
    expect(answers.filter((answer) => answer === '{"evaluated":false}').length).toBeGreaterThan(8);
  });
});
