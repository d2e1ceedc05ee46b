/** Names in CEL: identifiers that no environment has taken, and fields that its grammar would rather keep to itself. */
import { binary, call, type Expr, index, literal, select } from './expr.js';

/** Reserved by the grammar, or the name of a type or of something that an engine declares. */
const taken = new Set([
  'as',
  'break',
  'const',
  'continue',
  'else',
  'false',
  'for',
  'function',
  'if',
  'import',
  'in',
  'let',
  'loop',
  'namespace',
  'null',
  'package',
  'return',
  'true',
  'var',
  'void',
  'while',
  'bool',
  'bytes',
  'double',
  'duration',
  'dyn',
  'int',
  'list',
  'map',
  'null_type',
  'optional',
  'string',
  'timestamp',
  'type',
  'uint',
  'cel',
  'google',
  'math',
  'net',
  'quantity',
  'sets',
  'strings',
  'anyObject',
  'authorizer',
  'generator',
  'globalContext',
  'http',
  'image',
  'images',
  'namespaceObject',
  'object',
  'oldObject',
  'params',
  'request',
  'resource',
  'user',
  'variables',
]);

/** The grammar's own words, which a field cannot be selected by where types are checked. */
const reservedFields = new Set([...taken].slice(0, [...taken].indexOf('while') + 1));

/** Whether `x.field` means the same in a typed and in an untyped environment. */
export function isPlainField(field: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(field) && !field.includes('__') && !reservedFields.has(field);
}

/** A field called by a word of CEL has another name where types are checked than where policies run. */
export function hasKey(of: Expr, field: string): Expr {
  return isPlainField(field) ? call('has', select(of, field)) : binary(literal(field), 'in', call('dyn', of));
}

export function fieldOf(of: Expr, field: string): Expr {
  return isPlainField(field) ? select(of, field) : index(call('dyn', of), literal(field));
}

/** The nearest identifier to a name. */
export function celIdentifier(text: string): string {
  const word = text.replace(/[^A-Za-z0-9]+/g, '_').replace(/^_+(?=.)/, '');
  const started = /^[A-Za-z]/.test(word) ? word : `x_${word}`;
  return taken.has(started) ? `${started}_` : started;
}

/** Gives out identifiers, none twice. */
export class Names {
  readonly #given = new Set<string>();
  readonly #reserved = new Set<string>();

  /** Keeps the identifier of a name for the one who asks for the name by it, without a prefix. */
  reserve(wanted: string): void {
    this.#reserved.add(celIdentifier(wanted));
  }

  /** With a prefix: for one that gives way to those that are reserved. */
  fresh(wanted: string, prefix?: string): string {
    const plain = celIdentifier(wanted);
    const base = prefix !== undefined && this.#reserved.has(plain) ? `${prefix}${plain}` : plain;
    let free = base;
    for (let count = 2; this.#given.has(free); count++) free = `${base}_${count}`;
    this.#given.add(free);
    return free;
  }
}

/** An identifier for a bound element that hides none of those in scope. */
export function freshIn(wanted: string, inScope: ReadonlySet<string>): string {
  const base = celIdentifier(wanted);
  let free = base;
  for (let count = 2; inScope.has(free); count++) free = `${base}_${count}`;
  return free;
}
