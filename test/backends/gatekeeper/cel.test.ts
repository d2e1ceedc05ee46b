/** Emitted code for K8sNativeValidation, run by cel-js, against `evaluate`. */

import { describe, expect, it } from 'vitest';
import { asWorkload, workloadShapes } from '../../../engines/shapes.js';
import { admit } from '../../../src/admission/index.js';
import { evaluate } from '../../../src/evaluate.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import type { JsonObject } from '../../../src/manifest/types.js';
import { withNames } from '../../../src/testing/named.js';
import { controlsIn } from '../../../src/verify/judged.js';
import { boundaryManifests, levelMinor } from '../vap/corpus.js';
import { celJudge, codeOf } from './cel.js';
import { reviews } from './reviews.js';

const failed = (message: string | undefined) => (message === undefined ? [] : controlsIn(message));

/** The pods whose manifests an API server would take, with what it makes of them. */
const pods = boundaryManifests.map(withNames).flatMap((manifest) => {
  const admission = admit(manifest);
  return admission.kind === 'workload' && admission.pod !== undefined && admission.problems.length === 0
    ? [{ manifest, pod: admission.pod }]
    : [];
});

describe.each(['baseline', 'restricted'] as const)('%s', (level) => {
  const policy = levelPolicy(level, levelMinor());
  const judge = celJudge(policy);
  const compare = (subject: JsonObject, pod: JsonObject, review = {}) => {
    const wanted = evaluate(policy, pod).map(({ control }) => control);
    const found = failed(judge(subject, review));
    if (found.join() !== wanted.join()) expect(found, JSON.stringify(subject)).toEqual(wanted);
    return wanted.length > 0;
  };

  it('on manifests, on admitted pods, and in workloads by turns', () => {
    const own = pods.filter((_, index) => index % 2 === (level === 'baseline' ? 0 : 1));
    const denied = own.map(({ manifest, pod }, index) => {
      const shape = workloadShapes[index % workloadShapes.length] ?? 'Pod';
      compare(asWorkload(manifest, shape), pod);
      return index % 2 === 0 ? compare(manifest, pod) : compare(pod, pod, { operation: 'CREATE' });
    });
    expect(denied.filter(Boolean).length).toBeGreaterThan(500);
    expect(denied.filter((each) => !each).length).toBeGreaterThan(100);
  });
});

describe('requests', () => {
  const { policy, cases } = reviews;
  const judge = celJudge(policy);

  it.each(cases)('$what: $judged', ({ object, review, judged }) => {
    expect(judge(object, review) !== undefined).toBe(judged);
  });
});

it('a policy without controls admits everything', () => {
  const empty = { ...levelPolicy('privileged', levelMinor()), name: 'empty' };
  expect(codeOf(empty).cel.validations).toEqual([{ expression: 'true', message: 'podsec empty@v1.37' }]);
});
