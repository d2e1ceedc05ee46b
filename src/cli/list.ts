/** `podsec list`: what there is to choose from. */

import { allBackends } from '../compile.js';
import { diagnosticCodes } from '../diagnostics.js';
import { levelControls, levels } from '../levels/levels.js';
import type { LevelControl } from '../levels/types.js';
import { formatVersion, newestMinor } from '../levels/versions.js';
import { quoted } from '../manifest/problem.js';
import { levelTexts } from '../report/explain.js';
import { paintFor, type Style, table } from '../report/text.js';
import { nearest } from '../schema/index.js';
import { type Session, UsageError } from './session.js';

type Part = (style: Style) => string;

const parts = {
  levels: (style) =>
    table(
      levels.map((level) => [level, levelTexts[level]]),
      2,
      style.width,
    ),
  controls: (style) =>
    (['baseline', 'restricted'] as const)
      .map((level) => `  ${paintFor(style).underline(level)}\n${table(controlRows(level), 2, style.width)}`)
      .join(''),
  targets: (style) =>
    table(
      allBackends.map(({ target, title, engineVersions }) => [target, title, engineVersions.join(' ')]),
      2,
      style.width,
    ),
  diagnostics: (style) => table(Object.entries(diagnosticCodes), 2, style.width),
} as const satisfies Record<string, Part>;

function controlRows(level: LevelControl['level']): string[][] {
  return levelControls
    .filter((control) => control.level === level)
    .map(({ id, title, revisions }) => [id, revisions.map(({ since }) => `1.${since}`).join(' '), title]);
}

const titles: Readonly<Record<keyof typeof parts, string>> = {
  levels: `Levels, each at the versions v1.0 to ${formatVersion(newestMinor)} and latest, which is ${formatVersion(newestMinor)}`,
  controls: 'Controls of the levels, with the versions at which each begins and changes',
  targets: 'Targets, with their engine versions; the last one is the default',
  diagnostics: 'Diagnostic codes',
};

export async function list(session: Session, what: string | undefined): Promise<void> {
  if (what !== undefined && !isPart(what)) {
    const names = Object.keys(parts);
    const near = nearest(what, names);
    const hint = near === undefined ? `there are ${names.join(', ')}` : `did you mean \`${near}\`?`;
    throw new UsageError(`there is nothing to list called ${quoted(what)}`, hint);
  }
  const { style } = session.stdout;
  const wanted = what === undefined ? (['levels', 'controls', 'targets'] as const) : ([what] as const);
  const texts = wanted.map((name) => `${paintFor(style).bold(titles[name])}\n${parts[name](style)}`);
  await session.stdout.write(texts.join('\n'));
}

function isPart(text: string): text is keyof typeof parts {
  return Object.hasOwn(parts, text);
}
