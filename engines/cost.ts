/**
 * What the shipped policies cost on a pod with a hundred containers, volumes and sysctls: writes the tables of docs/cost.md.
 *
 *     npm run cost
 *
 * The costs of CEL are counted and the same each time; times are of this machine, so run it while nothing else runs.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import type { Policy } from '../src/ir/types.js';
import { pinned } from './build.js';
import { type Admission, admissionTimes } from './cost/admission.js';
import { type CelCost, celCost, expressionLimit, forms, policyLimit } from './cost/cel.js';
import { opaBench } from './cost/opa.js';
import { compliantPod, violatingPod } from './cost/pods.js';
import { shippedPolicies } from './cost/policies.js';

const document = 'docs/cost.md';
const begin = '<!-- measured -->';
const end = '<!-- end -->';

const number = (value: number): string => value.toLocaleString('en-US');
const percent = (value: number, of: number): string => `${((100 * value) / of).toFixed(1)} %`;
const milliseconds = (value: number): string => `${value.toFixed(1)} ms`;

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

function policyTable(costs: readonly CelCost[]): string {
  const heads = ['policy', 'written for', 'pod it admits', 'of the limit', 'pod it denies', 'of the limit'];
  return table(
    heads,
    costs.map(({ policy, form, compliant, violating }) => [
      policy,
      form,
      number(compliant.maxCost),
      percent(compliant.maxCost, policyLimit),
      number(violating.maxCost),
      percent(violating.maxCost, policyLimit),
    ]),
  );
}

function expressionTable({ names, compliant, violating }: CelCost): string {
  const rows = compliant.expressions.map(({ field, max }, index) => {
    const denied = violating.expressions[index]?.max ?? 0;
    return [
      `\`${names.get(field) ?? field}\``,
      number(max),
      number(denied),
      percent(Math.max(max, denied), expressionLimit),
    ];
  });
  return table(['expression', 'pod it admits', 'pod it denies', 'of the limit'], rows);
}

function admissionTable(times: readonly Admission[]): string {
  const of = (what: string, pod: Admission['pod']) =>
    times.find((each) => each.what === what && each.pod === pod)?.median ?? Number.NaN;
  const whats = [...new Set(times.map(({ what }) => what))];
  return table(
    ['judged by', 'pod it admits', 'to no policy', 'pod it denies', 'to no policy'],
    whats.map((what) => [
      what,
      ...(['compliant', 'violating'] as const).flatMap((pod) => [
        milliseconds(of(what, pod)),
        (of(what, pod) / of('no policy', pod)).toFixed(2),
      ]),
    ]),
  );
}

async function opaTable(policies: readonly Policy[]): Promise<string> {
  const rows: string[][] = [];
  for (const policy of policies) {
    const admitted = await opaBench(policy, compliantPod(policy));
    const denied = await opaBench(policy, violatingPod());
    rows.push([policy.name, milliseconds(admitted), milliseconds(denied)]);
  }
  return table(['policy', 'pod it admits', 'pod it denies'], rows);
}

async function main(): Promise<void> {
  const policies = await shippedPolicies();
  const load = loadavg()[0] ?? 0;
  const costs: CelCost[] = [];
  for (const policy of policies) for (const form of forms) costs.push(await celCost(policy, form));
  const opa = await opaTable(policies);
  const admission = await admissionTimes(policies);
  const [processor] = cpus();
  const measured = [
    `Measured on ${new Date().toISOString().slice(0, 10)}, on ${cpus().length} cores (${processor?.model.trim()}), with a load of ${load.toFixed(1)} before;`,
    `kube-apiserver ${pinned('apiserver', 'k8s.io/kubernetes')}, OPA ${pinned('opa', 'github.com/open-policy-agent/opa')}, Node ${process.version}.`,
    '',
    '### CEL, by policy',
    '',
    policyTable(costs),
    '',
    '### OPA',
    '',
    opa,
    '',
    '### Admission',
    '',
    admissionTable(admission),
    '',
    '### CEL, by expression',
    ...costs
      .filter(({ form }) => form === 'vap')
      .flatMap((cost) => ['', `#### ${cost.policy}`, '', expressionTable(cost)]),
  ].join('\n');
  const text = readFileSync(document, 'utf8');
  const from = text.indexOf(begin);
  const to = text.indexOf(end, from);
  if (from < 0 || to < 0) throw new TypeError(`${document} has no place for the tables`);
  writeFileSync(document, `${text.slice(0, from)}${begin}\n${measured}\n${text.slice(to)}`);
  process.stderr.write(`cost: wrote the tables of ${document}\n`);
}

await main();
