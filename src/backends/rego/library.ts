import { ignoredPodSubresources } from '../../admission/index.js';
import { goQuote } from '../../ir/quote.js';
import { fieldsOf } from '../../schema/index.js';
import { droppedAnnotations } from '../manifest-facts.js';
import { fill, generator } from '../templates.js';
import { literal } from './layout.js';

/** Characters that Go's %q escapes, up to the no-break space; the rest of them no name in a pod can have. */
const escaped = Array.from({ length: 0xa1 }, (_, code) => String.fromCodePoint(code)).filter(
  (character) => goQuote(character) !== `"${character}"`,
);

/** A volume has a name and sources. */
const volumeSources = Object.entries(fieldsOf('Volume') ?? {}).flatMap(([name, field]) =>
  field.pointer ? [name] : [],
);

/** lib.rego: what all modules of a bundle share, in one file. */
export function libraryText(): string {
  return libraryFrom(fill('rego/lib/input.rego', { generator }));
}

/** A library that starts with what makes pods of the input: `request` and `worlds`. */
export function libraryFrom(input: string): string {
  const parts = [
    input,
    fill('rego/lib/request.rego', { ignored: ignoredPodSubresources }),
    fill('rego/lib/admission.rego', { volumeSources: volumeSources.sort(), droppedAnnotations }),
    fill('rego/lib/reading.rego', {
      escapes: escaped.map((character) => `${ascii(character)}: ${ascii(goQuote(character).slice(1, -1))}`),
    }),
  ];
  return parts.join('\n');
}

/** A literal without control characters. */
function ascii(text: string): string {
  return literal(text).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
