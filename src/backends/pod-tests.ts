/** Pods with the verdict that the reference evaluator gives of them, to send to a cluster. */
import { objectAt } from '../admission/json.js';
import { hardened, policyCases, type TestCase } from '../cases/index.js';
import { judged } from '../cases/judged.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { writeYaml } from '../manifest/write.js';
import { objectNameOf } from './objects.js';
import { isPod, type Shape } from './shapes.js';
import type { BundleFile } from './types.js';
import { workloadOf } from './workloads.js';

/** Pods that show the policy's controls, each with a name of its own. */
export const testPods = (policy: Policy): readonly TestCase[] => uniqueNames(distinct(policyCases(policy)));

export const testDirectory = (policy: Policy): string => `tests/${objectNameOf(policy.name)}`;

/** A document for each object, under a comment that says what it shows and which controls deny it. */
export function podDocuments(cases: readonly TestCase[]): string {
  return cases.map((each) => `# ${commentOf(each)}.\n${writeYaml([each.manifest])}`).join('---\n');
}

/** On one line. */
function commentOf({ denied, shows }: TestCase): string {
  const verdict = denied.length === 0 ? 'Allowed' : `Denied by ${denied.join(', ')}`;
  return `${verdict}: ${shows}`.replace(/\p{Cc}/gu, ' ');
}

/** What shows the policy for one shape: all of it for pods; of the others what is denied, and one that is not. */
export function shapeCases(policy: Policy, shape: Shape): readonly TestCase[] {
  const cases = distinct(policyCases(policy));
  if (isPod(shape)) return cases;
  return cases
    .filter(({ name, denied }) => denied.length > 0 || name === hardened)
    .flatMap((each) => {
      const manifest = workloadOf(each.manifest, shape.suffix);
      const of = judged(policy, manifest);
      if (of === undefined) return [];
      return [{ ...each, name: `${each.name}_${shape.suffix}`, manifest, denied: of.denied }];
    });
}

/** Those that an API server takes, and that mean the same where it stores them otherwise than others do. */
export function testFiles(policy: Policy, stored?: (pod: JsonObject) => JsonObject): readonly BundleFile[] {
  const means = ({ manifest, denied }: TestCase): boolean =>
    stored === undefined || judged(policy, stored(manifest))?.denied.join() === denied.join();
  const cases = testPods(policy).filter((each) => each.accepted && means(each));
  const file = (name: string, chosen: readonly TestCase[], comment: string): BundleFile[] => {
    if (chosen.length === 0) return [];
    return [{ path: `${testDirectory(policy)}/${name}.yaml`, text: `# ${comment}\n${podDocuments(chosen)}` }];
  };
  return [
    ...file(
      'allowed',
      cases.filter(({ denied }) => denied.length === 0),
      'Each of these pods is allowed: kubectl create --dry-run=server -f of this file succeeds.',
    ),
    ...file(
      'denied',
      cases.filter(({ denied }) => denied.length > 0),
      'Each of these pods is denied in mode enforce: kubectl create --dry-run=server -f of this file creates none.',
    ),
  ];
}

/** No pod twice: a cluster is asked once. */
function distinct(cases: readonly TestCase[]): readonly TestCase[] {
  const seen = new Set<string>();
  return cases.filter(({ manifest }) => {
    const text = JSON.stringify(manifest);
    return !seen.has(text) && seen.add(text) !== undefined;
  });
}

/** Names of Kubernetes' objects, of which a CronJob's has at most 52 characters. */
const longest = 52;

/** The cases with names that objects can have, no two the same, the manifests named alike. */
export function uniqueNames<T extends TestCase>(cases: readonly T[]): readonly T[] {
  const taken = new Set<string>();
  return cases.map((each) => {
    const cut = (length: number): string =>
      objectNameOf(each.name)
        .slice(0, length)
        .replace(/[.-]+$/, '');
    let name = cut(longest) || 'pod';
    for (let next = 2; taken.has(name); next++) name = `${cut(longest - 4)}-${next}`;
    taken.add(name);
    return { ...each, name, manifest: withMetadata(each.manifest, { name }) };
  });
}

export const withMetadata = (manifest: JsonObject, fields: JsonObject): JsonObject => ({
  ...manifest,
  metadata: { ...objectAt(manifest, 'metadata'), ...fields },
});
