/**
 * Steps side by side, each in a process of its own: a step keeps one processor busy, or waits for a server, and half of a
 * machine of two was left.
 */
import { fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { mapPool } from '../src/verify/pool.js';

/** What a step found, as it is sent from its process. */
export interface Outcome {
  readonly passed: number;
  readonly failures: readonly string[];
  /** How many known differences were met. */
  readonly known: number;
  /** An engine gave no verdict, or the step broke. */
  readonly erred: boolean;
}

type Step = (name: string) => Promise<Outcome>;

/** Each step may need a server and a few hundred MiB. */
const most = 4;

/**
 * The outcomes in the order of the names. One alone runs in this process.
 *
 * @param program what runs a step, by `runAsked`. Default: the one that is running.
 */
export async function outcomesOf(
  names: readonly string[],
  step: Step,
  program = process.argv[1] ?? '',
): Promise<Outcome[]> {
  const [only] = names;
  if (only !== undefined && names.length === 1) return [await step(only)];
  return mapPool(names, Math.min(most, availableParallelism()), (name) => inOwnProcess(name, program));
}

const marker = 'PODSEC_CONFORMANCE_STEP';

function inOwnProcess(name: string, program: string): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = fork(program, [], { env: { ...process.env, [marker]: name } });
    let outcome: Outcome | undefined;
    child.on('message', (message: Outcome) => {
      outcome = message;
    });
    child.on('close', (code, signal) => {
      const broken = `${name}: its process ended with ${signal ?? `exit code ${code}`} and said nothing`;
      resolve(outcome ?? { passed: 0, failures: [broken], known: 0, erred: true });
    });
  });
}

/** In a process that was started for one step: runs it, and sends what it found. Whether this is one. */
export async function runAsked(step: Step): Promise<boolean> {
  const name = process.env[marker];
  if (name === undefined || process.send === undefined) return false;
  // What is started by it is no such process.
  delete process.env[marker];
  // Where whoever started it has gone, it goes too, and takes its engines along.
  const end = (): void => process.exit();
  process.once('disconnect', end);
  const outcome = await step(name);
  process.send(outcome, end);
  return true;
}
