/** A policy as named CEL expressions: pure, without YAML and without any engine's object. */
import type { Control, Policy } from '../../ir/types.js';
import { nodesOf } from '../../ir/visit.js';
import { CannotSay, OnlyInPods } from './cannot-say.js';
import { collection, line } from './collect.js';
import { condition } from './condition.js';
import {
  and,
  binary,
  call,
  concat,
  type Expr,
  emptyMap,
  keyOf,
  list,
  literal,
  method,
  name,
  not,
  or,
  size,
  ternary,
  variable,
} from './expr.js';
import { Names } from './names.js';
import { outermost, type Scope } from './scope.js';
import { type Subject, worldOf } from './subject.js';
import { type Collected, nonEmpty, wording } from './wording.js';

export interface Variable {
  readonly name: string;
  readonly expr: Expr;
}

/** A control that an object may fail. */
export interface Judged {
  readonly id: string;
  readonly fails: Expr;
  readonly message: Expr;
}

/** A control that cannot be judged in a template, and why. */
export interface LeftToPods {
  readonly control: string;
  readonly why: string;
}

export interface Program {
  /** Each uses those before it only. */
  readonly variables: readonly Variable[];
  readonly judged: readonly Judged[];
  /** A list of the ids of the controls that the object fails. Reads the variables. */
  readonly failed: Expr;
  /** One line that says all of them. Reads the variables. */
  readonly message: Expr;
  /** Controls that nothing exact can be said about of a template: they judge the pods alone. */
  readonly leftToPods: readonly LeftToPods[];
}

/** What cannot be said, and by which control. */
export class Unsayable extends Error {
  constructor(
    readonly control: string,
    readonly what: string,
  ) {
    super(what);
  }
}

/**
 * @param title starts every message.
 * @param taken names of variables that the target has besides these.
 */
export function programOf(
  policy: Policy,
  subject: Subject,
  title: string,
  taken: readonly string[] = [],
): Program {
  const builder = new Builder(
    subject,
    policy.controls.map((control) => control.id),
    taken,
  );
  const judged = builder.policy(policy, '');
  const { leftToPods } = builder;
  if (judged.length === 0)
    return { variables: [], judged, failed: list(), message: literal(title), leftToPods };
  const failed = builder.define('failed', listOfSet(judged.map(({ id, fails }) => [fails, literal(id)])));
  const message = builder.define('message', line(messageOf(title, failed, judged)));
  return {
    variables: builder.variables(),
    judged,
    failed,
    message: fitting(title, failed, message),
    leftToPods,
  };
}

/** Whether a policy asks what a user may do, which an API server answers in validations but not in messages. */
export function asksAuthorizer(policy: Policy): boolean {
  return nodesOf(policy).conds.some((cond) => cond.kind === 'authorized');
}

const isName = (expr: Expr): boolean =>
  expr.kind === 'name' || (expr.kind === 'select' && expr.of.kind === 'name' && expr.of.name === 'variables');

class Builder {
  readonly leftToPods: LeftToPods[] = [];
  readonly #names = new Names();
  readonly #shared = new Map<string, Expr>();
  readonly #sources: Variable[] = [];
  readonly #rules: Variable[] = [];
  readonly #scope: Scope;

  constructor(subject: Subject, ids: readonly string[], taken: readonly string[]) {
    for (const own of ['failed', 'message', ...taken]) this.#names.fresh(own);
    for (const id of ids) this.#names.reserve(id);
    this.#scope = outermost(worldOf(subject, (wanted, expr) => this.#share(wanted, expr)));
  }

  variables(): readonly Variable[] {
    return [...this.#sources, ...this.#rules];
  }

  define(wanted: 'failed' | 'message', expr: Expr): Expr {
    this.#rules.push({ name: wanted, expr });
    return variable(wanted);
  }

  /** What is written out already, such as a variable or the object itself, needs no name. */
  #share(wanted: string, expr: Expr): Expr {
    if (expr === emptyMap || isName(expr)) return expr;
    const known = this.#shared.get(keyOf(expr));
    if (known !== undefined) return known;
    const free = this.#names.fresh(wanted, 'pod_');
    this.#sources.push({ name: free, expr });
    this.#shared.set(keyOf(expr), variable(free));
    return variable(free);
  }

