/** What emitted Rego does besides telling a good pod from a bad one: updates, scope, exemptions, exceptions in AdmissionReviews. */
import { deepStrictEqual } from 'node:assert/strict';
import { identifierOf } from '../../src/backends/names.js';
import { rego } from '../../src/backends/rego/index.js';
import { withBundle } from '../../src/verify/bundle.js';
import type { Tally } from '../agreement.js';
import { denialsOf, opaEval } from '../opa.js';
import { restricted } from './pods.js';
import { runScenarios, scenariosFor, Telling } from './run.js';
import type { Scenario } from './scenario.js';
import { sharedScenarios } from './shared.js';

async function judge({ policy, steps }: Scenario): Promise<string | undefined> {
  const inputs = steps.map(({ asked: { request } }) => ({
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request,
  }));
  const query = `data.podsec.${identifierOf(policy.name)}.deny`;
  const answers = await withBundle(rego, [policy], ({ files }) => opaEval(files, query, inputs));
  try {
    for (const [index, { what, controls }] of steps.entries()) {
      const found = denialsOf(answers[index]).map(({ control }) => control);
      deepStrictEqual(found.toSorted(), controls.toSorted(), what);
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function checkOpaScenarios(): Promise<Tally> {
  const telling = new Telling('opa');
  await runScenarios(telling, scenariosFor(telling.engine, sharedScenarios), judge);
  return telling.matrix(rego, restricted);
}
