/** The comment on top of each file: what it is for, and what it does to whom. */
import type { Policy } from '../../ir/types.js';
import { titleOf } from '../describe.js';
import { generator } from '../templates.js';
import type { Exempt, PsaMode } from './labels.js';
import { type LevelVersion, levelTitle } from './level.js';

export interface Described {
  readonly policy: Policy;
  readonly is: LevelVersion;
  readonly judged: readonly PsaMode[];
  readonly exempt: Exempt;
  readonly engineVersion: string;
}

/** What the comments and the README say of the scope. */
export function scopeText({ namespaces }: Exempt): string {
  return namespaces.length === 0 ? 'all namespaces' : `all namespaces but ${namespaces.join(', ')}`;
}

export function header(
  { policy, is, judged, exempt, engineVersion }: Described,
  what: readonly string[],
): string {
  const listed = (title: string, names: readonly string[]) =>
    names.length === 0 ? [] : [`${title}: ${names.join(', ')}.`];
  const lines = [
    `podsec: ${titleOf(policy)} as PodSecurity admission has it: ${levelTitle(is)}.`,
    ...what,
    `Mode: ${policy.mode} (${judged.join(', ')}).`,
    `Scope: ${scopeText(exempt)}.`,
    ...listed('Exempt users', exempt.usernames),
    ...listed('Exempt runtime classes', exempt.runtimeClasses),
    `Engine: PodSecurity admission of Kubernetes ${engineVersion}.`,
    `Written by ${generator}. Change the policy, not this file.`,
  ];
  // What a name holds may not end the comment.
  return lines.map((line) => `# ${line.replace(/[\p{Cc}\u2028\u2029]/gu, ' ')}\n`).join('');
}
