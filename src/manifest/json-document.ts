import { jsonLocator, parseJson } from './json-parse.js';
import type { Limits } from './limits.js';
import { type ListType, objects, type Source } from './list.js';
import { asDiagnostic } from './problem.js';
import type { Text } from './text.js';
import type { ReadEvent } from './types.js';

/** The JSON value of the text; throws a Problem. */
export function jsonSource(text: Text, limits: Limits): Source {
  const { value, spellings } = parseJson(text.text, limits);
  const locate = jsonLocator(text.text, limits);
  return {
    file: text.file,
    value,
    spellings,
    placeOf: (path) => text.placeAt(locate(path)),
  };
}

/** The objects in one item of a JSON list. */
export function* jsonItem(text: Text, list: ListType, limits: Limits): Generator<ReadEvent> {
  try {
    yield* objects(jsonSource(text, limits), [], list);
  } catch (error) {
    yield { kind: 'diagnostic', diagnostic: asDiagnostic(error, text) };
  }
}
