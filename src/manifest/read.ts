import type { Limits } from './limits.js';
import { Reader } from './reader.js';
import type { ReadEvent } from './types.js';

/** The documents of a text and what is wrong with it, in order. Never throws for what the text has. */
export function* readText(
  text: string | Uint8Array,
  file: string,
  limits: Partial<Limits> = {},
): Generator<ReadEvent> {
  const reader = new Reader(file, limits);
  yield* reader.push(typeof text === 'string' ? Buffer.from(text) : text);
  yield* reader.end();
}
