/** What is said where the solver does not decide. */
import type { Diagnostic } from '../diagnostics.js';
import type { TooLarge } from '../solver/limits.js';

/** @param what the policies that were to be compared. */
export const beyondComparison = (what: string, { message, hint }: TooLarge): Diagnostic => ({
  code: 'beyond-comparison',
  severity: 'error',
  message: `${what} cannot be compared: ${message}`,
  hint,
});
