/** Random policies that are well-formed and use every node kind, for properties and for the comparison of engines. */
import { canonicalMutation, canonicalNames } from '../../src/ir/canonical.js';
import {
  type Collection,
  type Comprehension,
  type Cond,
  type Control,
  irVersion,
  type Mutation,
  type Pattern,
  type Policy,
  type Ref,
  type Scalar,
  type Source,
  type Term,
  type Text,
  type Write,
} from '../../src/ir/types.js';
import {
  elementOf,
  isProblem,
  rootScope,
  type ScalarType,
  type Scope,
  scalarTypes,
} from '../../src/ir/typing.js';
import { Draw, type FieldPlace, placesBelow } from './draw.js';
import {
  authorization,
  exemptions,
  patternOf,
  scope as policyScope,
  range,
  scalarLiteral,
  word,
} from './literals.js';

export type NodeKind = (Cond | Term | Source | Pattern | Text | Write)['kind'];

export interface RandomOptions {
  /** Node kinds that the policies must not have: those that a target cannot say. */
  readonly without?: readonly NodeKind[];
  /** Whether rules may read the stored pod of an UPDATE. Left out: they may. */
  readonly oldPod?: boolean;
  /** Whether there may be alternatives. Left out: there may. */
  readonly alternatives?: boolean;
  /** Whether they may write into the pod. Left out: they may not, for no engine is given what does. */
  readonly mutations?: boolean;
}

/**
 * A well-formed policy of at most three controls, whose rules nest at most `deepest` conditions and quantifiers.
 *
 * @param words the choices that are made, each below 65,536; fewer of them make a smaller policy.
 */
export function policyOfChoices(words: readonly number[], options: RandomOptions = {}): Policy {
  return new Builder(new Draw(words), options).policy();
}

const deepest = 3;

/** Where rules are most likely to look; half of all reads are of these. */
const likely =
  /^(name|image|securityContext|volumeMounts|ports|hostPath|projected|spec\.(securityContext|host|volumes|os)|metadata\.(annotations|labels))/;

type Test = (place: FieldPlace) => boolean;

const hasType =
  (type: ScalarType): Test =>
  (place) =>
    String(scalarTypes(place.type)) === type;
const isList: Test = ({ type }) => type.kind === 'list';
const isStringMap: Test = ({ type }) => type.kind === 'map' && type.of?.kind === 'string';
const canBeAbsent: Test = ({ type, field }) =>
  field !== undefined && (type.kind !== 'struct' || field.pointer);
const canBeBlamed: Test = ({ path, field }) => path.length === 0 || field !== undefined;
const isField: Test = ({ path, field }) => path.length > 0 && field !== undefined;
const isTextList: Test = ({ type }) => type.kind === 'list' && type.of?.kind === 'string';
const hasChoices: Test = (place) => place.type.kind === 'struct' && choices(place).length > 0;

/** The fields of an object that can be absent. */
function choices({ type }: FieldPlace): string[] {
  return placesBelow(type)
    .filter((place) => place.path.length === 1 && canBeAbsent(place))
    .flatMap(({ path }) => path);
}

class Builder {
  #names = 0;

  constructor(
    readonly draw: Draw,
    readonly options: RandomOptions,
  ) {}

  policy(): Policy {
    const { draw } = this;
    const alternatives =
      this.options.alternatives !== false && draw.oneIn(3)
        ? draw.list(1, 2, () => 0).map((_, index) => this.alternative(`alternative-${index}`))
        : [];
    return {
      ...this.alternative('random'),
      alternatives,
      scope: policyScope(draw),
      exemptions: exemptions(draw),
    };
  }

  alternative(name: string): Policy {
    const { draw } = this;
    return {
      ir: irVersion,
      name,
      version: draw.pick([null, 'v1.0', 'v1.37']),
      mutations:
        this.options.mutations === true && draw.oneIn(2)
          ? draw.list(1, 2, () => 0).map((_, index) => this.mutation(`mutation${index}`))
          : [],
      controls: draw.list(1, 3, () => 0).map((_, index) => this.control(`control${index}`)),
      alternatives: [],
      scope: { excludedNamespaces: [], namespaceSelector: [] },
      exceptions: [],
      exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
      mode: draw.pick(['audit', 'warn', 'enforce', 'enforce-workloads']),
    };
  }

