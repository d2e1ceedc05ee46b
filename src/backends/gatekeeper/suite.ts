/** A suite for `gator verify`: what the template says of given pods has to be what `evaluate` says. */

import type { TestCase } from '../../cases/index.js';
import { requestCases } from '../../cases/requests.js';
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { writeYaml } from '../../manifest/write.js';
import { messageTitle } from '../describe.js';
import { objectNameOf } from '../objects.js';
import { podDocuments, testDirectory, testPods } from '../pod-tests.js';
import type { BundleFile } from '../types.js';
import { pods } from './groups.js';
import { constraintFile, templateFile } from './names.js';

export function suiteFiles(policy: Policy): readonly BundleFile[] {
  const directory = testDirectory(policy);
  const requests = requestCases(policy).map((each) => ({ ...each, name: objectNameOf(each.name) }));
  const cases = [...testPods(policy), ...requests];
  const suite: JsonObject = {
    apiVersion: 'test.gatekeeper.sh/v1alpha1',
    kind: 'Suite',
    metadata: { name: objectNameOf(policy.name) },
    tests: [
      {
        name: objectNameOf(policy.name),
        template: `../../${templateFile(policy)}`,
        constraint: `../../${constraintFile(policy, pods)}`,
        cases: cases.map(
          (tested): JsonObject => ({
            name: tested.name,
            object: `${tested.name}.yaml`,
            assertions: assertionsOf(policy, tested),
          }),
        ),
      },
    ],
  };
  return [
    { path: `${directory}/suite.yaml`, text: writeYaml([suite]) },
    // An object is a file: gator reads no second one.
    ...cases.map((tested) => ({
      path: `${directory}/${tested.name}.yaml`,
      text: podDocuments([tested]),
    })),
  ];
}

/** One violation, which names each control that denies the pod and no other, in the order of the policy. */
function assertionsOf(policy: Policy, { denied }: TestCase): readonly JsonObject[] {
  if (denied.length === 0) return [{ violations: 'no' }];
  const start = `${messageTitle(policy)}: ${denied.join(', ')}: `;
  return [{ violations: 1 }, { violations: 1, message: `^${literally(start)}` }];
}

/** A regular expression of Go for the text. */
const literally = (text: string): string => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');
