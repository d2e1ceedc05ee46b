/**
 * What needs Go: podsec against the real engines. Builds what it needs into a cache (docs/conformance.md says how long it takes).
 *
 *     npm run conformance [-- NAME...]
 *     npm run conformance -- --full
 *     npm run conformance -- --set DIR --level LEVEL
 *
 * Without a name, what CI runs; with --full everything, also what takes longer than CI has. With PODSEC_RECORD=1, what the
 * engines say and what each step found is written to golden/.
 *
 * Ends with `N passed, N failed`; exit code 1 on a difference, 3 where an engine failed.
 */
import { pathToFileURL } from 'node:url';
import { type Outcome, outcomesOf, runAsked } from './lanes.js';
import { measureSet } from './measure-set.js';
import { recordOfStep, writeRecord } from './record.js';
import { checks, full } from './steps.js';

/** The names of the checks that the words of the command line ask for. */
function asked(words: readonly string[]): readonly string[] {
  const named = words.filter((word) => word !== '--full');
  if (named.length > 0) return named;
  return Object.keys(checks).filter((name) => words.includes('--full') || !full.includes(name));
}

async function outcomeOf(name: string): Promise<Outcome> {
  // The engines are short of processors here and never of memory: they collect garbage less often.
  process.env.GOGC ??= '400';
  const start = performance.now();
  process.stderr.write(`conformance: ${name}\n`);
  try {
    const result = await checks[name]?.();
    if (result === undefined) throw new RangeError(`no check ${name}`);
    if (process.env.PODSEC_RECORD === '1') writeRecord(recordOfStep(name, result));
    const known = (result.rows ?? []).reduce((count, row) => count + row.known, 0);
    return { passed: result.passed, failures: result.failures, known, erred: false };
  } catch (error) {
    const said = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { passed: 0, failures: [`${name}: ${said}`], known: 0, erred: true };
  } finally {
    const seconds = Math.round((performance.now() - start) / 1000);
    process.stderr.write(`conformance: ${name} took ${seconds} s\n`);
  }
}

async function main(names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !Object.hasOwn(checks, name));
  if (unknown !== undefined) {
    process.stderr.write(`no check ${unknown}; there are ${Object.keys(checks).join(', ')}\n`);
    return 2;
  }
  const outcomes = await outcomesOf(names, outcomeOf);
  const failures = outcomes.flatMap((each) => each.failures);
  const total = (count: (of: Outcome) => number) => outcomes.reduce((sum, each) => sum + count(each), 0);
  for (const failure of failures) process.stderr.write(`FAIL ${failure.slice(0, 2000)}\n`);
  process.stderr.write(`known differences: ${total(({ known }) => known)}\n`);
  process.stdout.write(`${total(({ passed }) => passed)} passed, ${failures.length} failed\n`);
  if (outcomes.some(({ erred }) => erred)) return 3;
  return failures.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href && !(await runAsked(outcomeOf))) {
  const words = process.argv.slice(2);
  process.exitCode = words.includes('--set') ? await measureSet(words) : await main(asked(words));
}
