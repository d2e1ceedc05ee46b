/** The bundle's README, from templates/psp. Markdown of its own in a name is escaped. */

import { markdown, scopeOf, titleOf } from '../describe.js';
import { fill, generator } from '../templates.js';
import type { BundleFile } from '../types.js';
import { exemptsAny } from './exempt.js';
import { type Described, needsProcMountType, writingFields } from './header.js';
import { exemptName } from './names.js';

export function readme(described: Described, files: readonly BundleFile[]): string {
  const { policy, exempt, policies, engineVersion } = described;
  return fill('psp/README.md', {
    generator,
    engineVersion,
    title: markdown(titleOf(policy)),
    scope: markdown(scopeOf(policy)),
    policies: policies.map(({ name, usedAs }) => ({ name, restricted: usedAs !== undefined })),
    alternatives: policies.length > 1,
    restricted: policies.some(({ usedAs }) => usedAs !== undefined),
    exempts: exemptsAny(exempt),
    exemptName: exemptName(policy),
    namespaces: exempt.namespaces,
    subjects: exempt.subjects.map((subject) =>
      subject.kind === 'ServiceAccount'
        ? `service account ${markdown(`${subject.namespace}/${subject.name}`)}`
        : `user ${markdown(subject.name)}`,
    ),
    needsProcMountType: needsProcMountType(described),
    writes: writingFields(described),
    tests: files.map(({ path }) => path).filter((path) => path.startsWith('tests/')),
  });
}
