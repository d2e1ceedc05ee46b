import { levels } from '../levels/levels.js';
import { counted, paintFor, type Style, wrap } from './text.js';
import type { PolicyCounts, Summary } from './types.js';

/** What a check comes to, in a few lines. */
export function summaryText(summary: Summary, style: Style): string {
  const paint = paintFor(style);
  const { workloads, files, skipped, unread, policies } = summary;
  const lines = [
    workloads === 0
      ? paint.yellow('No workload was judged.')
      : `${counted(workloads, 'workload')} in ${counted(files, 'file')}.`,
    ...(workloads === 0 ? [] : policies.map((each) => `${paint.bold(each.policy)}: ${countsText(each)}.`)),
    ...meetsLine(summary),
    ...(skipped === 0 ? [] : [`${counted(skipped, 'object')} of other kinds skipped.`]),
    ...(unread === 0
      ? []
      : [paint.red(`${counted(unread, 'problem')} kept input from being judged; see the diagnostics.`)]),
  ];
  // `psp/NAME` is a label, and nothing that `explain` knows.
  const denied = policies.find(({ deny, policy }) => deny > 0 && !policy.includes('/'));
  if (denied !== undefined)
    lines.push(paint.dim(`What a control asks for: podsec explain ${denied.policy} CONTROL`));
  return lines.map((line) => `${wrap(line, 0, style.width)}\n`).join('');

  function countsText({ allow, deny, error }: PolicyCounts): string {
    return [
      ...(deny === 0 ? [] : [paint.red(`${deny} denied`)]),
      ...(error === 0 ? [] : [paint.yellow(`${error} not judged`)]),
      paint.green(`${allow} allowed`),
    ].join(', ');
  }
}

function meetsLine({ meets, policies }: Summary): string[] {
  if (meets === undefined || policies.every(({ deny }) => deny === 0)) return [];
  const parts = levels
    .toReversed()
    .filter((level) => meets[level] > 0)
    .map((level) => `${level === 'privileged' ? 'only privileged' : level} by ${meets[level]}`);
  return parts.length === 0 ? [] : [`Strictest level met at ${meets.version}: ${parts.join(', ')}.`];
}
