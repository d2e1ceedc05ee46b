/** Emitted Rego of a template, as Wasm in opa-wasm, against `evaluate`; and that it is the Wasm of what is emitted. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadPolicy } from '@open-policy-agent/opa-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { asWorkload, workloadShapes } from '../../../engines/shapes.js';
import { gatekeeperModules, gatekeeperWasm } from '../../../engines/wasm.js';
import { admit } from '../../../src/admission/index.js';
import { parametersOf } from '../../../src/backends/gatekeeper/parameters.js';
import { evaluate } from '../../../src/evaluate.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { controlsIn } from '../../../src/verify/judged.js';
import { boundaryManifests } from '../vap/corpus.js';
import { codeOf, type Judge, requestOf } from './cel.js';
import { reviews } from './reviews.js';

const { policy, cases } = reviews;
const wasm = join(import.meta.dirname, '..', '..', '..', gatekeeperWasm);

let judge: Judge;

beforeAll(async () => {
  const loaded = await loadPolicy(readFileSync(wasm));
  judge = (object, review = {}) => {
    // Gatekeeper gives an empty object where a constraint has no parameters.
    const parameters = review.parameters === null ? {} : (review.parameters ?? parametersOf(policy));
    const [{ result }] = loaded.evaluate({ parameters, review: requestOf(object, review) });
    const [violation, ...more] = result;
    expect(more).toEqual([]);
    if (violation === undefined) return undefined;
    expect(violation.details.controls).toEqual(controlsIn(violation.msg));
    return violation.msg;
  };
});

it('is the Wasm of what is emitted: `npm run derive wasm` writes it', () => {
  const { files, fingerprint } = gatekeeperModules();
  expect(readFileSync(`${wasm}.sources`, 'utf8')).toBe(fingerprint);
  const { rego, libs } = codeOf(policy).rego;
  expect(files.map(({ text }) => text)).toEqual([rego, ...libs]);
});

it('says what `evaluate` says of manifests, of admitted pods, and of workloads by turns', () => {
  const count = { denied: 0, allowed: 0 };
  const compare = (subject: JsonObject, wanted: readonly string[], review = {}) => {
    const message = judge(subject, review);
    const found = message === undefined ? [] : controlsIn(message);
    if (found.join() !== wanted.join()) expect(found, JSON.stringify(subject)).toEqual(wanted);
    count[wanted.length > 0 ? 'denied' : 'allowed'] += 1;
  };
  for (const [index, manifest] of boundaryManifests.entries()) {
    const admission = admit(manifest);
    if (admission.kind !== 'workload' || admission.pod === undefined || admission.problems.length > 0)
      continue;
    const wanted = evaluate(policy, admission.pod).map(({ control }) => control);
    const shape = workloadShapes[index % workloadShapes.length] ?? 'Pod';
    compare(manifest, wanted);
    compare(admission.pod, wanted, { operation: 'CREATE' });
    compare(asWorkload(manifest, shape), wanted);
  }
  expect(count.denied).toBeGreaterThan(1000);
  expect(count.allowed).toBeGreaterThan(100);
});

describe('requests', () => {
  it.each(cases)('$what: $judged', ({ object, review, judged }) => {
    expect(judge(object, review) !== undefined).toBe(judged);
  });
});
