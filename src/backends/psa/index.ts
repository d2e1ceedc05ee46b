/** PodSecurity admission: levels, as labels of namespaces or as the configuration of the API server. */
import type { Policy } from '../../ir/types.js';
import { type Minor, newestMinor, parseVersion } from '../../levels/versions.js';
import { writeYaml } from '../../manifest/write.js';
import { refusalsOf } from '../capabilities.js';
import { nameRefusals, objectNameOf } from '../objects.js';
import { testFiles } from '../pod-tests.js';
import { fill } from '../templates.js';
import type { Backend, BundleFile, Compiled, Refusal } from '../types.js';
import { capabilities } from './capabilities.js';
import { configurationObject } from './configuration.js';
import { canGuard, guardObjects, guardVerb, type Unlabelled } from './guard.js';
import { type Described, header } from './header.js';
import { exemptOf, labelsOf, labelsSayAll, modesOf } from './labels.js';
import { levelOf } from './level.js';
import { readme } from './readme.js';

const firstMinor = 22;

export const psa: Backend = {
  target: 'psa',
  title: 'PodSecurity admission',
  engineVersions: Array.from(
    { length: newestMinor - firstMinor + 1 },
    (_, index) => `1.${firstMinor + index}`,
  ),
  capabilities,
  compile,
  readBack: { says: (path) => path === labelsFile || path === configurationFile, seenOtherwise: [] },
};

const labelsFile = 'labels/labels.yaml';
const configurationFile = 'apiserver/admission-configuration.yaml';

function compile(policies: readonly Policy[], engineVersion: string): Compiled {
  const engine = parseVersion(engineVersion);
  if (engine === undefined) throw new TypeError(`there is no Kubernetes ${engineVersion}`);
  const refusals = [
    ...nameRefusals(policies),
    ...severalRefusals(policies),
    ...policies.flatMap((policy) => refusalsOf(policy, psa, engineVersion)),
  ];
  if (refusals.length > 0) return { refusals };
  const said = policies.map((policy) => describe(policy, engine, engineVersion));
  const unsaid = said.flatMap((each) => ('reason' in each ? [each] : []));
  if (unsaid.length > 0) return { refusals: unsaid };
  return { files: said.flatMap((each) => ('reason' in each ? [] : bundle(each, engine))) };
}

function severalRefusals(policies: readonly Policy[]): readonly Refusal[] {
  const [first, ...others] = policies;
  return others.map(({ name }) => ({
    policy: name,
    control: null,
    reason:
      'PodSecurity admission judges a namespace by one level in each mode, and this bundle has ' +
      `${first?.name ?? 'another'} already: compile each into a directory of its own`,
  }));
}

function describe(policy: Policy, engine: Minor, engineVersion: string): Described | Refusal {
  const is = levelOf(policy, engine);
  if ('reason' in is) return is;
  const judged = modesOf(policy.mode);
  if (judged === undefined) {
    const reason = `the mode ${policy.mode}: PodSecurity admission refuses pods alone, and of workloads it only warns and audits`;
    return { policy: policy.name, control: null, reason };
  }
  return { policy, is, judged, exempt: exemptOf(policy), engineVersion };
}

function bundle(described: Described, engine: Minor): readonly BundleFile[] {
  const { policy, is, judged, exempt } = described;
  const byLabels = labelsSayAll(exempt);
  const guard = (path: string, unlabelled: Unlabelled): BundleFile => ({
    path,
    text: `${header(described, guardComment(unlabelled))}${writeYaml(
      guardObjects({ policy, is, judged, exempt, engine, unlabelled }),
    )}`,
  });
  const guarded = canGuard(is, engine);
  const top = guarded
    ? [guard(`${objectNameOf(policy.name)}-guard.yaml`, byLabels ? 'unprotected' : 'default')]
    : [];
  const files = [
    ...top,
    ...(byLabels ? labelFiles(described) : []),
    {
      path: configurationFile,
      text: `${header(described, configurationComment)}${writeYaml([configurationObject(is, judged, exempt, engine)])}`,
    },
    ...(guarded && byLabels ? [guard('apiserver/guard.yaml', 'default')] : []),
    ...testFiles(policy),
  ];
  return [
    ...files,
    ...(top.length > 0 ? [{ path: 'Kustomization', text: kustomization(top) }] : []),
    { path: 'README.md', text: readme(described, files) },
  ];
}

const configurationComment: readonly string[] = [
  'For kube-apiserver --admission-control-config-file: no object of a cluster, not for kubectl apply.',
];

function guardComment(unlabelled: Unlabelled): readonly string[] {
  const what = {
    unprotected: 'A guard of the labels, where namespaces have their level by labels alone.',
    default:
      'A guard of the labels, where namespaces have their level by the configuration of the API server.',
  } as const satisfies Record<Unlabelled, string>;
  return [what[unlabelled], `Who has the verb ${guardVerb} on a namespace may change them.`];
}

function labelFiles(described: Described): readonly BundleFile[] {
  const { is, judged, exempt } = described;
  const labels = labelsOf(is, judged);
  return [
    {
      path: labelsFile,
      text: `${header(described, ['For kubectl patch namespace NAME --patch-file: not for kubectl apply.'])}${writeYaml(
        [{ apiVersion: 'v1', kind: 'Namespace', metadata: { labels } }],
      )}`,
    },
    {
      path: 'labels/label-namespaces.sh',
      // Label keys and values, and names that are DNS labels: the shell has nothing to expand in them.
      text: fill('psa/label-namespaces.sh', {
        header: header(described, ['Labels every namespace in scope.']),
        out: exempt.namespaces.map((each) => `namespace/${each}`).join(' | '),
        labels: Object.entries(labels).map(([key, value]) => `${key}=${value}`),
      }),
    },
  ];
}

function kustomization(files: readonly BundleFile[]): string {
  return writeYaml([
    {
      apiVersion: 'kustomize.config.k8s.io/v1beta1',
      kind: 'Kustomization',
      resources: files.map(({ path }) => path),
    },
  ]);
}
