/** docs/diff.md names every rule of the API server that is known. */
import { expect, it } from 'vitest';
import { validityRules } from '../../src/schema/validity/index.js';
import { textOf } from './markdown.js';

it('the table of rules is that of the sources', () => {
  const rows = textOf('docs/diff.md').match(/^\| `[A-Za-z]+` \|.*$/gm) ?? [];
  expect(rows).toEqual(validityRules.map(({ id, rule, source }) => `| \`${id}\` | ${rule} | ${source} |`));
});
