/** What the solver does not do, said before or instead of an answer. */

/** A comparison that is beyond what the solver does; never an answer that may be wrong. */
export class TooLarge extends Error {
  constructor(
    message: string,
    /** What to do. */
    readonly hint: string,
  ) {
    super(message);
    this.name = 'TooLarge';
  }
}