  #rule(wanted: string, expr: Expr): Expr {
    const free = this.#names.fresh(wanted);
    this.#rules.push({ name: free, expr });
    return variable(free);
  }

  /** The controls of a policy and, where each alternative denies the pod, those of the alternatives. */
  policy(policy: Policy, prefix: string): readonly Judged[] {
    const own = policy.controls.flatMap((control) => this.#control(control, prefix) ?? []);
    if (policy.alternatives.length === 0) return own;
    const alternatives = policy.alternatives.map((each) => this.policy(each, `${prefix}${each.name}/`));
    const refused = this.#rule(
      `${prefix}no_alternative`,
      and(...alternatives.map((judged) => or(...judged.map(({ fails }) => fails)))),
    );
    const ofAlternatives = alternatives.flat().map((each) => ({ ...each, fails: and(refused, each.fails) }));
    return [...own, ...ofAlternatives];
  }

  #control(control: Control, prefix: string): Judged | undefined {
    const id = `${prefix}${control.id}`;
    const before = this.#rules.length;
    try {
      const collected = new Map<string, Collected>();
      for (const each of control.collections) {
        const texts = this.#rule(`${id}_${each.name}`, collection(each, this.#scope));
        collected.set(each.name, { texts, distinct: each.distinct });
      }
      const denying = control.collections
        .filter((each) => each.denies)
        .flatMap((each) => collected.get(each.name) ?? []);
      const denies = or(...denying.map(({ texts }) => nonEmpty(texts)));
      const fails = this.#rule(id, and(not(condition(control.unless, this.#scope)), denies));
      const [reason, detail] = [wording(control.reason, collected), wording(control.detail, collected)];
      const blank = detail.kind === 'literal' && detail.value === '';
      const words = blank ? reason : concat([reason, literal(' ('), detail, literal(')')]);
      return { id, fails, message: this.#rule(`${id}_message`, words) };
    } catch (error) {
      // Of a pod it can be said, or the policy for pods is refused. An alternative without it would be a wider one.
      if (error instanceof OnlyInPods && prefix === '') {
        this.leftToPods.push({ control: id, why: error.message });
        this.#rules.length = before;
        return undefined;
      }
      if (error instanceof CannotSay) throw new Unsayable(id, error.message);
      throw error;
    }
  }
}

/** `title: id, id: reason (detail); reason (detail)`: the ids come first, so that a message that is cut has them. */
function messageOf(title: string, failed: Expr, judged: readonly Judged[]): Expr {
  const messages = listOfSet(judged.map(({ fails, message }) => [fails, message]));
  return concat([
    literal(`${title}: `),
    method(failed, 'join', literal(', ')),
    literal(': '),
    method(messages, 'join', literal('; ')),
  ]);
}

/** The texts whose condition holds. None of them is empty. */
function listOfSet(texts: readonly (readonly [Expr, Expr])[]): Expr {
  const text = name('text');
  return method(
    list(...texts.map(([when, then]) => ternary(when, then, literal('')))),
    'filter',
    text,
    binary(text, '!=', literal('')),
  );
}

/** An API server drops a message of more bytes, or of several lines, and says the static one instead. */
const maxMessageBytes = 5 * 1024;
/** The ellipsis of a message that is cut has three. */
const maxCutBytes = maxMessageBytes - 3;
/** A character has four bytes at most, and where there are as many bytes as characters, one. */
const maxCutLength = Math.floor(maxCutBytes / 4);

/** unicode.IsControl: an API server drops a warning that has such a character. */
const controlCharacters = '[\\x00-\\x1f\\x7f-\\x9f]';

function fitting(title: string, failed: Expr, message: Expr): Expr {
  const bytes = size(call('bytes', message));
  const cutAt = (length: number) =>
    concat([method(message, 'substring', literal(0), literal(length)), literal('…')]);
  const idsAlone = concat([
    literal(`${title}: `),
    method(failed, 'join', literal(', ')),
    literal(': the details have characters that do not print'),
  ]);
  const cut = ternary(binary(bytes, '==', size(message)), cutAt(maxCutBytes), cutAt(maxCutLength));
  const short = binary(bytes, '<=', literal(maxMessageBytes));
  return ternary(
    method(message, 'matches', literal(controlCharacters)),
    idsAlone,
    ternary(short, message, cut),
  );
}
