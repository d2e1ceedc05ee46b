/** What the emitted CEL of a policy costs on large pods, by Kubernetes' own count. */

import { policyName } from '../../src/backends/objects.js';
import { isPod, shapes } from '../../src/backends/shapes.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import type { KubeObject } from '../../src/verify/apiserver/rest.js';
import { EngineError } from '../../src/verify/errors.js';
import { type CelMeasurements, celCheck } from '../celcheck.js';
import { madeForPods, newestRelease, objectsOf } from '../emissions.js';
import { specOf, withSpec } from '../spec.js';
import { compliantPod, violatingPod } from './pods.js';

/** What an API server grants, in cost units (apiserver/pkg/apis/cel/config.go). */
export const expressionLimit = 1_000_000;
export const policyLimit = 10_000_000;

/** Whose CEL: that for the API server, or that for Gatekeeper, which an API server may be given too (`generateVAP`). */
export const forms = ['vap', 'gatekeeper'] as const;
export type Form = (typeof forms)[number];

export interface CelCost {
  readonly policy: string;
  readonly form: Form;
  readonly compliant: CelMeasurements;
  readonly violating: CelMeasurements;
  /** What to call an expression: a variable by its name. */
  readonly names: ReadonlyMap<string, string>;
}

async function forServer(policy: Policy): Promise<KubeObject> {
  const named = shapes.filter(isPod).map((shape) => policyName(policy, shape));
  const object = objectsOf([policy]).find(
    (each) => each.kind === 'ValidatingAdmissionPolicy' && named.includes(nameOf(each)),
  );
  if (object === undefined) throw new EngineError('celcheck', `no object of ${policy.name} judges pods`);
  return object;
}

/** As Gatekeeper makes it, but for the parameters, of which there are none here, and the conditions on them. */
async function forGatekeeper(policy: Policy): Promise<KubeObject> {
  const [object] = await madeForPods([policy]);
  if (object === undefined) throw new EngineError('gatekeeper', `no object of ${policy.name} judges pods`);
  const { variables } = specOf(object);
  const given: readonly unknown[] = Array.isArray(variables) ? variables : [];
  return withSpec(object, {
    paramKind: undefined,
    matchConditions: undefined,
    variables: given.map((each) =>
      nameIn(each) === 'params' ? { name: 'params', expression: 'dyn({})' } : each,
    ),
  });
}

const objectOf: Readonly<Record<Form, (policy: Policy) => Promise<KubeObject>>> = {
  vap: forServer,
  gatekeeper: forGatekeeper,
};

export async function celCost(policy: Policy, form: Form): Promise<CelCost> {
  const object = await objectOf[form](policy);
  const on = async (pod: JsonObject, denied: boolean): Promise<CelMeasurements> => {
    const [report] = await celCheck([object], { versions: [newestRelease], pods: [pod] });
    const measured = report?.measured;
    if (measured === undefined || measured.errors > 0 || measured.denied !== (denied ? 1 : 0))
      throw new EngineError(
        'celcheck',
        `${policy.name} for ${form}: not the verdict that was asked for`,
        JSON.stringify(measured),
      );
    return measured;
  };
  return {
    policy: policy.name,
    form,
    compliant: await on(compliantPod(policy), false),
    violating: await on(violatingPod(), true),
    names: namesIn(object),
  };
}

const nameOf = (object: object): string => nameIn(Reflect.get(object, 'metadata'));

const nameIn = (named: unknown): string =>
  typeof named === 'object' && named !== null ? String(Reflect.get(named, 'name')) : '';

function namesIn(object: object): Map<string, string> {
  const spec: unknown = Reflect.get(object, 'spec');
  const variables: unknown = typeof spec === 'object' && spec !== null ? Reflect.get(spec, 'variables') : [];
  const names: readonly unknown[] = Array.isArray(variables) ? variables : [];
  return new Map(
    names.map((each, index) => [`spec.variables[${index}].expression`, `variables.${nameIn(each)}`]),
  );
}

/** What is not under a tenth of the limits. */
export function tooDear(costs: readonly CelCost[]): string[] {
  return costs.flatMap(({ policy, form, compliant, violating, names }) =>
    [compliant, violating].flatMap(({ maxCost, expressions }) => [
      ...(maxCost < policyLimit / 10 ? [] : [`${policy} for ${form} costs ${maxCost}`]),
      ...expressions.flatMap(({ field, max }) =>
        max < expressionLimit / 10
          ? []
          : [`${policy} for ${form}: ${names.get(field) ?? field} costs ${max}`],
      ),
    ]),
  );
}
