/** A stream that is written to until nobody reads it any more, as with `podsec check . | head`. */
import type { WriteStream } from 'node:tty';
import { systemReason } from '../manifest/reason.js';
import type { Style } from '../report/text.js';

export class Output {
  readonly #stream: NodeJS.WritableStream;
  readonly style: Style;
  /** Whether a person may be looking. */
  readonly terminal: boolean;
  #closed = false;
  #problem: string | undefined;

  constructor(
    stream: NodeJS.WritableStream & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>,
    env: NodeJS.ProcessEnv,
  ) {
    this.#stream = stream;
    const terminal = stream.isTTY === true;
    this.terminal = terminal;
    this.style = {
      colors: colors(terminal, env),
      ...(terminal && stream.columns !== undefined && stream.columns > 0 ? { width: stream.columns } : {}),
    };
    stream.on('error', (error: Error) => {
      this.#closed = true;
      if ('code' in error && error.code === 'EPIPE') return;
      this.#problem = systemReason(error) ?? error.message;
    });
  }

  /** Why not everything arrived, if that is more than a reader who had enough. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Settles when there is room for more. */
  async write(text: string): Promise<void> {
    if (this.#closed || text === '' || this.#stream.write(text)) return;
    await new Promise<void>((settle) => {
      const done = () => {
        for (const event of ['drain', 'close', 'error']) this.#stream.removeListener(event, done);
        settle();
      };
      for (const event of ['drain', 'close', 'error']) this.#stream.on(event, done);
    });
  }

  /** Settles when everything that was written has left us, or never will. */
  async flush(): Promise<void> {
    if (this.#closed) return;
    await new Promise<void>((settle) => {
      this.#stream.once('error', () => settle());
      this.#stream.write('', () => settle());
    });
  }
}

/** https://no-color.org and https://force-color.org */
function colors(terminal: boolean, env: NodeJS.ProcessEnv): boolean {
  if ((env.NO_COLOR ?? '') !== '') return false;
  const forced = env.FORCE_COLOR;
  if (forced !== undefined && forced !== '') return forced !== '0' && forced !== 'false';
  return terminal && env.TERM !== 'dumb';
}
