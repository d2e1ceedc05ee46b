/**
 * What needs Go: podsec against the real engines. Builds what it needs into a cache (cold: about ten minutes).
 *
 *     npm run conformance [-- NAME...]
 *     npm run conformance -- --full
 *     npm run conformance -- --set DIR --level LEVEL
 *
 * Without a name, what CI runs; with --full everything, also what takes longer than CI has. With PODSEC_RECORD=1, what the
 * engines say and what each step found is written to golden/.
 *
 * Ends with `N passed, N failed`; exit code 1 on a difference, 3 where an engine failed.
 */
import { pathToFileURL } from 'node:url';
import { sum, type Tally } from './agreement.js';
import { checkConftest } from './agreement-conftest.js';
import { corpusChecks } from './agreement-corpus.js';
import { checkGatekeeper, checkGatekeeperCustom } from './agreement-gatekeeper.js';
import { checkKyverno, checkKyvernoCustom } from './agreement-kyverno.js';
import { checkOpa, checkOpaCustom } from './agreement-opa.js';
import { checkPsa } from './agreement-psa.js';
import { checkPsp } from './agreement-psp.js';
import { checkPspNearest } from './agreement-psp-nearest.js';
import { checkPspRead } from './agreement-psp-read.js';
import { checkGatekeeperVap, checkGatekeeperVapCustom, checkVap, checkVapCustom } from './agreement-vap.js';
import { checkBundles, checkBundlesCustom } from './check-bundles.js';
import { checkCel } from './check-cel.js';
import { checkKyvernoCli } from './check-kyverno-cli.js';
import { checkSolver } from './check-solver.js';
import { checkVerify } from './check-verify.js';
import { derive } from './derive.js';
import { measureSet } from './measure-set.js';
import { checkPairs, checkPairsWhole } from './pairs/check.js';
import { checkPspAnswers } from './psp-answers.js';
import { checkRandom } from './random/check.js';
import { recordOfStep, writeRecord } from './record.js';
import { checkGatekeeperScenarios } from './scenarios/gatekeeper.js';
import { checkKyvernoScenarios } from './scenarios/kyverno.js';
import { checkOpaScenarios } from './scenarios/opa.js';
import { checkGatekeeperVapScenarios, checkVapScenarios } from './scenarios/vap.js';
import { checkYaml } from './yaml/check.js';

/** The steps, in the order in which they run. */
export const checks: Readonly<Record<string, () => Promise<Tally>>> = {
  derived: () => derive(true),
  yaml: checkYaml,
  cel: checkCel,
  opa: checkOpa,
  'opa-custom': checkOpaCustom,
  'opa-scenarios': checkOpaScenarios,
  conftest: checkConftest,
  vap: checkVap,
  'vap-custom': checkVapCustom,
  'vap-scenarios': checkVapScenarios,
  psa: checkPsa,
  psp: checkPsp,
  'psp-read': async () => sum(await checkPspRead(), await checkPspAnswers()),
  'psp-nearest': checkPspNearest,
  kyverno: () => checkKyverno(),
  'kyverno-whole': () => checkKyverno(true),
  'kyverno-custom': checkKyvernoCustom,
  'kyverno-scenarios': checkKyvernoScenarios,
  'kyverno-cli': checkKyvernoCli,
  gatekeeper: () => checkGatekeeper(),
  'gatekeeper-whole': () => checkGatekeeper(true),
  'gatekeeper-custom': checkGatekeeperCustom,
  'gatekeeper-scenarios': checkGatekeeperScenarios,
  'gatekeeper-vap': checkGatekeeperVap,
  'gatekeeper-vap-custom': checkGatekeeperVapCustom,
  'gatekeeper-vap-scenarios': checkGatekeeperVapScenarios,
  verify: checkVerify,
  solver: checkSolver,
  pairs: checkPairs,
  'pairs-whole': checkPairsWhole,
  bundles: checkBundles,
  'bundles-custom': checkBundlesCustom,
  random: checkRandom,
  ...corpusChecks,
};

/** Not in CI: what takes longer than CI has. The levels go through each of these engines in CI. */
const full: readonly string[] = [
  'opa-custom',
  'vap-custom',
  'kyverno-custom',
  'gatekeeper-custom',
  'gatekeeper-vap-custom',
  'gatekeeper-whole',
  'kyverno-whole',
  'bundles',
  'bundles-custom',
  'pairs-whole',
  ...Object.keys(corpusChecks),
];

/** The names of the checks that the words of the command line ask for. */
function asked(words: readonly string[]): readonly string[] {
  const named = words.filter((word) => word !== '--full');
  if (named.length > 0) return named;
  return Object.keys(checks).filter((name) => words.includes('--full') || !full.includes(name));
}

async function main(names: readonly string[]): Promise<number> {
  let passed = 0;
  const failures: string[] = [];
  let known = 0;
  let erred = false;
  // The engines are short of processors here and never of memory: they collect garbage less often.
  process.env.GOGC ??= '400';
  for (const name of names) {
    const check = checks[name];
    if (check === undefined) {
      process.stderr.write(`no check ${name}; there are ${Object.keys(checks).join(', ')}\n`);
      return 2;
    }
    const start = performance.now();
    process.stderr.write(`conformance: ${name}\n`);
    try {
      const result = await check();
      passed += result.passed;
      failures.push(...result.failures);
      known += (result.rows ?? []).reduce((count, row) => count + row.known, 0);
      if (process.env.PODSEC_RECORD === '1') writeRecord(recordOfStep(name, result));
    } catch (error) {
      erred = true;
      failures.push(`${name}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
    process.stderr.write(`conformance: ${name} took ${Math.round((performance.now() - start) / 1000)} s\n`);
  }
  for (const failure of failures) process.stderr.write(`FAIL ${failure.slice(0, 2000)}\n`);
  process.stderr.write(`known differences: ${known}\n`);
  process.stdout.write(`${passed} passed, ${failures.length} failed\n`);
  if (erred) return 3;
  return failures.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const words = process.argv.slice(2);
  process.exitCode = words.includes('--set') ? await measureSet(words) : await main(asked(words));
}
