/**
 * What templates and constraints in Gatekeeper do besides telling a good pod from a bad one, by each driver. Then gator
 * itself, on what is emitted.
 */

import { deepStrictEqual } from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gatekeeper } from '../../src/backends/gatekeeper/index.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { withBundle } from '../../src/verify/bundle.js';
import { type Driver, drivers } from '../../src/verify/gator.js';
import { deniedBy } from '../../src/verify/judged.js';
import { sum, type Tally } from '../agreement.js';
import { gatekeeperJudge, gatorTest, gatorVerify, type Verdict } from '../gatekeeper.js';
import { asRequest, asWorkload, type Question } from '../shapes.js';
import { judgedEmptied } from './empty-values.js';
import {
  bad,
  badContainer,
  badSpec,
  enforced,
  good,
  inNamespace,
  podOf,
  restricted,
  workloadKinds,
} from './pods.js';
import { runScenarios, scenariosFor, Telling } from './run.js';
import { ask, namespaceOf, type Outcome, type Scenario, type Step, step } from './scenario.js';
import { sharedScenarios } from './shared.js';
import { asking } from './topics.js';

/** A pod on which a rule with a cost that grows with it costs most. */
const huge = podOf({
  ...badSpec,
  securityContext: {
    sysctls: Array.from({ length: 100 }, (_, index) => ({ name: `kernel.a${index}`, value: '1' })),
  },
  volumes: Array.from({ length: 100 }, (_, index) => ({
    name: `v${index}`,
    hostPath: { path: `/v${index}` },
  })),
  containers: Array.from({ length: 100 }, (_, index) => ({ ...badContainer, name: `c${index}` })),
});

/** What Gatekeeper is asked besides: manifests as `gator test` and audit judge them, and what else reaches its webhook. */
const ownScenarios: readonly Scenario<Question>[] = [
  {
    name: 'manifests: a bad pod is denied, a good one is not, a bad workload is warned of',
    topics: ['a bad pod is refused, a good one runs', 'workloads, warned of'],
    policy: enforced,
    steps: [
      step<Question>('a bad manifest', { object: bad }, 'refused'),
      step<Question>('a good manifest', { object: good }, 'admitted'),
      ...workloadKinds.map((shape) =>
        step<Question>(`bad manifest of a ${shape}`, { object: asWorkload(bad, shape) }, 'warned'),
      ),
    ],
  },
  {
    name: 'manifests of a group that is gone are judged, other kinds and groups are not',
    topics: [],
    policy: { ...restricted, mode: 'enforce-workloads' },
    steps: [
      step<Question>(
        'extensions/v1beta1',
        { object: { ...asWorkload(bad, 'Deployment'), apiVersion: 'extensions/v1beta1' } },
        'refused',
      ),
      step<Question>(
        'another group',
        { object: { ...asWorkload(bad, 'Job'), apiVersion: 'batch.volcano.sh/v1alpha1' } },
        'left alone',
      ),
      step<Question>(
        'a ConfigMap',
        { object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, spec: badSpec } },
        'left alone',
      ),
    ],
  },
  {
    name: 'a deletion is not judged',
    topics: [],
    policy: enforced,
    steps: [
      step<Question>('a bad pod', ask(bad), 'refused'),
      step<Question>(
        'DELETE',
        {
          request: { ...asRequest(bad), operation: 'DELETE', object: null, oldObject: bad },
          namespace: namespaceOf('default'),
        },
        'left alone',
      ),
    ],
  },
  {
    name: 'manifests, scope: the namespaces of the control plane are left alone, a selector needs the Namespace',
    topics: ['a namespace out of scope', 'a namespace selector'],
    policy: asking['a namespace selector']?.(enforced) ?? enforced,
    steps: [
      ...['kube-system', 'kube-public', 'kube-node-lease'].map((namespace) =>
        step<Question>(
          `a manifest in ${namespace}`,
          { object: inNamespace(bad, namespace), namespace: namespaceOf(namespace, { podsec: 'on' }) },
          'left alone',
        ),
      ),
      step<Question>(
        'a manifest with its Namespace',
        { object: inNamespace(bad, 'team'), namespace: namespaceOf('team', { podsec: 'on' }) },
        'refused',
      ),
      step<Question>('a manifest without a namespace', { object: bad }, 'refused'),
    ],
  },
  {
    name: 'manifests, exemptions: nobody asks, so no user is exempt',
    topics: ['an exempt user'],
    policy: { ...enforced, exemptions: { ...enforced.exemptions, users: ['exempt-user', ''] } },
    steps: [
      step<Question>('no user', { object: bad }, 'refused'),
      step<Question>('the user', ask(bad, { user: 'exempt-user' }), 'left alone'),
    ],
  },
  {
    name: 'manifests: null and empty values as they are written change no verdict',
    topics: ['null and empty values in a manifest'],
    policy: enforced,
    steps: [good, bad].flatMap((pod) =>
      judgedEmptied(enforced, pod).map(({ manifest, controls }) =>
        step<Question>(
          JSON.stringify(manifest),
          { object: manifest },
          controls.length > 0 ? 'refused' : 'admitted',
          controls,
        ),
      ),
    ),
  },
  {
    name: 'a pod with 100 containers, 100 volumes and 100 sysctls stays within the limits',
    topics: [],
    policy: enforced,
    steps: [step<Question>('a huge pod', ask(huge), 'refused', deniedBy(restricted, huge))],
  },
];