  control(id: string): Control {
    const { draw } = this;
    const collections = draw
      .list(1, 3, () => 0)
      .map((_, index) => this.collection(`found${index}`, index === 0));
    const names = collections.map(({ name }) => name);
    return canonicalNames({
      id,
      level: draw.pick(['custom', 'baseline', 'restricted']),
      unless: draw.oneIn(3) ? this.cond(rootScope, 1) : { kind: 'constant', value: false },
      collections,
      reason: this.text(names, 0),
      detail: this.text(names, 2),
    });
  }

  collection(name: string, denies: boolean): Collection {
    const { draw } = this;
    return {
      name,
      distinct: draw.oneIn(2),
      denies: denies || draw.oneIn(2),
      from: draw.list(1, 2, () => this.comprehension()),
    };
  }

  mutation(id: string): Mutation {
    const { over, scope } = this.bindings();
    const writes = this.draw.list(1, 2, () => this.write(scope));
    return canonicalMutation({ id, over, where: this.cond(scope, 2), writes: distinctPlaces(writes) });
  }

  write(scope: Scope): Write {
    const { draw } = this;
    const names = blamable(scope);
    const place = (test: Test) => this.place(scope, (each) => isField(each) && test(each), names);
    const kind = draw.pick(['set', 'set', 'add', 'setKey'] as const);
    switch (kind) {
      case 'set': {
        const type = draw.pick(['string', 'number', 'boolean'] as const);
        // Never one that an API server takes for absence.
        const value = { string: `w${word(draw)}`, number: 1 + draw.below(70_000), boolean: true }[type];
        return { kind, at: place(hasType(type)), value };
      }
      case 'add': {
        const values = [...new Set(draw.list(1, 3, () => word(draw)))];
        return { kind, list: place(isTextList), values, except: draw.list(0, 1, () => place(isTextList)) };
      }
      case 'setKey':
        return { kind, map: place(isStringMap), key: this.string(scope, 1), value: word(draw) };
    }
  }

  bindings(): { over: { bind: string; in: Source }[]; scope: Scope } {
    const over: { bind: string; in: Source }[] = [];
    let scope = rootScope;
    for (let left = this.draw.below(3); left > 0; left--) {
      const bound = this.bind(scope);
      over.push({ bind: bound.bind, in: bound.in });
      scope = bound.scope;
    }
    return { over, scope };
  }

  comprehension(): Comprehension {
    const { draw } = this;
    const { over, scope } = this.bindings();
    return {
      over,
      where: this.cond(scope, deepest),
      show: draw.oneIn(4) ? this.number(scope, 1) : this.string(scope, 2),
      at: this.place(scope, canBeBlamed, blamable(scope)),
    };
  }

  allowed<K extends NodeKind>(kinds: readonly K[]): readonly K[] {
    return kinds.filter((kind) => !this.options.without?.includes(kind));
  }

  bind(scope: Scope): { bind: string; in: Source; scope: Scope } {
    const source = this.source(scope);
    const element = elementOf(source, scope);
    if (isProblem(element)) throw new TypeError(element.message);
    this.#names += 1;
    const bind = `e${this.#names}`;
    return { bind, in: source, scope: new Map(scope).set(bind, element) };
  }

  source(scope: Scope): Source {
    const { draw } = this;
    const kind = draw.pick(this.allowed(['containers', 'items', 'items', 'entries', 'userGroups']));
    switch (kind) {
      case 'containers':
        return {
          kind,
          of: this.options.oldPod !== false && draw.oneIn(6) ? 'old' : 'pod',
          groups: draw.oneIn(3)
            ? draw.some(['init', 'regular', 'ephemeral'])
            : ['init', 'regular', 'ephemeral'],
        };
      case 'items':
        return { kind, list: this.place(scope, isList) };
      case 'entries':
        return { kind, map: this.place(scope, isStringMap), prefix: draw.pick(['', 'a', 'container.']) };
      case 'userGroups':
        return { kind };
    }
  }

