/** Matching of strings, in CEL and of literals. */
import type { Pattern } from '../../ir/types.js';
import { and, binary, type Expr, literal, method, or, yes } from './expr.js';

/** That a string matches; `text` is written more than once. */
export function patternExpr(pattern: Pattern, text: Expr): Expr {
  switch (pattern.kind) {
    case 'prefix':
      return startsWith(text, pattern.prefix);
    case 'suffix':
      return pattern.suffix === '' ? yes : method(text, 'endsWith', literal(pattern.suffix));
    case 'glob':
      return globExpr(pattern.glob, text);
    case 'pathPrefix': {
      // One trailing slash is trimmed from both sides. What is left of the prefix may still end with one; a path that is
      // trimmed then cannot equal it, but goes on from it.
      const prefix = pattern.prefix.endsWith('/') ? pattern.prefix.slice(0, -1) : pattern.prefix;
      const below = startsWith(text, `${prefix}/`);
      return prefix.endsWith('/') ? below : or(binary(text, '==', literal(prefix)), below);
    }
  }
}

const startsWith = (text: Expr, prefix: string) =>
  prefix === '' ? yes : method(text, 'startsWith', literal(prefix));

function globExpr(glob: string, text: Expr): Expr {
  // A run of stars is one star.
  const parts = glob.replace(/\*+/g, '*').split('*');
  const [first = '', second, third] = parts;
  if (second === undefined) return binary(text, '==', literal(first));
  if (parts.length === 2 && (first === '' || second === '')) {
    return and(startsWith(text, first), second === '' ? yes : method(text, 'endsWith', literal(second)));
  }
  if (parts.length === 3 && first === '' && third === '') return method(text, 'contains', literal(second));
  // Any character, also a newline: `.` is not that. Without flags, `^` and `$` are the ends of the text in RE2 and in
  // JavaScript.
  return method(text, 'matches', literal(`^${parts.map(escaped).join('[\\s\\S]*')}$`));
}

const escaped = (text: string) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&');

/** The same of a string that is known. */
export function patternHolds(pattern: Pattern, text: string): boolean {
  switch (pattern.kind) {
    case 'prefix':
      return text.startsWith(pattern.prefix);
    case 'suffix':
      return text.endsWith(pattern.suffix);
    case 'glob':
      return new RegExp(`^${pattern.glob.split('*').map(escaped).join('[\\s\\S]*')}$`).test(text);
    case 'pathPrefix': {
      const trim = (path: string) => (path.endsWith('/') ? path.slice(0, -1) : path);
      const prefix = trim(pattern.prefix);
      return trim(text) === prefix || trim(text).startsWith(`${prefix}/`);
    }
  }
}
