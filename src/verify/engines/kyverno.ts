/** Kyverno: the emitted policies, in both of its forms, by `kyverno apply`. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileName, policyName } from '../../backends/objects.js';
import { isPod, shapes } from '../../backends/shapes.js';
import type { Target } from '../../backends/types.js';
import { backends } from '../../compile.js';
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { withBundle } from '../bundle.js';
import { EngineError } from '../errors.js';
import { controlsIn, deniedBy } from '../judged.js';
import { parseAnswer } from '../opa.js';
import { run } from '../process.js';
import { incomparableOffline, readsMetadata } from '../reads.js';
import { inScratch } from '../scratch.js';
import type { EngineKind, Lane, Limits } from '../types.js';
import { versionSaid } from './version.js';

const targets = ['kyverno', 'kyverno-vpol'] as const satisfies readonly Target[];

export const kyverno: EngineKind = {
  name: 'kyverno',
  programs: [['kyverno', 'kubectl-kyverno']],
  testedVersion: '1.19.1',
  targets,
  version: (program, limits) => versionSaid('kyverno', program, ['version'], /^Version: (\S+)/m, limits),
  withLanes: ([program = ''], limits, use) => use(targets.map((target) => laneOf(program, target, limits))),
};

function laneOf(program: string, target: (typeof targets)[number], { seconds }: Limits): Lane {
  return {
    target,
    driver: null,
    // It compiles the policy for each pod, a tenth of a second, and takes two to start.
    chunk: 64,
    tries: 30,
    incomparable: (policy) =>
      incomparableOffline(policy) ??
      (nameField(policy) === undefined
        ? 'its report tells pods apart by name and namespace, both of which the policy reads'
        : undefined),
    withJudge: ({ policy, engineVersion }, use) =>
      withBundle(
        backends[target],
        [policy],
        ({ directory }) =>
          use({
            expected: (pod) => deniedBy(policy, pod),
            ask: (pods) =>
              inScratch('pods', async (scratch) => {
                const manifests = join(scratch, 'pods.yaml');
                const named = pods.map((pod, index) => numbered(policy, pod, index));
                writeFileSync(manifests, named.map((pod) => JSON.stringify(pod)).join('\n---\n'));
                const rules = podShapes.map((shape) => join(directory, fileName(policy, shape)));
                const results = await applied(program, [...rules, '--resource', manifests], seconds);
                return answersOf(policy, results, pods.length);
              }),
          }),
        { engineVersion },
      ),
  };
}

/** Pods have a policy of their own; those for workloads would be compiled for nothing. */
const podShapes = shapes.filter(isPod);

/** A field that the policy does not read, by which the report tells pods apart. */
function nameField(policy: Policy): 'name' | 'namespace' | undefined {
  return (['name', 'namespace'] as const).find((field) => !readsMetadata(policy, field));
}

const nameOf = (index: number): string => `podsec-${index}`;

function numbered(policy: Policy, pod: JsonObject, index: number): JsonObject {
  const { metadata } = pod;
  return {
    ...pod,
    metadata: {
      ...(typeof metadata === 'object' && metadata !== null ? metadata : {}),
      [nameField(policy) ?? 'name']: nameOf(index),
    },
  };
}

interface Result {
  readonly policy: string;
  readonly result: string;
  readonly message?: string;
  readonly resources?: readonly { readonly name?: string; readonly namespace?: string }[];
}

async function applied(
  program: string,
  args: readonly string[],
  seconds: number,
): Promise<readonly Result[]> {
  const { stdout, stderr } = await run(
    'kyverno',
    program,
    ['apply', ...args, '--policy-report', '--output-format', 'json'],
    { accept: [0, 1], seconds },
  );
  // Warnings stand before the report.
  const report = /^\{/m.exec(stdout);
  const answer = parseAnswer<{ readonly results?: readonly Result[] | null } | null>(
    'kyverno',
    stdout.slice(report?.index ?? 0),
    stderr,
  );
  if (!Array.isArray(answer?.results)) throw new EngineError('kyverno', 'its report has no results', stdout);
  return answer.results;
}

/** What the policy for pods says of each. That it does not judge one of them is an error. */
function answersOf(
  policy: Policy,
  results: readonly Result[],
  count: number,
): readonly (readonly string[])[] {
  const own = new Set(podShapes.map((shape) => policyName(policy, shape)));
  const field = nameField(policy) ?? 'name';
  const byName = new Map<string, Result[]>();
  for (const result of results.filter((each) => own.has(each.policy))) {
    const name = result.resources?.[0]?.[field] ?? '';
    byName.set(name, [...(byName.get(name) ?? []), result]);
  }
  return Array.from({ length: count }, (_, index) => {
    const [judged, ...more] = byName.get(nameOf(index)) ?? [];
    if (judged === undefined || more.length > 0)
      throw new EngineError('kyverno', `pod ${index} is not judged once`, JSON.stringify([judged, ...more]));
    if (judged.result === 'pass') return [];
    if (judged.result === 'fail') return controlsIn(judged.message ?? '');
    throw new EngineError('kyverno', `pod ${index} has no verdict but \`${judged.result}\``, judged.message);
  });
}
