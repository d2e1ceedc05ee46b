/**
 * Tests of a bundle on an API server: objects of each shape, what is expected of each, and a namespace in which the policies
 * deny whatever their mode, so that a dry run tells.
 */

import { asksUser, type TestCase } from '../../cases/index.js';
import { createdByNobody, deniedIn, type Place } from '../../cases/requests.js';
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { writeYaml } from '../../manifest/write.js';
import { metadataOf } from '../admission-policy.js';
import { asksAuthorizer } from '../cel/index.js';
import { messageTitle } from '../describe.js';
import { objectNameOf, policyName } from '../objects.js';
import { podDocuments, shapeCases, testDirectory, uniqueNames } from '../pod-tests.js';
import { isPod, type Shape, shapes } from '../shapes.js';
import { fill, generator } from '../templates.js';
import type { BundleFile } from '../types.js';
import { apiVersionOf } from './objects.js';

/** The script that runs the tests of all policies of a bundle. */
export const dryRun = 'tests/dry-run.sh';

export function testFiles(policies: readonly Policy[], engineVersion: string): readonly BundleFile[] {
  return [
    ...policies.flatMap((policy) => filesOf(policy, engineVersion)),
    { path: dryRun, text: fill('vap/dry-run.sh', { generator }) },
  ];
}

function filesOf(policy: Policy, engineVersion: string): BundleFile[] {
  const directory = testDirectory(policy);
  const asked = shapes.flatMap((shape) =>
    [...shapeCases(policy, shape), ...(isPod(shape) ? ofNobody(policy) : [])]
      .filter(({ accepted }) => accepted)
      .map((each) => ({ ...each, denied: expectedOf(policy, each.manifest), shape })),
  );
  const named = uniqueNames(asked);
  return [
    { path: `${directory}/setup.yaml`, text: setup(policy, engineVersion) },
    { path: `${directory}/objects.yaml`, text: podDocuments(named) },
    { path: `${directory}/expected.tsv`, text: expected(policy, named) },
  ];
}

/** Pods that are denied for where they are created: who creates them is whoever runs the script. */
const ofNobody = (policy: Policy): readonly TestCase[] =>
  createdByNobody(policy, placeOf(policy)).filter(({ manifest }) => expectedOf(policy, manifest).length > 0);

/** What denies an object, whoever creates it. */
function expectedOf(policy: Policy, manifest: JsonObject): readonly string[] {
  const asking = new Set(policy.controls.filter(asksUser).map(({ id }) => id));
  return (deniedIn(policy, manifest, placeOf(policy)) ?? []).filter((id) => !asking.has(id));
}

interface Asked extends TestCase {
  readonly shape: Shape;
}

function expected(policy: Policy, asked: readonly Asked[]): string {
  // One validation a control, of which an API server names the first that fails.
  const between = asksAuthorizer(policy) ? '|' : ',';
  const lines = [
    ['namespace', namespaceOf(policy)],
    ['title', messageTitle(policy)],
    ...policy.controls.filter(asksUser).map(({ id }) => ['ignored', id]),
    ...shapes
      .filter((shape) => asked.some((each) => each.shape === shape && each.denied.length > 0))
      .map((shape) => ['policy', policyName(policy, shape)]),
    ...asked.map(({ name, denied }) => ['object', name, denied.join(between)]),
  ];
  return lines.map((fields) => `${fields.join('\t')}\n`).join('');
}

function setup(policy: Policy, engineVersion: string): string {
  const namespace: JsonObject = {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: namespaceOf(policy), labels: { ...ownLabels } },
  };
  const bindings = shapes.map(
    (shape): JsonObject => ({
      apiVersion: apiVersionOf(engineVersion),
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: metadataOf(`${policyName(policy, shape)}-tests`),
      spec: {
        policyName: policyName(policy, shape),
        validationActions: ['Deny'],
        matchResources: {
          namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespaceOf(policy) } },
        },
      },
    }),
  );
  return writeYaml([namespace, ...bindings]);
}

const ownLabels = {
  'app.kubernetes.io/managed-by': 'podsec',
  // What PodSecurity admission refuses, no policy is asked about.
  'pod-security.kubernetes.io/enforce': 'privileged',
} as const;

/** With the label that an API server writes. */
function placeOf(policy: Policy): Place {
  const name = namespaceOf(policy);
  return { name, labels: { ...ownLabels, 'kubernetes.io/metadata.name': name } };
}

/** A name of a namespace has no dots, and 63 characters. */
const namespaceOf = (policy: Policy): string =>
  `podsec-tests-${objectNameOf(policy.name)}`.replaceAll('.', '-').slice(0, 63).replace(/-+$/, '');
