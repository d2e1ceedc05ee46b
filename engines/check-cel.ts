/**
 * Emitted CEL without a server: type checked, compiled for each release from 1.28 on, and run on the corpus for its cost,
 * its errors, and any difference between the objects that 1.37 and earlier releases hand to it.
 */

import { admit } from '../src/admission/index.js';
import { vap } from '../src/backends/vap/index.js';
import type { Policy } from '../src/ir/types.js';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import { judgedPods, ruleSets, type Tally } from './agreement.js';
import { type CelPolicyReport, celCheck } from './celcheck.js';
import { type CelCost, celCost, forms, tooDear } from './cost/cel.js';
import { many } from './cost/pods.js';
import { shippedPolicies } from './cost/policies.js';
import { madeForPods, newestRelease, objectsOf } from './emissions.js';

/** A tenth of the API server's limit for one run of a policy (10,000,000 cost units). */
const costLimit = 1_000_000;
/** Bytes; the API server drops a longer message. */
const messageLimit = 5_120;

function problemsOf(report: CelPolicyReport, release: string): string[] {
  const { measured } = report;
  return [
    ...report.warnings.map(({ field, message }) => `type warning in ${field}: ${message}`),
    ...report.releases
      .filter(({ version }) => version === release)
      .flatMap(({ errors }) =>
        errors.map(({ field, message }) => `does not compile for ${release}: ${field}: ${message}`),
      ),
    ...(report.releases.some(({ version }) => version === release)
      ? []
      : [`was not compiled for ${release}`]),
    ...(measured === undefined ? [] : measuredProblems(measured)),
  ];
}

function measuredProblems(measured: NonNullable<CelPolicyReport['measured']>): string[] {
  const { judged, errors, divergent, maxCost, maxMessage } = measured;
  return [
    ...(judged > 0 ? [] : ['judged no pod']),
    ...(errors > 0 ? [`${errors} errors, such as ${measured.firstErrors[0]?.message}`] : []),
    ...(divergent > 0
      ? [`${divergent} pods differ by release, such as ${measured.firstDivergent[0]?.message}`]
      : []),
    ...(maxCost < costLimit ? [] : [`costs ${maxCost}`]),
    ...(maxMessage <= messageLimit ? [] : [`a message of ${maxMessage} bytes`]),
  ];
}

/** As few rule sets as hold every revision of every control. */
function coveringSets(): Policy[] {
  const sets = ruleSets().map(({ policy }): Policy => ({ ...policy, mode: 'enforce' }));
  const left = new Set(sets.flatMap(({ controls }) => controls));
  const chosen: Policy[] = [];
  while (left.size > 0) {
    const gain = ({ controls }: Policy) => controls.filter((control) => left.has(control)).length;
    const [best] = [...sets].sort((a, b) => gain(b) - gain(a));
    if (best === undefined || gain(best) === 0) break;
    for (const control of best.controls) left.delete(control);
    chosen.push(best);
  }
  return chosen;
}

/** Releases for which the policies are the same but for the version of the API, each judged once. */
function outputs(policies: readonly Policy[]): { objects: KubeObject[]; releases: string[] }[] {
  const byText = new Map<string, { objects: KubeObject[]; releases: string[] }>();
  for (const release of vap.engineVersions) {
    const objects = objectsOf(policies, release).filter(isPolicy);
    const text = JSON.stringify(objects.map((object) => ({ ...object, apiVersion: null })));
    const known = byText.get(text) ?? { objects, releases: [] };
    known.releases.push(release);
    byText.set(text, known);
  }
  return [...byText.values()];
}

export async function checkCel(): Promise<Tally> {
  const policies = coveringSets();
  // The API server judges all of them; here a sample is enough to see cost, errors and differences between releases.
  const sampled = (await judgedPods()).filter(
    (pod, index) => index % 8 === 0 && admit(pod).problems.length === 0,
  );
  const failures: string[] = [];
  let passed = 0;
  let dearest = 0;
  for (const { objects, releases } of outputs(policies)) {
    const reports = await celCheck(objects, { versions: releases, pods: sampled });
    for (const release of releases) {
      const wrong = reports.flatMap((report) =>
        problemsOf(report, release).map((problem) => `${report.name}: ${problem}`),
      );
      const holds = wrong.length === 0 && reports.length >= policies.length;
      if (holds) passed += 1;
      else failures.push(`cel ${release}: ${reports.length} policies: ${wrong.slice(0, 5).join('; ')}`);
      process.stderr.write(
        `${holds ? 'ok  ' : 'FAIL'} cel compiled for ${release}: ${reports.length} policies, ${wrong.length} problems\n`,
      );
    }
    dearest = Math.max(dearest, ...reports.map(({ measured }) => measured?.maxCost ?? 0));
  }
  process.stderr.write(
    `cel: the dearest run of a policy on ${sampled.length} pods costs ${dearest} of 10000000\n`,
  );
  const costs: CelCost[] = [];
  for (const policy of await shippedPolicies())
    for (const form of forms) costs.push(await celCost(policy, form));
  const dear = tooDear(costs);
  if (dear.length === 0 && costs.length > 2 * forms.length) passed += 1;
  else failures.push(`cel: on large pods ${costs.length} policies: ${dear.join('; ')}`);
  process.stderr.write(
    `${dear.length === 0 ? 'ok  ' : 'FAIL'} cel on pods with ${many} of everything: ${costs.length} policies, by form\n`,
  );
  const generated = await generatedProblems(policies);
  if (generated.length === 0) passed += 1;
  else failures.push(`cel: what Gatekeeper makes: ${generated.slice(0, 5).join('; ')}`);
  process.stderr.write(
    `${generated.length === 0 ? 'ok  ' : 'FAIL'} cel that Gatekeeper makes, compiled from ${generatedFrom} on: ${generated.length} problems\n`,
  );
  if (await brokenWarns(policies[0])) passed += 1;
  else failures.push('cel: a policy that reads a field that does not exist gives no warning');
  return { passed, failures };
}

/** Where Gatekeeper makes policies: where the API is v1. */
const generatedFrom = '1.30';

/** Types are not checked: the code reads objects as JSON. */
async function generatedProblems(policies: readonly Policy[]): Promise<string[]> {
  const made = await madeForPods(policies);
  const versions = vap.engineVersions.slice(vap.engineVersions.indexOf(generatedFrom));
  const reports = await celCheck(made, { versions });
  return [
    ...(reports.length === policies.length ? [] : [`${reports.length} of ${policies.length} policies`]),
    ...reports.flatMap(({ name, releases }) => [
      ...(releases.length === versions.length
        ? []
        : [`${name} was compiled for ${releases.length} releases`]),
      ...releases.flatMap(({ version, errors }) =>
        errors.map(({ field, message }) => `${name} does not compile for ${version}: ${field}: ${message}`),
      ),
    ]),
  ];
}

function isPolicy({ kind }: KubeObject): boolean {
  return kind === 'ValidatingAdmissionPolicy';
}

/** The type checker is not blind: a misspelt field is warned of. */
async function brokenWarns(policy: Policy | undefined): Promise<boolean> {
  if (policy === undefined) return false;
  const [object] = objectsOf([policy]).filter(isPolicy);
  const text = JSON.stringify(object).replaceAll('object.spec.hostPID', 'object.spec.hostPIDD');
  const broken: KubeObject = JSON.parse(text);
  const reports = await celCheck([broken], { versions: [newestRelease] });
  return reports.some(({ warnings }) => warnings.length > 0);
}
