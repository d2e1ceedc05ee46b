/** The target rego: modules for OPA and conftest, one a policy, with a library that they share and tests. */

import type { TestCase } from '../../cases/index.js';
import { policyCases } from '../../cases/index.js';
import { requestCases } from '../../cases/requests.js';
import type { Policy } from '../../ir/types.js';
import { refusalsOf } from '../capabilities.js';
import { exemptLines, outOfScope } from '../describe.js';
import { collisionsOf, identifierOf } from '../names.js';
import { generator } from '../templates.js';
import type { Backend, BundleFile, Compiled, Refusal } from '../types.js';
import { capabilities } from './capabilities.js';
import { libraryText } from './library.js';
import { moduleOf, scopeOf } from './module.js';
import { readme } from './readme.js';
import { testModule } from './tests.js';

export type { TestCase } from '../../cases/index.js';

export interface RegoOptions {
  /** Pods for the `opa test` tests of a policy, with the controls that deny each. */
  readonly cases: (policy: Policy) => readonly TestCase[];
}

/** The backend with test pods of the caller's choosing. */
export function regoWith({ cases }: RegoOptions): Backend {
  const backend: Backend = {
    target: 'rego',
    title: 'Rego for OPA and conftest',
    engineVersions: ['1.22'],
    capabilities,
    compile: (policies, engineVersion) => compile(policies, refusalsIn(policies, engineVersion), cases),
  };
  const refusalsIn = (policies: readonly Policy[], engineVersion: string): Refusal[] => [
    ...namesTaken(policies),
    ...policies.flatMap((policy) => refusalsOf(policy, backend, engineVersion)),
  ];
  return backend;
}

export const rego: Backend = regoWith({
  cases: (policy) => [...policyCases(policy), ...requestCases(policy)],
});

/** The library is a package beside those of the policies. */
const libraryName = 'lib';

function namesTaken(policies: readonly Policy[]): Refusal[] {
  const collisions = collisionsOf(policies).flatMap(({ identifier, policies: names }) =>
    names.map((policy) => ({
      policy,
      control: null,
      reason: `the policies ${[...new Set(names)].join(', ')} all have the package podsec.${identifier}`,
    })),
  );
  const library = policies
    .filter(({ name }) => identifierOf(name) === libraryName)
    .map(({ name }) => ({
      policy: name,
      control: null,
      reason: `the package podsec.${libraryName} is podsec's own`,
    }));
  return [...collisions, ...library];
}

function compile(
  policies: readonly Policy[],
  known: readonly Refusal[],
  cases: RegoOptions['cases'],
): Compiled {
  const library = libraryText();
  const refusals = [...known];
  const files: BundleFile[] = [{ path: 'lib.rego', text: library }];
  for (const policy of policies) {
    const identifier = identifierOf(policy.name);
    const module = moduleOf({
      package: `podsec.${identifier}`,
      imports: ['data.podsec.lib'],
      header: headerOf(policy, identifier),
      controls: policy.controls.map((control) => ({ control, guards: [] })),
      inScope: scopeOf(policy),
      library,
    });
    if ('unsayable' in module) {
      refusals.push(...module.unsayable.map((each) => ({ policy: policy.name, ...each })));
      continue;
    }
    files.push({ path: `${identifier}.rego`, text: module.text });
    files.push({
      path: `tests/${identifier}_test.rego`,
      text: testModule(policy, identifier, cases(policy)),
    });
  }
  if (refusals.length > 0) return { refusals };
  files.push({ path: 'README.md', text: readme(policies) });
  return { files: files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
}

function headerOf(policy: Policy, identifier: string): string[] {
  const excluded = outOfScope(policy).toSorted();
  return [
    `Policy ${policy.name}${policy.version === null ? '' : ` at version ${policy.version}`}. Written by ${generator}; changes here are lost.`,
    '',
    '`deny` is the set of violations of the pods in the input: a manifest, a list, or an AdmissionReview.',
    '',
    `    opa eval --data . --input pod.json data.podsec.${identifier}.deny`,
    `    conftest test --policy . --namespace podsec.${identifier} pod.yaml`,
    '',
    `Mode ${policy.mode}: OPA has no modes, so what a violation leads to is up to who asks.`,
    ...(policy.mode === 'enforce-workloads'
      ? [
          'Of the updates of a workload in AdmissionReviews, those that leave its pod template are not judged.',
        ]
      : []),
    'Namespaces and users count in AdmissionReviews; a manifest is judged whatever its namespace.',
    ...(excluded.length === 0 ? [] : [`Excluded namespaces: ${excluded.join(', ')}.`]),
    ...exemptLines(policy),
  ];
}
