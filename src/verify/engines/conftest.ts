/** conftest: the emitted Rego, with a file for each pod. */
import { writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { identifierOf } from '../../backends/names.js';
import { backends } from '../../compile.js';
import { withBundle } from '../bundle.js';
import { EngineError } from '../errors.js';
import { deniedBy } from '../judged.js';
import { type ConftestResult, conftestEach, isJudged } from '../opa.js';
import { incomparableOffline } from '../reads.js';
import { inScratch } from '../scratch.js';
import type { EngineKind, Lane, Limits } from '../types.js';
import { versionSaid } from './version.js';

export const conftest: EngineKind = {
  name: 'conftest',
  programs: [['conftest']],
  testedVersion: '0.71.1',
  targets: ['rego'],
  version: (program, limits) => versionSaid('conftest', program, ['--version'], /^Conftest: (\S+)/m, limits),
  withLanes: ([program = ''], limits, use) => use([laneOf(program, limits)]),
};

function laneOf(program: string, { seconds }: Limits): Lane {
  return {
    target: 'rego',
    driver: null,
    chunk: 500,
    tries: 100,
    incomparable: incomparableOffline,
    withJudge: ({ policy, engineVersion }, use) =>
      withBundle(
        backends.rego,
        [policy],
        ({ directory }) =>
          use({
            expected: (pod) => deniedBy(policy, pod),
            ask: (pods) =>
              inScratch('pods', async (scratch) => {
                for (const [index, pod] of pods.entries())
                  writeFileSync(join(scratch, `${index}.json`), JSON.stringify(pod));
                const namespace = `podsec.${identifierOf(policy.name)}`;
                const results = await conftestEach(program, directory, [scratch], namespace, seconds);
                const byFile = new Map(results.map((result) => [basename(result.filename), result]));
                return pods.map((_, index) => controlsOf(byFile.get(`${index}.json`), index));
              }),
          }),
        engineVersion,
      ),
  };
}

function controlsOf(result: ConftestResult | undefined, index: number): readonly string[] {
  if (result === undefined || !isJudged(result))
    throw new EngineError('conftest', `no rule has judged pod ${index}`, JSON.stringify(result ?? null));
  return (result.failures ?? []).map((failure) => {
    const control = failure.metadata?.control;
    if (typeof control === 'string') return control;
    throw new EngineError('conftest', 'a failure names no control', JSON.stringify(failure));
  });
}
