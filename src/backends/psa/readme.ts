/** The bundle's README, from templates/psa. Markdown of its own in a name is escaped. */
import { markdown, titleOf } from '../describe.js';
import { fill, generator } from '../templates.js';
import type { BundleFile } from '../types.js';
import { guardActions, guardVerb } from './guard.js';
import { type Described, scopeText } from './header.js';
import { labelsOf } from './labels.js';
import { levelTitle } from './level.js';

export function readme(described: Described, files: readonly BundleFile[]): string {
  const { policy, is, judged, exempt, engineVersion } = described;
  const has = (path: string) => files.some((file) => file.path === path);
  return fill('psa/README.md', {
    generator,
    engineVersion,
    title: markdown(titleOf(policy)),
    level: levelTitle(is),
    mode: policy.mode,
    enforces: judged.includes('enforce'),
    scope: markdown(scopeText(exempt)),
    exemptions: [...exempt.usernames.map(of('user')), ...exempt.runtimeClasses.map(of('runtime class'))],
    labels: Object.entries(labelsOf(is, judged)).map(([key, value]) => `${key}=${value}`),
    labelsSayAll: has('labels/labels.yaml'),
    guarded: files.some(({ path }) => /^[^/]+-guard\.yaml$/.test(path)),
    guardActions: guardActions(judged).join(', '),
    guardVerb,
    gated: engineVersion === '1.22',
    tests: files.map(({ path }) => path).filter((path) => path.startsWith('tests/')),
  });
}

const of = (what: string) => (name: string) => `${what} ${markdown(name)}`;
