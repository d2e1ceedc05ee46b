/** The skeletons under templates/rego. Handlebars does not escape here, so every value is made safe before. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Handlebars from 'handlebars';

/** The package's own directory, above src/ as well as above dist/. */
export function packageRoot(): string {
  let directory = import.meta.dirname;
  while (!existsSync(join(directory, 'templates', 'rego'))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error('the package has no templates/rego');
    directory = parent;
  }
  return directory;
}

const compiled = new Map<string, Handlebars.TemplateDelegate>();

export function fill(
  name: 'lib/input.rego' | 'lib/admission.rego' | 'lib/reading.rego' | 'README.md',
  values: object,
): string {
  const template =
    compiled.get(name) ??
    Handlebars.compile(readFileSync(join(packageRoot(), 'templates', 'rego', `${name}.hbs`), 'utf8'), {
      noEscape: true,
      strict: true,
    });
  compiled.set(name, template);
  return template(values);
}

/** The version of podsec, for the headers. */
export const generator: string = `podsec ${packageVersion()}`;

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const version: unknown =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof version === 'string' ? version : 'unknown';
}
