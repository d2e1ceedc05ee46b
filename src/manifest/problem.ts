import type { Diagnostic, DiagnosticCode, Place } from '../diagnostics.js';
import type { Text } from './text.js';

/** Thrown inside one document and caught at its border, where it becomes a diagnostic. */
export class Problem extends Error {
  constructor(
    readonly code: DiagnosticCode,
    message: string,
    /** Where, as an offset into the text of the document. */
    readonly offset: number,
    readonly hint: string,
    /** Where the other half of the problem is: the first of two equal keys. */
    readonly first?: number,
  ) {
    super(message);
  }

  toDiagnostic(text: Text): Diagnostic {
    const also = this.first === undefined ? '' : `, first on line ${text.placeAt(this.first).line}`;
    return diagnostic(this.code, text.placeAt(this.offset), this.message + also, this.hint);
  }
}

export function diagnostic(code: DiagnosticCode, place: Place, message: string, hint: string): Diagnostic {
  return { code, severity: 'error', place, message, hint };
}

/** User input in a message: one line, in backticks, shortened. */
export function quoted(input: string): string {
  const line = input.replace(/[\p{Cc}\p{Zl}\p{Zp}`]/gu, '·');
  return `\`${line.length > 60 ? `${line.slice(0, 57)}...` : line}\``;
}

export function duplicateKey(name: string, first: number, second: number): Problem {
  const hint = 'keep one of the two; which of them counts differs between tools';
  return new Problem('duplicate-key', `the key ${quoted(name)} is given twice`, second, hint, first);
}

/** What ended the reading of a document; anything but a Problem is a defect, and no reason to drop the rest. */
export function asDiagnostic(error: unknown, text: Text): Diagnostic {
  if (error instanceof Problem) return error.toDiagnostic(text);
  const reason = error instanceof Error ? error.message : String(error);
  return diagnostic(
    'internal',
    text.placeAt(0),
    `podsec failed to read the document: ${reason}`,
    'please report it with the input',
  );
}
