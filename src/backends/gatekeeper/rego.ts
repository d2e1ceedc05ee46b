/** The policy in Rego, as Gatekeeper takes it: a module with the rule `violation`, and the library. */
import type { Policy } from '../../ir/types.js';
import { messageTitle } from '../describe.js';
import { identifierOf } from '../names.js';
import { array, call, type Doc, infix, literal, not, statement } from '../rego/layout.js';
import { libraryFrom } from '../rego/library.js';
import { moduleOf, scopeOf, type Unsayable } from '../rego/module.js';
import { fill, generator } from '../templates.js';
import type { Parameter } from './parameters.js';

export interface RegoCode {
  readonly module: string;
  readonly library: string;
}

/** Keywords of OPA 1. Gatekeeper lets nothing be imported but these and libraries, so not `rego.v1`. */
const keywords = ['contains', 'every', 'if', 'in'].map((each) => `future.keywords.${each}`);

export function regoOf(policy: Policy): RegoCode | { readonly unsayable: readonly Unsayable[] } {
  const library = libraryFrom(fill('gatekeeper/review.rego', { generator }));
  const module = moduleOf({
    package: `podsec.${identifierOf(policy.name)}`,
    header: [
      `${messageTitle(policy)}, for Gatekeeper. Written by ${generator}; changes here are lost.`,
      'Namespaces are matched by the constraint, and its parameters say what is exempt.',
    ],
    imports: [...keywords, 'data.lib.podsec as lib'],
    controls: policy.controls.map((control) => ({ control, guards: [] })),
    inScope: inScope(policy),
    library,
    verdict: verdictOf(policy),
  });
  return 'unsayable' in module ? module : { module: module.text, library };
}

function inScope(policy: Policy): Doc[] {
  const exempt = (term: Doc, parameter: Parameter) =>
    not(infix(term, 'in', call('lib.exempt', literal(parameter))));
  return [
    ...scopeOf({
      ...policy,
      scope: { ...policy.scope, excludedNamespaces: [] },
      exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
    }),
    exempt('world.request.user', 'exemptUsers'),
    exempt('world.request.runtimeClass', 'exemptRuntimeClasses'),
    exempt('lib.service_account_of(world)', 'exemptServiceAccounts'),
  ];
}

function verdictOf(policy: Policy): string {
  const order = array(policy.controls.map(({ id }) => literal(id)));
  return [
    '# What Gatekeeper asks for: one violation that names every control which denies the pod.',
    `violation contains lib.violation(${literal(messageTitle(policy))}, controls, deny) if count(deny) > 0\n`,
    statement(order, 0, 'controls := '),
    '',
  ].join('\n');
}
