/** Pods with the verdict that the reference evaluator gives of them, to send to a cluster. */
import { admit } from '../admission/index.js';
import { evaluate } from '../evaluate.js';
import type { Policy } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { writeYaml } from '../manifest/write.js';
import { exampleCases } from './examples.js';
import { objectNameOf } from './objects.js';
import type { BundleFile } from './types.js';

export function testFiles(policy: Policy): readonly BundleFile[] {
  const directory = `tests/${objectNameOf(policy.name)}`;
  const cases = distinct([...exampleCases(policy), ...judged(policy)]);
  const file = (name: string, chosen: readonly Case[], comment: string): BundleFile[] => {
    const [first] = chosen;
    if (first === undefined) return [];
    const documents = chosen.map(({ name, manifest, denied }) => {
      const why = denied.length === 0 ? '' : `# Denied by ${denied.join(', ')}.\n`;
      return `${why.replace(/(?!\n)\p{Cc}/gu, ' ')}${writeYaml([called(name, manifest)])}`;
    });
    return [{ path: `${directory}/${name}.yaml`, text: `# ${comment}\n${documents.join('---\n')}` }];
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

/** What a careful author writes: the examples of the levels show one thing each, and break most controls of a strict policy. */
const hardened: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'hardened' },
  spec: {
    securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    containers: [
      {
        name: 'app',
        image: 'example.com/app:1.0',
        securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      },
    ],
  },
};

function judged(policy: Policy): readonly Case[] {
  const admission = admit(hardened);
  if (admission.kind !== 'workload' || admission.pod === undefined) return [];
  const denied = evaluate(policy, admission.pod).map(({ control }) => control);
  return [{ name: 'hardened', manifest: hardened, denied }];
}

type Case = ReturnType<typeof exampleCases>[number];

/** The same pod may show several things. */
function distinct(cases: readonly Case[]): readonly Case[] {
  const seen = new Set<string>();
  return cases.filter(({ manifest }) => {
    const key = JSON.stringify(manifest);
    return !seen.has(key) && seen.add(key) !== undefined;
  });
}

/** Pods in a namespace have names of their own. */
function called(name: string, manifest: JsonObject): JsonObject {
  const { metadata } = manifest;
  const rest = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata : {};
  return {
    ...manifest,
    metadata: {
      ...rest,
      name: objectNameOf(name)
        .slice(0, 63)
        .replace(/[.-]+$/, ''),
    },
  };
}
