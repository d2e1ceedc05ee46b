/**
 * Emitted CEL without a server: type checked, compiled for each release from 1.28 on, and run on the corpus for its cost,
 * its errors, and any difference between the objects that 1.37 and earlier releases hand to it.
 */
import { admit } from '../src/admission/index.js';
import { vap } from '../src/backends/vap/index.js';
import type { Policy } from '../src/ir/types.js';
import { judgedPods, ruleSets, type Tally } from './agreement.js';
import { objectsOf } from './agreement-vap.js';
import type { KubeObject } from './apiserver.js';
import { type CelPolicyReport, celCheck } from './celcheck.js';

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

export async function checkCel(): Promise<Tally> {
  const policies = ruleSets().map(({ policy }): Policy => ({ ...policy, mode: 'enforce' }));
  // The API server judges all of them; here a sample is enough to see cost, errors and differences between releases.
  const pods = (await judgedPods()).filter(
    (pod, index) => index % 16 === 0 && admit(pod).problems.length === 0,
  );
  const failures: string[] = [];
  let passed = 0;
  let dearest = 0;
  for (const release of vap.engineVersions) {
    // Verdicts and cost do not depend on the release that the output is for, unless its text does.
    const newest = release === vap.engineVersions.at(-1) || release === vap.engineVersions[0];
    const reports = await celCheck(objectsOf(policies, release).filter(isPolicy), {
      versions: [release],
      ...(newest ? { pods } : {}),
    });
    const wrong = reports.flatMap((report) =>
      problemsOf(report, release).map((problem) => `${report.name}: ${problem}`),
    );
    dearest = Math.max(dearest, ...reports.map(({ measured }) => measured?.maxCost ?? 0));
    const holds = wrong.length === 0 && reports.length >= policies.length;
    if (holds) passed += 1;
    else failures.push(`cel ${release}: ${reports.length} policies: ${wrong.slice(0, 5).join('; ')}`);
    process.stderr.write(
      `${holds ? 'ok  ' : 'FAIL'} cel compiled for ${release}: ${reports.length} policies, ${wrong.length} problems\n`,
    );
  }
  process.stderr.write(
    `cel: the dearest run of a policy on ${pods.length} pods costs ${dearest} of 10000000\n`,
  );
  const broken = await brokenWarns(policies[0]);
  if (broken) passed += 1;
  else failures.push('cel: a policy that reads a field that does not exist gives no warning');
  return { passed, failures };
}

function isPolicy({ kind }: KubeObject): boolean {
  return kind === 'ValidatingAdmissionPolicy';
}

/** The type checker is not blind: a misspelt field is warned of. */
async function brokenWarns(policy: Policy | undefined): Promise<boolean> {
  if (policy === undefined) return false;
  const [object] = objectsOf([policy], '1.37').filter(isPolicy);
  const text = JSON.stringify(object).replaceAll('object.spec.hostPID', 'object.spec.hostPIDD');
  const broken: KubeObject = JSON.parse(text);
  const reports = await celCheck([broken], { versions: ['1.37'] });
  return reports.some(({ warnings }) => warnings.length > 0);
}
