/** What random policies compare with: the values of real rules, their neighbours, and some that are awkward. */
import type {
  Cond,
  Exemptions,
  LabelRequirement,
  Pattern,
  Range,
  Scalar,
  Scope,
} from '../../src/ir/types.js';
import type { ScalarType } from '../../src/ir/typing.js';
import type { Draw } from './draw.js';

const words = [
  '',
  'a',
  'b',
  'ALL',
  'NET_BIND_SERVICE',
  'SYS_ADMIN',
  'Default',
  'Unmasked',
  'RuntimeDefault',
  'Localhost',
  'Unconfined',
  'runtime/default',
  'localhost/profile',
  'windows',
  's0:c1,c2',
  's0:c2,c1',
  '/var/log',
  '/var/log/',
  'kernel.shm_rmid_forced',
  'CREATE',
  'say "no" \\ twice',
  'tab\tand\nline',
  'ümlaut 😀',
];

const numbers = [0, 1, -1, 2, 80, 443, 1000, 65535, 65536, 2147483647, 2147483648, Number.MAX_SAFE_INTEGER];

export function word(draw: Draw): string {
  return draw.pick(words);
}

export function scalarLiteral(draw: Draw, type: ScalarType): Scalar {
  if (type === 'string') return word(draw);
  return type === 'number' ? draw.pick(numbers) : draw.oneIn(2);
}

export function range(draw: Draw): Range {
  const [min = 0, max = 0] = [draw.pick(numbers), draw.pick(numbers)].sort((a, b) => a - b);
  return { min, max };
}

export function patternOf(draw: Draw, kind: Pattern['kind']): Pattern {
  switch (kind) {
    case 'prefix':
      return { kind, prefix: draw.pick(['', 'a', 'localhost/', 'kernel.', '.*']) };
    case 'suffix':
      return { kind, suffix: draw.pick(['', 'a', '/profile', 'default']) };
    case 'glob':
      return {
        kind,
        glob: draw.pick(['', '*', 'a*a', '*a*', 'kernel.*', 'net.*.tcp_*', 'localhost/*', 'a?[b]+(c)']),
      };
    case 'pathPrefix':
      return { kind, prefix: draw.pick(['/', '/var', '/var/', '/var/log', 'relative', '']) };
  }
}

export function authorization(draw: Draw): Omit<Extract<Cond, { readonly kind: 'authorized' }>, 'kind'> {
  return {
    verb: draw.pick(['use', 'get']),
    group: draw.pick(['policy', '']),
    resource: draw.pick(['podsecuritypolicies', 'secrets']),
    name: draw.pick(['restricted', '']),
  };
}

export function scope(draw: Draw): Scope {
  return {
    excludedNamespaces: draw.oneIn(2) ? ['kube-system'] : [],
    namespaceSelector: draw.oneIn(3) ? [requirement(draw)] : [],
  };
}

function requirement(draw: Draw): LabelRequirement {
  const key = draw.pick(['env', 'example.com/team']);
  return draw.oneIn(2)
    ? { key, operator: draw.pick(['In', 'NotIn']), values: draw.some(['a', 'b']) }
    : { key, operator: draw.pick(['Exists', 'DoesNotExist']), values: [] };
}

export function exemptions(draw: Draw): Exemptions {
  const maybe = <T>(value: T): T[] => (draw.oneIn(4) ? [value] : []);
  return {
    namespaces: maybe('trusted'),
    users: maybe('system:serviceaccount:trusted:admin'),
    runtimeClasses: maybe('gvisor'),
    serviceAccounts: maybe({ namespace: 'trusted', name: 'builder' }),
  };
}
