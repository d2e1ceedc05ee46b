/** What `podsec verify` found, for people: a table for each policy, and the small pod for each difference. */
import { writeYaml } from '../manifest/write.js';
import type { Agreement, AgreementRow, ComparedPolicy, Difference, State } from './agreement.js';
import { counted, type Paint, paintFor, printable, type Style, wrap } from './text.js';

export function agreementText({ policies, rows }: Agreement, style: Style): string {
  return policies
    .map((policy) =>
      sectionOf(
        policy,
        rows.filter((row) => row.policy === policy.policy),
        style,
      ),
    )
    .join('\n');
}

function sectionOf(compared: ComparedPolicy, rows: readonly AgreementRow[], style: Style): string {
  const paint = paintFor(style);
  const { policy, pods, boundaryPods, denied } = compared;
  const which = pods === boundaryPods ? counted(pods, 'pod') : `${pods} of ${boundaryPods} pods`;
  const head = `${paint.bold(printable(policy))}: ${which} on the edges of its rules, ${denied} of them denied\n\n`;
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => cellsOf(row)[column]?.length ?? 0)));
  const indent = 2 + widths.reduce((sum, width) => sum + pad('', width).length, 0);
  const lines = rows.map((row) => {
    const cells = cellsOf(row).map((cell, column) => pad(cell, widths[column] ?? 0));
    return `  ${cells.join('')}${colors[row.state](paint)(wrap(printable(resultOf(row)), indent, style.width))}\n`;
  });
  const notes = rows.filter(needsNote).map((row) => noteText(row, style));
  const differences = rows.flatMap((row) =>
    row.difference === null ? [] : [`\n${differenceText(row, row.difference, paint, style)}`],
  );
  return [head, ...lines, ...(notes.length > 0 ? ['\n', ...notes] : []), ...differences].join('');
}

/** A column that is empty everywhere takes no room. */
const pad = (cell: string, width: number): string => (width === 0 ? '' : `${cell.padEnd(width)}  `);

function cellsOf({ engine, version, driver, target }: AgreementRow): readonly string[] {
  const name = version === null ? engine : `${engine} ${printable(version)}`;
  return [name, [target, driver].filter((part) => part !== null).join(' ')];
}

function resultOf(row: AgreementRow): string {
  const { state, judged, denied, differences, invalid } = row;
  const tested =
    row.version === null || row.version === row.testedVersion ? '' : `, tested with ${row.testedVersion}`;
  const rest = `${invalid === 0 ? '' : `, ${invalid} not accepted`}${tested}`;
  switch (state) {
    case 'agrees':
      return `agrees on ${counted(judged, 'pod')}${rest}`;
    case 'differs':
      return `differs on ${differences} of ${counted(judged, 'pod')}${rest}`;
    case 'shows-nothing':
      return `shows nothing: ${judged === 0 ? 'it judged no pod' : `all ${counted(judged, 'pod')} ${denied === 0 ? 'allowed' : 'denied'}`}${rest}`;
    case 'refused':
      return 'cannot say it';
    case 'not-comparable':
      return 'not compared';
    case 'error':
      return `failed${tested}`;
    case 'not-installed':
      return 'not installed';
  }
}

/** What takes more than a line of the table; errors are diagnostics. */
const needsNote = ({ state }: AgreementRow): boolean => state === 'refused' || state === 'not-comparable';

function noteText(row: AgreementRow, style: Style): string {
  const what = row.state === 'refused' ? 'cannot say it' : 'is not compared';
  return `  ${wrap(printable(`${laneName(row)} ${what}: ${row.reason}`), 4, style.width)}\n`;
}

const colors: Readonly<Record<State, (paint: Paint) => (text: string) => string>> = {
  agrees: (paint) => paint.green,
  differs: (paint) => paint.red,
  'shows-nothing': (paint) => paint.yellow,
  refused: (paint) => paint.dim,
  'not-comparable': (paint) => paint.dim,
  error: (paint) => paint.yellow,
  'not-installed': (paint) => paint.dim,
};

function differenceText(row: AgreementRow, difference: Difference, paint: Paint, style: Style): string {
  const { evaluate, engine, pod } = difference;
  const who = laneName(row);
  const width = Math.max('evaluate'.length, who.length);
  const said = (name: string, controls: readonly string[] | null) => {
    const text = wrap(printable(verdictText(controls)), width + 4, style.width);
    return `  ${paint.bold(name.padEnd(width))}  ${text}\n`;
  };
  const heading = `The smallest pod found on which ${who} and evaluate differ:\n`;
  return `${wrap(heading, 0, style.width)}\n${said('evaluate', evaluate)}${said(who, engine)}\n${writeYaml([pod])}`;
}

/** The engine, and the form in which it ran the policy. */
export function laneName({ engine, driver, target }: AgreementRow): string {
  const form = driver ?? target;
  return form === null || form === engine ? engine : `${engine} (${form})`;
}

/** Null: denied, without a word on why. */
function verdictText(controls: readonly string[] | null): string {
  if (controls === null) return 'denies it';
  return controls.length === 0 ? 'allows it' : `denies it: ${controls.join(', ')}`;
}
