/** Scope, exemptions and the bundle's own tests on the admission code of PodSecurityPolicy: who is judged by a bundle at all. */
import { psp } from '../../src/backends/psp/index.js';
import type { Policy } from '../../src/ir/types.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { EngineError } from '../../src/verify/errors.js';
import type { Tally } from '../agreement.js';
import { pspPolicies } from '../policies/psp.js';
import { type Answer, type Asker, type Creation, judgeByPsp } from '../psp.js';
import { asEnforced, bundleOf, documentsOf, objectsOf } from '../psp-world.js';
import { judgedEmptied } from './empty-values.js';
import { Telling } from './run.js';
import type { Topic } from './topics.js';

const options = { procMountType: true };
const authenticated = ['system:authenticated'];

const policyOf = (name: string): Policy => {
  const found = pspPolicies.find((policy) => policy.name === name);
  if (found === undefined) throw new TypeError(`there is no policy ${name}`);
  return asEnforced(found);
};

const exempting: Policy = {
  ...policyOf('unprivileged'),
  exemptions: {
    namespaces: ['sandbox'],
    users: ['alice', 'system:serviceaccount:build:builder'],
    runtimeClasses: [],
    serviceAccounts: [{ namespace: 'build', name: 'builder' }],
  },
};

const everywhere: Policy = {
  ...policyOf('unprivileged'),
  scope: { excludedNamespaces: [], namespaceSelector: [] },
};

function pod(namespace: string, privileged: boolean, serviceAccountName = 'default'): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'asked', namespace },
    spec: {
      serviceAccountName,
      containers: [{ name: 'app', image: 'example.com/app:1.0', securityContext: { privileged } }],
    },
  };
}

interface Scenario {
  readonly name: string;
  readonly topics?: readonly Topic[];
  readonly policy: Policy;
  readonly namespace: string;
  readonly user?: string;
  readonly groups?: readonly string[];
  readonly serviceAccount?: string;
  /** Whether a privileged pod is admitted; one that is not privileged is, always. */
  readonly exempt: boolean;
}

const replicaSets: Pick<Scenario, 'user' | 'groups'> = {
  user: 'system:serviceaccount:kube-system:replicaset-controller',
  groups: ['system:serviceaccounts', 'system:serviceaccounts:kube-system', ...authenticated],
};

const scenarios: readonly Scenario[] = [
  {
    name: 'a namespace in scope',
    topics: ['a bad pod is refused, a good one runs'],
    policy: exempting,
    namespace: 'default',
    exempt: false,
  },
  { name: 'the pods of a workload', policy: exempting, namespace: 'default', ...replicaSets, exempt: false },
  {
    name: 'a namespace out of scope',
    topics: ['a namespace out of scope'],
    policy: exempting,
    namespace: 'kube-system',
    exempt: true,
  },
  {
    name: 'the pods of a workload out of scope',
    policy: exempting,
    namespace: 'kube-system',
    ...replicaSets,
    exempt: true,
  },
  {
    name: 'an exempt namespace',
    topics: ['an exempt namespace'],
    policy: exempting,
    namespace: 'sandbox',
    exempt: true,
  },
  {
    name: 'an exempt user',
    topics: ['an exempt user'],
    policy: exempting,
    namespace: 'default',
    user: 'alice',
    exempt: true,
  },
  { name: 'another user', policy: exempting, namespace: 'default', user: 'bob', exempt: false },
  {
    name: 'a pod of an exempt service account',
    policy: exempting,
    namespace: 'build',
    ...replicaSets,
    serviceAccount: 'builder',
    exempt: true,
  },
  {
    name: 'a pod of a service account of that name elsewhere',
    policy: exempting,
    namespace: 'default',
    serviceAccount: 'builder',
    exempt: false,
  },
  {
    name: 'what an exempt service account creates elsewhere',
    policy: exempting,
    namespace: 'default',
    user: 'system:serviceaccount:build:builder',
    groups: ['system:serviceaccounts', 'system:serviceaccounts:build', ...authenticated],
    exempt: true,
  },
  { name: 'no namespace out of scope', policy: everywhere, namespace: 'kube-system', exempt: false },
  {
    name: 'a user without a group, by the service account of the pod',
    policy: everywhere,
    namespace: 'default',
    groups: [],
    exempt: false,
  },
];

const askerOf = ({ namespace, user = 'somebody', groups = authenticated }: Scenario): Asker => ({
  namespace,
  user,
  groups,
});

