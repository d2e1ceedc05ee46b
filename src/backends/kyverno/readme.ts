/** The bundle's README, from templates/kyverno. Markdown of its own in a name is escaped. */
import type { Policy } from '../../ir/types.js';
import { failurePolicy } from '../admission-policy.js';
import { markdown, scopeOf, titleOf } from '../describe.js';
import { fileName } from '../objects.js';
import { shapes } from '../shapes.js';
import { fill, generator } from '../templates.js';
import type { Form } from './form.js';

export function readme(form: Form, policies: readonly Policy[], engineVersion: string): string {
  return fill('kyverno/README.md', {
    generator,
    kind: form.kind,
    validating: form.kind === 'ValidatingPolicy',
    engineVersion,
    apiVersion: form.apiVersion,
    failurePolicy,
    policies: policies.map((policy) => ({
      title: markdown(titleOf(policy)),
      mode: policy.mode,
      scope: markdown(scopeOf(policy)),
      controls: policy.controls.map((control) => markdown(control.id)).join(', ') || 'none',
      files: shapes.map((shape) => ({
        file: fileName(policy, shape),
        title: shape.title,
        action: form.action(policy.mode, shape),
      })),
    })),
  });
}
