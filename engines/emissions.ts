/** How policies come to be judged by an API server: as podsec writes them, and as Gatekeeper makes them of its templates. */
import { setTimeout as sleep } from 'node:timers/promises';
import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { kindOf } from '../src/backends/gatekeeper/names.js';
import { policyName } from '../src/backends/objects.js';
import { isPod, shapes } from '../src/backends/shapes.js';
import type { Backend } from '../src/backends/types.js';
import { vap } from '../src/backends/vap/index.js';
import type { Policy } from '../src/ir/types.js';
import { objectsIn } from '../src/verify/apiserver/objects.js';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import type { ApiServer } from '../src/verify/apiserver/server.js';
import { withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
import { buildEngine } from './build.js';
import type { MatrixEngine } from './scenarios/topics.js';

export interface Emission {
  readonly engine: MatrixEngine & ('vap' | 'gatekeeper (vap)');
  readonly backend: Backend;
  /** Whether a policy gives a reason of its own for a denial: what Gatekeeper makes has none, which is `Invalid` then. */
  readonly reasons: boolean;
  /** Whether what is warned of leaves an entry in the audit log too: what Gatekeeper makes has one action. */
  readonly audits: boolean;
  readonly objectsOf: (policies: readonly Policy[]) => Promise<readonly KubeObject[]>;
  /** The name of the ValidatingAdmissionPolicy that judges the pods of a policy. */
  readonly podsName: (policy: Policy) => string;
}

/** The release that the API server is of: the newest that there is output for. */
export const newestRelease: string = vap.engineVersions.at(-1) ?? '';

/** The objects of a bundle, as `kubectl apply -f DIR` would send them. */
export function objectsOf(policies: readonly Policy[], engineVersion = newestRelease): KubeObject[] {
  const compiled = vap.compile(policies, engineVersion);
  if ('refusals' in compiled) throw new EngineError('vap', `refused: ${JSON.stringify(compiled.refusals)}`);
  return objectsIn(compiled.files);
}

export const asEmitted: Emission = {
  engine: 'vap',
  backend: vap,
  reasons: true,
  audits: true,
  objectsOf: async (policies) => objectsOf(policies),
  podsName: (policy) => shapes.filter(isPod).map((shape) => policyName(policy, shape))[0] ?? '',
};

/** By Gatekeeper's own functions, in a program of ours, where a template says `generateVAP`. */
export const madeByGatekeeper: Emission = {
  engine: 'gatekeeper (vap)',
  backend: gatekeeper,
  reasons: false,
  audits: false,
  objectsOf: (policies) =>
    withBundle(
      gatekeeper,
      policies,
      async ({ files }) => {
        const { stdout } = await run('gatekeeper', await buildEngine('gatekeeper'), ['-generate', ...files]);
        return stdout
          .trim()
          .split('\n')
          .map((line): KubeObject => JSON.parse(line));
      },
      { generateVap: true },
    ),
  podsName: (policy) => `gatekeeper-${kindOf(policy).toLowerCase()}`,
};

/** A kind is served a moment after its definition is stored. */
async function served(server: ApiServer, definition: KubeObject): Promise<void> {
  const { spec } = definition as { spec?: { names?: { kind?: string } } };
  const kind = spec?.names?.kind ?? '';
  for (const deadline = Date.now() + 30_000; ; await sleep(50)) {
    const { body } = await server.request('GET', '/apis/constraints.gatekeeper.sh/v1beta1');
    if (JSON.stringify(body).includes(`"kind":"${kind}"`)) return;
    if (Date.now() > deadline) throw new EngineError('apiserver', `the kind ${kind} is not served`);
  }
}

const isDefinition = ({ kind }: KubeObject): boolean => kind === 'CustomResourceDefinition';

/**
 * Applies the kinds of the objects alone. Policies learn of new kinds twice a minute: those of all policies that are to come,
 * so that it is waited for once.
 */
export async function applyKinds(server: ApiServer, objects: readonly KubeObject[]): Promise<void> {
  const kinds = objects.filter(isDefinition);
  await server.apply(kinds);
  for (const kind of kinds) await served(server, kind);
}

/** Applies what comes of the policies; what Gatekeeper's constraints are is served before they are sent. */
export async function applyAll(server: ApiServer, objects: readonly KubeObject[]): Promise<void> {
  await applyKinds(server, objects);
  await server.apply(objects.filter((each) => !isDefinition(each)));
}

/** What judges, so that nothing does without it. Kinds and constraints may stay: an API server is slow to learn a kind. */
export const judging = (objects: readonly KubeObject[]): KubeObject[] =>
  objects.filter(({ kind }) => typeof kind === 'string' && kind.startsWith('ValidatingAdmissionPolicy'));
