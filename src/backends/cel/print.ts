/** CEL text: on one line where it fits, else broken at chains, ternaries, lists and macro bodies. */
import type { Expr } from './expr.js';

/** Lines longer than this are broken where they can be. */
const width = 100;

/** From loosest to tightest, as in the CEL grammar. */
const precedence = { ternary: 0, '||': 1, '&&': 2, relation: 3, sum: 4, unary: 5, member: 6 } as const;
type Precedence = (typeof precedence)[keyof typeof precedence];

export function printCel(expr: Expr): string {
  return layout(expr, 0, precedence.ternary);
}

/** On several lines even where one would do, if there is an operator to break at: YAML then needs no quotes. */
export function printCelBlock(expr: Expr): string {
  return broken(expr, 0, precedence.ternary, oneLine(expr, precedence.ternary));
}

/** For a YAML document: a block of lines for what YAML would have to escape. */
export function celText(expr: Expr): string {
  const printed = printCel(expr);
  if (!/["\\\n]/.test(printed)) return printed;
  const block = expr.kind === 'method' ? printed : printCelBlock(expr);
  return block.includes('\n') ? `${block}\n` : block;
}

function layout(expr: Expr, indent: number, outer: Precedence): string {
  const flat = oneLine(expr, outer);
  return indent + flat.length <= width ? flat : broken(expr, indent, outer, flat);
}

function broken(expr: Expr, indent: number, outer: Precedence, flat: string): string {
  const own = precedenceOf(expr);
  if (own < outer) {
    const inner = indent + 2;
    return `(\n${pad(inner)}${layout(expr, inner, precedence.ternary)}\n${pad(indent)})`;
  }
  const inner = indent + 2;
  const newline = `\n${pad(inner)}`;
  switch (expr.kind) {
    case 'literal':
    case 'name':
    case 'emptyMap':
      return flat;
    case 'select':
      return `${layout(expr.of, indent, precedence.member)}.${expr.field}`;
    case 'index':
      return `${layout(expr.of, indent, precedence.member)}[${oneLine(expr.key, precedence.ternary)}]`;
    case 'call':
      return `${expr.name}(${block(expr.args, indent)})`;
    case 'method':
      return methodCall(expr, indent);
    case 'list':
      return `[${block(expr.items, indent)}]`;
    case 'not':
      return `!${layout(expr.of, indent, precedence.unary)}`;
    case 'binary': {
      const left = layout(expr.left, indent, own);
      return `${left} ${expr.operator}${newline}${layout(expr.right, inner, tighter(own))}`;
    }
    case 'chain':
      return expr.of
        .map((each) => layout(each, indent, tighter(own)))
        .join(` ${expr.operator}\n${pad(indent)}`);
    case 'ternary':
      if (expr.otherwise.kind === 'ternary') {
        const arm = `${oneLine(expr.when, precedence['||'])} ? ${oneLine(expr.then, precedence['||'])} :`;
        if (indent + arm.length <= width)
          return `${arm}\n${pad(indent)}${layout(expr.otherwise, indent, own)}`;
      }
      return [
        layout(expr.when, indent, precedence['||']),
        `? ${layout(expr.then, inner + 2, precedence['||'])}`,
        `: ${layout(expr.otherwise, inner, precedence.ternary)}`,
      ].join(newline);
  }
}

function methodCall(expr: Expr & { kind: 'method' }, indent: number): string {
  const { base, calls } = links(expr);
  if (calls.length < 2)
    return `${layout(expr.of, indent, precedence.member)}.${expr.name}(${args(expr, indent)})`;
  return [layout(base, indent, precedence.member), ...calls].join(`\n${pad(indent + 2)}`);
}

/** A chain of methods without macros, too long for a line, has each method on a line of its own. */
function links(expr: Expr): { readonly base: Expr; readonly calls: readonly string[] } {
  const plain =
    expr.kind === 'method' && expr.args.length > 0 && expr.args.every((each) => each.kind === 'literal');
  if (!plain) return { base: expr, calls: [] };
  const { base, calls } = links(expr.of);
  const text = expr.args.map((each) => oneLine(each, precedence.ternary)).join(', ');
  return { base, calls: [...calls, `.${expr.name}(${text})`] };
}

/** The arguments of a method: a macro keeps the name that it binds on the line of its parenthesis. */
function args(expr: Expr & { kind: 'method' }, indent: number): string {
  const [first, ...rest] = expr.args;
  if (first === undefined) return '';
  const flat = expr.args.map((each) => oneLine(each, precedence.ternary)).join(', ');
  if (indent + flat.length <= width / 2) return flat;
  if (first.kind !== 'name' || rest.length === 0) return block(expr.args, indent);
  return `${first.name},${block(rest, indent)}`;
}

function block(items: readonly Expr[], indent: number): string {
  const inner = indent + 2;
  const lines = items.map((each) => `\n${pad(inner)}${layout(each, inner, precedence.ternary)}`);
  return `${lines.join(',')}\n${pad(indent)}`;
}

function oneLine(expr: Expr, outer: Precedence): string {
  const own = precedenceOf(expr);
  const text = bare(expr, own);
  return own < outer ? `(${text})` : text;
}

function bare(expr: Expr, own: Precedence): string {
  const list = (items: readonly Expr[]) => items.map((each) => oneLine(each, precedence.ternary)).join(', ');
  switch (expr.kind) {
    case 'literal':
      return typeof expr.value === 'string' ? stringLiteral(expr.value) : String(expr.value);
    case 'name':
      return expr.name;
    case 'emptyMap':
      return '{}';
    case 'select':
      return `${oneLine(expr.of, own)}.${expr.field}`;
    case 'index':
      return `${oneLine(expr.of, own)}[${oneLine(expr.key, precedence.ternary)}]`;
    case 'call':
      return `${expr.name}(${list(expr.args)})`;
    case 'method':
      return `${oneLine(expr.of, own)}.${expr.name}(${list(expr.args)})`;
    case 'list':
      return `[${list(expr.items)}]`;
    case 'not':
      return `!${oneLine(expr.of, own)}`;
    case 'binary':
      return `${oneLine(expr.left, own)} ${expr.operator} ${oneLine(expr.right, tighter(own))}`;
    case 'chain':
      return expr.of.map((each) => oneLine(each, tighter(own))).join(` ${expr.operator} `);
    case 'ternary':
      return `${oneLine(expr.when, precedence['||'])} ? ${oneLine(expr.then, precedence['||'])} : ${oneLine(expr.otherwise, own)}`;
  }
}

function precedenceOf(expr: Expr): Precedence {
  switch (expr.kind) {
    case 'ternary':
      return precedence.ternary;
    case 'chain':
      return precedence[expr.operator];
    case 'binary':
      return expr.operator === '+' || expr.operator === '-' ? precedence.sum : precedence.relation;
    case 'not':
      return precedence.unary;
    case 'literal':
      return typeof expr.value === 'number' && expr.value < 0 ? precedence.unary : precedence.member;
    case 'name':
    case 'emptyMap':
    case 'select':
    case 'index':
    case 'call':
    case 'method':
    case 'list':
      return precedence.member;
  }
}

/** The operand of an operator that does not associate, or associates to the left. */
function tighter(own: Precedence): Precedence {
  switch (own) {
    case 0:
      return 1;
    case 1:
      return 2;
    case 2:
      return 3;
    case 3:
      return 4;
    case 4:
      return 5;
    case 5:
    case 6:
      return 6;
  }
}

const pad = (indent: number) => ' '.repeat(indent);

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/** Characters that print stand for themselves, the others are escaped. */
export function stringLiteral(text: string): string {
  if (/^[\w ./:-]*$/.test(text)) return `"${text}"`;
  const quoted = Array.from(text, (character) => {
    const escaped = escapes[character];
    if (escaped !== undefined) return escaped;
    if (character === ' ' || /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u.test(character)) return character;
    const code = (character.codePointAt(0) ?? 0).toString(16);
    return code.length <= 4 ? `\\u${code.padStart(4, '0')}` : `\\U${code.padStart(8, '0')}`;
  });
  return `"${quoted.join('')}"`;
}
