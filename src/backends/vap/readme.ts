/** The bundle's README, from templates/vap. Markdown of its own in a name is escaped. */
import type { Policy } from '../../ir/types.js';
import { fill, generator } from '../templates.js';
import { scopeOf } from './header.js';
import { fileName } from './naming.js';
import { actionsOf, apiVersionOf, failurePolicy, titleOf } from './objects.js';
import { type Shape, shapes } from './shapes.js';
import { testFiles } from './tests.js';

export function readme(policies: readonly Policy[], engineVersion: string): string {
  return fill('vap/README.md', {
    generator,
    engineVersion,
    apiVersion: apiVersionOf(engineVersion),
    failurePolicy,
    policies: policies.map((policy) => ({
      title: markdown(titleOf(policy)),
      mode: policy.mode,
      scope: markdown(scopeOf(policy)),
      tests: testFiles(policy).map(({ path }) => path),
      controls: policy.controls.map((control) => markdown(control.id)).join(', ') || 'none',
      files: shapes.map((shape: Shape) => ({
        file: fileName(policy, shape),
        title: shape.title,
        actions: actionsOf(policy.mode, shape).join(', '),
      })),
    })),
  });
}

function markdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#|!]/g, '\\$&');
}
