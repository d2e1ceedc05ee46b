/** How policies are told to people: in the comments on top of files, in messages and in READMEs. */
import { requirementText } from '../ir/requirement.js';
import type { Exception, Policy } from '../ir/types.js';

/** `name@version`, as messages and headers say it, on one line. */
export const titleOf = ({ name, version }: Policy): string =>
  (version === null ? name : `${name}@${version}`).replace(/\p{Cc}/gu, ' ');

/** What starts every message. */
export const messageTitle = (policy: Policy): string => `podsec ${titleOf(policy)}`;

/** Names of namespaces that the policy does not hold in: out of scope, or exempt. */
export function outOfScope({ scope, exemptions }: Policy): readonly string[] {
  return [...new Set([...scope.excludedNamespaces, ...exemptions.namespaces])].filter((each) => each !== '');
}

export function scopeOf(policy: Policy): string {
  const out = outOfScope(policy);
  const selector = policy.scope.namespaceSelector.map(requirementText);
  return [
    out.length === 0 ? 'all namespaces' : `all namespaces but ${out.join(', ')}`,
    ...(selector.length === 0 ? [] : [`with labels ${selector.join(' and ')}`]),
  ].join(', ');
}

/** Who is exempt besides namespaces, and what is excepted from controls, a sentence each. */
export function exemptLines({ exemptions, exceptions }: Policy): readonly string[] {
  const { users, runtimeClasses, serviceAccounts } = exemptions;
  const listed = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${title}: ${names.join(', ')}.`];
  return [
    ...listed('Exempt users', users),
    ...listed('Exempt runtime classes', runtimeClasses),
    ...listed(
      'Exempt service accounts',
      serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`),
    ),
    ...exceptions.map(exceptionLine),
  ];
}

function exceptionLine({ control, what, reason, expires }: Exception): string {
  const until = expires === null ? '' : `, until ${expires}`;
  return `Exception from ${control}: ${what}${until}. Reason: ${reason}`;
}

/** A comment of YAML or Rego. What a name holds may not end it. */
export function comment(lines: readonly string[]): string {
  return lines.map((line) => `# ${line.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`).join('');
}

/** Plain text for Markdown: what it would read is escaped. */
export function markdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#|!]/g, '\\$&');
}
