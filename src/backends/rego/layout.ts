/** Rego source as a tree, laid out as `opa fmt` does it: flat where it fits, else one element a line. */

export type Doc =
  | string
  /** A call, array or set. `hug`: only the last element, itself bracketed, is broken over lines. */
  | { readonly kind: 'group'; readonly open: string; readonly items: readonly Doc[]; readonly close: string }
  | { readonly kind: 'infix'; readonly left: Doc; readonly operator: string; readonly right: Doc }
  /** `[head | body]`, each statement of the body on its own line where it does not fit. */
  | {
      readonly kind: 'comprehension';
      readonly open: string;
      readonly head: Doc;
      readonly body: readonly Doc[];
      readonly close: string;
    };

const width = 110;
const tab = 4;

export function call(name: string, ...args: readonly Doc[]): Doc {
  return { kind: 'group', open: `${name}(`, items: args, close: ')' };
}

export function array(items: readonly Doc[]): Doc {
  return { kind: 'group', open: '[', items, close: ']' };
}

export function set(items: readonly Doc[]): Doc {
  return items.length === 0 ? 'set()' : { kind: 'group', open: '{', items, close: '}' };
}

export function infix(left: Doc, operator: string, right: Doc): Doc {
  return { kind: 'infix', left, operator, right };
}

export function comprehension(head: Doc, body: readonly Doc[]): Doc {
  return { kind: 'comprehension', open: '[', head, body: body.length === 0 ? ['true'] : body, close: ']' };
}

export function not(doc: Doc): Doc {
  return infix('', 'not', doc);
}

/** A literal: Rego's are JSON's. */
export function literal(value: string | number | boolean): string {
  return JSON.stringify(value);
}

/** On one line. */
export function flat(doc: Doc): string {
  if (typeof doc === 'string') return doc;
  switch (doc.kind) {
    case 'group':
      return `${doc.open}${doc.items.map(flat).join(', ')}${doc.close}`;
    case 'infix':
      return `${flat(doc.left)} ${doc.operator} ${flat(doc.right)}`.trimStart();
    case 'comprehension':
      return `${doc.open}${flat(doc.head)} | ${doc.body.map(flat).join('; ')}${doc.close}`;
  }
}

/** A statement `prefix doc`, which starts at `indent` tabs. */
export function statement(doc: Doc, indent: number, prefix = ''): string {
  const tabs = '\t'.repeat(indent);
  return `${tabs}${prefix}${laid(doc, indent, indent * tab + prefix.length)}`;
}

function laid(doc: Doc, indent: number, column: number): string {
  const oneLine = flat(doc);
  if (typeof doc === 'string' || column + oneLine.length <= width) return oneLine;
  const tabs = '\t'.repeat(indent);
  switch (doc.kind) {
    case 'infix': {
      const left = doc.left === '' ? '' : `${laid(doc.left, indent, column)} `;
      return `${left}${doc.operator} ${laid(doc.right, indent, column + left.length + doc.operator.length + 1)}`;
    }
    case 'comprehension': {
      const head = laid(doc.head, indent, column + 1);
      const body = doc.body.map((each) => `${statement(each, indent + 1)}\n`).join('');
      return `${doc.open}${head} |\n${body}${tabs}${doc.close}`;
    }
    case 'group': {
      const last = doc.items.at(-1);
      const before = doc.items.slice(0, -1).map((each) => `${flat(each)}, `);
      const room = column + doc.open.length + before.join('').length;
      if (doc.close === ')' && isBracketed(last) && room + last.open.length <= width) {
        return `${doc.open}${before.join('')}${laid(last, indent, width)}${doc.close}`;
      }
      const lines = doc.items.map((each) => `${statement(each, indent + 1)},\n`).join('');
      return `${doc.open}\n${lines}${tabs}${doc.close}`;
    }
  }
}

/** An array or a set, or a comprehension of one: what a call may end with without a line of its own. */
function isBracketed(doc: Doc | undefined): doc is Exclude<Doc, string | { kind: 'infix' }> {
  return typeof doc === 'object' && doc.kind !== 'infix' && (doc.open === '[' || doc.open === '{');
}
