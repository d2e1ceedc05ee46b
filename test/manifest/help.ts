import type { Diagnostic } from '../../src/diagnostics.js';
import { type Document, type Limits, type ReadEvent, readText } from '../../src/manifest/index.js';

export function read(text: string | Uint8Array, limits?: Partial<Limits>): ReadEvent[] {
  return [...readText(text, 'in.yaml', limits)];
}

export function documentsOf(events: readonly ReadEvent[]): Document[] {
  return events.flatMap((event) => (event.kind === 'document' ? [event.document] : []));
}

export function diagnosticsOf(events: readonly ReadEvent[]): Diagnostic[] {
  return events.flatMap((event) => (event.kind === 'diagnostic' ? [event.diagnostic] : []));
}

/** Each event in a line: the kind and name of a document, or the code of a diagnostic; and its line and column. */
export function summary(events: readonly ReadEvent[]): string[] {
  return events.map((event) => {
    if (event.kind === 'diagnostic') {
      const { code, place } = event.diagnostic;
      return `${code} ${place?.line}:${place?.column}`;
    }
    const { value, place } = event.document;
    return `${value.kind} ${place.line}:${place.column}`;
  });
}

export function only(events: readonly ReadEvent[]): Document {
  const [document, ...rest] = documentsOf(events);
  if (document === undefined || rest.length > 0 || diagnosticsOf(events).length > 0) {
    throw new Error(`not one document: ${JSON.stringify(events)}`);
  }
  return document;
}

/** `line:column` of the value at `path`. */
export function at(document: Document, ...path: (string | number)[]): string {
  const { line, column } = document.placeOf(path);
  return `${line}:${column}`;
}

export const pod = (name: string): string => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${name}\n`;
