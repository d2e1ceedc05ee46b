import type { Limits } from '../limits.js';
import type { MappingNode, Node, SequenceNode } from '../node.js';
import { Problem } from '../problem.js';
import { Scanner } from './scanner.js';
import { syntaxError, type Token, type TokenType } from './token.js';

// A port of the parser of go.yaml.in/yaml/v2 v2.4.4 (parserc.go, and the node builder of decode.go); scanner.ts has
// the license. Its state machine is recursion here, bounded by limits.depth.

export interface Parsed {
  /** Nothing for a text without content. */
  readonly root: Node | undefined;
  /** Where content starts that goyaml leaves unread: after `...`, or after the root. */
  readonly unread?: number;
}

/** The first document of the text; throws a Problem. */
export function parseYaml(text: string, limits: Limits): Parsed {
  checkCharacters(text);
  return new Parser(text, limits.depth).document();
}

/** readerc.go; but for U+FEFF, of which it takes any (is_bom looks at the start of its buffer, wherever that is). */
const refused = /(?![\t\n\r\x85])[\p{Cc}\p{Surrogate}\ufeff\ufffe\uffff]/u;

function checkCharacters(text: string): void {
  const match = refused.exec(text.startsWith('\u{feff}') ? ` ${text.slice(1)}` : text);
  if (match === null) return;
  const name = `U+${(match[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  if (match[0] === '\ufeff') {
    const message = 'found a byte order mark inside of a document, after which kubectl may drop characters';
    throw syntaxError(message, match.index, 'remove U+FEFF; editors often do not show it');
  }
  throw syntaxError(
    `the control character ${name} is not allowed`,
    match.index,
    'write it as an escape in double quotes',
  );
}

const tagPrefixes: ReadonlyMap<string, string> = new Map([
  ['', ''],
  ['!', '!'],
  ['!!', 'tag:yaml.org,2002:'],
]);

class Parser {
  readonly #scanner: Scanner;
  readonly #maxDepth: number;
  readonly #anchors = new Map<string, Node>();
  #depth = 0;

  constructor(text: string, maxDepth: number) {
    this.#scanner = new Scanner(text);
    this.#maxDepth = maxDepth;
  }

  document(): Parsed {
    const first = this.#scanner.peek();
    if (first.type === 'stream end') return { root: undefined };
    if (first.type === 'directive') {
      const hint = 'remove the directive, or quote a value that starts with `%`';
      throw syntaxError('kubectl reads no YAML directives', first.start, hint);
    }
    let root: Node;
    if (first.type === 'document start') {
      this.#scanner.next();
      const next = this.#scanner.peek();
      const empty = this.#is('directive', 'document start', 'document end', 'stream end');
      root = empty ? emptyScalar(next.start) : this.#node(true, false);
    } else root = this.#node(true, false);
    if (this.#is('document end')) this.#scanner.next();
    const unread = this.#unread();
    return unread === undefined ? { root } : { root, unread };
  }

  #unread(): number | undefined {
    try {
      while (this.#is('document end')) this.#scanner.next();
      const next = this.#scanner.peek();
      return next.type === 'stream end' ? undefined : next.start;
    } catch (error) {
      if (error instanceof Problem) return error.offset;
      throw error;
    }
  }

  #is(...types: TokenType[]): boolean {
    return types.includes(this.#scanner.peek().type);
  }

  #node(block: boolean, indentless: boolean): Node {
    const first = this.#scanner.peek();
    if (first.type === 'alias') {
      const { value: name, start } = this.#scanner.next();
      const target = this.#anchors.get(name);
      if (target === undefined)
        throw syntaxError(
          `unknown anchor '${name}' referenced`,
          start,
          'define the anchor in front of its use',
        );
      return { kind: 'alias', start, name, target };
    }
    const { anchor, tag } = this.#properties();
    const next = this.#scanner.peek();
    if (next.type === 'scalar') {
      this.#scanner.next();
      // parserc.go: `!` alone leaves the type to the value, even of a quoted one, and goyaml then takes it for a tag.
      const implicit = (tag === '' && next.plain) || tag === '!';
      return this.#named(anchor, { kind: 'scalar', start: first.start, tag, value: next.value, implicit });
    }
    const collection = this.#collection(next, block, indentless);
    if (collection !== undefined)
      return this.#fill(this.#named(anchor, { ...collection, start: first.start }), next);
    if (anchor === undefined && tag === '') {
      throw syntaxError(
        'did not find expected node content',
        next.start,
        'give a value; quote one that starts with a special character',
      );
    }
    return this.#named(anchor, { kind: 'scalar', start: first.start, tag, value: '', implicit: tag === '' });
  }

  #properties(): { anchor: string | undefined; tag: string } {
    let anchor: string | undefined;
    let tag: Token | undefined;
    if (this.#is('anchor')) {
      anchor = this.#scanner.next().value;
      if (this.#is('tag')) tag = this.#scanner.next();
    } else if (this.#is('tag')) {
      tag = this.#scanner.next();
      if (this.#is('anchor')) anchor = this.#scanner.next().value;
    }
    if (tag === undefined) return { anchor, tag: '' };
    const prefix = tagPrefixes.get(tag.value);
    if (prefix === undefined) throw syntaxError('found undefined tag handle', tag.start, 'remove the tag');
    return { anchor, tag: prefix + tag.suffix };
  }

  #named<T extends Node>(anchor: string | undefined, node: T): T {
    if (anchor !== undefined) this.#anchors.set(anchor, node);
    return node;
  }

  #collection(next: Token, block: boolean, indentless: boolean): SequenceNode | MappingNode | undefined {
    const sequence =
      next.type === '[' ||
      (next.type === '-' && indentless) ||
      (next.type === 'block sequence start' && block);
    if (sequence) return { kind: 'sequence', start: next.start, children: [] };
    const mapping = next.type === '{' || (next.type === 'block mapping start' && block);
    return mapping ? { kind: 'mapping', start: next.start, children: [] } : undefined;
  }

  #fill(node: SequenceNode | MappingNode, open: Token): Node {
    if (++this.#depth > this.#maxDepth) {
      const message = `mappings and sequences nest deeper than ${this.#maxDepth} levels`;
      throw new Problem('nesting-too-deep', message, open.start, 'no Kubernetes object nests this deep');
    }
    if (open.type === '-') this.#indentlessSequence(node.children);
    else {
      this.#scanner.next();
      if (open.type === '[') this.#flowSequence(node.children, open);
      else if (open.type === '{') this.#flowMapping(node.children, open);
      else if (node.kind === 'sequence') this.#blockSequence(node.children);
      else this.#blockMapping(node.children);
    }
    this.#depth--;
    return node;
  }

  #blockSequence(children: Node[]): void {
    while (this.#is('-')) {
      const { end } = this.#scanner.next();
      children.push(this.#is('-', 'block end') ? emptyScalar(end) : this.#node(true, false));
    }
    this.#close('block end', "did not find expected '-' indicator", 'indent every item of a sequence alike');
  }

  #indentlessSequence(children: Node[]): void {
    while (this.#is('-')) {
      const { end } = this.#scanner.next();
      const empty = this.#is('-', 'key', 'value', 'block end');
      children.push(empty ? emptyScalar(end) : this.#node(true, false));
    }
  }

  #blockMapping(children: Node[]): void {
    while (this.#is('key')) {
      const { end } = this.#scanner.next();
      const noKey = this.#is('key', 'value', 'block end');
      children.push(noKey ? emptyScalar(end) : this.#node(true, true));
      children.push(this.#blockValue());
    }
    this.#close('block end', 'did not find expected key', 'indent every key of a mapping alike');
  }

  #blockValue(): Node {
    if (!this.#is('value')) return emptyScalar(this.#scanner.peek().start);
    const { end } = this.#scanner.next();
    return this.#is('key', 'value', 'block end') ? emptyScalar(end) : this.#node(true, true);
  }

  #flowSequence(children: Node[], open: Token): void {
    for (let first = true; !this.#is(']'); first = false) {
      if (!first) {
        this.#close(
          ',',
          "did not find expected ',' or ']'",
          'separate the items by `,` and close the `[`',
          open,
        );
        if (this.#is(']')) break;
      }
      children.push(this.#is('key') ? this.#flowPair() : this.#node(false, false));
    }
    this.#scanner.next();
  }

  /** `[a: b]` is a sequence of a mapping. */
  #flowPair(): Node {
    const { start } = this.#scanner.next();
    let key: Node;
    if (this.#is('value', ',', ']')) {
      // As parserc.go has it, which takes the token away: `[? , a]`.
      key = emptyScalar(this.#scanner.next().end);
    } else key = this.#node(false, false);
    let value: Node | undefined;
    if (this.#is('value')) {
      this.#scanner.next();
      if (!this.#is(',', ']')) value = this.#node(false, false);
    }
    return { kind: 'mapping', start, children: [key, value ?? emptyScalar(this.#scanner.peek().start)] };
  }

  #flowMapping(children: Node[], open: Token): void {
    for (let first = true; !this.#is('}'); first = false) {
      if (!first) {
        this.#close(
          ',',
          "did not find expected ',' or '}'",
          'separate the entries by `,` and close the `{`',
          open,
        );
        if (this.#is('}')) break;
      }
      if (!this.#is('key')) {
        children.push(this.#node(false, false), emptyScalar(this.#scanner.peek().start));
        continue;
      }
      this.#scanner.next();
      const noKey = this.#is('value', ',', '}');
      children.push(noKey ? emptyScalar(this.#scanner.peek().start) : this.#node(false, false));
      children.push(this.#flowValue());
    }
    this.#scanner.next();
  }

  #flowValue(): Node {
    if (this.#is('value')) {
      this.#scanner.next();
      if (!this.#is(',', '}')) return this.#node(false, false);
    }
    return emptyScalar(this.#scanner.peek().start);
  }

  /** A bracket that is never closed is the place to look at, not the end of the text. */
  #close(type: TokenType, message: string, hint: string, open?: Token): void {
    const next = this.#scanner.peek();
    if (next.type !== type) {
      throw syntaxError(
        message,
        next.type === 'stream end' && open !== undefined ? open.start : next.start,
        hint,
      );
    }
    this.#scanner.next();
  }
}

function emptyScalar(start: number): Node {
  return { kind: 'scalar', start, tag: '', value: '', implicit: true };
}
