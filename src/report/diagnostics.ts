/** Diagnostics for people, in the form that editors and problem matchers know: `file:line:column: error: ...`. */
import type { Diagnostic, Place } from '../diagnostics.js';
import { paintFor, printable, type Style, wrap } from './text.js';

export function diagnosticText(diagnostic: Diagnostic, style: Style): string {
  const paint = paintFor(style);
  const where = diagnostic.place === undefined ? 'podsec' : placeText(diagnostic.place);
  const severity =
    diagnostic.severity === 'error' ? paint.red(diagnostic.severity) : paint.yellow(diagnostic.severity);
  const message = wrap(`${printable(diagnostic.message)} [${diagnostic.code}]`, 2, style.width);
  // The place stands alone on its line where both would not fit.
  const fits =
    style.width === undefined ||
    `${where}: ${diagnostic.severity}: ${diagnostic.message} [${diagnostic.code}]`.length <= style.width;
  const head = fits
    ? `${paint.bold(where)}: ${severity}: ${message}\n`
    : `${paint.bold(where)}: ${severity}:\n  ${message}\n`;
  return `${head}  ${paint.dim(wrap(printable(diagnostic.hint), 2, style.width))}\n`;
}

/** `file:line:column`, as far as it is known. */
export function placeText({ file, line, column }: Place): string {
  const parts = [printable(file), line, line === undefined ? undefined : column];
  return parts.filter((part) => part !== undefined).join(':');
}
