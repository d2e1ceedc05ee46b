/** gator: the emitted template by `gator test`, once as CEL and once as Rego. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { kindOf } from '../../backends/gatekeeper/names.js';
import { backends } from '../../compile.js';
import type { JsonObject } from '../../manifest/types.js';
import { withBundle } from '../bundle.js';
import { EngineError } from '../errors.js';
import { type Driver, drivers, type GatorAnswer, gatorTestEach } from '../gator.js';
import { controlsIn, deniedBy } from '../judged.js';
import { incomparableOffline } from '../reads.js';
import { inScratch } from '../scratch.js';
import type { EngineKind, Lane, Limits } from '../types.js';
import { versionSaid } from './version.js';

const driverNames: Readonly<Record<Driver, string>> = { cel: 'CEL', rego: 'Rego' };

export const gator: EngineKind = {
  name: 'gator',
  programs: [['gator']],
  testedVersion: '3.23.1',
  targets: ['gatekeeper'],
  version: (program, limits) =>
    versionSaid('gator', program, ['version'], /(?:GitVersion:|gator version)\s+(v?\d\S*)/, limits),
  withLanes: ([program = ''], limits, use) => use(drivers.map((driver) => laneOf(program, driver, limits))),
};

function laneOf(program: string, driver: Driver, { seconds }: Limits): Lane {
  return {
    target: 'gatekeeper',
    driver: driverNames[driver],
    chunk: 250,
    tries: 100,
    incomparable: incomparableOffline,
    withJudge: ({ policy, engineVersion }, use) =>
      withBundle(
        backends.gatekeeper,
        [policy],
        ({ files }) =>
          use({
            expected: (pod) => deniedBy(policy, pod),
            ask: (pods) =>
              inScratch('pods', async (scratch) => {
                const manifests = join(scratch, 'pods.yaml');
                writeFileSync(manifests, pods.map((pod) => JSON.stringify(pod)).join('\n---\n'));
                const answer = await gatorTestEach(program, driver, [...files, manifests], seconds);
                demandAllJudged(answer, kindOf(policy), pods.length);
                return answersOf(answer, pods);
              }),
          }),
        { engineVersion },
      ),
  };
}

/** One constraint is for pods, so that what was asked, it or its template, was asked once for each. */
function demandAllJudged({ asked }: GatorAnswer, kind: string, pods: number): void {
  const times = [...asked].filter(([name]) => name === kind || name.startsWith(`${kind}/`));
  const [first] = times;
  if (times.length === 1 && first?.[1] === pods) return;
  const judged = first === undefined ? 'no pod' : `${first[1]} of ${pods} pods`;
  throw new EngineError('gator', `the constraint has judged ${judged}`, JSON.stringify([...asked]));
}

/** gator does not say which document a violation is of, but repeats it: pods that are equal have one answer. */
function answersOf({ results }: GatorAnswer, pods: readonly JsonObject[]): readonly string[][] {
  const controls = new Map<string, Set<string>>(pods.map((pod) => [inOneOrder(pod), new Set()]));
  for (const { msg, violatingObject } of results) {
    const of = controls.get(inOneOrder(violatingObject));
    if (of === undefined)
      throw new EngineError(
        'gator',
        'a violation is of no pod that it was given',
        JSON.stringify(violatingObject),
      );
    for (const control of controlsIn(msg)) of.add(control);
  }
  return pods.map((pod) => [...(controls.get(inOneOrder(pod)) ?? [])]);
}

/** As JSON with its keys in order. */
function inOneOrder(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
