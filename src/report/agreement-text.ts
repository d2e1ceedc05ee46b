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
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => cellsOf(row)[column]?.length ?? 0)));
  const indent = 2 + widths.reduce((sum, width) => sum + pad('', width).length, 0);
  const lines = rows.map((row) => {
    const cells = cellsOf(row).map((cell, column) => pad(cell, widths[column] ?? 0));
    return `  ${cells.join('')}${painted(row, paint, wrap(printable(resultOf(row)), indent, style.width))}\n`;
  });
  const differences = rows.flatMap((row) =>
    row.difference === null ? [] : [`\n${differenceText(row, row.difference, paint, style)}`],
  );
  return head + lines.join('') + differences.join('');
}

/** A column that is empty everywhere takes no room. */
const pad = (cell: string, width: number): string => (width === 0 ? '' : `${cell.padEnd(width)}  `);

function cellsOf({ engine, version, driver, target }: AgreementRow): readonly string[] {
  const name = version === null ? engine : `${engine} ${printable(version)}`;
  return [name, target ?? '', driver ?? ''];
}

function resultOf(row: AgreementRow): string {
  const { state, judged, denied, differences, reason, invalid } = row;
  const tested =
    row.version === null || row.version === row.testedVersion ? '' : `, tested with ${row.testedVersion}`;
  const unjudged = invalid === 0 ? '' : `, ${invalid} it does not accept`;
  switch (state) {
    case 'agrees':
      return `agrees on ${counted(judged, 'pod')}${unjudged}${tested}`;
    case 'differs':
      return `differs on ${differences} of ${counted(judged, 'pod')}${unjudged}${tested}`;
    case 'shows-nothing':
      return `shows nothing: ${judged === 0 ? 'it judged no pod' : `all ${counted(judged, 'pod')} ${denied === 0 ? 'allowed' : 'denied'}`}${unjudged}${tested}`;
    case 'refused':
      return `cannot say it: ${reason}`;
    case 'not-comparable':
      return `not compared: ${reason}`;
    case 'error':
      return `failed${tested}`;
    case 'not-installed':
      return 'not installed';
  }
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

function painted({ state }: AgreementRow, paint: Paint, text: string): string {
  return colors[state](paint)(text);
}

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
