/** Steps side by side: what each found is kept apart, and one that says nothing has failed. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type Outcome, outcomesOf } from '../../engines/lanes.js';

const program = join(import.meta.dirname, 'fakes', 'step.mjs');
const here = async (name: string): Promise<Outcome> => ({
  passed: 0,
  failures: [`${name} ran here`],
  known: 0,
  erred: false,
});

it('gives what each step found, in their order, and takes silence for a failure', async () => {
  const outcomes = await outcomesOf(['exits', 'passes', 'is killed', 'fails'], here, program);
  const silent = (how: string) => ({ passed: 0, failures: [how], known: 0, erred: true });
  expect(outcomes).toEqual([
    silent('exits: its process ended with exit code 7 and said nothing'),
    { passed: 1, failures: [], known: 2, erred: false },
    silent('is killed: its process ended with SIGKILL and said nothing'),
    { passed: 1, failures: ['it fails'], known: 0, erred: false },
  ]);
});

it('runs one alone where it is', async () => {
  expect(await outcomesOf(['exits'], here, program)).toEqual([await here('exits')]);
  expect(await outcomesOf([], here, program)).toEqual([]);
});
