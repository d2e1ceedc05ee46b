/**
 * How much of each rule the corpus covers: for each control, version and container group, how many pods fail that
 * control and no other, and how many pass by a near miss: one value away from a pod that the level admits, at a place
 * that the control reads.
 */
import { levelControls } from '../src/levels/levels.js';
import type { BoundaryPod } from '../src/testing/boundary/pods.js';
import type { CheckTable, Failures, JudgedLevel } from './corpus.js';

export interface Coverage {
  readonly control: string;
  readonly level: JudgedLevel;
  readonly version: string;
  /** `pod` for a control that reads no container. */
  readonly group: string;
  readonly failOnly: number;
  readonly passNear: number;
}

/** Counts as it goes; `rows` gives the table, by level, control, version and group. */
export class CoverageTable {
  readonly #table: CheckTable;
  readonly #counts = new Map<string, { failOnly: number; passNear: number }>();

  constructor(table: CheckTable) {
    this.#table = table;
  }

  add({ control, group, tweaks }: BoundaryPod, failures: Failures): void {
    const level = levelControls.find(({ id }) => id === control)?.level;
    if (level === undefined || control === null || tweaks === 0) return;
    for (const [index, version] of this.#table.versions.entries()) {
      if (!this.#table[level][index]?.includes(control)) continue;
      const failed = failures[level][index] ?? [];
      const key = JSON.stringify([level, control, version, group ?? 'pod']);
      const count = this.#counts.get(key) ?? { failOnly: 0, passNear: 0 };
      if (failed.length === 1 && failed[0]?.[0] === control) count.failOnly += 1;
      if (failed.length === 0) count.passNear += 1;
      this.#counts.set(key, count);
    }
  }

  rows(): Coverage[] {
    return [...this.#counts].map(([key, counts]) => {
      const [level, control, version, group]: [JudgedLevel, string, string, string] = JSON.parse(key);
      return { level, control, version, group, ...counts };
    });
  }
}

/** The table as text, a line for each control and group: the least over its versions. */
export function coverageText(rows: readonly Coverage[]): string {
  const least = new Map<string, { versions: number; failOnly: number; passNear: number }>();
  for (const { control, group, failOnly, passNear } of rows) {
    const key = `${control.padEnd(27)} ${group.padEnd(9)}`;
    const known = least.get(key) ?? { versions: 0, failOnly: Infinity, passNear: Infinity };
    least.set(key, {
      versions: known.versions + 1,
      failOnly: Math.min(known.failOnly, failOnly),
      passNear: Math.min(known.passNear, passNear),
    });
  }
  const lines = [...least].map(
    ([key, { versions, failOnly, passNear }]) =>
      `${key} ${String(versions).padStart(8)} ${String(failOnly).padStart(9)} ${String(passNear).padStart(9)}`,
  );
  return ['control                     group     versions fail only near miss', ...lines].join('\n');
}
