/** Mutants of a policy around its controls. A new field of a policy breaks the build until it is answered here. */
import type { Exemptions, LabelRequirement, Mode, Policy, Scope } from '../../src/ir/types.js';
import { changed, inEach, inPart, type Mutant } from './mutant.js';

/** Who is told: `evaluate` says otherwise of a pod, or what is emitted is otherwise. */
export type Noticed = 'judged' | 'emitted';

interface Answer {
  readonly by: Noticed;
  readonly of: (policy: Policy) => Mutant<Policy>[];
}

const modes: readonly Mode[] = ['audit', 'warn', 'enforce', 'enforce-workloads'];

const fields: Readonly<Record<keyof Policy, Answer>> = {
  // The version of the format, a name, and notes for people: they mean nothing for a pod.
  ir: { by: 'emitted', of: () => [] },
  exceptions: { by: 'emitted', of: () => [] },
  name: {
    by: 'emitted',
    of: (policy) => [changed('another name', { ...policy, name: `${policy.name}-x` })],
  },
  version: {
    by: 'emitted',
    of: (policy) => [
      changed('another version', { ...policy, version: policy.version === 'v1.1' ? 'v1.2' : 'v1.1' }),
    ],
  },
  mode: {
    by: 'emitted',
    of: (policy) =>
      modes.filter((mode) => mode !== policy.mode).map((mode) => changed(mode, { ...policy, mode })),
  },
  scope: {
    by: 'emitted',
    of: (policy) => inPart('scope', scopeMutants(policy.scope), (scope) => ({ ...policy, scope })),
  },
  exemptions: {
    by: 'emitted',
    of: (policy) =>
      inPart('exemptions', exemptionMutants(policy.exemptions), (exemptions) => ({ ...policy, exemptions })),
  },
  controls: {
    by: 'judged',
    of: (policy) =>
      inPart(
        'controls',
        inEach(policy.controls, () => []),
        (controls) => ({ ...policy, controls }),
      ),
  },
  mutations: {
    by: 'judged',
    of: (policy) =>
      inPart(
        'mutations',
        inEach(policy.mutations, () => []),
        (mutations) => ({ ...policy, mutations }),
      ),
  },
  alternatives: {
    by: 'judged',
    of: (policy) =>
      inPart('alternatives', inEach(policy.alternatives, alternativeMutants), (alternatives) => ({
        ...policy,
        alternatives,
      })),
  },
};

export function policyMutants(policy: Policy): { readonly by: Noticed; readonly mutant: Mutant<Policy> }[] {
  return Object.values(fields).flatMap(({ by, of }) => of(policy).map((mutant) => ({ by, mutant })));
}

function alternativeMutants(policy: Policy): Mutant<Policy>[] {
  return fields.controls.of(policy);
}

function scopeMutants(scope: Scope): Mutant<Scope>[] {
  return [
    ...inPart(
      'excludedNamespaces',
      inEach(scope.excludedNamespaces, () => []),
      (excludedNamespaces) => ({
        ...scope,
        excludedNamespaces,
      }),
    ),
    ...inPart(
      'namespaceSelector',
      inEach(scope.namespaceSelector, requirementMutants),
      (namespaceSelector) => ({
        ...scope,
        namespaceSelector,
      }),
    ),
  ];
}

const opposite: Readonly<Record<LabelRequirement['operator'], LabelRequirement['operator']>> = {
  In: 'NotIn',
  NotIn: 'In',
  Exists: 'DoesNotExist',
  DoesNotExist: 'Exists',
};

function requirementMutants(requirement: LabelRequirement): Mutant<LabelRequirement>[] {
  return [
    changed('the opposite', { ...requirement, operator: opposite[requirement.operator] }),
    changed('another label', { ...requirement, key: `${requirement.key}x` }),
    ...inPart(
      'values',
      inEach(requirement.values, () => []),
      (values) => ({ ...requirement, values }),
    ),
  ];
}

function exemptionMutants(exemptions: Exemptions): Mutant<Exemptions>[] {
  return [
    ...inPart(
      'namespaces',
      inEach(exemptions.namespaces, () => []),
      (namespaces) => ({ ...exemptions, namespaces }),
    ),
    ...inPart(
      'users',
      inEach(exemptions.users, () => []),
      (users) => ({ ...exemptions, users }),
    ),
    ...inPart(
      'runtimeClasses',
      inEach(exemptions.runtimeClasses, () => []),
      (runtimeClasses) => ({
        ...exemptions,
        runtimeClasses,
      }),
    ),
    ...inPart(
      'serviceAccounts',
      inEach(exemptions.serviceAccounts, () => []),
      (serviceAccounts) => ({
        ...exemptions,
        serviceAccounts,
      }),
    ),
  ];
}
