/**
 * What the solver takes for a pod that an API server accepts, on a real one: each of its rules both ways, values of every field,
 * and every pod that it gives for two policies that differ.
 */

import type { Policy } from '../src/ir/types.js';
import type { Json, JsonObject } from '../src/manifest/types.js';
import { type Example, validityRules } from '../src/schema/validity/index.js';
import { compare } from '../src/solver/compare.js';
import { TooLarge } from '../src/solver/limits.js';
import { kubeObject } from '../src/verify/apiserver/questions.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import { isJsonObject, namespace, refusals, refusedWitnesses, withApiServer } from './accepted-pods.js';
import { ruleSets, type Tally } from './agreement.js';
import { startApiServer } from './apiserver.js';
import { customPolicies } from './policies/index.js';
import { notFound, notShown, valueCases } from './values/cases.js';

const podOf = ({ annotations, metadata }: Example, spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'example', ...(annotations && { annotations }), ...metadata },
  spec,
});

async function rulesBothWays(server: ApiServer): Promise<string[]> {
  const wrong: string[] = [];
  for (const { id, examples, filledIn, ofRequest } of validityRules) {
    if (filledIn === true || ofRequest === true) continue;
    for (const [which, example] of Object.entries(examples)) {
      const spec = isJsonObject(example.spec) ? example.spec : {};
      const added: readonly Json[] = (example.added ?? []).filter(isJsonObject);
      const pod = podOf(example, {
        ...spec,
        ...(added.length > 0 && { ephemeralContainers: added }),
      });
      const direct = added.length === 0;
      const judgement = direct ? await server.dryRunCreate(namespace, kubeObject(pod)) : undefined;
      const takes =
        judgement === undefined
          ? (await refusals(server, [pod]))[0] === undefined
          : judgement.verdict !== 'invalid';
      if (takes !== (which === 'accepted'))
        wrong.push(
          `${id}: the API server ${takes === true ? 'takes' : 'refuses'} what is to be ${which}: ${JSON.stringify(judgement ?? pod)}`,
        );
    }
  }
  return wrong;
}

interface Values {
  readonly names: number;
  readonly pods: number;
  readonly wrong: readonly string[];
}

/** No plugin writes into pods there, so that what it refuses is what it says of the value. */
async function valuesBothWays(): Promise<Values> {
  const cases = valueCases();
  const server = await startApiServer({ audit: true });
  try {
    await server.namespace(namespace);
    const refused = await refusals(
      server,
      cases.map(({ pod }) => pod),
    );
    const differences = cases.flatMap(({ name, value, takes }, at) => {
      const why = refused[at];
      if (takes === (why === undefined)) return [];
      return [
        `${name}, ${value}: ${takes ? `the API server refuses it, as ${why}` : 'the API server takes it'}`,
      ];
    });
    const oneSided = notShown(cases).map((name) => `${name}: no values on both sides of its rule`);
    const names = new Set(cases.map(({ name }) => name)).size;
    return { names, pods: cases.length, wrong: [...oneSided, ...notFound(cases), ...differences] };
  } finally {
    await server.stop();
  }
}

/** Neighbouring versions, both levels of a version, and each policy of users with the newest of both levels. */
function pairs(): (readonly [Policy, Policy])[] {
  const sets = ruleSets().map(({ policy }) => policy);
  const baseline = sets.filter(({ name }) => name.startsWith('baseline'));
  const restricted = sets.filter(({ name }) => name.startsWith('restricted'));
  const neighbours = [baseline, restricted].flatMap((of) =>
    of.slice(1).map((policy, at): readonly [Policy, Policy] => [of[at] ?? policy, policy]),
  );
  const newest = [baseline.at(-1), restricted.at(-1)].filter((each) => each !== undefined);
  const custom = customPolicies().flatMap(({ policy }) =>
    newest.map((level): readonly [Policy, Policy] => [policy, level]),
  );
  const levels = baseline.flatMap((policy): (readonly [Policy, Policy])[] => {
    const other = restricted.find(({ version }) => version === policy.version);
    return other === undefined ? [] : [[policy, other]];
  });
  return [...neighbours, ...levels, ...custom];
}

interface Witnesses {
  /** By what they show. */
  readonly pods: ReadonlyMap<string, JsonObject>;
  readonly wrong: readonly string[];
  /** Pairs that are beyond what is decided. */
  readonly beyond: readonly string[];
}

export function witnesses(): Witnesses {
  const wrong: string[] = [];
  const beyond: string[] = [];
  const pods = new Map<string, JsonObject>();
  for (const [first, second] of pairs()) {
    const name = `${first.name} and ${second.name}`;
    try {
      const { onlyFirst, onlySecond } = compare(first, second);
      for (const { control, witness } of [...onlyFirst, ...onlySecond])
        pods.set(`${name}, ${control}: ${JSON.stringify(witness.pod)}`, witness.pod);
    } catch (error) {
      if (error instanceof TooLarge) beyond.push(`${name}: ${error.message}`);
      else wrong.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { pods, wrong, beyond };
}

export async function checkSolver(): Promise<Tally> {
  const { pods, wrong, beyond } = witnesses();
  const rules = await withApiServer(rulesBothWays);
  const values = await valuesBothWays();
  const refused = await refusedWitnesses(pods);
  const failures = [...wrong, ...refused, ...(pods.size === 0 ? ['no pod was judged'] : [])];
  for (const each of beyond) process.stderr.write(`beyond: ${each}\n`);
  process.stderr.write(
    `${rules.length === 0 ? 'ok  ' : 'FAIL'} solver: ${validityRules.length} rules of the API server both ways\n` +
      `${values.wrong.length === 0 ? 'ok  ' : 'FAIL'} solver: ${values.pods} values of ${values.names} fields as the API server has them\n` +
      `${failures.length === 0 ? 'ok  ' : 'FAIL'} solver: the API server takes ${pods.size - refused.length} of ${pods.size} pods that show a difference\n`,
  );
  return {
    passed: [rules, values.wrong, failures].filter((each) => each.length === 0).length,
    failures: [...rules, ...values.wrong, ...failures].map((each) => `solver: ${each}`),
  };
}
