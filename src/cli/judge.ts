/** One document by every policy. */
import { type Admission, admit } from '../admission/index.js';
import { pathText } from '../admission/problem.js';
import type { Diagnostic, Place } from '../diagnostics.js';
import { evaluate, type Finding, mutate, noRequest, type Writing } from '../evaluate.js';
import type { Level } from '../ir/types.js';
import { levelPolicy } from '../levels/levels.js';
import type { Minor } from '../levels/versions.js';
import type { LoadedPolicy } from '../load/policies.js';
import { isObject } from '../manifest/json.js';
import type { Document, DocumentPath, JsonObject } from '../manifest/types.js';
import type {
  Entry,
  Location,
  ReportedFinding,
  ReportedWrite,
  Resource,
  Result,
  Verdict,
} from '../report/types.js';
import type { Crosscheck } from './engines.js';
import { defect } from './session.js';

export type Judged =
  | { readonly kind: 'workload'; readonly entry: Entry; readonly diagnostics: readonly Diagnostic[] }
  /** No workload, so nothing to judge. */
  | { readonly kind: 'skipped' }
  /** Nobody can say whether it is a workload. */
  | { readonly kind: 'unread'; readonly diagnostics: readonly Diagnostic[] };

type Workload = Extract<Admission, { kind: 'workload' }>;

export function judge(document: Document, policies: readonly LoadedPolicy[], crosscheck: Crosscheck): Judged {
  const admission = admit(document.value, document.spellings);
  const problems = admission.problems.map(({ path, ...rest }): Diagnostic => {
    return { ...rest, place: document.placeOf(path) };
  });
  if (admission.kind === 'other') {
    return problems.length === 0 ? { kind: 'skipped' } : { kind: 'unread', diagnostics: problems };
  }
  const resource = resourceOf(document.value);
  const whole = admission.pod !== undefined && problems.every(({ severity }) => severity === 'warning');
  const judged = policies.map((policy) => {
    const { findings, writings, diagnostics } = byPolicy(
      document,
      admission,
      resource.namespace ?? '',
      policy,
      crosscheck,
    );
    const verdict = whole && diagnostics.length === 0 ? verdictOf(findings) : 'error';
    const result: Result = {
      policy: policy.label,
      resource,
      source: document.place,
      verdict,
      findings: findings.map((finding) => reported(finding, admission.path, document)),
      ...(writings.length === 0
        ? {}
        : { writes: writings.map((each) => reportedWrite(each, admission.path, document)) }),
    };
    return { result, diagnostics };
  });
  const results = judged.map(({ result }) => result);
  const level = whole ? meets(admission, policies, results) : undefined;
  return {
    kind: 'workload',
    entry: { resource, source: document.place, results, ...(level === undefined ? {} : { meets: level }) },
    diagnostics: [...problems, ...judged.flatMap(({ diagnostics }) => diagnostics)],
  };
}

interface Judgement {
  readonly findings: readonly Finding[];
  readonly writings: readonly Writing[];
  /** Why the verdict cannot be relied on. */
  readonly diagnostics: readonly Diagnostic[];
}

function byPolicy(
  document: Document,
  { pod }: Workload,
  namespace: string,
  policy: LoadedPolicy,
  crosscheck: Crosscheck,
): Judgement {
  if (pod === undefined) return { findings: [], writings: [], diagnostics: [] };
  try {
    const request = { ...noRequest, namespace };
    const findings = evaluate(policy.policy, pod, request);
    const { writings } = mutate(policy.policy, pod, request);
    const failed = crosscheck(policy, document.value, findings);
    const diagnostics = failed === undefined ? [] : [{ ...failed, place: document.place }];
    return { findings, writings, diagnostics };
  } catch (error) {
    return { findings: [], writings: [], diagnostics: [{ ...defect(error), place: document.place }] };
  }
}

function verdictOf(findings: readonly Finding[]): Verdict {
  return findings.length === 0 ? 'allow' : 'deny';
}

function reported(finding: Finding, template: DocumentPath, document: Document): ReportedFinding {
  return {
    control: finding.control,
    reason: finding.reason,
    detail: finding.detail,
    locations: finding.locations.map((location) => locationOf([...template, ...location], document)),
  };
}

function reportedWrite(writing: Writing, template: DocumentPath, document: Document): ReportedWrite {
  const location = locationOf([...template, ...writing.path], document);
  return { by: writing.mutation, ...location, value: writing.value };
}

function locationOf(path: DocumentPath, document: Document): Location {
  return { path: pathText(path), ...lineOf(document.placeOf(path)) };
}

function lineOf({ line, column }: Place): { line?: number; column?: number } {
  return { ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) };
}

/** The version that the levels are compared at: the newest of the level restricted that is among the policies. */
export function meetsVersion(policies: readonly LoadedPolicy[]): Minor | undefined {
  const minors = policies.flatMap(({ level }) => (level?.level === 'restricted' ? [level.minor] : []));
  return minors.toSorted((a, b) => b - a)[0];
}

/** The strictest level that a workload meets. */
function meets(
  { pod }: Workload,
  policies: readonly LoadedPolicy[],
  results: readonly Result[],
): Level | undefined {
  const minor = meetsVersion(policies);
  if (minor === undefined || pod === undefined) return undefined;
  const restricted = policies.findIndex(
    ({ level }) => level?.level === 'restricted' && level.minor === minor,
  );
  const verdict = results[restricted]?.verdict;
  if (verdict === 'allow') return 'restricted';
  if (verdict !== 'deny') return undefined;
  return evaluate(levelPolicy('baseline', minor), pod).length === 0 ? 'baseline' : 'privileged';
}

function resourceOf(value: JsonObject): Resource {
  const metadata = value.metadata;
  const given = (field: string): string | null => {
    const text = isObject(metadata) ? metadata[field] : undefined;
    return typeof text === 'string' && text !== '' ? text : null;
  };
  const prefix = given('generateName');
  return {
    apiVersion: String(value.apiVersion ?? ''),
    kind: String(value.kind ?? ''),
    namespace: given('namespace'),
    name: given('name') ?? (prefix === null ? null : `${prefix}*`),
  };
}
