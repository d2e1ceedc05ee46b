/** OPA: the emitted Rego by `opa eval`. */
import { identifierOf } from '../../backends/names.js';
import { EngineError } from '../errors.js';
import { opaEvalEach } from '../opa.js';
import type { EngineKind, Lane, Limits } from '../types.js';
import { regoLane } from './rego.js';
import { versionSaid } from './version.js';

export const opa: EngineKind = {
  name: 'opa',
  programs: [['opa']],
  testedVersion: '1.22.2',
  targets: ['rego'],
  version: (program, limits) => versionSaid('opa', program, ['version'], /^Version: (\S+)/m, limits),
  withLanes: ([program = ''], limits, use) => use([laneOf(program, limits)]),
};

const laneOf = (program: string, { seconds }: Limits): Lane =>
  regoLane(async (policy, { files }, pods) => {
    const query = `data.podsec.${identifierOf(policy.name)}.deny`;
    const answers = await opaEvalEach(program, files, query, pods, { parallel: 1, samples: 3, seconds });
    return answers.map(controlsOf);
  });

function controlsOf(denials: unknown): readonly string[] {
  if (!Array.isArray(denials))
    throw new EngineError('opa', 'its answer is no set of denials', JSON.stringify(denials));
  return denials.map((denial: unknown) => {
    const control: unknown =
      typeof denial === 'object' && denial !== null ? Reflect.get(denial, 'control') : undefined;
    if (typeof control === 'string') return control;
    throw new EngineError('opa', 'a denial names no control', JSON.stringify(denial));
  });
}
