/** Questions of which parts are beyond what is decided, answered without these where that is enough. */
import type { Cond } from '../ir/types.js';
import { without } from './conditions.js';
import { TooLarge } from './limits.js';
import type { Demand } from './walk.js';

/** Parts that are left out, one after the other, before the question counts as too large. */
const mostParts = 40;

/** Demands without parts that are beyond what is decided: laxer ones, as if each part was as it is demanded, or stricter ones. */
export class LeftOut {
  readonly #laxer = new Map<Demand, Demand>();
  readonly #stricter = new Map<Demand, Demand>();
  #count = 0;
  /** What was said first. */
  #first: TooLarge | undefined;
  #stricterNow = false;

  get none(): boolean {
    return this.#first === undefined;
  }

  /** @throws TooLarge where demands are stricter: that there is no pod for those proves nothing. */
  demandProof(): void {
    if (this.#stricterNow && this.#first !== undefined) throw this.#first;
  }

  /**
   * Where a pod for laxer demands is none for the demands.
   *
   * @throws TooLarge where they are the stricter ones already.
   */
  goStricter(): void {
    this.demandProof();
    this.#stricterNow = true;
  }

  /**
   * What is computed of other demands in their places; `again`, where one more part has to be left out.
   *
   * @throws TooLarge where it is about no part of a demand, or there are too many.
   */
  without<T>(demands: readonly Demand[], compute: (instead: (demand: Demand) => Demand) => T): T | 'again' {
    const now = this.#stricterNow ? this.#stricter : this.#laxer;
    try {
      return compute((demand) => now.get(demand) ?? demand);
    } catch (error) {
      if (!(error instanceof TooLarge) || error.about === undefined) throw error;
      this.#first ??= error;
      this.#count += 1;
      const changed = this.#leaveOut(demands, error.about, now);
      if (!changed || this.#count > mostParts) throw this.#first;
      return 'again';
    }
  }

  #leaveOut(demands: readonly Demand[], part: Cond, now: ReadonlyMap<Demand, Demand>): boolean {
    const before = demands.map((demand) => now.get(demand));
    for (const demand of demands)
      for (const [others, holds] of [
        [this.#laxer, demand.holds],
        [this.#stricter, !demand.holds],
      ] as const) {
        const known = others.get(demand) ?? demand;
        const cond = without(known.cond, part, holds);
        if (cond !== known.cond) others.set(demand, { ...demand, cond });
      }
    return demands.some((demand, at) => now.get(demand) !== before[at]);
  }
}
