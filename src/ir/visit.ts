/** Walking and rebuilding the IR. Tables over the node kinds: a new kind breaks the build until it is answered here. */
import type {
  Binding,
  Collection,
  Comprehension,
  Cond,
  Control,
  Mutation,
  Policy,
  Ref,
  Source,
  Term,
  Write,
} from './types.js';

/** What to do with each node on the way; each gets the node with its parts already rebuilt. */
export interface Rewrite {
  readonly cond: (node: Cond) => Cond;
  readonly term: (node: Term) => Term;
  readonly source: (node: Source) => Source;
  readonly ref: (node: Ref) => Ref;
  /** The name that an element is bound to. */
  readonly bind: (name: string) => string;
}

export const identity: Rewrite = {
  cond: (node) => node,
  term: (node) => node,
  source: (node) => node,
  ref: (node) => node,
  bind: (name) => name,
};

export function rebuildSource(node: Source, rewrite: Rewrite): Source {
  switch (node.kind) {
    case 'containers':
    case 'userGroups':
      return rewrite.source(node);
    case 'items':
      return rewrite.source({ ...node, list: rewrite.ref(node.list) });
    case 'entries':
      return rewrite.source({ ...node, map: rewrite.ref(node.map) });
  }
}

export function rebuildTerm(node: Term, rewrite: Rewrite): Term {
  switch (node.kind) {
    case 'literal':
    case 'request':
    case 'namespaceLabel':
      return rewrite.term(node);
    case 'value':
      return rewrite.term({ ...node, ref: rewrite.ref(node.ref) });
    case 'effective':
      return rewrite.term({ ...node, refs: node.refs.map(rewrite.ref) });
    case 'lookup':
      return rewrite.term({ ...node, map: rewrite.ref(node.map), key: rebuildTerm(node.key, rewrite) });
    case 'firstPresent':
      return rewrite.term({ ...node, of: rewrite.ref(node.of) });
    case 'size':
      return rewrite.term({ ...node, of: rebuildSource(node.of, rewrite) });
    case 'concat':
      return rewrite.term({ ...node, parts: node.parts.map((part) => rebuildTerm(part, rewrite)) });
    case 'quoted':
      return rewrite.term({ ...node, of: rebuildTerm(node.of, rewrite) });
  }
}

export function rebuildCond(node: Cond, rewrite: Rewrite): Cond {
  switch (node.kind) {
    case 'constant':
    case 'authorized':
      return rewrite.cond(node);
    case 'and':
    case 'or':
      return rewrite.cond({ ...node, of: node.of.map((each) => rebuildCond(each, rewrite)) });
    case 'not':
      return rewrite.cond({ ...node, of: rebuildCond(node.of, rewrite) });
    case 'present':
      return rewrite.cond({ ...node, ref: rewrite.ref(node.ref) });
    case 'emptyList':
      return rewrite.cond({ ...node, list: rewrite.ref(node.list) });
    case 'hasKey':
      return rewrite.cond({ ...node, map: rewrite.ref(node.map), key: rebuildTerm(node.key, rewrite) });
    case 'equal':
    case 'sameParts':
      return rewrite.cond({
        ...node,
        left: rebuildTerm(node.left, rewrite),
        right: rebuildTerm(node.right, rewrite),
      });
    case 'oneOf':
    case 'matches':
    case 'within':
      return rewrite.cond({ ...node, term: rebuildTerm(node.term, rewrite) });
    case 'some':
    case 'every':
      return rewrite.cond({
        ...node,
        in: rebuildSource(node.in, rewrite),
        bind: rewrite.bind(node.bind),
        where: rebuildCond(node.where, rewrite),
      });
  }
}

function rebuildBindings(nodes: readonly Binding[], rewrite: Rewrite): Binding[] {
  return nodes.map((node) => ({ in: rebuildSource(node.in, rewrite), bind: rewrite.bind(node.bind) }));
}

export function rebuildWrite(node: Write, rewrite: Rewrite): Write {
  switch (node.kind) {
    case 'set':
      return { ...node, at: rewrite.ref(node.at) };
    case 'add':
      return { ...node, list: rewrite.ref(node.list), except: node.except.map(rewrite.ref) };
    case 'setKey':
      return { ...node, map: rewrite.ref(node.map), key: rebuildTerm(node.key, rewrite) };
  }
}

export function rebuildMutation(node: Mutation, rewrite: Rewrite): Mutation {
  return {
    ...node,
    over: rebuildBindings(node.over, rewrite),
    where: rebuildCond(node.where, rewrite),
    writes: node.writes.map((each) => rebuildWrite(each, rewrite)),
  };
}

export function rebuildComprehension(node: Comprehension, rewrite: Rewrite): Comprehension {
  return {
    over: rebuildBindings(node.over, rewrite),
    where: rebuildCond(node.where, rewrite),
    show: rebuildTerm(node.show, rewrite),
    at: rewrite.ref(node.at),
  };
}

export function rebuildControl(node: Control, rewrite: Rewrite): Control {
  return {
    ...node,
    unless: rebuildCond(node.unless, rewrite),
    collections: node.collections.map(
      (each): Collection => ({ ...each, from: each.from.map((from) => rebuildComprehension(from, rewrite)) }),
    ),
  };
}

export function rebuildPolicy(node: Policy, rewrite: Rewrite): Policy {
  return {
    ...node,
    mutations: node.mutations.map((each) => rebuildMutation(each, rewrite)),
    controls: node.controls.map((each) => rebuildControl(each, rewrite)),
    alternatives: node.alternatives.map((each) => rebuildPolicy(each, rewrite)),
  };
}

export interface Nodes {
  readonly conds: Cond[];
  readonly terms: Term[];
  readonly sources: Source[];
  readonly refs: Ref[];
}

/** Every condition, term, source and place of a policy, in the order of the text. */
export function nodesOf(policy: Policy): Nodes {
  const found: Nodes = { conds: [], terms: [], sources: [], refs: [] };
  const keep =
    <T>(list: T[]) =>
    (node: T): T => {
      list.push(node);
      return node;
    };
  rebuildPolicy(policy, {
    cond: keep(found.conds),
    term: keep(found.terms),
    source: keep(found.sources),
    ref: keep(found.refs),
    bind: (name) => name,
  });
  return found;
}
