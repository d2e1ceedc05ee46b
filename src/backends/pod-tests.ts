/** Pods with the verdict that the reference evaluator gives of them, to send to a cluster. */
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { writeYaml } from '../manifest/write.js';
import { exampleCases, type TestCase } from './examples.js';
import { objectNameOf } from './objects.js';
import type { BundleFile } from './types.js';

/** Pods that show the policy's controls, each with a name of its own. */
export function testPods(policy: Policy): readonly TestCase[] {
  return distinct(exampleCases(policy)).map(({ name, manifest, denied }) => ({
    name: podName(name),
    manifest: called(podName(name), manifest),
    denied,
  }));
}

export const testDirectory = (policy: Policy): string => `tests/${objectNameOf(policy.name)}`;

/** A document for each pod, under a comment that says which controls deny it. */
export function podDocuments(cases: readonly TestCase[]): string {
  return cases
    .map(({ manifest, denied }) => {
      const why = denied.length === 0 ? '' : `# Denied by ${denied.join(', ')}.\n`;
      return `${why.replace(/(?!\n)\p{Cc}/gu, ' ')}${writeYaml([manifest])}`;
    })
    .join('---\n');
}

export function testFiles(policy: Policy): readonly BundleFile[] {
  const cases = testPods(policy);
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

/** The same pod may show several things. */
function distinct(cases: readonly TestCase[]): readonly TestCase[] {
  const seen = new Set<string>();
  return cases.filter(({ manifest }) => {
    const key = JSON.stringify(manifest);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Pods in a namespace have names of their own. */
const podName = (name: string): string =>
  objectNameOf(name)
    .slice(0, 63)
    .replace(/[.-]+$/, '');

function called(name: string, manifest: JsonObject): JsonObject {
  const { metadata } = manifest;
  const rest = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return { ...manifest, metadata: { ...rest, name } };
}
