/** Emitted Rego in OPA against `evaluate`: pods as they are, in each kind of workload, and in admission reviews. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifierOf } from '../src/backends/names.js';
import { rego } from '../src/backends/rego/index.js';
import { type Finding, noRequest } from '../src/evaluate.js';
import type { Policy } from '../src/ir/types.js';
import type { JsonObject } from '../src/manifest/types.js';
import { withBundle } from '../src/verify/bundle.js';
import { deniedBy, findingsOf } from '../src/verify/judged.js';
import {
  allowAll,
  demandBlindRowsFail,
  judgedPods,
  newestRuleSets,
  Row,
  type RuleSet,
  ruleSets,
  sum,
  type Tally,
  tally,
} from './agreement.js';
import { pinned } from './build.js';
import { conftestTest, type Denial, denialsIn, denialsOf, opaCheckStrict, opaEval, opaTest } from './opa.js';
import { customPolicies } from './policies/index.js';
import { asReview, asWorkload, reviewed, workloadShapes } from './shapes.js';
import { demandRecorded } from './verdicts.js';

const newest = rego.engineVersions.at(-1) ?? '';

interface Case {
  readonly pod: JsonObject;
  readonly input: JsonObject;
  readonly shape: string;
}

type Forms = (pod: JsonObject, index: number) => readonly Case[];

/** A pod as it is, in a workload of one of the kinds by turns, and in a review. */
const everyForm: Forms = (pod, index) => {
  const shape = workloadShapes[index % workloadShapes.length] ?? 'Pod';
  const workload = shape === 'Pod' ? [] : [{ pod, input: asWorkload(pod, shape), shape }];
  return [
    { pod, input: pod, shape: 'Pod' },
    ...workload,
    { pod, input: asReview(pod), shape: 'AdmissionReview' },
  ];
};

/** A pod in one of these, by turns. */
const oneForm: Forms = (pod, index) => {
  const forms = everyForm(pod, Math.floor(index / 3));
  return forms.slice(index % forms.length, (index % forms.length) + 1);
};

async function rowsFor(
  sets: readonly RuleSet[],
  compiledAs: readonly Policy[],
  pods: readonly JsonObject[],
  forms: Forms,
): Promise<Row[]> {
  const cases = pods.flatMap(forms);
  return withBundle(rego, compiledAs, async ({ files: modules }) => {
    const fields = sets.map(
      ({ policy }) => `"${policy.name}": data.podsec.${identifierOf(policy.name)}.deny`,
    );
    const answers = await opaEval(
      modules,
      `{${fields.join(', ')}}`,
      cases.map(({ input }) => input),
      { chunk: 500 },
    );
    return sets.map(({ policy }) => {
      const row = new Row('opa', policy.name);
      const found = new Map<JsonObject, readonly Finding[]>();
      for (const [index, { pod, input }] of cases.entries()) {
        const findings = found.get(pod) ?? findingsOf(policy, pod);
        found.set(pod, findings);
        compareDenials(
          row,
          findings,
          denialsIn(answers[index], policy.name),
          () => JSON.stringify(input),
          pod,
        );
      }
      return row;
    });
  });
}

function compareDenials(
  row: Row,
  findings: readonly Finding[],
  denials: readonly Denial[],
  subject: () => string,
  pod?: JsonObject,
): void {
  row.compare(
    findings.map(({ control }) => control),
    denials.map(({ control }) => control),
    subject,
    pod,
  );
  if (findings.length > 0 && denials.length > 0)
    row.compareMessage(findings, denials.map(({ msg }) => msg).join('; '), subject);
}

/** Policies of users, each on the pods on the edges of its own rules, with the words of the messages. */
async function customRows(compiledAs: (policy: Policy) => Policy): Promise<Row[]> {
  const rows: Row[] = [];
  const sayable = customPolicies().filter(({ policy }) => 'files' in rego.compile([policy], newest));
  for (const { policy, pods } of sayable) {
    const row = new Row('opa', policy.name);
    const cases = pods.flatMap(everyForm);
    await withBundle(rego, [compiledAs(policy)], async ({ files: modules }) => {
      const inputs = cases.map(({ input }) => input);
      const answers = await opaEval(modules, `data.podsec.${identifierOf(policy.name)}.deny`, inputs, {
        chunk: 500,
      });
      for (const [index, { pod, input, shape }] of cases.entries()) {
        const findings = findingsOf(policy, pod, shape === 'AdmissionReview' ? reviewed : noRequest);
        compareDenials(row, findings, denialsOf(answers[index]), () => JSON.stringify(input));
      }
    });
    rows.push(row);
  }
  return rows;
}

