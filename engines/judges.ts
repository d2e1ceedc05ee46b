/** Every engine behind one question: which controls of these policies deny each of these pods. */

import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { kyverno, kyvernoVpol } from '../src/backends/kyverno/index.js';
import { identifierOf } from '../src/backends/names.js';
import { rego } from '../src/backends/rego/index.js';
import type { Backend } from '../src/backends/types.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { withNames } from '../src/testing/named.js';
import { withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import type { Driver } from '../src/verify/gator.js';
import { deniedBy } from '../src/verify/judged.js';
import { requestOf, violationOf } from './agreement-gatekeeper.js';
import { failedControls, inNamespace } from './agreement-kyverno.js';
import { startVapJudge } from './agreement-vap.js';
import { asEmitted, type Emission, madeByGatekeeper } from './emissions.js';
import { gatekeeperJudge } from './gatekeeper.js';
import { kyvernoJudge } from './kyverno.js';
import { denialsIn, opaEval } from './opa.js';
import { asRequest } from './shapes.js';

/** The failed controls of a pod, sorted; undefined where the engine refuses the pod itself, and so judges nothing. */
export type Failed = readonly string[] | undefined;

export interface Judge {
  /** As the rows of a run are called. */
  readonly engine: string;
  readonly backend: Backend;
  /** By policy, then by pod, in their order. Throws an EngineError where there is no verdict. */
  readonly judge: (
    policies: readonly Policy[],
    pods: readonly JsonObject[],
  ) => Promise<readonly (readonly Failed[])[]>;
  /** What `evaluate` says of the same question. */
  readonly expected: (policy: Policy, pod: JsonObject) => readonly string[];
  readonly stop: () => Promise<void>;
}

const nothingToStop = async (): Promise<void> => undefined;
const named = (pod: JsonObject): JsonObject => withNames({ ...pod, apiVersion: 'v1', kind: 'Pod' });

const opa: Judge = {
  engine: 'opa',
  backend: rego,
  judge: (policies, pods) =>
    withBundle(rego, policies, async ({ files }) => {
      const fields = policies.map(({ name }) => `"${name}": data.podsec.${identifierOf(name)}.deny`);
      const answers = await opaEval(files, `{${fields.join(', ')}}`, pods, { chunk: 500 });
      return policies.map(({ name }) =>
        pods.map((_, index) =>
          denialsIn(answers[index], name)
            .map(({ control }) => control)
            .sort(),
        ),
      );
    }),
  expected: (policy, pod) => deniedBy(policy, pod),
  stop: nothingToStop,
};

const byGatekeeper = (driver: Driver): Judge => ({
  engine: `gatekeeper (${driver})`,
  backend: gatekeeper,
  judge: (policies, pods) =>
    withBundle(gatekeeper, policies, async ({ files }) => {
      const verdicts = await gatekeeperJudge(
        driver,
        files,
        pods.map((pod) => ({ object: named(pod) })),
      );
      if (verdicts.some(({ evaluated }) => evaluated !== policies.length))
        throw new EngineError('gatekeeper', 'a pod was not judged by each policy');
      return policies.map((policy) =>
        verdicts.map((verdict) => [...(violationOf(policy, verdict)?.controls ?? [])].sort()),
      );
    }),
  expected: (policy, pod) => deniedBy(policy, named(pod), requestOf({ object: named(pod) })),
  stop: nothingToStop,
});

const byKyverno = (backend: Backend): Judge => ({
  engine: backend.target,
  backend,
  judge: async (policies, pods) => {
    const questions = pods.map((pod) => ({
      request: asRequest(named(pod)),
      namespace: { name: 'default', labels: inNamespace.namespaceLabels },
    }));
    const judged: Failed[][] = [];
    for (const policy of policies) {
      const answers = await withBundle(backend, [policy], ({ files }) =>
        kyvernoJudge(files, questions, 'compiled'),
      );
      judged.push(answers.map((results) => [...failedControls(policy, results)].sort()));
    }
    return judged;
  },
  expected: (policy, pod) => deniedBy(policy, named(pod), inNamespace),
  stop: nothingToStop,
});

/** An API server with ValidatingAdmissionPolicies, which is started for it. */
async function startByServer(emission: Emission): Promise<Judge> {
  const server = await startVapJudge(emission);
  return {
    engine: emission.engine,
    backend: emission.backend,
    judge: (policies, pods) => server.judge(policies, pods),
    expected: server.expected,
    stop: () => server.stop(),
  };
}

const starts = {
  opa: async () => opa,
  vap: () => startByServer(asEmitted),
  kyverno: async () => byKyverno(kyverno),
  'kyverno-vpol': async () => byKyverno(kyvernoVpol),
  'gatekeeper-cel': async () => byGatekeeper('cel'),
  'gatekeeper-rego': async () => byGatekeeper('rego'),
  'gatekeeper-vap': () => startByServer(madeByGatekeeper),
} as const satisfies Record<string, () => Promise<Judge>>;

export type JudgeName = keyof typeof starts;
export const judgeNames = Object.keys(starts) as JudgeName[];

/** Whoever asks for it stops it. */
export const startJudge = (name: JudgeName): Promise<Judge> => starts[name]();

/**
 * The engines that can be given one policy after another; what Gatekeeper makes has a kind of its own for each, which an API server
 * takes half a minute to learn of. Whoever asks for them stops them.
 */
export const startJudges = (): Promise<readonly Judge[]> =>
  Promise.all(judgeNames.filter((name) => name !== 'gatekeeper-vap').map(startJudge));