  /** A place of a kind, of the innermost element where it has one. */
  place(scope: Scope, test: Test, names: readonly string[] = this.readable(scope)): Ref {
    const found = names
      .toReversed()
      .map((name) => ({ name, places: this.places(scope, name).filter(test) }))
      .filter(({ places }) => places.length > 0);
    const { name, places } = this.draw.oneIn(3)
      ? this.draw.pick(found)
      : (found[0] ?? { name: 'pod', places: [] });
    const best = places.filter(({ path }) => path.length === 0 || likely.test(path.join('.')));
    return { from: name, path: this.draw.pick(best.length > 0 && !this.draw.oneIn(2) ? best : places).path };
  }

  places(scope: Scope, name: string): readonly FieldPlace[] {
    const bound = scope.get(name);
    return bound === undefined ? [] : placesBelow(bound.type);
  }

  readable(scope: Scope): string[] {
    const names = [...scope.keys()];
    return this.options.oldPod === false || !this.draw.oneIn(8)
      ? names.filter((name) => name !== 'old')
      : names;
  }

  term(type: ScalarType, scope: Scope, depth: number): Term {
    if (type === 'string') return this.string(scope, depth);
    return type === 'number' ? this.number(scope, depth) : this.boolean(scope);
  }

  string(scope: Scope, depth: number): Term {
    const { draw } = this;
    const leaves = ['value', 'literal', 'effective', 'firstPresent', 'request', 'namespaceLabel'] as const;
    const kind = draw.pick(this.allowed(depth > 0 ? [...leaves, 'lookup', 'concat', 'quoted'] : leaves));
    switch (kind) {
      case 'literal':
        return { kind, value: word(draw) };
      case 'value':
      case 'effective':
        return this.read(kind, 'string', scope);
      case 'firstPresent': {
        const of = this.place(scope, hasChoices);
        const place = this.places(scope, of.from).find(({ path }) => String(path) === String(of.path));
        return { kind, of, fields: draw.some(place === undefined ? [] : choices(place)), absent: word(draw) };
      }
      case 'lookup':
        return {
          kind,
          map: this.place(scope, isStringMap),
          key: this.string(scope, depth - 1),
          absent: word(draw),
        };
      case 'concat':
        return { kind, parts: draw.list(1, 3, () => this.string(scope, depth - 1)) };
      case 'quoted':
        return { kind, of: this.string(scope, depth - 1) };
      case 'request':
        return { kind, field: draw.pick(['operation', 'subresource', 'user', 'namespace']) };
      case 'namespaceLabel':
        return { kind, label: draw.pick(['env', 'example.com/team']), absent: word(draw) };
    }
  }

  number(scope: Scope, depth: number): Term {
    const leaves = ['value', 'literal', 'effective'] as const;
    const kind = this.draw.pick(this.allowed(depth > 0 ? [...leaves, 'size'] : leaves));
    switch (kind) {
      case 'literal':
        return { kind, value: scalarLiteral(this.draw, 'number') };
      case 'size':
        return { kind, of: this.source(scope) };
      case 'value':
      case 'effective':
        return this.read(kind, 'number', scope);
    }
  }

  boolean(scope: Scope): Term {
    return this.read(this.draw.pick(this.allowed(['value', 'effective'])), 'boolean', scope);
  }

  read(kind: 'value' | 'effective', type: ScalarType, scope: Scope): Term {
    const absent = scalarLiteral(this.draw, type);
    const refs = this.draw.list(1, 2, () => this.place(scope, hasType(type)));
    if (kind === 'value') return { kind, ref: refs[0] ?? this.place(scope, hasType(type)), absent };
    const distinct = refs.filter((ref, at) => refs.findIndex((each) => textOf(each) === textOf(ref)) === at);
    return { kind, refs: distinct, absent };
  }

