/** The bundle's README, from templates/vap. Markdown of its own in a name is escaped. */
import { asksUser } from '../../cases/index.js';
import type { Policy } from '../../ir/types.js';
import { actionsOf, failurePolicy } from '../admission-policy.js';
import { markdown, scopeOf, titleOf } from '../describe.js';
import { fileName } from '../objects.js';
import { testDirectory } from '../pod-tests.js';
import { type Shape, shapes } from '../shapes.js';
import { fill, generator } from '../templates.js';
import { apiVersionOf } from './objects.js';
import { dryRun } from './tests.js';

export function readme(policies: readonly Policy[], engineVersion: string): string {
  return fill('vap/README.md', {
    generator,
    engineVersion,
    apiVersion: apiVersionOf(engineVersion),
    failurePolicy,
    dryRun,
    policies: policies.map((policy) => ({
      title: markdown(titleOf(policy)),
      mode: policy.mode,
      scope: markdown(scopeOf(policy)),
      tests: testDirectory(policy),
      untested: policy.controls
        .filter(asksUser)
        .map(({ id }) => markdown(id))
        .join(', '),
      controls: policy.controls.map((control) => markdown(control.id)).join(', ') || 'none',
      files: shapes.map((shape: Shape) => ({
        file: fileName(policy, shape),
        title: shape.title,
        actions: actionsOf(policy.mode, shape).join(', '),
      })),
    })),
  });
}
