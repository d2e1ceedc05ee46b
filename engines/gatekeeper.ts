/** Gatekeeper: its libraries in a program of ours, and gator. */

import { EngineError } from '../src/verify/errors.js';
import { type Driver, driverOption, type GatorAnswer, gatorTestEach } from '../src/verify/gator.js';
import { controlsIn } from '../src/verify/judged.js';
import { run } from '../src/verify/process.js';
import { buildEngine } from './build.js';
import { askLines } from './lines.js';
import type { Question } from './shapes.js';

export interface Violation {
  /** `Kind/name`. */
  readonly constraint: string;
  readonly action: string;
  readonly message: string;
  /** Ids of the controls that the message names. */
  readonly controls: readonly string[];
}

export interface Verdict {
  readonly violations: readonly Violation[];
  /** How many constraints match. */
  readonly evaluated: number;
}

/** What the constraints in the files say to each question, in order. An error of the engine, or of a rule, is thrown. */
export async function gatekeeperJudge(
  driver: Driver,
  files: readonly string[],
  questions: readonly Question[],
): Promise<Verdict[]> {
  return (await gatekeeperAnswers(driver, files, questions)).map(({ results, evaluated, error }, index) => {
    if (error !== undefined || results === null)
      throw new EngineError('gatekeeper', `no verdict: ${error}`, JSON.stringify(questions[index]));
    return { violations: results.map((each) => violationOf(driver, each)), evaluated };
  });
}

/** The same, with what erred as an answer, of whoever's constraints. */
export async function gatekeeperAnswers(
  driver: Driver,
  files: readonly string[],
  questions: readonly Question[],
): Promise<GatekeeperAnswer[]> {
  const asked = questions.map(({ namespace, ...subject }) => ({
    ...subject,
    ...(namespace && { namespace: { metadata: { name: namespace.name, labels: namespace.labels } } }),
  }));
  const program = await buildEngine('gatekeeper');
  const lines = await askLines('gatekeeper', program, [driverOption(driver), ...files], asked);
  return lines.map((line): GatekeeperAnswer => JSON.parse(line));
}

interface Result {
  readonly constraint: string;
  readonly action: string;
  readonly message: string;
  readonly details: { readonly controls?: readonly string[] } | null;
}

export interface GatekeeperAnswer {
  readonly results: readonly Result[] | null;
  readonly evaluated: number;
  readonly error?: string;
}

/** Gatekeeper makes a violation of an error: it has no ids in front, and in Rego no details. CEL never has details. */
function violationOf(driver: Driver, { constraint, action, message, details }: Result): Violation {
  const controls = controlsIn(message);
  if (driver === 'cel' && details !== null)
    throw new EngineError('gatekeeper', `Rego has judged, not CEL: ${message}`);
  if (driver === 'rego' && details?.controls?.join() !== controls.join())
    throw new EngineError('gatekeeper', `details that the message does not tell: ${message}`);
  return { constraint, action, message, controls };
}

/** `gator test` on files. Its exit code is 1 where something is denied. */
export async function gatorTest(driver: Driver, files: readonly string[]): Promise<GatorAnswer> {
  return gatorTestEach(await buildEngine('gator'), driver, files);
}

/** `gator verify` on a directory: whether all its suites pass, and what it says. */
export async function gatorVerify(
  driver: Driver,
  directory: string,
): Promise<{ readonly ok: boolean; readonly text: string }> {
  const gator = await buildEngine('gator');
  const { code, stdout, stderr } = await run(
    'gator',
    gator,
    ['verify', driverOption(driver), `${directory}/...`],
    {
      accept: [0, 1],
    },
  );
  return { ok: code === 0, text: `${stdout}${stderr}` };
}
