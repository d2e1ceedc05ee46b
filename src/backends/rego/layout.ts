/** Rego source as a tree, laid out as `opa fmt` does it: flat where it fits, else one element a line. */

export type Doc =
  | string
  /** A call, array, set or object. */
  | { readonly kind: 'group'; readonly open: string; readonly items: readonly Doc[]; readonly close: string }
  /** Parts with spaces between them; each of them may be empty. */
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

/** A bare `a == 1 | some ...` would read as the union of 1 and what follows. */
export function comprehension(head: Doc, body: readonly Doc[]): Doc {
  const bracketed = typeof head === 'object' && head.kind === 'infix' ? `(${flat(head)})` : head;
  return {
    kind: 'comprehension',
    open: '[',
    head: bracketed,
    body: body.length === 0 ? ['true'] : body,
    close: ']',
  };
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
      return [flat(doc.left), doc.operator, flat(doc.right)].filter((part) => part !== '').join(' ');
    case 'comprehension':
      return `${doc.open}${flat(doc.head)} | ${doc.body.map(flat).join('; ')}${doc.close}`;
  }
}

/** A statement `prefix doc`, which starts at `indent` tabs. */
export function statement(doc: Doc, indent: number, prefix = ''): string {
  const tabs = '\t'.repeat(indent);
  return `${tabs}${prefix}${laid(doc, indent, indent * tab + prefix.length)}`;
}

/** `broken`: over lines even where it would fit. */
function laid(doc: Doc, indent: number, column: number, broken = false): string {
  const oneLine = flat(doc);
  if (typeof doc === 'string' || (!broken && column + oneLine.length <= width)) return oneLine;
  const tabs = '\t'.repeat(indent);
  switch (doc.kind) {
    case 'infix': {
      const before = [laid(doc.left, indent, column), doc.operator].filter((part) => part !== '').join(' ');
      return `${before} ${laid(doc.right, indent, column + before.length + 1)}`;
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
      if (doc.close === ')' && opensBlock(last) && room + last.open.length <= width) {
        return `${doc.open}${before.join('')}${laid(last, indent, room, true)}${doc.close}`;
      }
      const [only] = doc.items;
      // A comparison is not broken, so a line of its own would win nothing.
      if (doc.close === ')' && doc.items.length === 1 && typeof only === 'object' && only.kind === 'infix') {
        return `${doc.open}${laid(only, indent, room)}${doc.close}`;
      }
      const lines = doc.items.map((each) => `${statement(each, indent + 1)},\n`).join('');
      return `${doc.open}\n${lines}${tabs}${doc.close}`;
    }
  }
}

/** What a call may end with without a line of its own: an array, a set, an object, or a call that ends with one. */
function opensBlock(doc: Doc | undefined): doc is Exclude<Doc, string | { kind: 'infix' }> {
  if (typeof doc !== 'object' || doc.kind === 'infix') return false;
  return (
    doc.kind === 'comprehension' || doc.close !== ')' || (doc.items.length === 1 && opensBlock(doc.items[0]))
  );
}
