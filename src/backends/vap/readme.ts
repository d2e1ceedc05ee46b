/** The bundle's README, from templates/vap. Handlebars does not escape here, so every value is made safe before. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Handlebars from 'handlebars';
import type { Policy } from '../../ir/types.js';
import { generator } from '../rego/templates.js';
import { scopeOf } from './header.js';
import { fileName } from './naming.js';
import { actionsOf, apiVersionOf, failurePolicy, titleOf } from './objects.js';
import { type Shape, shapes } from './shapes.js';
import { testFiles } from './tests.js';

let template: Handlebars.TemplateDelegate | undefined;

export function readme(policies: readonly Policy[], engineVersion: string): string {
  template ??= Handlebars.compile(readFileSync(templateFile(), 'utf8'), { noEscape: true, strict: true });
  return template({
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

/** Above src/ as well as above dist/. */
function templateFile(): string {
  let directory = import.meta.dirname;
  for (;;) {
    const file = join(directory, 'templates', 'vap', 'README.md.hbs');
    if (existsSync(file)) return file;
    const parent = dirname(directory);
    if (parent === directory) throw new Error('the package has no templates/vap');
    directory = parent;
  }
}

function markdown(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>()#|!]/g, '\\$&');
}
