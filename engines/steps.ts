/** The steps of a conformance run: what needs Go. */
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
import { checkPairs, checkPairsWhole } from './pairs/check.js';
import { checkPspAnswers } from './psp-answers.js';
import { checkRandom } from './random/check.js';
import { checkGatekeeperScenarios } from './scenarios/gatekeeper.js';
import { checkKyvernoScenarios } from './scenarios/kyverno.js';
import { checkOpaScenarios } from './scenarios/opa.js';
import { checkGatekeeperVapScenarios, checkVapScenarios } from './scenarios/vap.js';
import { checkYaml } from './yaml/check.js';

/** In the order in which they run. `verify` takes long and mostly waits: it is early, so that it is not left alone at the end. */
export const checks: Readonly<Record<string, () => Promise<Tally>>> = {
  derived: () => derive(true),
  yaml: checkYaml,
  verify: checkVerify,
  cel: checkCel,
  opa: () => checkOpa(),
  'opa-whole': () => checkOpa(true),
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
  solver: checkSolver,
  pairs: checkPairs,
  'pairs-whole': checkPairsWhole,
  bundles: checkBundles,
  'bundles-custom': checkBundlesCustom,
  random: checkRandom,
  ...corpusChecks,
};

/** Not in CI: what takes longer than CI has. The levels go through each of these engines in CI. */
export const full: readonly string[] = [
  'opa-custom',
  'vap-custom',
  'kyverno-custom',
  'gatekeeper-custom',
  'gatekeeper-vap-custom',
  'opa-whole',
  'gatekeeper-whole',
  'kyverno-whole',
  'bundles',
  'bundles-custom',
  'pairs-whole',
  ...Object.keys(corpusChecks),
];
