/** Counts what a check says. */
import type { Level } from '../ir/types.js';
import { formatVersion } from '../levels/versions.js';
import type { LoadedPolicy } from '../load/policies.js';
import type { Counts, Entry, Summary, Verdict } from '../report/types.js';
import { meetsVersion } from './judge.js';

type Counting = { -readonly [K in keyof Counts]: Counts[K] };

export class Tally {
  readonly #files = new Set<string>();
  readonly #policies: readonly ({ readonly policy: string } & Counting)[];
  readonly #meets: ({ readonly version: string } & Record<Level, number>) | undefined;
  #workloads = 0;
  #skipped = 0;
  #unread = 0;

  constructor(policies: readonly LoadedPolicy[]) {
    this.#policies = policies.map(({ label }) => ({ policy: label, allow: 0, deny: 0, error: 0 }));
    const minor = meetsVersion(policies);
    this.#meets =
      minor === undefined
        ? undefined
        : { version: formatVersion(minor), privileged: 0, baseline: 0, restricted: 0 };
  }

  workload({ source, results, meets }: Entry): void {
    this.#files.add(source.file);
    this.#workloads += 1;
    for (const [index, { verdict }] of results.entries()) {
      const counts = this.#policies[index];
      if (counts !== undefined) counts[verdict] += 1;
    }
    if (meets !== undefined && this.#meets !== undefined) this.#meets[meets] += 1;
  }

  skipped(file: string): void {
    this.#files.add(file);
    this.#skipped += 1;
  }

  unread(problems: number): void {
    this.#unread += problems;
  }

  get summary(): Summary {
    const sum = (verdict: Verdict) => this.#policies.reduce((total, counts) => total + counts[verdict], 0);
    return {
      files: this.#files.size,
      workloads: this.#workloads,
      skipped: this.#skipped,
      unread: this.#unread,
      allow: sum('allow'),
      deny: sum('deny'),
      error: sum('error'),
      policies: this.#policies,
      ...(this.#meets === undefined ? {} : { meets: this.#meets }),
    };
  }
}
