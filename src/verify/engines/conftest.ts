/** conftest: the emitted Rego, with a file for each pod. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { identifierOf } from '../../backends/names.js';
import { EngineError } from '../errors.js';
import { type ConftestResult, conftestEach, isJudged } from '../opa.js';
import { inScratch } from '../scratch.js';
import type { EngineKind, Lane, Limits } from '../types.js';
import { regoLane } from './rego.js';
import { versionSaid } from './version.js';

export const conftest: EngineKind = {
  name: 'conftest',
  programs: [['conftest']],
  testedVersion: '0.71.1',
  targets: ['rego'],
  version: (program, limits) => versionSaid('conftest', program, ['--version'], /^Conftest: (\S+)/m, limits),
  withLanes: ([program = ''], limits, use) => use([laneOf(program, limits)]),
};

const laneOf = (program: string, { seconds }: Limits): Lane =>
  regoLane((policy, { directory }, pods) =>
    inScratch('pods', async (scratch) => {
      for (const [index, pod] of pods.entries())
        writeFileSync(join(scratch, `${index}.json`), JSON.stringify(pod));
      const namespace = `podsec.${identifierOf(policy.name)}`;
      const results = await conftestEach(program, directory, [scratch], namespace, seconds);
      const byFile = new Map(results.map((result) => [basename(result.filename), result]));
      return pods.map((_, index) => controlsOf(byFile.get(`${index}.json`), index));
    }),
  );

function controlsOf(result: ConftestResult | undefined, index: number): readonly string[] {
  if (result === undefined || !isJudged(result))
    throw new EngineError('conftest', `no rule has judged pod ${index}`, JSON.stringify(result ?? null));
  return (result.failures ?? []).map((failure) => {
    const control = failure.metadata?.control;
    if (typeof control === 'string') return control;
    throw new EngineError('conftest', 'a failure names no control', JSON.stringify(failure));
  });
}
