/** How policies come to be judged by an API server: as podsec writes them, and as Gatekeeper makes them of its templates. */
import { ruleObject } from '../src/backends/admission-policy.js';
import { gatekeeper } from '../src/backends/gatekeeper/index.js';
import { templateName } from '../src/backends/gatekeeper/names.js';
import { policyName } from '../src/backends/objects.js';
import { isPod, shapes } from '../src/backends/shapes.js';
import type { Backend } from '../src/backends/types.js';
import { vap } from '../src/backends/vap/index.js';
import type { Policy } from '../src/ir/types.js';
import { objectsIn } from '../src/verify/apiserver/objects.js';
import type { KubeObject } from '../src/verify/apiserver/rest.js';
import { withBundle } from '../src/verify/bundle.js';
import { EngineError } from '../src/verify/errors.js';
import { run } from '../src/verify/process.js';
import { buildEngine } from './build.js';
import type { MatrixEngine } from './scenarios/topics.js';
import { withSpec } from './spec.js';

export interface Emission {
  readonly engine: MatrixEngine & ('vap' | 'gatekeeper (vap)');
  readonly backend: Backend;
  /** Whether a policy gives a reason of its own for a denial: what Gatekeeper makes has none, which is `Invalid` then. */
  readonly reasons: boolean;
  /** Whether what is warned of leaves an entry in the audit log too: what Gatekeeper makes has one action. */
  readonly audits: boolean;
  /** Namespaces that nothing is judged in, whatever the policy says, with their labels. */
  readonly leftAlone: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly objectsOf: (policies: readonly Policy[]) => Promise<readonly KubeObject[]>;
  /** The same, by which nothing is refused and what would be is in the audit log; what errs is an error all the same. */
  readonly auditing: (policies: readonly Policy[]) => Promise<readonly KubeObject[]>;
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
  leftAlone: {},
  objectsOf: async (policies) => objectsOf(policies),
  auditing: async (policies) => objectsOf(policies.map((policy) => ({ ...policy, mode: 'audit' }))),
  podsName: (policy) => shapes.filter(isPod).map((shape) => policyName(policy, shape))[0] ?? '',
};

/** In the program of ours that has Gatekeeper's libraries: where a template says `generateVAP`. */
const madeOf = (policies: readonly Policy[]): Promise<readonly KubeObject[]> =>
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
  );

/** By Gatekeeper's own functions. */
export const madeByGatekeeper: Emission = {
  engine: 'gatekeeper (vap)',
  backend: gatekeeper,
  reasons: false,
  audits: false,
  leftAlone: {
    'gatekeeper-system': {},
    ignored: { 'admission.gatekeeper.sh/ignore': 'yes' },
  },
  objectsOf: madeOf,
  // In the mode audit an error would be no refusal, and so be overlooked.
  auditing: async (policies) =>
    (await madeOf(policies.map((policy) => ({ ...policy, mode: 'enforce' })))).map((object) =>
      object.kind === 'ValidatingAdmissionPolicyBinding'
        ? withSpec(object, { validationActions: ['Audit'] })
        : object,
    ),
  podsName: (policy) => `gatekeeper-${templateName(policy)}`,
};

/** What judges pods, of what Gatekeeper makes: for pods alone, as its policies are for every kind, which says nothing of fields. */
export async function madeForPods(policies: readonly Policy[]): Promise<readonly KubeObject[]> {
  const resourceRules = shapes.filter(isPod).flatMap(({ rules }) => rules.map(ruleObject));
  return (await madeOf(policies))
    .filter(({ kind }) => kind === 'ValidatingAdmissionPolicy')
    .map((object) => withSpec(object, { matchConstraints: { resourceRules } }));
}
