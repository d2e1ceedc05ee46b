/** Which pod tells a mutant from what it was made of. */
import { type AdmissionRequest, evaluate, noRequest } from '../../src/evaluate.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';

/** What is judged: a pod as admission sees it, and how it is asked for. */
export interface Case {
  readonly pod: JsonObject;
  readonly request: AdmissionRequest;
}

export const created = (pod: JsonObject): Case => ({ pod, request: noRequest });

/** Finds for one policy after the other a case that it and the original judge differently. */
export class Killer {
  readonly #said: (string | undefined)[] = [];
  /** Cases that told a mutant apart, the latest first: most mutants are told apart by few. */
  readonly #hot: number[] = [];

  constructor(
    readonly original: Policy,
    readonly cases: readonly Case[],
    /** What of the findings is compared. */
    readonly tell: (policy: Policy, each: Case) => string,
  ) {}

  /** Undefined where no case tells them apart. */
  kills(mutant: Policy): Case | undefined {
    for (const [rank, index] of this.#hot.entries()) {
      if (!this.#differs(mutant, index)) continue;
      this.#hot.splice(rank, 1);
      this.#hot.unshift(index);
      return this.cases[index];
    }
    const known = new Set(this.#hot);
    for (const [index, each] of this.cases.entries()) {
      if (known.has(index) || !this.#differs(mutant, index)) continue;
      this.#hot.unshift(index);
      return each;
    }
    return undefined;
  }

  #differs(mutant: Policy, index: number): boolean {
    const each = this.cases[index];
    if (each === undefined) throw new RangeError(`no case ${index}`);
    const said = this.#said[index] ?? this.tell(this.original, each);
    this.#said[index] = said;
    return this.tell(mutant, each) !== said;
  }
}

/** Verdict, failed controls, reasons and details: what the reference and the engines say of a pod. */
export function words(policy: Policy, { pod, request }: Case): string {
  const findings = evaluate(policy, pod, request);
  return findings.map(({ control, reason, detail }) => `${control}\n${reason}\n${detail}`).join('\n\n');
}

/** The same, and where. */
export function places(policy: Policy, { pod, request }: Case): string {
  return JSON.stringify(evaluate(policy, pod, request));
}
