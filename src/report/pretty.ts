/** The form for people: by file and workload, the line of each field to blame, then what it comes to. */
import type { Level } from '../ir/types.js';
import { summaryText } from './summary.js';
import { type Paint, paintFor, printable, type Style, wrap } from './text.js';
import type {
  Entry,
  Location,
  ReportedFinding,
  ReportedWrite,
  Reporter,
  Resource,
  Result,
  Verdict,
} from './types.js';

const gutter = 12;

export function prettyReporter(style: Style): Reporter {
  const paint = paintFor(style);
  let file: string | undefined;
  return {
    begin: () => '',
    entry: (entry) => {
      const heading = entry.source.file === file ? '' : fileHeading(entry.source.file, file === undefined);
      file = entry.source.file;
      return heading + entryText(entry, style, paint);
    },
    // Without a policy nothing was read, so there is nothing to sum up.
    end: (summary) =>
      summary.policies.length === 0 ? '' : (file === undefined ? '' : '\n') + summaryText(summary, style),
  };

  function fileHeading(name: string, first: boolean): string {
    return `${first ? '' : '\n'}${paint.underline(name === '-' ? 'standard input' : printable(name))}\n`;
  }
}

const words: Readonly<Record<Verdict, string>> = { allow: 'allow', deny: 'deny', error: 'error' };

function painted(verdict: Verdict, paint: Paint): string {
  const text = words[verdict].padEnd(5);
  switch (verdict) {
    case 'allow':
      return paint.green(text);
    case 'deny':
      return paint.red(text);
    case 'error':
      return paint.yellow(text);
  }
}

/** An allowed workload is one line, however many policies allow it. */
function entryText(entry: Entry, style: Style, paint: Paint): string {
  const line = entry.source.line === undefined ? '' : paint.dim(`line ${entry.source.line}`);
  const what = `${resourceText(entry.resource, paint)}  ${line}`;
  const [only, ...others] = entry.results;
  if (only === undefined) return '';
  const worst = entry.results.find(({ verdict }) => verdict !== 'allow')?.verdict ?? 'allow';
  const head = `  ${painted(worst, paint)}  ${what}${meetsText(entry, paint)}\n`;
  if (others.length === 0) return head + bodyText(only, style, paint);
  if (entry.results.every(({ verdict, writes = [] }) => verdict === 'allow' && writes.length === 0))
    return head;
  const bodies = entry.results.map(
    (result) =>
      `    ${painted(result.verdict, paint)}  ${paint.bold(result.policy)}\n${bodyText(result, style, paint)}`,
  );
  return head + bodies.join('');
}

const meaning: Readonly<Record<Level, string>> = {
  restricted: 'meets restricted',
  baseline: 'meets baseline',
  privileged: 'below baseline',
};

function meetsText({ meets, results }: Entry, paint: Paint): string {
  if (meets === undefined || results.every(({ verdict }) => verdict === 'allow')) return '';
  return paint.dim(`, ${meaning[meets]}`);
}

function resourceText({ kind, namespace, name }: Resource, paint: Paint): string {
  const full = `${namespace === null ? '' : `${printable(namespace)}/`}${printable(name ?? '(no name)')}`;
  return `${printable(kind)} ${paint.bold(full)}`;
}

function bodyText(result: Result, style: Style, paint: Paint): string {
  const found = result.findings.map((finding) => findingText(finding, style, paint)).join('');
  const findings = found + (result.writes ?? []).map((write) => writeText(write, paint)).join('');
  if (result.verdict !== 'error') return findings;
  const notice = 'not judged whole, so not known to be safe: see its diagnostics';
  return `${' '.repeat(gutter)}${paint.yellow(wrap(notice, gutter, style.width))}\n${findings}`;
}

/** A field that is written is often not there: the place is that of what holds it. */
function writeText(write: ReportedWrite, paint: Paint): string {
  const text = `writes ${printable(`${write.path}: ${JSON.stringify(write.value)}`)}`;
  return `${placeText(write).padStart(gutter - 2)}  ${text}  ${paint.cyan(write.by)}\n`;
}

function findingText(finding: ReportedFinding, style: Style, paint: Paint): string {
  const [first = '', ...others] = [...new Set(finding.locations.map(placeText))];
  const indent = ' '.repeat(gutter);
  const head = `${first.padStart(gutter - 2)}  ${printable(finding.reason)}  ${paint.cyan(finding.control)}\n`;
  const detail = wrap(printable(finding.detail), gutter, style.width);
  const also =
    others.length === 0
      ? ''
      : `${indent}${paint.dim(wrap(`also at ${listed(others)}`, gutter, style.width))}\n`;
  return `${head}${finding.detail === '' ? '' : `${indent}${detail}\n`}${also}`;
}

/** The form for people need not name each of a hundred places; JSON does. */
function listed(places: readonly string[]): string {
  const shown = 10;
  return places.length <= shown + 1
    ? places.join(', ')
    : `${places.slice(0, shown).join(', ')} and ${places.length - shown} more`;
}

function placeText({ line, column }: Location): string {
  return [line, column].filter((part) => part !== undefined).join(':');
}
