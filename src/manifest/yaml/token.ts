import { Problem } from '../problem.js';

export type TokenType =
  | 'stream end'
  | 'directive'
  | 'document start'
  | 'document end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | '['
  | ']'
  | '{'
  | '}'
  | '-'
  | ','
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

export interface Token {
  readonly type: TokenType;
  readonly start: number;
  readonly end: number;
  /** The text of a scalar, the name of an anchor or alias, the handle of a tag. */
  readonly value: string;
  /** What follows the handle of a tag. */
  readonly suffix: string;
  /** Whether a scalar has neither quotes nor a block indicator. */
  readonly plain: boolean;
}

export function token(
  type: TokenType,
  start: number,
  end: number,
  value = '',
  suffix = '',
  plain = false,
): Token {
  return { type, start, end, value, suffix, plain };
}

export function syntaxError(message: string, offset: number, hint?: string): Problem {
  return new Problem('yaml-syntax', message, offset, hint ?? 'correct the YAML; kubectl refuses it too');
}
