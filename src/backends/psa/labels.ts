/** The labels of a namespace: what each mode of PodSecurity admission judges by. */
import type { Mode, Policy } from '../../ir/types.js';
import { formatVersion } from '../../levels/versions.js';
import { dnsLabel, dnsSubdomain } from '../objects.js';
import type { LevelVersion } from './level.js';

export const psaModes = ['enforce', 'audit', 'warn'] as const;
export type PsaMode = (typeof psaModes)[number];

/** `enforce` refuses pods, and warns and audits of workloads: PodSecurity admission never refuses those. */
const modes: Readonly<Record<Exclude<Mode, 'enforce-workloads'>, readonly PsaMode[]>> = {
  audit: ['audit'],
  warn: ['warn'],
  enforce: psaModes,
};

/** The modes in which the policy's level is judged; undefined where PodSecurity admission has none that is meant. */
export function modesOf(mode: Mode): readonly PsaMode[] | undefined {
  return mode === 'enforce-workloads' ? undefined : modes[mode];
}

export const levelLabel = (mode: PsaMode): string => `pod-security.kubernetes.io/${mode}`;
export const versionLabel = (mode: PsaMode): string => `${levelLabel(mode)}-version`;

export function labelsOf(is: LevelVersion, judged: readonly PsaMode[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    judged.flatMap((mode) => [
      [levelLabel(mode), is.level],
      [versionLabel(mode), formatVersion(is.minor)],
    ]),
  );
}

/** What PodSecurity admission exempts. A name that nothing can have exempts nothing, and an API server would not start. */
export interface Exempt {
  readonly usernames: readonly string[];
  readonly namespaces: readonly string[];
  readonly runtimeClasses: readonly string[];
}

export function exemptOf({ exemptions, scope }: Policy): Exempt {
  const distinct = (names: readonly string[], valid: RegExp) => [
    ...new Set(names.filter((name) => valid.test(name))),
  ];
  return {
    usernames: distinct(exemptions.users, /./s),
    namespaces: distinct([...scope.excludedNamespaces, ...exemptions.namespaces], dnsLabel),
    runtimeClasses: distinct(exemptions.runtimeClasses, dnsSubdomain),
  };
}

/** Labels exempt nobody: where a user or a runtime class is exempt, they would refuse what the policy admits. */
export function labelsSayAll({ usernames, runtimeClasses }: Exempt): boolean {
  return usernames.length + runtimeClasses.length === 0;
}
