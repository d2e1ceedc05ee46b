import type { Policy } from '../../ir/types.js';
import { markdown } from '../describe.js';
import { identifierOf } from '../names.js';
import { fill, generator } from '../templates.js';

/** The bundle's README. Names come from files, so what Markdown would read is escaped. */
export function readme(policies: readonly Policy[]): string {
  const listed = policies.map((policy) => ({
    name: markdown(policy.name),
    version: policy.version === null ? '' : ` at ${markdown(policy.version)}`,
    identifier: identifierOf(policy.name),
    controls: policy.controls.map((control) => markdown(control.id)).join(', ') || 'none',
  }));
  const first = listed[0]?.identifier ?? 'restricted';
  return fill('rego/README.md', { generator, policies: listed, first });
}
