/** What Go's standard library does where JavaScript's differs. */

// unicode.IsSpace; JavaScript's \s has U+FEFF and lacks U+0085.
const space = '[\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const around = new RegExp(`^${space}|${space}$`, 'g');

/** strings.TrimSpace */
export function trimSpace(text: string): string {
  return text.replace(around, '');
}

/** len() of a string: bytes of UTF-8. */
export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}
