import { isUtf8 } from 'node:buffer';
import type { Diagnostic } from '../diagnostics.js';
import { diagnostic } from './problem.js';
import { Text } from './text.js';

/** The text of the bytes of one document, or why they are none. */
export function documentText(file: string, bytes: Buffer, line: number, column: number): Text | Diagnostic {
  const text = new Text(file, bytes.toString('utf8'), line, column);
  if (bytes.includes(0)) {
    const place = text.placeAt(text.text.indexOf('\0'));
    return diagnostic(
      'nul-byte',
      place,
      'the document has a NUL byte',
      'give UTF-8 text; a binary file is no manifest',
    );
  }
  if (!isUtf8(bytes)) {
    const place = text.placeAt(firstInvalid(text.text, bytes));
    return diagnostic('not-text', place, 'the document is not UTF-8', 'save it as UTF-8');
  }
  return text;
}

/** The first U+FFFD that stands for bytes that are no character, not for itself. */
function firstInvalid(text: string, bytes: Buffer): number {
  let checked = 0;
  let offset = 0;
  for (let at = text.indexOf('\u{fffd}'); at >= 0; at = text.indexOf('\u{fffd}', at + 1)) {
    offset += Buffer.byteLength(text.slice(checked, at));
    checked = at;
    if (!bytes.subarray(offset, offset + 3).equals(replacement)) return at;
  }
  return text.length;
}

const replacement = Buffer.from('\u{fffd}');
