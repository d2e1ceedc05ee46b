/** `npm run weaken` makes the solver wrong by replacing texts of it: each is in its file, once, and is another afterwards. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { weakenings } from '../../engines/weaken/rules.js';
import { root } from '../docs/markdown.js';

it.each(weakenings.map((each) => [each.rule, each] as const))('%s', (_, { file, from, to }) => {
  const text = readFileSync(join(root, 'src', 'solver', file), 'utf8');
  expect(text.split(from).length - 1).toBe(1);
  expect(text.replace(from, () => to)).not.toBe(text);
});
