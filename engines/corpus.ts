/** The corpus of generated pods: the same pods wherever it is made, so that verdicts are kept and pods are not. */
import { createHash } from 'node:crypto';
import { evaluate, type Finding } from '../src/evaluate.js';
import type { Control } from '../src/ir/types.js';
import { allRevisions, levelPolicy } from '../src/levels/levels.js';
import { type Minor, newestMinor, parseVersion } from '../src/levels/versions.js';
import type { JsonObject } from '../src/manifest/types.js';
import { type BoundaryPod, boundaryPods } from '../src/testing/boundary/pods.js';
import { admittedPod } from '../src/verify/judged.js';

/** Change the seed and record again to look elsewhere; every find is frozen as a case of its own. */
export const corpusPlan = { seed: 20261123, pairs: 400, near: 120, cross: 25_000 };

/** The distinct pods of the boundary of every revision of every control, and random ones across all of them. */
export function corpusPods(plan = corpusPlan): BoundaryPod[] {
  const seen = new Set<string>();
  const pods: BoundaryPod[] = [];
  for (const each of boundaryPods(allRevisions(), plan)) {
    const text = JSON.stringify(each.pod);
    if (seen.has(text)) continue;
    seen.add(text);
    pods.push(each);
  }
  return pods;
}

export const judgedLevels = ['baseline', 'restricted'] as const;
export type JudgedLevel = (typeof judgedLevels)[number];

/** Which checks the reference runs at each version where one changes, in the order in which it reports. */
export interface CheckTable {
  readonly versions: readonly string[];
  readonly baseline: readonly (readonly string[])[];
  readonly restricted: readonly (readonly string[])[];
}

/** Failed checks by level, then by version. */
export type Failures = Readonly<Record<JudgedLevel, readonly (readonly Failed[])[]>>;
export type Failed = readonly [id: string, reason: string, detail: string];

export function minorsOf(table: CheckTable): Minor[] {
  return table.versions.map((version) => {
    const minor = parseVersion(version);
    if (minor === undefined) throw new RangeError(`unknown version ${version}`);
    return minor;
  });
}

/** The check table as podsec's own levels have it. */
export function ownCheckTable(minors: readonly Minor[]): CheckTable {
  const ids = (level: JudgedLevel) =>
    minors.map((minor) => levelPolicy(level, minor).controls.map((each) => each.id));
  return {
    versions: minors.map((minor) => `1.${minor}`),
    baseline: ids('baseline'),
    restricted: ids('restricted'),
  };
}

/** Judges pods by every level at every version with `evaluate`, each revision of a control once a pod. */
export function evaluator(minors: readonly Minor[]): (pod: JsonObject) => Failures {
  const empty = levelPolicy('privileged', newestMinor);
  const controls = (level: JudgedLevel) => minors.map((minor) => levelPolicy(level, minor).controls);
  const judged = { baseline: controls('baseline'), restricted: controls('restricted') };
  return (raw) => {
    const pod = admittedPod(raw);
    const known = new Map<Control, readonly Finding[]>();
    const findings = (control: Control): readonly Finding[] => {
      const found = known.get(control) ?? evaluate({ ...empty, controls: [control] }, pod);
      known.set(control, found);
      return found;
    };
    const failed = (level: JudgedLevel) =>
      judged[level].map((of) =>
        of.flatMap(findings).map(({ control, reason, detail }): Failed => [control, reason, detail]),
      );
    return { baseline: failed('baseline'), restricted: failed('restricted') };
  };
}

/** One bit for each version, level and check, in that order: 1 for failed, the most significant bit first. */
export function bitsOf(table: CheckTable, failures: Failures): Uint8Array {
  const bits: boolean[] = [];
  for (const index of table.versions.keys()) {
    for (const level of judgedLevels) {
      const failed = new Set(failures[level][index]?.map(([id]) => id));
      for (const id of table[level][index] ?? []) bits.push(failed.has(id));
    }
  }
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  for (const [at, bit] of bits.entries())
    if (bit) bytes[at >> 3] = (bytes[at >> 3] ?? 0) | (0x80 >> (at & 7));
  return bytes;
}

/** Hashes pods or failures of which only the hash is kept, in order. */
export class Digest {
  readonly #hash = createHash('sha256');

  add(value: unknown): void {
    this.#hash.update(JSON.stringify(value)).update('\n');
  }

  hex(): string {
    return this.#hash.digest('hex');
  }
}

/** How many pods share one hash of reasons and details. */
export const digestChunk = 250;
