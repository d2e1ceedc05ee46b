/** What an API server does before any policy sees an object: decoding, defaulting, preparing; pure functions. */

import { isObject } from '../manifest/json.js';
import type { DocumentPath, Json, JsonObject, Spelling } from '../manifest/types.js';
import { decodePod } from './decode.js';
import { kindProblems, type WorkloadKind, workloadKind } from './extract.js';
import { get, listAt, objectAt, stringAt } from './json.js';
import { admitted } from './prepare.js';
import { type AdmissionProblem, problem, quoted } from './problem.js';

export { type Decoded, decodePod } from './decode.js';
export { isWorkloadKind, listItems, type WorkloadKind, workloadKind } from './extract.js';
export { admitted, computedDefaults, defaultPod, preparePod } from './prepare.js';
export type { AdmissionProblem } from './problem.js';
export { ignoredPodSubresources, isJudgedUpdate } from './update.js';

export type Admission =
  | {
      readonly kind: 'workload';
      /** Where the pod template is in the document; a path of the pod is relative to it. */
      readonly path: DocumentPath;
      /** The pod as validating admission sees it. Absent where the API server would refuse the object. */
      readonly pod?: JsonObject;
      readonly problems: readonly AdmissionProblem[];
    }
  | { readonly kind: 'other'; readonly problems: readonly AdmissionProblem[] };

/** What there is to judge in a document, and what is wrong with it; `spellings` are for the words of that. */
export function admit(value: Json, spellings: readonly Spelling[] = []): Admission {
  if (!isObject(value)) {
    return {
      kind: 'other',
      problems: [
        problem(
          'not-an-object',
          [],
          'the document is not an object',
          'give an object with apiVersion and kind',
        ),
      ],
    };
  }
  const named = ['apiVersion', 'kind'].filter((key) => typeof (get(value, key) ?? '') !== 'string');
  if (named.length > 0) {
    return {
      kind: 'other',
      problems: named.map((key) =>
        problem('wrong-type', [key], `${key} has to be a string`, 'write it in quotes'),
      ),
    };
  }
  const apiVersion = stringAt(value, 'apiVersion');
  const kind = stringAt(value, 'kind');
  const workload = workloadKind(apiVersion, kind);
  if (!workload) return { kind: 'other', problems: kindProblems(apiVersion, kind) };
  return { kind: 'workload', path: workload.path, ...podOf(value, workload, spellings) };
}

interface Found {
  readonly pod?: JsonObject;
  readonly problems: readonly AdmissionProblem[];
}

function podOf(value: JsonObject, workload: WorkloadKind, spellings: readonly Spelling[]): Found {
  if (workload.type !== undefined) {
    const decoded = decodePod(value, workload.type, [], spellings);
    if (!decoded.value) return decoded;
    return finish(at(decoded.value, workload.path), workload, decoded.problems);
  }
  // An old version: only the template is the same type today.
  const raw = rawAt(value, workload.path);
  if (raw === undefined) return finish(undefined, workload, []);
  const decoded = decodePod(raw, 'PodTemplateSpec', workload.path, spellings);
  return decoded.value ? finish(decoded.value, workload, decoded.problems) : decoded;
}

function finish(
  template: JsonObject | undefined,
  workload: WorkloadKind,
  found: readonly AdmissionProblem[],
): Found {
  const problems = [...found];
  if (!template) {
    problems.push(
      problem(
        'missing-field',
        [],
        `the ${workload.kind} has no ${workload.path.join('.')}`,
        'write its pod template',
      ),
    );
    return { problems };
  }
  const spec = objectAt(template, 'spec');
  if (listAt(spec, 'containers').length === 0) {
    const path = [...workload.path, ...(spec ? ['spec'] : [])];
    const where = [...workload.path, 'spec', 'containers'].join('.');
    problems.push(
      problem(
        'missing-field',
        path,
        `the ${quoted(workload.kind)} has no containers in ${where}`,
        'a pod needs at least one container',
      ),
    );
  }
  const metadata = objectAt(template, 'metadata');
  const pod = { apiVersion: 'v1', kind: 'Pod', ...(metadata ? { metadata } : {}), ...(spec ? { spec } : {}) };
  return { pod: admitted(pod), problems };
}

function at(value: JsonObject, path: readonly string[]): JsonObject | undefined {
  return path.reduce((found: JsonObject | undefined, step) => objectAt(found, step), value);
}

/** As `at`, but a value of a wrong type is kept, so that decoding reports it. */
function rawAt(value: JsonObject, path: readonly string[]): Json | undefined {
  const parent = at(value, path.slice(0, -1));
  const last = path.at(-1);
  return last === undefined ? value : (get(parent, last) ?? undefined);
}
