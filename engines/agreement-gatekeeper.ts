/** Emitted templates in Gatekeeper, by each of its drivers, against `evaluate`: as `gator test` and as the webhook judge. */

import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { kindOf } from '../src/backends/gatekeeper/names.js';
import { defaultScope, noExemptions } from '../src/dsl/scope.js';
import { type AdmissionRequest, evaluate, noRequest } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { withNames } from '../src/testing/named.js';
import { withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import { type Driver, drivers } from '../src/verify/gator.js';
import { admittedPod } from '../src/verify/judged.js';
import {
  allowAll,
  demandBlindRowsFail,
  detailsIn,
  judgedPods,
  Row,
  ruleSetsByVersion,
  shareOf,
  sum,
  type Tally,
  tally,
} from './agreement.js';
import { pinned } from './build.js';
import { judgedLevels } from './corpus.js';
import { gatekeeperJudge, type Verdict, type Violation } from './gatekeeper.js';
import { customPolicies } from './policies/index.js';
import { asRequest, asWorkload, type Question, reviewed, workloadShapes } from './shapes.js';
import { demandRecorded } from './verdicts.js';

interface Case {
  /** As it is compared and committed. */
  readonly manifest: JsonObject;
  /** As the API server would admit it. */
  readonly pod: JsonObject;
  readonly question: Question;
  /** What the question says besides the pod. */
  readonly request: AdmissionRequest;
}

const namespace = { name: 'default', labels: { 'kubernetes.io/metadata.name': 'default' } };

/**
 * Every pod as it is written; and by turns as it is admitted, in a workload's manifest, and in a request for a workload. For the
 * CEL what lacks a name that validation demands has one: docs/compile.md says that it is an error else.
 */
function casesOf(manifests: readonly JsonObject[], driver: Driver): Case[] {
  return manifests.flatMap((original, index): Case[] => {
    const written: JsonObject = { ...original, apiVersion: 'v1', kind: 'Pod' };
    const manifest = driver === 'cel' ? withNames(written) : written;
    const pod = admittedPod(manifest);
    const shape = workloadShapes[Math.floor(index / 3) % workloadShapes.length] ?? 'Pod';
    const workload = asWorkload(manifest, shape);
    const others: readonly Question[] = [
      { request: asRequest(pod), namespace },
      { object: workload },
      { request: asRequest(workload, shape), namespace },
    ];
    return [{ object: manifest }, others[index % others.length]].flatMap((question): Case[] =>
      question === undefined ? [] : [{ manifest: original, pod, question, request: requestOf(question) }],
    );
  });
}

/** Of an object, Gatekeeper knows the namespace that it names, and no user. */
export function requestOf(question: Question): AdmissionRequest {
  if ('request' in question) return { ...reviewed, namespaceLabels: namespace.labels };
  const { metadata } = question.object;
  const own: unknown =
    typeof metadata === 'object' && metadata !== null && Reflect.get(metadata, 'namespace');
  return { ...noRequest, namespace: typeof own === 'string' ? own : '' };
}

/** The violation that a constraint of a policy finds: there is one constraint for each object, and one violation of it. */
export function violationOf(policy: Policy, { violations }: Verdict): Violation | undefined {
  const own = violations.filter(({ constraint }) => constraint.startsWith(`${kindOf(policy)}/`));
  if (own.length > 1)
    throw new EngineError('gatekeeper', `${policy.name}: several violations: ${JSON.stringify(own)}`);
  return own[0];
}

async function rowsFor(
  driver: Driver,
  policies: readonly Policy[],
  compiledAs: readonly Policy[],
  cases: readonly Case[],
): Promise<Row[]> {
  const questions = cases.map(({ question }) => question);
  const verdicts = await withBundle(gatekeeper, compiledAs, ({ files }) =>
    gatekeeperJudge(driver, files, questions),
  );
  const skipped = verdicts.findIndex(({ evaluated }) => evaluated !== policies.length);
  if (skipped >= 0)
    throw new EngineError('gatekeeper', `not judged by each policy: ${JSON.stringify(questions[skipped])}`);
  return policies.map((policy) => {
    const row = new Row(`gatekeeper (${driver})`, policy.name);
    for (const [index, { manifest, pod, question, request }] of cases.entries()) {
      const findings = evaluate(policy, pod, request);
      const expected = findings.map(({ control }) => control);
      const violation = violationOf(policy, verdicts[index] ?? { violations: [], evaluated: 0 });
      const subject = () => JSON.stringify(question);
      row.compare(expected, violation?.controls ?? [], subject, manifest);
      // The CEL keeps to an API server's limit of a message.
      if (violation !== undefined && expected.length > 0 && !violation.message.endsWith('…'))
        row.compareMessage(findings, detailsIn(violation.message), subject, driver);
    }
    return row;
  });
}

/** The rule sets of older versions judge one case in so many, each another share: one takes 5 ms of a core. */
const shares = 15;

/** @param whole the rule sets of older versions judge every case too, which takes an hour. */
export async function checkGatekeeper(whole = false): Promise<Tally> {
  // By version, both levels of the newest last.
  const sets = ruleSetsByVersion();
  const newest = sets.slice(-judgedLevels.length).map(({ policy }) => policy);
  const older = sets.slice(0, -judgedLevels.length).map(({ policy }) => policy);
  const pods = await judgedPods();
  const version = pinned('gatekeeper', 'github.com/open-policy-agent/gatekeeper/v3');
  const tallies: Tally[] = [];
  for (const driver of drivers) {
    const cases = casesOf(pods, driver);
    const sample = cases.filter((_, index) => index % 97 === 0);
    const rows = await rowsFor(driver, newest, newest, cases);
    for (const [index, policy] of older.entries()) {
      const share = cases.filter((_, at) => whole || at % shares === index % shares);
      rows.push(...(await rowsFor(driver, [policy], [policy], share)));
    }
    const all = [...older, ...newest];
    const blind = await rowsFor(driver, all, all.map(allowAll), sample);
    tallies.push(
      tally(rows),
      demandBlindRowsFail(blind),
      ...(whole
        ? []
        : [
            demandRecorded(
              {
                engine: `gatekeeper-${driver}`,
                version,
                ...(driver === 'cel' && { named: true as const }),
                rows,
              },
              pods,
            ),
          ]),
    );
  }
  return sum(...tallies);
}

/** Policies of users, each on the pods on the edges of its own rules, with the words of the messages. */
export async function checkGatekeeperCustom(): Promise<Tally> {
  const newest = gatekeeper.engineVersions.at(-1) ?? '';
  const tallies: Tally[] = [];
  for (const driver of drivers) {
    const rows: Row[] = [];
    const blind: Row[] = [];
    for (const { policy: given, pods } of customPolicies()) {
      // What is compared is what they say of pods: where they hold is for scenarios.
      const policy: Policy = { ...given, scope: defaultScope, exemptions: noExemptions };
      if ('refusals' in gatekeeper.compile([policy], newest)) continue;
      const cases = shareOf(
        casesOf(pods.map(withNames), driver),
        customShare,
        ({ pod, request }) => evaluate(policy, pod, request).length > 0,
      );
      rows.push(...(await rowsFor(driver, [policy], [policy], cases)));
      blind.push(...(await rowsFor(driver, [policy], [allowAll(policy)], cases)));
    }
    tallies.push(tally(rows), demandBlindRowsFail(blind));
  }
  return sum(...tallies);
}

/** One in so many of the cases: an odd number, so that both forms of pods are met. */
const customShare = 5;
