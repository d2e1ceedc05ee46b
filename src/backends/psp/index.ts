/** PodSecurityPolicy, up to Kubernetes 1.24: policies that it says exactly, and that change no pod; and what is near to others. */
import type { Mode, Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { writeYaml } from '../../manifest/write.js';
import { refusalsOf } from '../capabilities.js';
import { nameRefusals, objectNameOf } from '../objects.js';
import { testFiles } from '../pod-tests.js';
import type { Backend, BundleFile, Compiled, Nearest, Refusal, Search } from '../types.js';
import { capabilities } from './capabilities.js';
import { exemptOf, exemptsAny } from './exempt.js';
import { type Described, header, type Named } from './header.js';
import { type Lowered, leavesOf, lower, type Why } from './lower.js';
import { exemptName, namesOf, roleName } from './names.js';
import { nearestTo } from './nearest.js';
import { bindingObject, everybody, pspObject, roleObject } from './objects.js';
import { readme } from './readme.js';
import { widest } from './spec.js';
import { seenOtherwise, stored } from './stored.js';

export const psp: Backend = {
  target: 'psp',
  title: 'PodSecurityPolicy',
  // The last release that has it, and the one that output is compared with. Others are not known well enough.
  engineVersions: ['1.24'],
  capabilities,
  compile,
  readBack: { says: (path, policy) => path === policyFile(policy), seenOtherwise },
  nearest,
};

const policyFile = ({ name }: Policy): string => `${objectNameOf(name)}.yaml`;

function compile(policies: readonly Policy[], engineVersion: string): Compiled {
  const refusals = [...severalRefusals(policies), ...outerRefusals(policies, engineVersion)];
  if (refusals.length > 0) return { refusals };
  const said = policies.map((policy) => describe(policy, engineVersion));
  const unsaid = said.flatMap((each) => ('refusals' in each ? each.refusals : []));
  if (unsaid.length > 0) return { refusals: unsaid };
  return { files: said.flatMap((each) => ('refusals' in each ? [] : bundle(each))) };
}

/** What is refused whatever the rules are. */
const outerRefusals = (policies: readonly Policy[], engineVersion: string): readonly Refusal[] => [
  ...nameRefusals(policies),
  ...policies.flatMap((policy) => refusalsOf(policy, psp, engineVersion)),
  ...policies.flatMap(modeRefusals),
];

function nearest(policy: Policy, engineVersion: string, search: Search): Nearest | undefined {
  const exempt = exemptOf(policy);
  if ('reason' in exempt || outerRefusals([policy], engineVersion).length > 0) return undefined;
  const found = nearestTo(policy, search);
  if (found === undefined) return undefined;
  // Of several that write, or seem to, the first by name is taken: that has to be the one for who is exempt.
  const names = found.said.mutations.length > 0 ? ['judged'] : [];
  const [named] = namesOf(policy, [{ names, psp: found.psp, usedAs: undefined }]);
  if (named === undefined || 'reason' in named) return undefined;
  return {
    said: found.said,
    files: bundle({ policy: found.said, exempt, policies: [named], engineVersion }),
  };
}

function severalRefusals(policies: readonly Policy[]): readonly Refusal[] {
  const [first, ...others] = policies;
  return others.map(({ name }) => ({
    policy: name,
    control: null,
    reason:
      'one PodSecurityPolicy that admits a pod suffices, so beside another policy neither is enforced, and this ' +
      `bundle has ${first?.name ?? 'another'} already: compile each into a directory of its own`,
  }));
}

const modes: Readonly<Record<Mode, string | undefined>> = {
  enforce: undefined,
  'enforce-workloads': 'PodSecurityPolicy judges pods alone',
  audit: 'PodSecurityPolicy refuses pods and can do nothing less',
  warn: 'PodSecurityPolicy refuses pods and can do nothing less',
};

function modeRefusals({ name, mode }: Policy): readonly Refusal[] {
  const reason = modes[mode];
  return reason === undefined ? [] : [{ policy: name, control: null, reason: `the mode ${mode}: ${reason}` }];
}

function describe(
  policy: Policy,
  engineVersion: string,
): Described | { readonly refusals: readonly Refusal[] } {
  const exempt = exemptOf(policy);
  const lowered = leavesOf(policy).map(lower);
  const why = lowered.flatMap((each): readonly Why[] => (isLowered(each) ? [] : each));
  const distinct = new Map<string, Refusal>(why.map((each) => [JSON.stringify(each), each]));
  const refusals = [...('reason' in exempt ? [exempt] : []), ...distinct.values()];
  if (refusals.length > 0 || 'reason' in exempt) return { refusals };
  const policies: Named[] = [];
  for (const each of namesOf(policy, lowered.filter(isLowered))) {
    if ('reason' in each) refusals.push(each);
    else policies.push(each);
  }
  return refusals.length > 0 ? { refusals } : { policy, exempt, policies, engineVersion };
}

const isLowered = (each: Lowered | readonly Why[]): each is Lowered => 'psp' in each;

function bundle(described: Described): readonly BundleFile[] {
  const { policy, exempt } = described;
  const name = objectNameOf(policy.name);
  const file = (path: string, what: string, objects: readonly JsonObject[], of = described): BundleFile => ({
    path,
    text: `${header(of, what)}${writeYaml(objects)}`,
  });
  const writingNothing = { ...described, policy: { ...policy, mutations: [] } };
  const manifests = [
    file(policyFile(policy), 'the policy, for everybody', policyObjects(described)),
    ...(exemptsAny(exempt)
      ? [
          file(
            `${name}-exempt.yaml`,
            'who is not judged by it: a policy that admits every pod',
            exemptObjects(described),
            writingNothing,
          ),
        ]
      : []),
  ];
  const tests = testFiles(policy, stored);
  const files = [...manifests, ...tests];
  return [
    ...manifests,
    { path: 'Kustomization', text: kustomization(manifests) },
    { path: 'README.md', text: readme(described, files) },
    ...tests,
  ];
}

/** Who may use a policy whose name the rules say is up to the cluster. */
function policyObjects({ policy, policies }: Described): readonly JsonObject[] {
  const name = roleName(policy);
  const open = policies.filter(({ usedAs }) => usedAs === undefined).map((each) => each.name);
  return [
    ...policies.map((each) => pspObject(each.name, each.psp)),
    ...(open.length > 0 ? [roleObject(name, open), bindingObject(name, name, everybody)] : []),
  ];
}

function exemptObjects({ policy, exempt: { namespaces, subjects } }: Described): readonly JsonObject[] {
  const name = exemptName(policy);
  return [
    pspObject(name, widest),
    roleObject(name, [name]),
    ...(subjects.length > 0 ? [bindingObject(name, name, subjects)] : []),
    ...namespaces.map((namespace) => bindingObject(name, name, everybody, namespace)),
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
