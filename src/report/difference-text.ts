/** What `podsec diff` found, for people: the relation in a line, then control by control, each with a pod. */
import { writeYaml } from '../manifest/write.js';
import type { ApplyingRow, DifferenceRow, PolicyDifference, Relation } from './difference.js';
import { requestText } from './request.js';
import { counted, type Paint, paintFor, printable, type Style, wrap } from './text.js';

export function differenceText(difference: PolicyDifference, style: Style): string {
  const paint = paintFor(style);
  const { first, second, differences, applying, kubernetes, validity } = difference;
  const sides = [
    { by: 'first', denies: first, admits: second },
    { by: 'second', denies: second, admits: first },
  ] as const;
  const sections = sides.flatMap(({ by, denies, admits }) => {
    const rows = differences.filter((row) => row.deniedBy === by);
    if (rows.length === 0) return [];
    const head = `${denies} denies, ${admits} admits (${counted(rows.length, 'control')}):`;
    return [`\n${paint.bold(printable(head))}\n${rows.map((row) => rowText(row, paint, style)).join('')}`];
  });
  const scope = `Of all pods that an API server of Kubernetes ${kubernetes} takes, by ${counted(validity.length, 'rule')} about them that podsec knows.`;
  return [
    `${paint.bold(printable(sentenceOf(difference)))}\n${paint.dim(wrap(scope, 0, style.width))}\n`,
    ...(applying.length === 0
      ? []
      : [`\n${applying.map((row) => applyingText(row, difference, style)).join('')}`]),
    ...sections,
  ].join('');
}

const words: Readonly<Record<Relation, string>> = {
  equal: 'admits the same pods as',
  stricter: 'is stricter than',
  laxer: 'is laxer than',
  incomparable: 'is neither stricter nor laxer than',
};

function sentenceOf({ first, second, relation, applying }: PolicyDifference): string {
  const besides = relation === 'equal' && applying.length > 0 ? ', but they do not apply alike' : '';
  return `${first} ${words[relation]} ${second}${besides}.`;
}

function rowText(row: DifferenceRow, paint: Paint, style: Style): string {
  const detail = row.detail === '' ? row.reason : row.detail;
  const changes = row.changes.map(
    ({ version, change }) => `    ${wrap(printable(`since ${version}: ${change}`), 4, style.width)}\n`,
  );
  const asked =
    row.request === null ? '' : `    ${wrap(printable(requestText(row.request)), 4, style.width)}\n`;
  const pod = writeYaml([row.pod]).replace(/^(?=.)/gm, '      ');
  return `\n  ${paint.red(printable(row.control))}\n${changes.join('')}    ${wrap(printable(`for example: ${detail}`), 4, style.width)}\n${asked}\n${pod}`;
}

function applyingText(
  { what, first, second }: ApplyingRow,
  difference: PolicyDifference,
  style: Style,
): string {
  const side = (name: string, values: readonly string[]) =>
    values.length === 0 ? [] : [`${name} alone has ${values.join(', ')}`];
  const text = `${what}: ${[...side(difference.first, first), ...side(difference.second, second)].join('; ')}`;
  return `  ${wrap(printable(text), 4, style.width)}\n`;
}
