import type { Severity } from '../diagnostics.js';
import type { DocumentPath } from '../manifest/types.js';

/** A diagnostic about a value; whoever has the document turns the path into a place. */
export interface AdmissionProblem {
  readonly code: 'unknown-field' | 'wrong-type' | 'missing-field' | 'not-an-object';
  readonly path: DocumentPath;
  readonly message: string;
  readonly hint: string;
  readonly severity: Severity;
}

export function problem(
  code: AdmissionProblem['code'],
  path: DocumentPath,
  message: string,
  hint: string,
): AdmissionProblem {
  return { code, path, message, hint, severity: 'error' };
}

/** `spec.containers[0].image`, as Kubernetes writes paths. */
export function pathText(path: DocumentPath): string {
  return path
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      if (/^[A-Za-z_][\w-]*$/.test(step)) return i === 0 ? step : `.${step}`;
      return `[${quoted(step, '"')}]`;
    })
    .join('');
}

/** User input in a message: on one line, cut short. */
export function quoted(text: string, quote = '`'): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}`]/gu, '·');
  return `${quote}${line.length > 60 ? `${line.slice(0, 57)}...` : line}${quote}`;
}
