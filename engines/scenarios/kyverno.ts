/** What policies in Kyverno do besides telling a good pod from a bad one, by the engines of its webhooks. */

import { deepStrictEqual, match } from 'node:assert/strict';
import type { Backend } from '../../src/backends/types.js';
import { withBundle } from '../../src/verify/bundle.js';
import { controlsIn } from '../../src/verify/judged.js';
import { sum, type Tally } from '../agreement.js';
import { forms } from '../agreement-kyverno.js';
import { type KyvernoResult, kyvernoJudge } from '../kyverno.js';
import { restricted } from './pods.js';
import { runScenarios, scenariosFor, Telling } from './run.js';
import type { Outcome, Scenario, Step } from './scenario.js';
import { sharedScenarios } from './shared.js';
import type { MatrixEngine } from './topics.js';

function check({ what, outcome, controls }: Step, results: readonly KyvernoResult[]) {
  const judged = results.filter(({ status }) => status !== 'skip');
  const seen = judged.map(({ status, blocks, warns, message }) => ({
    status,
    blocks,
    warns,
    controls: status === 'fail' ? controlsIn(message).sort() : [],
  }));
  const violation = { status: 'fail', controls: [...controls].sort() };
  const admitted = [{ status: 'pass', blocks: false, warns: false, controls: [] }];
  const wanted: Readonly<Record<Outcome, readonly unknown[]>> = {
    refused: [{ ...violation, blocks: true, warns: false }],
    reported: [{ ...violation, blocks: false, warns: false }],
    warned: [{ ...violation, blocks: false, warns: true }],
    admitted,
    'left alone': judged.length === 0 ? [] : admitted,
  };
  deepStrictEqual(seen, wanted[outcome], what);
  for (const { status, message } of judged)
    if (status === 'fail') match(message, /^podsec restricted@v1\.\d+: /);
}

async function judge(backend: Backend, { policy, steps }: Scenario): Promise<string | undefined> {
  const questions = steps.map(({ asked }) => asked);
  const answers = await withBundle(backend, [policy], ({ files }) => kyvernoJudge(files, questions));
  try {
    for (const [index, each] of steps.entries()) check(each, answers[index] ?? []);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export async function checkKyvernoScenarios(): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const backend of forms) {
    const engine: MatrixEngine = backend.target === 'kyverno' ? 'kyverno' : 'kyverno-vpol';
    const telling = new Telling(engine);
    await runScenarios(telling, scenariosFor(engine, sharedScenarios), (scenario) =>
      judge(backend, scenario),
    );
    tallies.push(telling.matrix(backend, restricted));
  }
  return sum(...tallies);
}
