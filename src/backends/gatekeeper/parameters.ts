/**
 * The parameters of a constraint: who and what is exempt. The template reads them, so one template serves constraints that
 * exempt others.
 */
import type { Exemptions, Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';

export type Parameter = 'exemptUsers' | 'exemptRuntimeClasses' | 'exemptServiceAccounts';

const said: Readonly<
  Record<Parameter, { readonly what: string; readonly of: (exemptions: Exemptions) => readonly string[] }>
> = {
  exemptUsers: { what: 'Users whose requests are not judged.', of: ({ users }) => users },
  exemptRuntimeClasses: {
    what: 'Runtime classes whose pods are not judged.',
    of: ({ runtimeClasses }) => runtimeClasses,
  },
  exemptServiceAccounts: {
    what: 'Service accounts whose pods are not judged, each as namespace/name.',
    of: ({ serviceAccounts }) => serviceAccounts.map(({ namespace, name }) => `${namespace}/${name}`),
  },
};

export const parameterNames: readonly Parameter[] = [
  'exemptUsers',
  'exemptRuntimeClasses',
  'exemptServiceAccounts',
];

/** What the constraints of a policy say. An empty name exempts nobody. */
export const parametersOf = ({ exemptions }: Policy): JsonObject =>
  Object.fromEntries(
    parameterNames.map((name) => [name, said[name].of(exemptions).filter((each) => each !== '')]),
  );

export const parametersSchema: JsonObject = {
  type: 'object',
  properties: Object.fromEntries(
    parameterNames.map((name) => [
      name,
      { type: 'array', items: { type: 'string' }, description: said[name].what },
    ]),
  ),
};
