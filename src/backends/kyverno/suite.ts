/** Suites for `kyverno test`: objects that a policy allows, and objects that it denies. */

import type { TestCase } from '../../cases/index.js';
import { createdByNobody, type Place } from '../../cases/requests.js';
import type { LabelRequirement, Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { writeYaml } from '../../manifest/write.js';
import { outOfScope } from '../describe.js';
import { fileName, policyName } from '../objects.js';
import { podDocuments, shapeCases, testDirectory, uniqueNames, withMetadata } from '../pod-tests.js';
import { isPod, type Shape, shapes } from '../shapes.js';
import type { BundleFile } from '../types.js';
import { ruleName } from './cluster-policy.js';
import type { Form } from './form.js';

/**
 * A suite for each shape: `kyverno test` compiles each policy of a suite for each of its objects, and three of four are not
 * about it. Nothing where no namespace is in scope by its labels.
 */
export function suiteFiles(form: Form, policy: Policy): readonly BundleFile[] {
  const labels = labelsFor(policy.scope.namespaceSelector);
  if (labels === undefined) return [];
  const namespace: Place = { name: namespaceIn(policy), labels };
  return shapes.flatMap((shape) => {
    const ofNobody = isPod(shape) ? createdByNobody(policy, namespace) : [];
    const asked = [...shapeCases(policy, shape), ...ofNobody];
    const cases = uniqueNames(asked.map((each) => inNamespace(each, namespace.name)));
    return cases.length === 0 ? [] : suiteOf(form, policy, shape, cases, namespace);
  });
}

function suiteOf(
  form: Form,
  policy: Policy,
  shape: Shape,
  cases: readonly TestCase[],
  namespace: Place,
): readonly BundleFile[] {
  // Hidden: `kyverno apply DIR` reads all YAML below DIR, and where one is no policy, it applies none and says nothing.
  const directory = `.${testDirectory(policy)}/${shape.suffix}`;
  const labelled = Object.keys(namespace.labels).length > 0;
  const suite: JsonObject = {
    apiVersion: 'cli.kyverno.io/v1alpha1',
    kind: 'Test',
    metadata: { name: policyName(policy, shape) },
    policies: [`../../../${fileName(policy, shape)}`],
    resources: ['objects.yaml'],
    ...(labelled && { variables: 'values.yaml' }),
    results: (['pass', 'fail'] as const).flatMap((result) =>
      resultsOf(
        form,
        policy,
        shape,
        result,
        cases.filter(({ denied }) => denied.length > 0 === (result === 'fail')),
        namespace.name,
      ),
    ),
  };
  const values: JsonObject = {
    apiVersion: 'cli.kyverno.io/v1alpha1',
    kind: 'Values',
    metadata: { name: 'values' },
    namespaceSelector: [{ ...namespace }],
  };
  return [
    { path: `${directory}/kyverno-test.yaml`, text: writeYaml([suite]) },
    { path: `${directory}/objects.yaml`, text: podDocuments(cases) },
    ...(labelled ? [{ path: `${directory}/values.yaml`, text: writeYaml([values]) }] : []),
  ];
}

/** A result is of one kind of object. */
function resultsOf(
  form: Form,
  policy: Policy,
  shape: Shape,
  result: 'pass' | 'fail',
  cases: readonly TestCase[],
  namespace: string,
): JsonObject[] {
  const kinds = [...new Set(cases.map(({ manifest }) => String(manifest.kind)))];
  return kinds.map((kind) => ({
    policy: policyName(policy, shape),
    ...(form.kind === 'ClusterPolicy' ? { rule: ruleName(shape) } : { isValidatingPolicy: true }),
    kind,
    resources: cases
      .filter(({ manifest }) => manifest.kind === kind)
      .map(({ name }) => `${namespace}/${name}`),
    result,
  }));
}

/** A namespace that no name puts out of scope. */
function namespaceIn(policy: Policy): string {
  const out = outOfScope(policy);
  let name = 'podsec-test';
  while (out.includes(name)) name = `${name}-other`;
  return name;
}

const inNamespace = (tested: TestCase, namespace: string): TestCase => ({
  ...tested,
  manifest: withMetadata(tested.manifest, { namespace }),
});

/** Labels that fulfil all requirements; nothing where there are none. */
export function labelsFor(
  requirements: readonly LabelRequirement[],
): Readonly<Record<string, string>> | undefined {
  const labels: Record<string, string> = {};
  for (const key of new Set(requirements.map((each) => each.key))) {
    const own = requirements.filter((each) => each.key === key);
    const listed = own.find(({ operator }) => operator === 'In')?.values;
    const candidates = [undefined, ...(listed ?? [unlisted(own)])];
    const fitting = candidates.filter((value) => own.every((each) => fulfils(each, value)));
    if (fitting.length === 0) return undefined;
    const [value] = fitting;
    if (value !== undefined) labels[key] = value;
  }
  return labels;
}

function unlisted(requirements: readonly LabelRequirement[]): string {
  const listed = new Set(requirements.flatMap(({ values }) => values));
  let value = 'yes';
  while (listed.has(value)) value = `${value}-other`;
  return value;
}

function fulfils({ operator, values }: LabelRequirement, value: string | undefined): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}