  cond(scope: Scope, depth: number): Cond {
    const { draw } = this;
    const leaves = ['present', 'equal', 'oneOf', 'matches', 'within', 'hasKey', 'sameParts'] as const;
    const rare = ['constant', 'emptyList', 'authorized'] as const;
    const inner = ['and', 'or', 'not', 'some', 'some', 'every'] as const;
    const kind = draw.pick(
      this.allowed([...leaves, ...(draw.oneIn(4) ? rare : []), ...(depth > 0 ? inner : [])]),
    );
    switch (kind) {
      case 'constant':
        return { kind, value: draw.oneIn(2) };
      case 'and':
      case 'or':
        return { kind, of: draw.list(0, 3, () => this.cond(scope, depth - 1)) };
      case 'not':
        return { kind, of: this.cond(scope, depth - 1) };
      case 'present':
        return { kind, ref: this.place(scope, canBeAbsent) };
      case 'emptyList':
        return { kind, list: { from: 'pod', path: ['spec', 'securityContext', 'supplementalGroups'] } };
      case 'hasKey':
        return { kind, map: this.place(scope, isStringMap), key: this.string(scope, 1) };
      case 'equal': {
        const type = draw.pick(['string', 'number', 'boolean'] as const);
        const left = this.term(type, scope, 1);
        const literal: Term = { kind: 'literal', value: scalarLiteral(draw, type) };
        return { kind, left, right: draw.oneIn(3) ? this.term(type, scope, 1) : literal };
      }
      case 'oneOf': {
        const type = draw.pick(['string', 'number', 'boolean'] as const);
        const values: Scalar[] = draw.list(0, 4, () => scalarLiteral(draw, type));
        return { kind, term: this.term(type, scope, 1), values: [...new Set(values)] };
      }
      case 'matches':
        return { kind, term: this.string(scope, 1), patterns: this.patterns() };
      case 'within':
        return { kind, term: this.number(scope, 1), ranges: draw.list(0, 3, () => range(draw)) };
      case 'sameParts':
        return {
          kind,
          left: this.string(scope, 1),
          right: this.string(scope, 1),
          separator: draw.pick([',', ':', '--']),
        };
      case 'some':
      case 'every': {
        const bound = this.bind(scope);
        return { kind, bind: bound.bind, in: bound.in, where: this.cond(bound.scope, depth - 1) };
      }
      case 'authorized':
        return { kind, ...authorization(draw) };
    }
  }

  patterns(): Pattern[] {
    const kinds = this.allowed(['prefix', 'suffix', 'glob', 'pathPrefix']);
    return this.draw.list(0, 3, () => patternOf(this.draw, this.draw.pick(kinds)));
  }

  text(collections: readonly string[], depth: number): Text {
    const { draw } = this;
    const leaves = ['text', 'list', 'plural'] as const;
    const kind = draw.pick(this.allowed(depth > 0 ? [...leaves, 'sequence', 'joined', 'ifAny'] : leaves));
    switch (kind) {
      case 'text':
        return { kind, text: word(draw) };
      case 'list':
        return {
          kind,
          of: draw.pick(collections),
          quote: draw.oneIn(2),
          separator: draw.pick([', ', '; ', '']),
        };
      case 'plural':
        return { kind, of: draw.some(collections), one: word(draw), many: word(draw) };
      case 'sequence':
        return { kind, parts: draw.list(0, 3, () => this.text(collections, depth - 1)) };
      case 'joined':
        return { kind, separator: ' and ', parts: draw.list(0, 3, () => this.text(collections, depth - 1)) };
      case 'ifAny':
        return {
          kind,
          of: draw.some(collections),
          some: this.text(collections, depth - 1),
          otherwise: this.text(collections, depth - 1),
        };
    }
  }
}

/** No place is written twice by one mutation. */
function distinctPlaces(writes: readonly Write[]): Write[] {
  const place = (write: Write) =>
    textOf(write.kind === 'set' ? write.at : write.kind === 'add' ? write.list : write.map);
  return writes.filter((write, at) => writes.findIndex((each) => place(each) === place(write)) === at);
}

/** The pod that is judged, and its elements. */
function blamable(scope: Scope): string[] {
  return [...scope].filter(([, { within }]) => within === 'pod').map(([name]) => name);
}

function textOf({ from, path }: Ref): string {
  return [from, ...path].join('.');
}
