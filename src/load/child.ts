/**
 * The process that runs one policy file and sends back the IR of its policies.
 *
 *     node child.js FILE SECONDS [watch]
 *
 * With `watch`, it also finds where a value was thrown that is no Error, which is too slow to do every time.
 */
import { Worker } from 'node:worker_threads';
import type { Place } from '../diagnostics.js';
import { PolicyError } from '../dsl/error.js';
import { originOf } from '../dsl/origins.js';
import { isPolicy } from '../dsl/policy.js';
import type { Policy } from '../ir/types.js';
import { describeThrown, Frames } from './frames.js';
import { importPolicyFile, LoadError } from './import.js';
import type { Answer, Failure, Places } from './protocol.js';
import { Throws } from './throws.js';

const [file = '', seconds = '30', mode] = process.argv.slice(2);

// Who asked kills us when we are late. Should they be gone themselves, this does.
const watch = `setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${(Number(seconds) + 1) * 1000})`;
new Worker(watch, { eval: true }).unref();
process.on('disconnect', () => process.exit());
// So that an await that nothing can settle ends the process instead of waiting for a message.
process.channel?.unref();

const send = process.send?.bind(process);
delete process.send;
const frames = new Frames();
for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => give({ kind: 'failure', failure: failureOf(error) }));
}
const throws = new Throws();
if (mode === 'watch') await throws.watch();
give(await answer());

function give(result: Answer): void {
  send?.(result, undefined, {}, () => {
    if (mode === 'watch') process.kill(process.pid, 'SIGKILL');
    process.exit(0);
  });
}

async function answer(): Promise<Answer> {
  try {
    const policies = policiesOf(await importPolicyFile(file, frames));
    if (policies.length > 0)
      return { kind: 'policies', policies: policies.map((ir) => ({ ir: toJson(ir), places: placesOf(ir) })) };
    const message = 'the policy file exports no policy';
    const hint = 'write `export default definePolicy({ ... })`';
    return { kind: 'failure', failure: { code: 'policy-file', message, hint, place: { file } } };
  } catch (error) {
    return { kind: 'failure', failure: failureOf(error) };
  }
}

/** The default export: a policy or a list of policies. Where it is neither, every policy that is exported by name. */
function policiesOf(exported: unknown): Policy[] {
  if (isPolicy(exported)) return [exported.ir];
  if (typeof exported !== 'object' || exported === null) return [];
  const main: unknown = Reflect.get(exported, 'default');
  const found = Array.isArray(main) ? main.filter(isPolicy) : [main].filter(isPolicy);
  const all = found.length > 0 ? found : Object.values(exported).filter(isPolicy);
  return [...new Set(all)].map(({ ir }) => ir);
}

function placesOf(ir: Policy): Places {
  const placeOf = (node: object): Place | undefined => frames.placeOf(originOf(node));
  const policy = placeOf(ir);
  const controls = (Array.isArray(ir.controls) ? ir.controls : []).flatMap((control): [string, Place][] => {
    const place = placeOf(control);
    return place === undefined ? [] : [[control.id, place]];
  });
  return { ...(policy !== undefined && { policy }), controls: Object.fromEntries(controls) };
}

function toJson(ir: unknown): unknown {
  try {
    const json: unknown = JSON.parse(JSON.stringify(ir) ?? 'null');
    return json;
  } catch {
    throw new PolicyError('what the policy file exports as a policy is no plain data');
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof LoadError)
    return { code: 'policy-file', message: error.message, hint: 'mend the syntax there', place: error.place };
  const place = frames.placeOf(error) ?? { file };
  const { name, message } = describeThrown(error);
  if (name === 'PolicyError')
    return { code: 'policy-invalid', message, hint: 'mend the policy there', place };
  if (/^(ERR_)?MODULE_NOT_FOUND$/.test(codeOf(error))) {
    const [line = ''] = message.split('\n');
    const hint = 'check the path of the import, or install the module beside the policy file';
    return { code: 'policy-file', message: line.charAt(0).toLowerCase() + line.slice(1), hint, place };
  }
  if (codeOf(error) === 'ERR_UNKNOWN_FILE_EXTENSION') {
    const message = 'the file is no policy file by its name';
    return { code: 'policy-file', message, hint: 'a policy file ends in .ts, .mts, .js or .mjs', place };
  }
  return {
    code: 'policy-throws',
    message: `the policy file threw ${name}: ${readable(message)}`,
    ...whatToDo(error),
  };
}

/** With the place: only an Error knows where it was made. */
function whatToDo(thrown: unknown): Pick<Failure, 'hint' | 'place' | 'unlocated'> {
  if (thrown instanceof Error)
    return { hint: 'mend what the policy file does there', place: frames.placeOf(thrown) ?? { file } };
  const places = throws.stacksOf(thrown).map((spots) => frames.placeIn(spots));
  const place = places.find((each) => each !== undefined);
  if (place !== undefined) return { hint: 'mend what the policy file does there', place };
  const hint = 'what it threw does not say on which line; throw an Error, which does';
  return { hint, place: { file }, unlocated: true };
}

/** On one line, and with calls of imported functions as they were written: `f`, and not `(0 , _module.f)`. */
function readable(message: string): string {
  return message.replace(/\s+/g, ' ').replace(/\(0 , _\w+\.([\w$]+)\)/g, '$1');
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
