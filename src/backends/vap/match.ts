/** Which requests a policy judges at all: the update rule and the exemptions, as match conditions. */
import type { Policy } from '../../ir/types.js';
import {
  and,
  binary,
  call,
  type Expr,
  list,
  literal,
  method,
  name,
  not,
  or,
  outermost,
  select,
  serviceAccountOf,
  termExpr,
  ternary,
  typedEncoding,
} from '../cel/index.js';
import { isPod, type Shape } from './shapes.js';

export interface MatchCondition {
  readonly name: string;
  readonly expr: Expr;
}

const object = name('object');
const oldObject = name('oldObject');

/** All of them must hold. They have no variables, so what they read is written out. */
export function matchConditions(policy: Policy, shape: Shape): readonly MatchCondition[] {
  const { users, serviceAccounts, runtimeClasses } = policy.exemptions;
  const pod = select(object, ...shape.path);
  const scope = outermost({
    encoding: typedEncoding,
    pod: { expr: pod, type: { kind: 'struct', type: 'Pod' }, guards: [], sure: ['spec'], whole: true },
    old: { expr: oldObject, type: { kind: 'struct', type: 'Pod' }, guards: [], sure: ['spec'], whole: true },
    share: (_wanted, expr) => expr,
  });
  const found: MatchCondition[] = [];
  const add = (called: string, expr: Expr) => found.push({ name: called, expr });

  if (isPod(shape))
    add(
      'changes-containers',
      or(binary(select(name('request'), 'operation'), '!=', literal('UPDATE')), significant()),
    );
  else {
    add('has-a-pod-template', present(select(pod, 'spec', 'containers'), shape.path.length));
    // To scale a workload that was there before the policy, or to pause it, must not be refused.
    if (policy.mode === 'enforce-workloads') {
      const created = binary(select(name('request'), 'operation'), '!=', literal('UPDATE'));
      add('changes-the-pod-template', or(created, binary(pod, '!=', select(oldObject, ...shape.path))));
    }
  }

  // An empty name exempts nobody.
  const named = (names: readonly string[]) =>
    names.filter((each) => each !== '').map((each) => literal(each));
  const user = termExpr({ kind: 'request', field: 'user' }, scope).expr;
  if (named(users).length > 0) add('not-an-exempt-user', not(binary(user, 'in', list(...named(users)))));
  const runtimeClass = select(pod, 'spec', 'runtimeClassName');
  if (named(runtimeClasses).length > 0) {
    const exempt = and(call('has', runtimeClass), binary(runtimeClass, 'in', list(...named(runtimeClasses))));
    add('not-an-exempt-runtime-class', not(exempt));
  }
  if (serviceAccounts.length > 0) {
    const account = serviceAccountOf(scope);
    const namespace = select(name('request'), 'namespace');
    const exempt = serviceAccounts.map((each) =>
      and(binary(namespace, '==', literal(each.namespace)), binary(account, '==', literal(each.name))),
    );
    add('not-an-exempt-service-account', not(or(...exempt)));
  }
  return found;
}

/**
 * isSignificantPodUpdate of pod-security-admission: the number of containers or an image changes, or an ephemeral
 * container is new or has another image. All other updates, of metadata and finalizers say, are admitted.
 */
function significant(): Expr {
  const changed = (group: string) => binary(images(object, group), '!=', images(oldObject, group));
  const ephemeral = select(object, 'spec', 'ephemeralContainers');
  const oldEphemeral = select(oldObject, 'spec', 'ephemeralContainers');
  const [container, old] = [name('container'), name('old')];
  const same = and(
    binary(select(old, 'name'), '==', select(container, 'name')),
    binary(imageOf(old), '==', imageOf(container)),
  );
  const known = and(call('has', oldEphemeral), method(oldEphemeral, 'exists', old, same));
  return or(
    changed('containers'),
    changed('initContainers'),
    and(call('has', ephemeral), method(ephemeral, 'exists', container, not(known))),
  );
}

function images(of: Expr, group: string): Expr {
  const containers = select(of, 'spec', group);
  const container = name('container');
  const each = method(containers, 'map', container, imageOf(container));
  // Each pod has the key `containers`.
  return group === 'containers' ? each : ternary(call('has', containers), each, list());
}

const imageOf = (container: Expr) =>
  ternary(call('has', select(container, 'image')), select(container, 'image'), literal(''));

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
