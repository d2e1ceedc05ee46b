/**
 * What has to hold of a policy beyond its shape: names are bound, fields exist, types agree, wording refers to what
 * there is. `evaluate` and the backends rely on it. A policy that breaks a rule is refused, never read charitably.
 */
import type { Diagnostic } from '../diagnostics.js';
import { blameProblems, condProblems, repeated, typed, within } from './check-terms.js';
import { writeProblems } from './check-writes.js';
import type {
  Binding,
  Collection,
  Comprehension,
  Control,
  Exception,
  Exemptions,
  LabelRequirement,
  Mutation,
  Policy,
  Text,
} from './types.js';
import { didYouMean, type Problem, rootScope, type Scope } from './typing.js';

/** What is wrong with a policy; nothing where it is well-formed. */
export function checkPolicy(policy: Policy): Diagnostic[] {
  const problems = policyProblems(policy);
  const seen = new Set<string>();
  return problems.flatMap(({ message, hint }): Diagnostic[] => {
    if (seen.has(message)) return [];
    seen.add(message);
    return [{ code: 'policy-invalid', severity: 'error', message, hint }];
  });
}

/** Kubernetes' names of objects (DNS-1123 subdomains) and of namespaces (labels). */
const subdomain = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const namespaceName = /^(?=.{1,63}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const labelForm = 'use up to 63 lower-case letters, digits and `-`';
const subdomainForm = 'use lower-case letters, digits, `-` and `.`';
const controlId = /^[A-Za-z][A-Za-z0-9_-]{0,62}$/;
/** Also a name in every engine's language. */
const collectionName = /^[A-Za-z][A-Za-z0-9_]{0,62}$/;
const labelKey = /^([a-z0-9]([-a-z0-9.]*[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;

function policyProblems(policy: Policy): Problem[] {
  return [
    ...malformed(policy.name, subdomain, 'a policy', subdomainForm),
    ...(policy.version === null || /^v1\.(0|[1-9]\d*)$/.test(policy.version)
      ? []
      : [{ message: `\`${policy.version}\` is no policy version`, hint: 'write it as `v1.37`' }]),
    ...repeated(
      policy.mutations.map(({ id }) => id),
      'mutation',
    ),
    ...policy.mutations.flatMap((each) => inside(`mutation \`${each.id}\``, mutationProblems(each))),
    ...repeated(
      policy.controls.map(({ id }) => id),
      'control',
    ),
    ...policy.controls.flatMap((control) => inside(`control \`${control.id}\``, controlProblems(control))),
    ...repeated(
      policy.alternatives.map(({ name }) => name),
      'alternative',
    ),
    ...policy.alternatives.flatMap((each) => inside(`alternative \`${each.name}\``, policyProblems(each))),
    ...inside('exemptions', exemptionProblems(policy.exemptions)),
    ...policy.exceptions.flatMap((each) =>
      inside(`exception of control \`${each.control}\``, exceptionProblems(each, policy)),
    ),
    ...inside('scope', [
      ...policy.scope.excludedNamespaces.flatMap((name) =>
        malformed(name, namespaceName, 'a namespace', labelForm),
      ),
      ...repeated(policy.scope.excludedNamespaces, 'namespace'),
      ...policy.scope.namespaceSelector.flatMap(requirementProblems),
    ]),
  ];
}

function inside(place: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, message: `${place}: ${problem.message}` }));
}

function malformed(name: string, form: RegExp, what: string, hint: string): Problem[] {
  if (form.test(name)) return [];
  const message = `\`${name}\` is no name for ${what}`;
  return [{ message, hint }];
}

const idForm = 'use up to 63 letters, digits, `_` and `-`, a letter first';

function mutationProblems(mutation: Mutation): Problem[] {
  return [
    ...malformed(mutation.id, controlId, 'a mutation', idForm),
    ...halfCharacters(mutation),
    ...(mutation.writes.length === 0
      ? [{ message: 'it writes nothing', hint: 'let it write, or drop the mutation' }]
      : []),
    ...bound(mutation.over, rootScope, (scope) => [
      ...condProblems(mutation.where, scope),
      ...writeProblems(mutation.writes, scope),
    ]),
  ];
}

function controlProblems(control: Control): Problem[] {
  const names = control.collections.map(({ name }) => name);
  return [
    // The id of an alternative's finding is `alternative/control`.
    ...malformed(control.id, controlId, 'a control', idForm),
    ...halfCharacters(control),
    ...inside('unless', condProblems(control.unless, rootScope)),
    ...repeated(names, 'collection'),
    ...(control.collections.some(({ denies }) => denies)
      ? []
      : [
          {
            message: 'no collection denies, so the control never does',
            hint: 'let one deny, or drop the control',
          },
        ]),
    ...control.collections.flatMap((each) => inside(`collection \`${each.name}\``, collectionProblems(each))),
    ...inside('reason', textProblems(control.reason, names)),
    ...inside('detail', textProblems(control.detail, names)),
  ];
}

function halfCharacters(part: Control | Mutation): Problem[] {
  let found = false;
  JSON.stringify(part, (_key, value: unknown) => {
    found ||= typeof value === 'string' && /\p{Surrogate}/u.test(value);
    return value;
  });
  if (!found) return [];
  const message = 'a text has half of a surrogate pair, which is no character in any engine';
  return [{ message, hint: 'write whole characters' }];
}

function collectionProblems(collection: Collection): Problem[] {
  return [
    ...malformed(
      collection.name,
      collectionName,
      'a collection',
      'use letters, digits and `_`, a letter first',
    ),
    ...collection.from.flatMap((each) =>
      bound(each.over, rootScope, (scope) => comprehensionProblems(each, scope)),
    ),
  ];
}

/** Binds one element after the other, then checks what is said of them. */
function bound(
  [first, ...others]: readonly Binding[],
  scope: Scope,
  inside: (scope: Scope) => Problem[],
): Problem[] {
  if (first === undefined) return inside(scope);
  return within(first.bind, first.in, scope, (inner) => bound(others, inner, inside));
}

function comprehensionProblems(comprehension: Comprehension, scope: Scope): Problem[] {
  const { types, problems } = typed(comprehension.show, scope);
  return [
    ...condProblems(comprehension.where, scope),
    ...problems,
    ...(types?.includes('boolean') === true
      ? [
          {
            message: 'what is shown has to be a string or a number',
            hint: 'show a name or a value; engines write true and false in their own ways',
          },
        ]
      : []),
    ...blameProblems(comprehension.at, scope),
  ];
}

function textProblems(text: Text, collections: readonly string[]): Problem[] {
  const known = (names: readonly string[]) =>
    names
      .filter((name) => !collections.includes(name))
      .map((name) => didYouMean(`there is no collection \`${name}\``, name, collections));
  const counted = (names: readonly string[]) => [
    ...(names.length === 0
      ? [{ message: `\`${text.kind}\` counts no collection`, hint: 'name at least one' }]
      : []),
    ...known(names),
    ...repeated(names, 'collection'),
  ];
  switch (text.kind) {
    case 'text':
      return [];
    case 'list':
      return known([text.of]);
    case 'plural':
      return counted(text.of);
    case 'sequence':
    case 'joined':
      return text.parts.flatMap((part) => textProblems(part, collections));
    case 'ifAny':
      return [
        ...counted(text.of),
        ...textProblems(text.some, collections),
        ...textProblems(text.otherwise, collections),
      ];
  }
}

function exemptionProblems({ namespaces, users, runtimeClasses, serviceAccounts }: Exemptions): Problem[] {
  return [
    ...namespaces.flatMap((name) => malformed(name, namespaceName, 'a namespace', labelForm)),
    ...repeated(namespaces, 'namespace'),
    ...users.flatMap((name) => malformed(name, /./s, 'a user', 'a name is not empty')),
    ...repeated(users, 'user'),
    ...runtimeClasses.flatMap((name) => malformed(name, subdomain, 'a runtime class', subdomainForm)),
    ...repeated(runtimeClasses, 'runtime class'),
    ...serviceAccounts.flatMap(({ namespace, name }) => [
      ...malformed(namespace, namespaceName, 'a namespace', labelForm),
      ...malformed(name, subdomain, 'a service account', subdomainForm),
    ]),
    ...repeated(
      serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`),
      'service account',
    ),
  ];
}

function exceptionProblems({ control, what, reason, expires }: Exception, policy: Policy): Problem[] {
  const ids = policy.controls.map(({ id }) => id);
  return [
    ...(ids.includes(control) ? [] : [didYouMean('there is no such control', control, ids)]),
    ...malformed(what, /\S/, 'what is excepted', 'name the pods, containers or values'),
    ...(reason.trim() === ''
      ? [{ message: 'it has no reason', hint: 'say why, for whoever reviews it' }]
      : []),
    ...(expires === null || isDay(expires)
      ? []
      : [{ message: `\`${expires}\` is no day`, hint: 'write it as `2027-01-31`' }]),
  ];
}

/** A day of the calendar. */
function isDay(text: string): boolean {
  const date = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : undefined;
  return date !== undefined && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function requirementProblems({ key, operator, values }: LabelRequirement): Problem[] {
  const wantsValues = operator === 'In' || operator === 'NotIn';
  const problem = wantsValues
    ? { message: `\`${operator}\` of the label \`${key}\` has no values`, hint: 'list at least one' }
    : {
        message: `\`${operator}\` of the label \`${key}\` has values`,
        hint: 'leave them out, or use `In` or `NotIn`',
      };
  return [
    ...malformed(key, labelKey, 'a label', 'write it as Kubernetes does: `team` or `example.com/team`'),
    ...(wantsValues === values.length > 0 ? [] : [problem]),
    ...repeated(values, 'value'),
  ];
}
