/** Which requests a policy judges at all: the update rule and the exemptions, as conditions that all must hold. */
import type { ContainerGroup, Policy, Term } from '../../ir/types.js';
import { isPod, type Shape } from '../shapes.js';
import { condition, serviceAccountOf } from './condition.js';
import { and, binary, call, type Expr, list, literal, method, name, not, or, select, size } from './expr.js';
import { bind, outermost, type Scope } from './scope.js';
import { elementsOf, listOf } from './source.js';
import { inPlace, type Share, type Subject, worldOf } from './subject.js';
import { nameOf, termExpr } from './term.js';

export interface MatchCondition {
  readonly name: string;
  readonly expr: Expr;
}

const updates = binary(select(name('request'), 'operation'), '==', literal('UPDATE'));

/**
 * The exemptions, by name of the condition.
 *
 * @param share where conditions can use names; left out, everything is written out.
 */
export function exemptionConditions(
  policy: Policy,
  subject: Subject,
  share: Share = inPlace,
): readonly MatchCondition[] {
  const scope = outermost(worldOf(subject, share));
  const { users, serviceAccounts, runtimeClasses } = policy.exemptions;
  const { user, namespace, serviceAccount: account } = exemptibleOf(scope);
  const found: MatchCondition[] = [];
  const add = (called: string, expr: Expr) => found.push({ name: called, expr });
  // An empty name exempts nobody.
  const named = (names: readonly string[]) => names.filter((each) => each !== '');
  if (named(users).length > 0)
    add('not-an-exempt-user', not(binary(user, 'in', list(...named(users).map(literal)))));
  if (named(runtimeClasses).length > 0) {
    const values = named(runtimeClasses);
    const exempt = condition({ kind: 'oneOf', term: runtimeClass, values }, scope);
    add('not-an-exempt-runtime-class', not(exempt));
  }
  if (serviceAccounts.length > 0) {
    const exempt = serviceAccounts.map((each) =>
      and(binary(namespace, '==', literal(each.namespace)), binary(account, '==', literal(each.name))),
    );
    add('not-an-exempt-service-account', not(or(...exempt)));
  }
  return found;
}

const runtimeClass: Term = {
  kind: 'value',
  ref: { from: 'pod', path: ['spec', 'runtimeClassName'] },
  absent: '',
};

/** What may be exempt, as strings: an empty one where there is none, and `default` for the service account. */
export interface Exemptible {
  readonly user: Expr;
  readonly runtimeClass: Expr;
  readonly namespace: Expr;
  readonly serviceAccount: Expr;
}

export const exemptible = (subject: Subject): Exemptible =>
  exemptibleOf(outermost(worldOf(subject, inPlace)));

function exemptibleOf(scope: Scope): Exemptible {
  return {
    user: termExpr({ kind: 'request', field: 'user' }, scope).expr,
    runtimeClass: termExpr(runtimeClass, scope).expr,
    namespace: termExpr({ kind: 'request', field: 'namespace' }, scope).expr,
    serviceAccount: serviceAccountOf(scope),
  };
}

/** All conditions of a policy of one shape. They have no variables, so what they read is written out. */
export function matchConditions(policy: Policy, shape: Shape, subject: Subject): readonly MatchCondition[] {
  const found: MatchCondition[] = [];
  if (isPod(shape)) {
    found.push({ name: 'changes-containers', expr: or(not(updates), significantUpdate(subject)) });
  } else {
    const { pod, old, given } = templateOf(shape, subject);
    found.push({ name: 'has-a-pod-template', expr: given });
    // To scale a workload that was there before the policy, or to pause it, must not be refused.
    if (policy.mode === 'enforce-workloads')
      found.push({ name: 'changes-the-pod-template', expr: or(not(updates), binary(pod, '!=', old)) });
  }
  return [...found, ...exemptionConditions(policy, subject)];
}

function templateOf(shape: Shape, subject: Subject): { pod: Expr; old: Expr; given: Expr } {
  switch (subject.kind) {
    case 'typed': {
      const pod = select(name('object'), ...shape.path);
      const given = present(select(pod, 'spec', 'containers'), shape.path.length);
      return { pod, old: select(name('oldObject'), ...shape.path), given };
    }
    case 'json':
      return { pod: subject.pod, old: subject.old, given: binary(size(subject.pod), '>', literal(0)) };
  }
}

/**
 * isSignificantPodUpdate of pod-security-admission: the number of containers or an image changes, or an ephemeral
 * container is new or has another image. All other updates, of metadata and finalizers say, are admitted. Only of use
 * where there is an object before the update.
 */
export function significantUpdate(subject: Subject, share: Share = inPlace): Expr {
  const scope = updating(subject, share);
  const ephemeral = containersOf('pod', 'ephemeral', scope);
  const { identifier: container, inner } = bind(scope, 'container', ephemeral.bound);
  const before = containersOf('old', 'ephemeral', inner);
  const { identifier: stored, inner: both } = bind(inner, 'stored', before.bound);
  const image = (of: string, within: Scope) =>
    termExpr({ kind: 'value', ref: { from: of, path: ['image'] }, absent: '' }, within).expr;
  const same = and(
    binary(nameOf('stored', both), '==', nameOf('container', both)),
    binary(image('stored', both), '==', image('container', both)),
  );
  const known = and(...before.guards, method(before.each, 'exists', stored, same));
  const images = (of: 'pod' | 'old', group: ContainerGroup) => {
    const elements = containersOf(of, group, scope);
    const { identifier, inner: inside } = bind(scope, 'container', elements.bound);
    return method(listOf(elements), 'map', identifier, image('container', inside));
  };
  const changed = (group: ContainerGroup) => binary(images('pod', group), '!=', images('old', group));
  return or(
    changed('regular'),
    changed('init'),
    and(...ephemeral.guards, method(ephemeral.each, 'exists', container, not(known))),
  );
}

/** The scope of an update, where it need not be asked whether there is an object before it. */
function updating(subject: Subject, share: Share): Scope {
  const world = worldOf(subject, share);
  return outermost(subject.kind === 'typed' ? { ...world, old: { ...world.old, guards: [] } } : world);
}

const containersOf = (of: 'pod' | 'old', group: ContainerGroup, scope: Scope) =>
  elementsOf({ kind: 'containers', of, groups: [group] }, scope);

/**
 * A ReplicationController may come without a template, and any workload may come without containers, as null: validation
 * refuses these after admission, in better words than an error of an expression would.
 */
function present(place: Expr, steps: number): Expr {
  const parents: Expr[] = [];
  for (let at = place; at.kind === 'select' && parents.length < steps + 2; at = at.of)
    parents.unshift(call('has', at));
  return and(...parents, binary(call('dyn', place), '!=', literal(null)));
}
