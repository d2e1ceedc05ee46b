/** The JSON form. Results are written as they come, one a line, so that a list of any length takes no memory. */
import type { Reporter } from './types.js';

export function jsonReporter(): Reporter {
  let separator = '';
  return {
    begin: () => '{"results":[',
    entry: ({ results }) =>
      results
        .map((result) => {
          const text = `${separator}\n${JSON.stringify(result)}`;
          separator = ',';
          return text;
        })
        .join(''),
    end: (summary, diagnostics) =>
      `\n],\n"summary":${JSON.stringify(summary)},\n"diagnostics":${JSON.stringify(diagnostics)}}\n`,
  };
}
