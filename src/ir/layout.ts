/** Text that breaks into lines where it would get too long: Wadler's pretty printer, in small. */

export type Layout =
  | string
  | readonly Layout[]
  /** A space, or the end of a line in a group that is broken. */
  | { readonly kind: 'line'; readonly flat: string }
  /** The end of a line in any case. */
  | { readonly kind: 'end' }
  | { readonly kind: 'indent'; readonly of: Layout }
  /** On one line where it fits, else broken at its lines. */
  | { readonly kind: 'group'; readonly of: Layout }
  /** Words with a space between them, or the end of a line where the next one does not fit. */
  | { readonly kind: 'fill'; readonly of: readonly string[] };

export const line: Layout = { kind: 'line', flat: ' ' };
/** As `line`, but nothing where the group is on one line. */
export const softLine: Layout = { kind: 'line', flat: '' };
export const end: Layout = { kind: 'end' };

export function indent(...of: readonly Layout[]): Layout {
  return { kind: 'indent', of };
}

export function group(...of: readonly Layout[]): Layout {
  return { kind: 'group', of };
}

export function fill(words: readonly string[]): Layout {
  return { kind: 'fill', of: words };
}

export function separated(parts: readonly Layout[], separator: Layout): Layout {
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]));
}

/** The text on one line, or nothing where it has to end one. */
function flat(layout: Layout): string | undefined {
  if (typeof layout === 'string') return layout;
  if (isList(layout)) {
    const parts = layout.map(flat);
    return parts.includes(undefined) ? undefined : parts.join('');
  }
  switch (layout.kind) {
    case 'line':
      return layout.flat;
    case 'end':
      return undefined;
    case 'indent':
    case 'group':
      return flat(layout.of);
    case 'fill':
      return layout.of.join(' ');
  }
}

function isList(layout: Layout): layout is readonly Layout[] {
  return Array.isArray(layout);
}

/** The layout as lines of at most `width` characters, where it has places to break. */
export function render(layout: Layout, width: number): string {
  let text = '';
  let column = 0;
  const write = (part: string) => {
    text += part;
    column += part.length;
  };
  const endLine = (depth: number) => {
    text += `\n${'  '.repeat(depth)}`;
    column = 2 * depth;
  };
  const put = (part: Layout, depth: number): void => {
    if (typeof part === 'string') {
      write(part);
    } else if (isList(part)) {
      for (const each of part) put(each, depth);
    } else if (part.kind === 'indent') {
      put(part.of, depth + 1);
    } else if (part.kind === 'group') {
      const whole = flat(part.of);
      put(whole !== undefined && column + whole.length <= width ? whole : part.of, depth);
    } else if (part.kind === 'fill') {
      for (const [index, word] of part.of.entries()) {
        if (index > 0 && column + 1 + word.length > width) endLine(depth);
        else if (index > 0) write(' ');
        write(word);
      }
    } else {
      endLine(depth);
    }
  };
  put(layout, 0);
  return `${text}\n`;
}
