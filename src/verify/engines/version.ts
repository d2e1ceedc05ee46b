import { EngineError } from '../errors.js';
import { run } from '../process.js';
import type { Limits } from '../types.js';

/** What a program says its version is. */
export async function versionSaid(
  engine: string,
  program: string,
  args: readonly string[],
  form: RegExp,
  { seconds }: Limits,
): Promise<string> {
  const { stdout, stderr } = await run(engine, program, args, { seconds: Math.min(seconds, 60) });
  const said = form.exec(`${stdout}\n${stderr}`)?.[1];
  if (said === undefined) {
    const asked = `\`${args.join(' ')}\``;
    throw new EngineError(
      engine,
      `${program} does not answer ${asked} as ${engine} does; is it ${engine}?`,
      stdout || stderr,
    );
  }
  return said.replace(/^v/, '');
}
