/** What the emitted CEL of a policy costs on large pods, by Kubernetes' own count. */
import { policyName } from '../../src/backends/objects.js';
import { isPod, shapes } from '../../src/backends/shapes.js';
import type { Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { EngineError } from '../../src/verify/errors.js';
import { type CelMeasurements, celCheck } from '../celcheck.js';
import { newestRelease, objectsOf } from '../emissions.js';
import { compliantPod, violatingPod } from './pods.js';

/** What an API server grants, in cost units (apiserver/pkg/apis/cel/config.go). */
export const expressionLimit = 1_000_000;
export const policyLimit = 10_000_000;

export interface CelCost {
  readonly policy: string;
  readonly compliant: CelMeasurements;
  readonly violating: CelMeasurements;
  /** What to call an expression: a variable by its name. */
  readonly names: ReadonlyMap<string, string>;
}

export async function celCost(policy: Policy): Promise<CelCost> {
  const named = shapes.filter(isPod).map((shape) => policyName(policy, shape));
  const object = objectsOf([policy]).find(
    (each) => each.kind === 'ValidatingAdmissionPolicy' && named.includes(nameOf(each)),
  );
  if (object === undefined) throw new EngineError('celcheck', `no object of ${policy.name} judges pods`);
  const on = async (pod: JsonObject, denied: boolean): Promise<CelMeasurements> => {
    const [report] = await celCheck([object], { versions: [newestRelease], pods: [pod] });
    const measured = report?.measured;
    if (measured === undefined || measured.errors > 0 || measured.denied !== (denied ? 1 : 0))
      throw new EngineError(
        'celcheck',
        `${policy.name}: not the verdict that was asked for`,
        JSON.stringify(measured),
      );
    return measured;
  };
  return {
    policy: policy.name,
    compliant: await on(compliantPod(policy), false),
    violating: await on(violatingPod(), true),
    names: namesIn(object),
  };
}

function nameOf(object: object): string {
  const metadata: unknown = Reflect.get(object, 'metadata');
  return typeof metadata === 'object' && metadata !== null ? String(Reflect.get(metadata, 'name')) : '';
}

function namesIn(object: object): Map<string, string> {
  const spec: unknown = Reflect.get(object, 'spec');
  const variables: unknown = typeof spec === 'object' && spec !== null ? Reflect.get(spec, 'variables') : [];
  const names: readonly unknown[] = Array.isArray(variables) ? variables : [];
  return new Map(
    names.map((each, index) => [
      `spec.variables[${index}].expression`,
      typeof each === 'object' && each !== null ? `variables.${String(Reflect.get(each, 'name'))}` : '',
    ]),
  );
}

/** What is not under a tenth of the limits. */
export function tooDear(costs: readonly CelCost[]): string[] {
  return costs.flatMap(({ policy, compliant, violating, names }) =>
    [compliant, violating].flatMap(({ maxCost, expressions }) => [
      ...(maxCost < policyLimit / 10 ? [] : [`${policy} costs ${maxCost}`]),
      ...expressions.flatMap(({ field, max }) =>
        max < expressionLimit / 10 ? [] : [`${policy} ${names.get(field) ?? field} costs ${max}`],
      ),
    ]),
  );
}
