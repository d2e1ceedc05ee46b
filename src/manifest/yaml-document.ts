import type { Diagnostic } from '../diagnostics.js';
import { decode, keyName } from './decode.js';
import type { Limits } from './limits.js';
import { objects, problem } from './list.js';
import { nodeAt } from './lookup.js';
import { asDiagnostic } from './problem.js';
import type { Text } from './text.js';
import type { ReadEvent } from './types.js';
import { parseYaml } from './yaml/parser.js';

/** What one YAML document has, and whether it has anything: an empty list has no objects, but is a document. */
export function* yamlDocument(text: Text, limits: Limits): Generator<ReadEvent, boolean> {
  try {
    const { root, unread } = parseYaml(text.text, limits);
    if (unread !== undefined) {
      const message = 'kubectl does not read what follows the end of the document here';
      yield problem(
        'yaml-syntax',
        text.placeAt(unread),
        message,
        'put a line with `---` in front of the next document',
      );
    }
    if (root === undefined) return unread !== undefined;
    const { value, spellings } = decode(root, limits);
    if (value === null) return unread !== undefined;
    const placeOf = (path: readonly (string | number)[]) => text.placeAt(nodeAt(root, path, keyName).start);
    yield* objects({ file: text.file, value, spellings, placeOf });
  } catch (error) {
    yield { kind: 'diagnostic', diagnostic: withTemplateHint(asDiagnostic(error, text), text) };
  }
  return true;
}

/** Charts are what people give by mistake, and what is wrong there is never what YAML has against it. */
function withTemplateHint(diagnostic: Diagnostic, { text }: Text): Diagnostic {
  if (diagnostic.code !== 'yaml-syntax' || !/\{\{.*\}\}/.test(text)) return diagnostic;
  const hint = 'it looks like a template, which has to be rendered first: `helm template . | podsec check -`';
  return { ...diagnostic, hint };
}
