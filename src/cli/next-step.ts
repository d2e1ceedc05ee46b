/** What to do with a bundle: the command that a person would type next. */
import { identifierOf } from '../backends/names.js';
import { nextStepOf } from '../backends/psa/next-step.js';
import type { Target } from '../backends/types.js';
import type { Policy } from '../ir/types.js';

type Step = (directory: string, policy: Policy) => string;

const apply: Step = (directory) => `kubectl apply -f ${directory}/`;

const steps: Readonly<Record<Target, Step>> = {
  rego: (directory, policy) =>
    `conftest test --policy ${directory} --namespace podsec.${identifierOf(policy.name)} pod.yaml`,
  vap: apply,
  psa: nextStepOf,
  psp: apply,
  kyverno: apply,
  'kyverno-vpol': apply,
  gatekeeper: apply,
};

export function nextStep(target: Target, directory: string, [policy]: readonly Policy[]): string {
  return policy === undefined ? '' : steps[target](shellWord(directory), policy);
}

function shellWord(text: string): string {
  return /^[\w./@%+=:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
