import { isPrintable } from './printable.js';

const escapes: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  '"': '\\"',
};

/**
 * A string as Go's `%q` writes it (strconv.Quote): letters, marks, numbers, punctuation, symbols and the ASCII space
 * stand for themselves (unicode.IsPrint), the rest is escaped.
 */
export function goQuote(text: string): string {
  const quoted = Array.from(text, (character) => {
    const escaped = escapes[character];
    if (escaped !== undefined) return escaped;
    const code = character.codePointAt(0) ?? 0;
    if (isPrintable(code)) return character;
    // A lone surrogate is no character in Go: its decoder has replaced it by U+FFFD.
    if (code >= 0xd800 && code <= 0xdfff) return '\uFFFD';
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    if (code < 0x10000) return `\\u${code.toString(16).padStart(4, '0')}`;
    return `\\U${code.toString(16).padStart(8, '0')}`;
  });
  return `"${quoted.join('')}"`;
}
