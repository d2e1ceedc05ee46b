/** ValidatingAdmissionPolicies without a cluster: type checked, compiled for each release, and measured. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../src/verify/errors.js';
import { run, trackDirectory } from '../src/verify/process.js';
import { buildEngine } from './build.js';

export interface CelFinding {
  /** Such as `spec.validations[0].expression`. */
  readonly field: string;
  readonly message: string;
}

export interface CelPodFinding {
  /** The index of the pod. */
  readonly pod: number;
  readonly message: string;
}

export interface CelMeasurements {
  readonly judged: number;
  readonly denied: number;
  readonly errors: number;
  readonly firstErrors: readonly CelPodFinding[];
  /** Cost units of the whole run (of 10,000,000), in the dearest pod. */
  readonly maxCost: number;
  readonly maxCostPod: number;
  /** The dearest run of each expression, without the variables that it reads: they are expressions of their own. */
  readonly expressions: readonly { readonly field: string; readonly max: number }[];
  /** Bytes of the longest message; the API server drops one above 5,120. */
  readonly maxMessage: number;
  /** Pods that get another verdict where CEL sees the object as releases before 1.37 show it. */
  readonly divergent: number;
  readonly firstDivergent: readonly CelPodFinding[];
}

export interface CelPolicyReport {
  readonly name: string;
  /** The kinds that the expressions were checked against, such as `v1 Pod`. None: nothing was checked. */
  readonly types: readonly string[];
  /** What kube-controller-manager would warn of, and the same for variables, conditions and annotations. */
  readonly warnings: readonly CelFinding[];
  readonly releases: readonly { readonly version: string; readonly errors: readonly CelFinding[] }[];
  /** The worst case of each expression in cost units, for lists of 64 items and strings of 256 bytes. */
  readonly cost: readonly { readonly field: string; readonly max: number }[];
  readonly measured?: CelMeasurements;
}

export interface CelCheckOptions {
  /** Kubernetes releases such as `1.30`. Default: 1.28 to 1.37. */
  readonly versions?: readonly string[];
  /** Pods to run the policies on; they are defaulted first. */
  readonly pods?: readonly unknown[];
}

/** @param policies objects; kinds other than ValidatingAdmissionPolicy are skipped, none at all is an error. */
export async function celCheck(
  policies: readonly object[],
  options: CelCheckOptions = {},
): Promise<CelPolicyReport[]> {
  const celcheck = await buildEngine('celcheck');
  const args: string[] = [];
  if (options.versions !== undefined) args.push('-versions', options.versions.join(','));
  const scratch = mkdtempSync(join(tmpdir(), 'podsec-celcheck-'));
  const remove = trackDirectory(scratch);
  try {
    if (options.pods !== undefined) {
      const file = join(scratch, 'pods.ndjson');
      writeFileSync(file, options.pods.map((pod) => `${JSON.stringify(pod)}\n`).join(''));
      args.push('-pods', file);
    }
    const input = policies.map((policy) => JSON.stringify(policy)).join('\n---\n');
    const { stdout } = await run('celcheck', celcheck, args, { input });
    const { policies: reports } = JSON.parse(stdout) as { policies: CelPolicyReport[] };
    const blind = reports.find(({ types }) => types.length === 0);
    if (blind !== undefined)
      throw new EngineError('celcheck', `${blind.name} matches no kind that could be checked`);
    return reports;
  } finally {
    remove();
  }
}
