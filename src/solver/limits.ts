/** What the solver does not do, said before or instead of an answer. */
import type { Cond } from '../ir/types.js';

/** A comparison that is beyond what the solver does; never an answer that may be wrong. */
export class TooLarge extends Error {
  constructor(
    message: string,
    /** What to do. */
    readonly hint: string,
    /** The innermost condition that it is about, where it is about one. */
    readonly about?: Cond,
  ) {
    super(message);
    this.name = 'TooLarge';
  }
}

/** What is computed, and of what is beyond it, which condition that is about. */
export function about<T>(cond: Cond, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof TooLarge) || error.about !== undefined) throw error;
    throw new TooLarge(error.message, error.hint, cond);
  }
}
