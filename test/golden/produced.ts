/** Everything that golden files are kept of. */
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { createJiti } from 'jiti';
import { pspPolicies } from '../../engines/policies/psp.js';
import type { Backend } from '../../src/backends/types.js';
import { backends } from '../../src/compile.js';
import * as podsec from '../../src/index.js';
import { isPolicy, levelPolicy, newestMinor } from '../../src/index.js';
import { printControl, printPolicy } from '../../src/ir/print.js';
import type { Policy } from '../../src/ir/types.js';
import { allRevisions, levelControls } from '../../src/levels/levels.js';
import { parseVersion } from '../../src/levels/versions.js';
import { everyNode, hardReads, unsayable } from './every-node.js';
import type { Files } from './files.js';

const root = join(import.meta.dirname, '..', '..');

/** The policies of policies/examples, as `podsec compile` loads them. */
export async function examplePolicies(): Promise<Policy[]> {
  const jiti = createJiti(import.meta.url, { fsCache: false, virtualModules: { podsec } });
  const load = async (name: string): Promise<Policy> => {
    const loaded: unknown = await jiti.import(join(root, 'policies', 'examples', `${name}.ts`), {
      default: true,
    });
    if (!isPolicy(loaded)) throw new TypeError(`policies/examples/${name}.ts exports no policy`);
    return loaded.ir;
  };
  return [await load('node-agent'), await load('payments')];
}

/** Each field of PodSecurityPolicy, alternatives, and one that only those judge by who may use it. */
const ofPsp = ['all-together', 'host-paths', 'app-armor', 'either-or', 'by-right'];

/** The policies of a target's golden bundles; each is a bundle of its own. */
export async function bundledPolicies(backend: Backend): Promise<Policy[]> {
  const restricted = levelPolicy('restricted', newestMinor);
  // A level alone, one that each engine version knows, and one a bundle.
  const [oldest = ''] = backend.engineVersions;
  if (backend.target === 'psp') return pspPolicies.filter(({ name }) => ofPsp.includes(name));
  if (backend.target === 'psa') return [levelPolicy('restricted', parseVersion(oldest) ?? newestMinor)];
  const said = hardReads.filter((policy) =>
    backend.engineVersions.every((each) => says(backend, policy, each)),
  );
  return [
    levelPolicy('baseline', newestMinor),
    restricted,
    ...(await examplePolicies()),
    ...everyNode(backend.capabilities),
    { ...restricted, name: 'hard-reads', version: null, controls: said.flatMap(({ controls }) => controls) },
  ];
}

function says(backend: Backend, policy: Policy, version: string): boolean {
  return 'files' in backend.compile([policy], version);
}

/** Pretty IR: a file for each control with all its revisions, and one for each policy that is no level. */
export async function irFiles(): Promise<Files> {
  const nodes = allRevisions();
  const files = new Map<string, string>();
  for (const { id, level, title, revisions } of levelControls) {
    const own = nodes.filter(({ control }) => control.id === id && control.level === level);
    const parts = revisions.map(({ since, change, overrides = [] }, index) => {
      const node = own[index];
      if (node === undefined) throw new TypeError(`the control ${id} has more revisions than IR`);
      const replaced = overrides.length === 0 ? '' : `, in place of ${overrides.join(', ')}`;
      return `# from v1.${since} on${replaced}: ${change}\n\n${printControl(node.control)}`;
    });
    files.set(`${id}.txt`, `# ${level}: ${title}\n${parts.map((part) => `\n${part}`).join('')}`);
  }
  const policies = [...(await examplePolicies()), ...everyNode(backends.vap.capabilities)];
  for (const policy of policies) files.set(`policies/${policy.name}.txt`, printPolicy(policy));
  return files;
}

/** Targets that judge by one policy take one a bundle. */
export async function sharedBundle(backend: Backend): Promise<Policy[]> {
  const policies = await bundledPolicies(backend);
  return backend.target === 'psp' ? policies.slice(0, 1) : policies;
}

/** The bundle of each policy; where the versions of an engine differ by more than their name, for the oldest and the newest. */
export async function bundleFiles(backend: Backend): Promise<Files> {
  const policies = await bundledPolicies(backend);
  const [oldest = '', newest = oldest] = oldestAndNewest(backend);
  const unnamed = (version: string) =>
    policies.flatMap((policy) =>
      bundle(backend, [policy], version).map(({ text }) => text.replaceAll(`Kyverno ${version}`, 'Kyverno')),
    );
  const same = isDeepStrictEqual(unnamed(oldest), unnamed(newest));
  const versions = same ? [newest] : [oldest, newest];
  const files = new Map<string, string>();
  for (const policy of policies) {
    for (const version of versions) {
      const directory = versions.length === 1 ? policy.name : `${version}/${policy.name}`;
      for (const { path, text } of bundle(backend, [policy], version))
        files.set(`${directory}/${path}`, text);
    }
  }
  return files;
}

/** The files that a target makes of policies that it can say. */
export function bundle(backend: Backend, policies: readonly Policy[], version: string) {
  const compiled = backend.compile(policies, version);
  if ('files' in compiled) return compiled.files;
  const said = compiled.refusals.map(({ policy, control, reason }) => `${policy} ${control}: ${reason}`);
  throw new Error(`${backend.target}@${version} refuses: ${said.join('; ')}`);
}

function oldestAndNewest({ engineVersions }: Backend): string[] {
  return [...new Set([engineVersions.at(0), engineVersions.at(-1)])].flatMap((each) => each ?? []);
}

const enforced = (policy: Policy): Policy => ({ ...policy, mode: 'enforce' });

/** Versions at which its refusals differ. */
const levelsForPsp = ['1.0', '1.19', '1.30', '1.37'].flatMap((version) =>
  (['baseline', 'restricted'] as const).map((level) => {
    const policy = levelPolicy(level, parseVersion(version) ?? newestMinor);
    return [{ ...policy, name: `${level}-${version}` }];
  }),
);

/** What each target refuses and why: a file for each. */
export function refusalFiles(): Files {
  const named = (name: string): Policy => ({ ...levelPolicy('privileged', newestMinor), name });
  const files = new Map<string, string>();
  for (const backend of Object.values(backends)) {
    const subjects: readonly (readonly Policy[])[] = [
      [unsayable(backend.capabilities)],
      ...hardReads.map((policy) => [policy]),
      [named('a-b'), named('a.b')],
      [named('lib')],
      [named(`${'long.'.repeat(40)}name`)],
      ...(backend.target === 'psp' ? levelsForPsp : []),
    ];
    const parts = oldestAndNewest(backend).flatMap((engineVersion) =>
      subjects.map((subject) => {
        // It does nothing but enforce, and refuses another mode before it reads a rule.
        const policies = backend.target === 'psp' ? subject.map(enforced) : subject;
        const compiled = backend.compile(policies, engineVersion);
        const heading = `${backend.target}@${engineVersion}: ${policies.map(({ name }) => name).join(', ')}\n`;
        if ('files' in compiled) return `${heading}  says it\n`;
        const lines = compiled.refusals.map(
          ({ policy, control, reason }) =>
            `  refuses ${policy}${control === null ? '' : `, control ${control}`}: ${reason}\n`,
        );
        return `${heading}${lines.join('')}`;
      }),
    );
    files.set(`${backend.target}.txt`, parts.join('\n'));
  }
  return files;
}
