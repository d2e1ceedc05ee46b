/** Levels and controls, explained. */
import type { Level } from '../ir/types.js';
import { activeControls, revisionAt } from '../levels/levels.js';
import type { LevelControl, Revision } from '../levels/types.js';
import { formatVersion, isMinor, type Minor } from '../levels/versions.js';
import { toJson, writeYaml } from './pod.js';
import { type Paint, paintFor, type Style, table, wrap } from './text.js';

export const levelTexts: Readonly<Record<Level, string>> = {
  privileged: 'Denies nothing. For system workloads of users who are trusted with the whole cluster.',
  baseline: 'Prevents the known ways from a pod to its node, and allows a pod that asks for nothing special.',
  restricted:
    'The current practice of hardening pods: every control of baseline, and more. A pod has to ask for it.',
};

export function levelText(level: Level, minor: Minor, style: Style): string {
  const paint = paintFor(style);
  const controls = activeControls(level, minor);
  const rows = controls.map(({ control, revision }) => [
    control.id,
    ...(level === 'restricted' ? [control.level] : []),
    versionOf(revision),
    control.title,
  ]);
  const listed =
    rows.length === 0
      ? ''
      : `\nControls, with the version since which the rule is what it is:\n${table(rows, 2, style.width)}` +
        `\n${wrap(`A control in full: podsec explain ${level}@${formatVersion(minor)} CONTROL`, 0, style.width)}\n`;
  return `${paint.bold(`${level}@${formatVersion(minor)}`)}\n${wrap(levelTexts[level], 0, style.width)}\n${listed}`;
}

/** A control at a policy version; its other revisions are listed beside the one that holds. */
export function controlText(control: LevelControl, minor: Minor, style: Style): string {
  const paint = paintFor(style);
  const current = revisionAt(control, minor);
  const overrides = current?.overrides ?? [];
  const parts = [
    `${paint.bold(control.id)}  ${control.title}`,
    wrap(
      `A control of ${control.level}, explained at ${formatVersion(minor)}.` +
        (overrides.length === 0 ? '' : ` Takes the place of ${overrides.join(', ')}.`),
      0,
      style.width,
    ),
    section('Rule', indented(control.rule, style), paint),
    section('Why it matters', indented(control.why, style), paint),
    section('What to do', indented(control.fix, style), paint),
    section('Versions', versionsText(control.revisions, current, style), paint),
    ...(current === undefined
      ? []
      : [example('Denied', current.denied, paint), example('Allowed', current.allowed, paint)]),
  ];
  return parts.map((part) => `${part.trimEnd()}\n`).join('');
}

function section(title: string, body: string, paint: Paint): string {
  return `\n${paint.bold(title)}\n${body}`;
}

function indented(text: string, { width }: Style): string {
  return text
    .split('\n')
    .map((line) => {
      const indent = 2 + (/^ */.exec(line)?.[0].length ?? 0);
      return ' '.repeat(indent) + wrap(line.trimStart(), indent, width);
    })
    .join('\n');
}

function versionsText(revisions: readonly Revision[], current: Revision | undefined, style: Style): string {
  const rows = revisions.map((revision) => [
    revision === current ? '*' : ' ',
    versionOf(revision),
    revision.change,
  ]);
  return table(rows, 2, style.width);
}

function example(title: string, pod: object, paint: Paint): string {
  const yaml = writeYaml([toJson(pod)]);
  return section(`${title}, for example`, yaml.replace(/^(?=.)/gm, '  '), paint);
}

function versionOf({ since }: Revision): string {
  return isMinor(since) ? formatVersion(since) : `v1.${since}`;
}
