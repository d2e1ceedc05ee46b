/** `-f FORMAT[=FILE]`, and where each form is written. */
import { resolve } from 'node:path';
import type { Outcome } from '../diagnostics.js';
import { openWholeFile } from '../emit/file.js';
import { quoted } from '../manifest/problem.js';
import { jsonReporter } from '../report/json.js';
import { prettyReporter } from '../report/pretty.js';
import type { Style } from '../report/text.js';
import type { Reporter } from '../report/types.js';
import { nearest } from '../schema/index.js';
import { type Session, UsageError } from './session.js';

const reporters = {
  pretty: prettyReporter,
  json: jsonReporter,
} as const satisfies Record<string, (style: Style) => Reporter>;

export type Format = keyof typeof reporters;

export interface ChosenFormat {
  readonly format: Format;
  /** Absent for standard output. */
  readonly file?: string;
}

export function parseFormats(texts: readonly string[], cwd: string): readonly ChosenFormat[] {
  if (texts.length === 0) return [{ format: 'pretty' }];
  const chosen = texts.map((text): ChosenFormat => {
    const at = text.indexOf('=');
    const name = at < 0 ? text : text.slice(0, at);
    if (!isFormat(name)) {
      const known = Object.keys(reporters);
      const near = nearest(name, known);
      const hint = near === undefined ? `the formats are ${known.join(', ')}` : `did you mean \`${near}\`?`;
      throw new UsageError(`there is no format ${quoted(name)}`, hint);
    }
    if (at < 0) return { format: name };
    const file = text.slice(at + 1);
    if (file === '') {
      const message = `the format \`${name}\` is to go to a file without a name`;
      throw new UsageError(message, `name the file: \`-f ${name}=report.${name}\``);
    }
    return file === '-' ? { format: name } : { format: name, file };
  });
  const outputs = chosen.map(({ file }) => (file === undefined ? '' : resolve(cwd, file)));
  const twice = outputs.find((output, index) => outputs.indexOf(output) !== index);
  if (twice !== undefined) {
    const where = twice === '' ? 'standard output' : quoted(twice);
    throw new UsageError(
      `two formats are to go to ${where}`,
      'give all but one a file: `-f json=report.json`',
    );
  }
  return chosen;
}

function isFormat(name: string): name is Format {
  return Object.hasOwn(reporters, name);
}

/** Where one form goes. */
export interface Place {
  readonly style: Style;
  /** Where it is, as an absolute path; undefined for standard output. */
  readonly file: string | undefined;
  readonly write: (text: string) => Promise<void>;
  readonly commit: (session: Session) => Promise<void>;
  readonly discard: () => void;
}

/** One form on its way to its place. */
export interface Report extends Place {
  readonly reporter: Reporter;
}

export function openReport(chosen: ChosenFormat, session: Session): Outcome<Report> {
  const { value: place, diagnostics } = openPlace(chosen, session);
  if (place === undefined) return { diagnostics };
  return { value: { ...place, reporter: reporters[chosen.format](place.style) }, diagnostics };
}

/** A form, and where it goes. */
export type OpenedFormat = Place & { readonly format: Format };

/** The places of all forms; none where one of them cannot be opened, which is reported. */
export async function openPlaces(
  formats: readonly ChosenFormat[],
  session: Session,
): Promise<readonly OpenedFormat[] | undefined> {
  const places: OpenedFormat[] = [];
  for (const format of formats) {
    const opened = openPlace(format, session);
    await session.report(...opened.diagnostics);
    if (opened.value !== undefined) places.push({ ...opened.value, format: format.format });
  }
  if (places.length === formats.length) return places;
  for (const place of places) place.discard();
  return undefined;
}

function openPlace({ file }: ChosenFormat, session: Session): Outcome<Place> {
  if (file === undefined) {
    const { stdout } = session;
    const place: Place = {
      style: stdout.style,
      file: undefined,
      write: (text) => stdout.write(text),
      commit: async () => undefined,
      discard: () => undefined,
    };
    return { value: place, diagnostics: [] };
  }
  const { value: whole, diagnostics } = openWholeFile(file, session.cwd);
  if (whole === undefined) return { diagnostics };
  const place: Place = {
    style: { colors: false },
    file: resolve(session.cwd, file),
    write: async (text) => whole.write(text),
    commit: (to) => to.report(...whole.commit()),
    discard: () => whole.discard(),
  };
  return { value: place, diagnostics };
}
