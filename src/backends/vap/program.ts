/** A policy as named CEL expressions, the target tree of this backend: pure, without YAML and without Kubernetes' object. */
import type { Control, Policy } from '../../ir/types.js';
import { nodesOf } from '../../ir/visit.js';
import {
  and,
  annotatedContainers,
  binary,
  CannotSay,
  type Collected,
  call,
  collection,
  concat,
  condition,
  type Encoding,
  type Expr,
  emptyMap,
  keyOf,
  line,
  list,
  literal,
  mapOf,
  method,
  Names,
  name,
  nonEmpty,
  not,
  OnlyInPods,
  or,
  outermost,
  type Scope,
  select,
  size,
  templateEncoding,
  ternary,
  typedEncoding,
  variable,
  type World,
  wording,
} from '../cel/index.js';
import { isPod, type Shape } from './shapes.js';

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

export function programOf(policy: Policy, shape: Shape, title: string): Program {
  const builder = new Builder(
    shape,
    policy.controls.map((control) => control.id),
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

class Builder {
  readonly leftToPods: LeftToPods[] = [];
  readonly #names = new Names();
  readonly #shared = new Map<string, Expr>();
  readonly #sources: Variable[] = [];
  readonly #rules: Variable[] = [];
  readonly #scope: Scope;

  constructor(shape: Shape, ids: readonly string[]) {
    for (const own of ['failed', 'message']) this.#names.fresh(own);
    for (const id of ids) this.#names.reserve(id);
    const pod = isPod(shape) ? name('object') : this.#source('pod', select(name('object'), ...shape.path));
    const type = { kind: 'struct', type: 'Pod' } as const;
    // Every object has metadata, a template need not: its converter may leave an empty struct out one day.
    const sure = isPod(shape) ? ['metadata', 'spec'] : ['spec'];
    const old = select(name('oldObject'), ...shape.path);
    const onUpdate = not(binary(name('oldObject'), '==', literal(null)));
    const podRoot = { expr: pod, type, guards: [], sure, whole: true };
    const world: World = {
      encoding: typedEncoding,
      pod: podRoot,
      old: { ...podRoot, expr: old, guards: [onUpdate] },
      share: (wanted, expr) => this.#share(wanted, expr),
    };
    this.#scope = outermost(isPod(shape) ? world : { ...world, encoding: this.#templates(world) });
  }

  /** Templates as their pods will be. */
  #templates(world: World): Encoding {
    const hostNetwork = condition(
      { kind: 'present', ref: { from: 'pod', path: ['spec', 'hostNetwork'] } },
      outermost(world),
    );
    return templateEncoding({
      hostNetwork,
      annotated: () => {
        const annotations = mapOf({ from: 'pod', path: ['metadata', 'annotations'] }, outermost(world));
        const names = this.#share('app_armor_by_annotation', annotatedContainers(world, annotations));
        return { names, annotations };
      },
    });
  }

  variables(): readonly Variable[] {
    return [...this.#sources, ...this.#rules];
  }

  define(wanted: 'failed' | 'message', expr: Expr): Expr {
    this.#rules.push({ name: wanted, expr });
    return variable(wanted);
  }

  #source(wanted: string, expr: Expr): Expr {
    const free = this.#names.fresh(wanted, 'pod_');
    this.#sources.push({ name: free, expr });
    return variable(free);
  }

  #share(wanted: string, expr: Expr): Expr {
    if (expr === emptyMap) return expr;
    const known = this.#shared.get(keyOf(expr)) ?? this.#source(wanted, expr);
    this.#shared.set(keyOf(expr), known);
    return known;
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