const actions: Readonly<Record<Exclude<Outcome, 'left alone'>, string>> = {
  refused: 'deny',
  warned: 'warn',
  reported: 'dryrun',
  admitted: '',
};

function check({ what, outcome, controls }: Step<Question>, { violations, evaluated }: Verdict): void {
  const action = violations.map((each) => each.action).join();
  const failed = violations.flatMap((each) => each.controls).toSorted();
  const wanted = outcome === 'left alone' ? '' : actions[outcome];
  deepStrictEqual({ action, failed }, { action: wanted, failed: controls.toSorted() }, what);
  // That no constraint was for it shows nothing of a pod that is to be judged.
  if (outcome === 'admitted') deepStrictEqual(evaluated > 0, true, `${what}: judged by none`);
}

async function judge(driver: Driver, { policy, steps }: Scenario<Question>): Promise<string | undefined> {
  const questions = steps.map(({ asked }) => asked);
  const verdicts = await withBundle(gatekeeper, [policy], ({ files }) =>
    gatekeeperJudge(driver, files, questions),
  );
  try {
    for (const [index, each] of steps.entries())
      check(each, verdicts[index] ?? { violations: [], evaluated: 0 });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** `gator test` on a bundle and manifests, and `gator verify` on its suite, which has to notice a control that is gone. */
async function runGator(driver: Driver): Promise<string | undefined> {
  return withBundle(gatekeeper, [enforced], async ({ directory, files }) => {
    const manifest = (name: string, object: JsonObject): string => {
      writeFileSync(join(directory, name), JSON.stringify(object));
      return join(directory, name);
    };
    const tested = await gatorTest(driver, [
      ...files,
      manifest('bad.json', bad),
      manifest('deployment.json', asWorkload(bad, 'Deployment')),
      manifest('good.json', good),
    ]);
    const found = tested.results.map(({ enforcementAction }) => enforcementAction).toSorted();
    if (tested.code !== 1 || found.join() !== 'deny,warn')
      return `gator test: exit code ${tested.code}, ${found.join()}`;
    const verified = await gatorVerify(driver, join(directory, 'tests'));
    if (!verified.ok) return `gator verify: ${verified.text}`;
    const [template = ''] = files.filter((file) => file.endsWith('-template.yaml'));
    const without = { ...enforced, controls: enforced.controls.slice(1) };
    await withBundle(gatekeeper, [without], async (weaker) => {
      const [other = ''] = weaker.files.filter((file) => file.endsWith('-template.yaml'));
      writeFileSync(template, readFileSync(other));
    });
    return (await gatorVerify(driver, join(directory, 'tests'))).ok
      ? 'gator verify passes without a control'
      : undefined;
  });
}

export async function checkGatekeeperScenarios(): Promise<Tally> {
  const tallies: Tally[] = [];
  for (const driver of drivers) {
    const telling = new Telling(`gatekeeper (${driver})`);
    const scenarios: readonly Scenario<Question>[] = [...sharedScenarios, ...ownScenarios];
    await runScenarios(telling, scenariosFor(telling.engine, scenarios), (each) => judge(driver, each));
    telling.tell('gator test and gator verify on what is emitted', await runGator(driver));
    tallies.push(telling.matrix(gatekeeper, restricted));
  }
  return sum(...tallies);
}
