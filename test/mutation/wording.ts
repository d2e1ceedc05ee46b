/** Mutants of wording. A new kind of text breaks the build until it has some. */
import type { Text } from '../../src/ir/types.js';
import { changed, inEach, inPart, type Mutant, reordered, texts } from './mutant.js';

/** @param collections the names that a text may refer to. */
export function textMutants(text: Text, collections: readonly string[]): Mutant<Text>[] {
  const others = (name: string) =>
    collections.filter((each) => each !== name).map((each) => changed(`${each} instead of ${name}`, each));
  switch (text.kind) {
    case 'text':
      return inPart('text', texts(text.text), (each): Text => ({ ...text, text: each }));
    case 'list':
      return [
        changed(text.quote ? 'not quoted' : 'quoted', { ...text, quote: !text.quote }),
        ...inPart('of', others(text.of), (of): Text => ({ ...text, of })),
        ...inPart('separator', texts(text.separator), (separator): Text => ({ ...text, separator })),
      ];
    case 'plural':
      return [
        changed('one for many', { ...text, one: text.many, many: text.one }),
        ...inPart('of', inEach(text.of, others), (of): Text => ({ ...text, of })),
        ...inPart('one', texts(text.one), (one): Text => ({ ...text, one })),
        ...inPart('many', texts(text.many), (many): Text => ({ ...text, many })),
      ];
    case 'sequence':
      return inPart('parts', parts(text.parts, collections), (each): Text => ({ ...text, parts: each }));
    case 'joined':
      return [
        changed('a sequence instead', { kind: 'sequence', parts: text.parts }),
        ...inPart('separator', texts(text.separator), (separator): Text => ({ ...text, separator })),
        ...inPart('parts', parts(text.parts, collections), (each): Text => ({ ...text, parts: each })),
      ];
    case 'ifAny':
      return [
        changed('what is otherwise in place of it', { ...text, some: text.otherwise, otherwise: text.some }),
        changed('always', text.some),
        ...inPart('of', inEach(text.of, others), (of): Text => ({ ...text, of })),
        ...inPart('some', textMutants(text.some, collections), (some): Text => ({ ...text, some })),
        ...inPart(
          'otherwise',
          textMutants(text.otherwise, collections),
          (otherwise): Text => ({ ...text, otherwise }),
        ),
      ];
  }
}

function parts(list: readonly Text[], collections: readonly string[]): Mutant<readonly Text[]>[] {
  return [...inEach(list, (each) => textMutants(each, collections)), ...reordered(list)];
}
