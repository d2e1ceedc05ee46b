/** Where a value was thrown that is no Error, and so carries no stack: V8's debugger knows, while it is thrown. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** A place in code as it runs. */
export interface Spot {
  /** A path or a file: URL; empty for code that has neither. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

interface Throw {
  readonly value: unknown;
  /** The call stack, innermost first. */
  readonly spots: readonly Spot[];
}

/** Remembers what is thrown from the time on that `watch` settles. */
export class Throws {
  readonly #seen: Throw[] = [];

  /** The process has to be ended by a signal afterwards: at its exit, it would wait for the debugger to leave. */
  async watch(): Promise<void> {
    const name = Symbol.for('podsec.throws');
    Reflect.set(globalThis, name, (value: unknown, spots: readonly Spot[]) => {
      this.#seen.push({ value, spots });
    });
    const workerData = `globalThis[Symbol.for(${JSON.stringify(name.description)})]`;
    const watcher = new Worker(new URL('./pauses.js', import.meta.url), { workerData });
    await once(watcher, 'message');
    watcher.unref();
    Reflect.deleteProperty(globalThis, name);
  }

  /** The call stacks with which the value was thrown, or a promise rejected with it, the likeliest first. */
  stacksOf(value: unknown): readonly (readonly Spot[])[] {
    const same = this.#seen.filter((each) => Object.is(each.value, value)).map(({ spots }) => spots);
    // An object is thrown first where it comes from; equal strings may be thrown, and caught, anywhere before.
    return typeof value === 'object' && value !== null ? same : same.toReversed();
  }
}