/** The rule sets of older versions judge each pod in the forms that they are given, the newest in every one. */
async function rowsOf(
  pods: readonly JsonObject[],
  ofOlder: Forms,
  as: (policy: Policy) => Policy,
): Promise<Row[]> {
  const sets = ruleSets();
  const newest = new Set(newestRuleSets().map(({ policy }) => policy.name));
  const isNewest = ({ policy }: RuleSet): boolean => newest.has(policy.name);
  const judged = async (some: readonly RuleSet[], forms: Forms): Promise<Row[]> =>
    rowsFor(
      some,
      some.map(({ policy }) => as(policy)),
      pods,
      forms,
    );
  const rows = [
    ...(await judged(
      sets.filter((set) => !isNewest(set)),
      ofOlder,
    )),
    ...(await judged(sets.filter(isNewest), everyForm)),
  ];
  const places = new Map(sets.map(({ policy }, index) => [policy.name, index]));
  return rows.toSorted((a, b) => (places.get(a.policy) ?? 0) - (places.get(b.policy) ?? 0));
}

/** @param whole the rule sets of older versions judge every form of each pod too, which takes some minutes. */
export async function checkOpa(whole = false): Promise<Tally> {
  const pods = await judgedPods();
  const ofOlder = whole ? everyForm : oneForm;
  const rows = await rowsOf(pods, ofOlder, (policy) => policy);
  const real = tally(rows);
  const recorded = demandRecorded(
    { engine: 'opa', version: pinned('opa', 'github.com/open-policy-agent/opa'), rows },
    pods,
  );
  const sample = pods.filter((_, index) => index % 20 === 0);
  const blind = demandBlindRowsFail(await rowsOf(sample, ofOlder, allowAll));
  const last = newestRuleSets()
    .slice(-1)
    .map(({ policy }) => policy);
  return sum(real, recorded, blind, await checkExemptions(last), await checkOwnTests(last));
}

export async function checkOpaCustom(): Promise<Tally> {
  const real = tally(await customRows((policy) => policy));
  return sum(real, demandBlindRowsFail(await customRows(allowAll)));
}

/** An exempt runtime class, which a manifest names as a request does. */
async function checkExemptions(policies: readonly Policy[]): Promise<Tally> {
  const exempting = policies.map((policy) => ({
    ...policy,
    name: 'exempting',
    exemptions: { ...policy.exemptions, runtimeClasses: ['gvisor', 'kata'] },
  }));
  const pods = [null, '', 'gvisor', 'kata', 'runc', 'Kata'].flatMap((runtimeClassName) =>
    [true, false].map((hostPID) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { hostPID, runtimeClassName, containers: [{ name: 'app', image: 'app' }] },
    })),
  );
  // Of each form: as it is, in each kind of workload, and in a request.
  const inEachForm = pods.flatMap((pod) => workloadShapes.map(() => pod));
  const sets = exempting.map((policy) => ({ policy, versions: [] }));
  return tally(await rowsFor(sets, exempting, inEachForm, everyForm));
}

/** The bundle's own tests in OPA, its modules in strict mode, and conftest on a pod that is denied and one that is not. */
async function checkOwnTests(policies: readonly Policy[]): Promise<Tally> {
  return withBundle(rego, policies, async ({ directory, files: modules }) => {
    const problems = await opaCheckStrict(modules);
    const tests = await opaTest(directory);
    const [policy] = policies;
    const denied = join(directory, 'denied.json');
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { hostPID: true, containers: [{ name: 'app', image: 'app' }] },
    };
    writeFileSync(denied, JSON.stringify(pod));
    const namespace = `podsec.${identifierOf(policy?.name ?? '')}`;
    const conftest = await conftestTest(directory, [denied], namespace);
    const expected = policy === undefined ? 0 : deniedBy(policy, pod).length;
    const found = conftest.flatMap(({ failures }) => failures ?? []).length;
    const failures = [
      ...problems.map((problem) => `opa check --strict: ${JSON.stringify(problem)}`),
      ...tests.failed.map((name) => `opa test: ${name}`),
      ...(found === expected ? [] : [`conftest: ${found} failures, evaluate ${expected}`]),
    ];
    process.stderr.write(
      `${failures.length === 0 ? 'ok  ' : 'FAIL'} opa check, opa test (${tests.passed} tests), conftest (${found} failures)\n`,
    );
    return { passed: failures.length === 0 ? 1 : 0, failures };
  });
}
