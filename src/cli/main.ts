#!/usr/bin/env node
/** The command `podsec`. Nothing that it throws is shown as a stack trace, and nothing that it writes is cut off. */
import { program } from './program.js';
import { defect, Session } from './session.js';

if (workingDirectory() === undefined) {
  process.stderr.write(
    'podsec: error: the working directory is not there any more [usage]\n  change to one that is\n',
  );
  process.exit(2);
}
const session = new Session(process);

const fail = async (error: unknown): Promise<void> => {
  await session.report(defect(error));
  if (process.env.PODSEC_DEBUG && error instanceof Error) await session.say(`${error.stack}\n`);
};

for (const event of ['uncaughtException', 'unhandledRejection']) {
  process.on(event, (error: unknown) => {
    void fail(error).finally(() => process.exit(session.exitCode));
  });
}

try {
  await program(session, process.argv.slice(2));
} catch (error) {
  await fail(error);
}
await session.stdout.flush();
if (session.stdout.problem !== undefined) {
  await session.report({
    code: 'write-failed',
    severity: 'error',
    message: `standard output cannot be written: ${session.stdout.problem}`,
    hint: 'not all of it was written; make room, or send it elsewhere',
  });
}
await session.stderr.flush();
// Whatever a policy file or an unread input still holds open is of no interest any more.
process.exit(session.exitCode);

/** Somebody may have removed it meanwhile. */
function workingDirectory(): string | undefined {
  try {
    return process.cwd();
  } catch {
    return undefined;
  }
}