/** What is wrong with the answers to a pod that no policy minds and to one that only the exempt may have. */
function problemsOf({ exempt }: Scenario, [harmless, privileged]: readonly Answer[]): readonly string[] {
  const admitted = (answer: Answer | undefined) => answer?.judged?.pod !== undefined;
  return [
    ...(admitted(harmless) ? [] : ['refuses a pod without privileges']),
    ...(admitted(privileged) === exempt
      ? []
      : [exempt ? 'refuses a privileged pod' : 'admits a privileged pod']),
  ];
}

async function run(scenario: Scenario, objects: readonly JsonObject[]): Promise<readonly string[]> {
  const { namespace, serviceAccount } = scenario;
  const request = askerOf(scenario);
  const creations = [false, true].map(
    (privileged): Creation => ({ pod: pod(namespace, privileged, serviceAccount), request }),
  );
  const { answers, objects: taken } = await judgeByPsp(objects, creations, options);
  const refused = taken.flatMap(({ kind, name, errors }) => errors.map((each) => `${kind} ${name}: ${each}`));
  return [...refused, ...problemsOf(scenario, answers)];
}

/** The PodSecurityPolicies of a bundle, each as wide as can be. */
const widened = (policy: Policy): readonly JsonObject[] =>
  objectsOf({ ...policy, controls: [], alternatives: [] });

export async function checkPspScenarios(): Promise<Tally> {
  const telling = new Telling('psp');
  const said = (problems: readonly string[]) => (problems.length === 0 ? undefined : problems.join('; '));
  for (const scenario of scenarios) {
    const { name, topics, policy, exempt } = scenario;
    const failure = said(await run(scenario, objectsOf(policy)));
    // One that lets everybody pass is seen where somebody may not; one that lets nobody, where somebody may.
    const blind = said(await run(scenario, exempt ? [] : widened(policy)));
    telling.tell(
      name,
      failure ?? (blind === undefined ? 'holds with another policy in its place' : undefined),
      topics,
    );
  }
  telling.tell('manifests: null and empty values change no verdict', said(await emptyValues(exempting)), [
    'null and empty values in a manifest',
  ]);
  for (const policy of [...pspPolicies, levelPolicy('privileged', newestMinor)].map(asEnforced))
    telling.tell(`the tests of ${policy.name}`, said(await ownTests(policy)));
  return telling.matrix(psp, everywhere);
}

/** Of the manifests that 1.24 takes without the plugin, those of which the plugin and `evaluate` say something else. */
async function emptyValues(policy: Policy): Promise<readonly string[]> {
  const request: Asker = { namespace: 'default', user: 'somebody', groups: authenticated };
  const judged = [false, true].flatMap((privileged) => judgedEmptied(policy, pod('default', privileged)));
  const { answers } = await judgeByPsp(
    objectsOf(policy),
    judged.map(({ manifest }) => ({ pod: manifest, request })),
    options,
  );
  const wrong: string[] = [];
  const seen = { admitted: 0, denied: 0 };
  for (const [index, { manifest, controls }] of judged.entries()) {
    const answer = answers[index];
    if (answer?.plain?.pod === undefined) continue;
    const denied = answer.judged?.pod === undefined;
    seen[denied ? 'denied' : 'admitted'] += 1;
    if (denied !== controls.length > 0) wrong.push(JSON.stringify(manifest));
  }
  if (seen.admitted < 30 || seen.denied < 30) wrong.push(`judged too few: ${JSON.stringify(seen)}`);
  return wrong;
}

/** What a bundle's tests say of their pods. */
async function ownTests(policy: Policy): Promise<readonly string[]> {
  const objects = objectsOf(policy);
  const request: Asker = { namespace: 'default', user: 'somebody', groups: authenticated };
  const pods = (name: string) =>
    bundleOf(policy)
      .filter(({ path }) => path.endsWith(`/${name}.yaml`))
      .flatMap(documentsOf);
  const answersTo = async (of: readonly JsonObject[]) =>
    (
      await judgeByPsp(
        objects,
        of.map((each) => ({ pod: each, request })),
        options,
      )
    ).answers;
  const [allowed, denied] = [pods('allowed'), pods('denied')];
  if (allowed.length + denied.length === 0)
    throw new EngineError('psp', `the bundle of ${policy.name} has no tests`);
  const refused = (await answersTo(allowed)).filter(({ judged }) => judged?.pod === undefined);
  const admitted = (await answersTo(denied)).filter(({ judged }) => judged?.forbidden === undefined);
  return [
    ...(refused.length === 0
      ? []
      : [`${refused.length} of ${allowed.length} allowed pods are refused: ${JSON.stringify(refused[0])}`]),
    ...(admitted.length === 0
      ? []
      : [
          `${admitted.length} of ${denied.length} denied pods are not refused by a policy: ${JSON.stringify(admitted[0])}`,
        ]),
  ];
}
