/** The skeletons under templates/. Handlebars does not escape here, so every value is made safe before. */
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

/** The text of a skeleton, named by its path under templates/ without `.hbs`. A value that it lacks throws. */
export function fill(
  name:
    | 'rego/lib/input.rego'
    | 'rego/lib/request.rego'
    | 'rego/lib/admission.rego'
    | 'rego/lib/reading.rego'
    | 'rego/README.md'
    | 'vap/README.md'
    | 'vap/dry-run.sh'
    | 'kyverno/README.md'
    | 'gatekeeper/review.rego'
    | 'gatekeeper/README.md'
    | 'psa/README.md'
    | 'psa/label-namespaces.sh'
    | 'psp/README.md',
  values: object,
): string {
  const template =
    compiled.get(name) ??
    Handlebars.compile(readFileSync(join(packageRoot(), 'templates', `${name}.hbs`), 'utf8'), {
      noEscape: true,
      strict: true,
    });
  compiled.set(name, template);
  return template(values);
}

/** The version of podsec. */
export const version: string = packageVersion();

/** What the headers of files name as their writer. */
export const generator: string = `podsec ${version}`;

function packageVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8'));
  const found: unknown =
    typeof manifest === 'object' && manifest !== null && 'version' in manifest ? manifest.version : undefined;
  return typeof found === 'string' ? found : 'unknown';
}
