/** Regular expressions as automata: those that Kubernetes writes its formats with. */
import { type Automaton, remembered } from './automata.js';

/** A set of characters, or all others. */
interface Characters {
  readonly set: string;
  readonly others: boolean;
}

/** A state of an automaton that may be in several at once: it goes on without a character, or by one. */
type State =
  | { readonly kind: 'split'; readonly to: number[] }
  | { readonly kind: 'by'; readonly characters: Characters; readonly to: number }
  | { readonly kind: 'end' };

/**
 * As JavaScript reads them with the flags `s` and `u`: characters, sets of them, groups, `|`, and how often. What else an expression may
 * have is refused.
 */
type Node =
  | { readonly kind: 'characters'; readonly characters: Characters }
  | { readonly kind: 'sequence'; readonly of: readonly Node[] }
  | { readonly kind: 'choice'; readonly of: readonly Node[] }
  | { readonly kind: 'repeat'; readonly of: Node; readonly min: number; readonly max: number };

class Reader {
  #at = 0;
  readonly #text: readonly string[];

  constructor(readonly source: string) {
    this.#text = [...source];
  }

  all(): Node {
    const node = this.#choice();
    if (this.#at < this.#text.length) throw this.#unread();
    return node;
  }

  #unread(): TypeError {
    return new TypeError(`${this.source}: character ${this.#at} is not read`);
  }

  #next(expected?: string): string {
    const character = this.#text[this.#at];
    if (character === undefined || (expected !== undefined && character !== expected)) throw this.#unread();
    this.#at += 1;
    return character;
  }

  #skips(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #choice(): Node {
    const of = [this.#sequence()];
    while (this.#skips('|')) of.push(this.#sequence());
    return { kind: 'choice', of };
  }

  #sequence(): Node {
    const of: Node[] = [];
    for (;;) {
      const character = this.#text[this.#at];
      if (character === undefined || character === '|' || character === ')') return { kind: 'sequence', of };
      of.push(this.#repeated(this.#one()));
    }
  }

  #repeated(of: Node): Node {
    const node = this.#often(of);
    if (/[*+?{]/.test(this.#text[this.#at] ?? '')) throw this.#unread();
    return node;
  }

  #often(of: Node): Node {
    if (this.#skips('*')) return { kind: 'repeat', of, min: 0, max: Number.POSITIVE_INFINITY };
    if (this.#skips('+')) return { kind: 'repeat', of, min: 1, max: Number.POSITIVE_INFINITY };
    if (this.#skips('?')) return { kind: 'repeat', of, min: 0, max: 1 };
    if (!this.#skips('{')) return of;
    const min = this.#number();
    const max = this.#skips(',') ? this.#number() : min;
    if (max < min) throw this.#unread();
    this.#next('}');
    return { kind: 'repeat', of, min, max };
  }

  #number(): number {
    let text = '';
    while (/\d/.test(this.#text[this.#at] ?? '')) text += this.#next();
    if (text === '') throw this.#unread();
    return Number(text);
  }

  #one(): Node {
    const character = this.#next();
    if (character === '(') {
      const node = this.#choice();
      this.#next(')');
      return node;
    }
    if (character === '[') return { kind: 'characters', characters: this.#set() };
    if (character === '.') return { kind: 'characters', characters: { set: '', others: true } };
    if ('*+?{}]^$'.includes(character)) throw this.#unread();
    const set = character === '\\' ? this.#escaped() : character;
    return { kind: 'characters', characters: { set, others: false } };
  }

  #escaped(): string {
    const character = this.#next();
    // Of letters and digits an expression of JavaScript makes something else.
    if (/[A-Za-z0-9]/.test(character)) throw this.#unread();
    return character;
  }

  #set(): Characters {
    const others = this.#skips('^');
    let set = '';
    while (!this.#skips(']')) {
      const first = this.#next();
      const character = first === '\\' ? this.#escaped() : first;
      const isRange = this.#text[this.#at] === '-' && this.#text[this.#at + 1] !== ']';
      set += isRange ? this.#range(first) : character;
    }
    return { set, others };
  }

  /** Of characters that are not escaped. */
  #range(first: string): string {
    this.#next('-');
    const last = this.#next();
    const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)];
    if (first === '\\' || last === '\\' || from > to) throw this.#unread();
    return String.fromCharCode(...Array.from({ length: to - from + 1 }, (_, at) => from + at));
  }
}

/** The states of a node, from its end to its beginning; the number of the first one. */
function statesOf(node: Node, to: number, states: State[]): number {
  const add = (state: State): number => states.push(state) - 1;
  switch (node.kind) {
    case 'characters':
      return add({ kind: 'by', characters: node.characters, to });
    case 'sequence':
      return node.of.reduceRight((next, each) => statesOf(each, next, states), to);
    case 'choice':
      return add({ kind: 'split', to: node.of.map((each) => statesOf(each, to, states)) });
    case 'repeat': {
      let next = to;
      if (node.max === Number.POSITIVE_INFINITY) {
        const again: number[] = [to];
        next = add({ kind: 'split', to: again });
        again.push(statesOf(node.of, next, states));
      } else
        for (let count = node.min; count < node.max; count += 1)
          next = add({ kind: 'split', to: [to, statesOf(node.of, next, states)] });
      for (let count = 0; count < node.min; count += 1) next = statesOf(node.of, next, states);
      return next;
    }
  }
}

const has = ({ set, others }: Characters, character: string): boolean => set.includes(character) !== others;

/**
 * Accepts the texts that the expression matches as a whole.
 *
 * @throws TypeError for what is no such expression.
 */
export function expression(source: string): Automaton {
  const states: State[] = [{ kind: 'end' }];
  const first = statesOf(new Reader(source).all(), 0, states);
  const closed = (of: Iterable<number>): string => {
    const met = new Set<number>();
    const open = [...of];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (met.has(at)) continue;
      met.add(at);
      const state = states[at];
      if (state?.kind === 'split') open.push(...state.to);
    }
    // The others lead on to these.
    return [...met]
      .filter((at) => states[at]?.kind !== 'split')
      .sort((a, b) => a - b)
      .join();
  };
  const opened = (state: string): number[] => (state === '' ? [] : state.split(',').map(Number));
  const sets = states.flatMap((state) => (state.kind === 'by' ? [state.characters.set] : []));
  return remembered({
    start: closed([first]),
    step: (state, character) =>
      closed(
        opened(state).flatMap((at) => {
          const from = states[at];
          return from?.kind === 'by' && has(from.characters, character) ? [from.to] : [];
        }),
      ),
    accepts: (state) => opened(state).includes(0),
    alphabet: '',
    classes: [...new Set(sets)],
  });
}
