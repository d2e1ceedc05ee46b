/**
 * PodSecurityPolicies that are near a policy (`--approximate`), on the admission code of Kubernetes 1.24: they say what was read back,
 * are on the side of the policy that was asked for, and what they are said to repair is stored as the policy wants it.
 */
import { isDeepStrictEqual } from 'node:util';
import { type Approximation, approximate, type Direction, directions } from '../src/approximate.js';
import { psp } from '../src/backends/psp/index.js';
import { evaluate, noRequest } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { isMinor, newestMinor } from '../src/levels/versions.js';
import { isObject } from '../src/manifest/json.js';
import type { JsonObject } from '../src/manifest/types.js';
import { deniesBeyond } from '../src/solver/compare.js';
import { boundaryPods } from '../src/testing/index.js';
import { EngineError } from '../src/verify/errors.js';
import { admittedPod } from '../src/verify/judged.js';
import { demandBlindRowsFail, judgedPods, Row, sum, type Tally, tally } from './agreement.js';
import { type Accepted, acceptedOf, anybody, created, namespace } from './agreement-psp.js';
import { nearPolicies, repairedPolicies } from './policies/psp-nearest.js';
import { pspPods } from './policies/psp-pods.js';
import { type Answer, type Asker, judgeByPsp } from './psp.js';
import { asEnforced, objectsIn, objectsOf } from './psp-world.js';

const options = { procMountType: true };

/** The last version whose rules ask nothing of the operating system: what is written makes no pod for Windows invalid. */
const beforeWindows = 24;

/** It judges by annotations, which 1.24 has as fields too. */
const beforeFields = 17;

const policies: readonly Policy[] = [
  levelPolicy('baseline', newestMinor),
  levelPolicy('restricted', newestMinor),
  ...[beforeWindows, beforeFields].filter(isMinor).map((minor) => levelPolicy('restricted', minor)),
  ...repairedPolicies,
  ...nearPolicies,
].map(asEnforced);

const denied = (policy: Policy, pod: JsonObject): readonly string[] =>
  evaluate(policy, pod, { ...noRequest, namespace }).map(({ control }) => control);

async function answersFor(
  objects: readonly JsonObject[],
  pods: readonly Pick<Accepted, 'raw'>[],
  request: Asker = anybody,
): Promise<readonly Answer[]> {
  const creations = pods.map(({ raw }) => ({ pod: raw, request }));
  const { answers, objects: taken } = await judgeByPsp(objects, creations, options);
  const refused = taken.flatMap(({ errors }) => errors);
  if (refused.length > 0) throw new EngineError('psp', `the API server refuses ${refused.join('; ')}`);
  return answers;
}

/** What a bundle does with each pod, as it is said to. */
function compared(row: Row, pods: readonly Accepted[], answers: readonly Answer[], said: Policy): void {
  for (const [index, pod] of pods.entries())
    row.compare(
      denied(said, pod.judged).length > 0 ? ['denied'] : [],
      answers[index]?.judged?.forbidden !== undefined ? ['denied'] : [],
      () => JSON.stringify(pod.raw),
    );
}

/** What is promised of a policy, with how many pods were repaired. */
function promised(
  row: Row,
  pods: readonly Accepted[],
  answers: readonly Answer[],
  {
    policy,
    near,
    direction,
  }: { readonly policy: Policy; readonly near: Approximation; readonly direction: Direction },
): number {
  let repaired = 0;
  for (const [index, { raw, stored: plain, judged: pod }] of pods.entries()) {
    const outcome = answers[index]?.judged;
    const stored = outcome?.pod;
    const wrong = (what: string) => row.wrong.push(`${what}: ${JSON.stringify(raw)}`);
    const by = denied(policy, pod);
    if (direction === 'laxer' && by.length === 0 && stored === undefined)
      wrong(`refused, and the policy admits it (${outcome?.forbidden ?? outcome?.invalid})`);
    if (direction === 'laxer' && by.length === 0 && stored !== undefined && !isDeepStrictEqual(stored, plain))
      wrong('admitted by the policy, and stored as another');
    if (direction === 'stricter' && by.length > 0 && stored !== undefined)
      wrong(`stored, and the policy denies it by ${by.join(', ')}`);
    if (stored === undefined || by.length === 0 || !by.every((id) => near.repaired.includes(id))) continue;
    const left = denied(policy, admittedPod(stored));
    if (left.length > 0) wrong(`said to be repaired, and stored so that ${left.join(', ')} denies it`);
    repaired += 1;
  }
  return repaired;
}

/** Out of scope of every policy. */
const system = 'kube-system';

const inSystem = (pod: JsonObject): JsonObject => ({
  ...pod,
  metadata: { ...(isObject(pod.metadata) ? pod.metadata : {}), namespace: system },
});

/** Whoever is not judged by a policy that writes has pods stored as they are. */
async function leftAlone(row: Row, objects: readonly JsonObject[], pods: readonly Accepted[]): Promise<void> {
  const answers = await answersFor(
    objects,
    pods.map(({ raw }) => ({ raw: inSystem(raw) })),
    { ...anybody, namespace: system },
  );
  for (const [index, { raw, stored }] of pods.entries())
    if (!isDeepStrictEqual(answers[index]?.judged?.pod, inSystem(stored)))
      row.wrong.push(`out of scope, and not stored as it is: ${JSON.stringify(raw)}`);
}

/** Of these nothing is near on that side. */
const refusedStricter: ReadonlySet<string> = new Set([
  'baseline',
  'restricted',
  ...repairedPolicies.map(({ name }) => name),
  'drops-beside-names',
  'explicit-escalation',
  'root-or-scratch',
]);

export async function checkPspNearest(): Promise<Tally> {
  const shared = await acceptedOf(created([...(await judgedPods()), ...pspPods]), options);
  const everything = objectsOf({ ...asEnforced(levelPolicy('privileged', newestMinor)), name: 'all' });
  const rows: Row[] = [];
  const blind: Row[] = [];
  const failures: string[] = [];
  let repairs = 0;
  for (const policy of policies) {
    const own = await acceptedOf(created([...boundaryPods(policy)].map(({ pod }) => pod)), options);
    const pods = [...shared, ...own];
    for (const direction of directions) {
      const near = approximate(psp, '1.24', policy, direction);
      const isRefused = direction === 'stricter' && refusedStricter.has(policy.name);
      if ('refusals' in near !== isRefused)
        failures.push(`psp ${policy.name}, ${direction}: ${isRefused ? 'not ' : ''}refused`);
      if ('refusals' in near) continue;
      const name = `${near.policy.name}${policy.version === null ? '' : `@${policy.version}`}`;
      const [row, blindRow] = [new Row('psp', name), new Row('psp', name)];
      const objects = objectsIn(near.files);
      const answers = await answersFor(objects, pods);
      await leftAlone(row, objects, pods);
      compared(row, pods, answers, near.policy);
      const repaired = promised(row, pods, answers, { policy, near, direction });
      if (near.repaired.length > 0 && repaired === 0) failures.push(`psp ${name}: repaired no pod`);
      repairs += repaired;
      compared(blindRow, pods, await answersFor(everything, pods), near.policy);
      if (deniesBeyond(near.policy, { ...near.policy, mutations: [], controls: [] })) {
        rows.push(row);
        blind.push(blindRow);
      } else {
        // Of a rule of which nothing can be said the nearest is what admits every pod: a row of it has one verdict.
        failures.push(...row.wrong);
      }
    }
  }
  process.stderr.write(`psp: ${repairs} pods repaired as it was said\n`);
  return sum(tally(rows), demandBlindRowsFail(blind), { passed: 0, failures });
}
