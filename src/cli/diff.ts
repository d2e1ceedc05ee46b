/** `podsec diff`: what one policy denies and another admits, with a pod for each control. */
import { resolve } from 'node:path';
import type { Diagnostic, Outcome } from '../diagnostics.js';
import { replaceTrees, type Tree } from '../emit/tree.js';
import { levelControls } from '../levels/levels.js';
import { type LoadedPolicy, loadPolicies } from '../load/policies.js';
import { quoted } from '../manifest/problem.js';
import { writeYaml } from '../manifest/write.js';
import {
  type DifferenceRow,
  differenceJson,
  type PolicyDifference,
  type Relation,
} from '../report/difference.js';
import { differenceText } from '../report/difference-text.js';
import { shownRequest } from '../report/request.js';
import { counted, printable } from '../report/text.js';
import { kubernetesVersion } from '../schema/index.js';
import { validityRules } from '../schema/validity/index.js';
import { type Applying, applyingDifferently } from '../solver/applies.js';
import { compare, type Difference } from '../solver/compare.js';
import { TooLarge } from '../solver/limits.js';
import { beyondComparison } from './beyond.js';
import { openPlaces, parseFormats } from './formats.js';
import { Progress } from './progress.js';
import type { Session } from './session.js';

export interface DiffOptions {
  readonly first: string;
  readonly second: string;
  readonly formats: readonly string[];
  /** A directory to write the pods to. */
  readonly witnesses?: string;
  readonly loadTimeout: number;
}

export async function diff(session: Session, options: DiffOptions): Promise<void> {
  const formats = parseFormats(options.formats, session.cwd);
  const first = await loadOne(session, options.first, options.loadTimeout);
  const second = await loadOne(session, options.second, options.loadTimeout);
  await session.report(...first.diagnostics, ...second.diagnostics);
  if (first.value === undefined || second.value === undefined) return;

  const opened = await openPlaces(formats, session);
  if (opened === undefined) return;
  const places = [...opened];
  const progress = new Progress(session.stderr);
  try {
    const found = differenceOf(first.value, second.value, progress);
    progress.clear();
    for (const { format, style, write, commit } of places.splice(0)) {
      await write(format === 'json' ? differenceJson(found, []) : differenceText(found, style));
      await commit(session);
    }
    if (options.witnesses !== undefined) await writeWitnesses(session, options.witnesses, found);
    if (found.differences.length > 0 || found.applying.length > 0) session.raise(1);
  } catch (error) {
    progress.clear();
    if (!(error instanceof TooLarge)) throw error;
    await session.report(beyondComparison(`${quoted(options.first)} and ${quoted(options.second)}`, error));
  } finally {
    progress.clear();
    for (const place of places) place.discard();
  }
}

async function loadOne(session: Session, text: string, seconds: number): Promise<Outcome<LoadedPolicy>> {
  const loaded = await loadPolicies([text], {
    cwd: session.cwd,
    timeoutSeconds: seconds,
    onOutput: (said) => void session.say(said),
  });
  const [policy, ...more] = loaded.value ?? [];
  if (policy === undefined || more.length > 0) {
    const several: Diagnostic[] = more.length === 0 ? [] : [severalPolicies(text, [policy, ...more])];
    return { diagnostics: [...loaded.diagnostics, ...several] };
  }
  // In a comparison of two files of one name, the names of the files tell more.
  const label = policy.level === undefined ? text : policy.label;
  return { value: { ...policy, label }, diagnostics: loaded.diagnostics };
}

function severalPolicies(file: string, policies: readonly (LoadedPolicy | undefined)[]): Diagnostic {
  const names = policies.map((each) => quoted(each?.label ?? '')).join(', ');
  return {
    code: 'policy-file',
    severity: 'error',
    place: { file },
    message: `the file has several policies: ${names}`,
    hint: 'compare files of one policy each; a file may import and export one of them',
  };
}

function differenceOf(first: LoadedPolicy, second: LoadedPolicy, progress: Progress): PolicyDifference {
  const { onlyFirst, onlySecond, relation } = compare(first.policy, second.policy, {
    progress: (control) => progress.show(`comparing ${control}`),
  });
  const applying = applyingDifferently(first.policy, second.policy);
  const rows = (deniedBy: 'first' | 'second', found: readonly Difference[]): DifferenceRow[] =>
    found.map(({ control, finding, witness }) => {
      return {
        deniedBy,
        control,
        changes: changesOf(control, first, second),
        reason: finding.reason,
        detail: finding.detail,
        pod: witness.pod,
        request: shownRequest(witness.request),
      };
    });
  return {
    first: first.label,
    second: second.label,
    relation: combined(relation, applying),
    differences: [...rows('first', onlyFirst), ...rows('second', onlySecond)],
    applying,
    kubernetes: kubernetesVersion,
    validity: validityRules.map(({ id }) => id),
  };
}

/** A policy that denies more and applies to less is neither. */
function combined(relation: Relation, applying: readonly Applying[]): Relation {
  const effects = new Set<Relation>([relation, ...applying.flatMap(({ effect }) => effect ?? [])]);
  effects.delete('equal');
  const [only] = effects;
  if (only === undefined) return 'equal';
  return effects.size === 1 ? only : 'incomparable';
}

/** What the levels say of how a control changed between two of their versions. */
function changesOf(
  control: string,
  { level: first }: LoadedPolicy,
  { level: second }: LoadedPolicy,
): DifferenceRow['changes'] {
  if (first === undefined || second === undefined || first.minor === second.minor) return [];
  const [from, to] = first.minor < second.minor ? [first.minor, second.minor] : [second.minor, first.minor];
  const known = levelControls.find(({ id }) => id === control);
  // A control that only one of the levels has did not change: it is not there.
  const ofBoth = first.level === second.level || known?.level === 'baseline';
  return (ofBoth ? (known?.revisions ?? []) : [])
    .filter(({ since }) => from < since && since <= to)
    .map(({ since, change }) => ({ version: `v1.${since}`, change }));
}

async function writeWitnesses(session: Session, directory: string, found: PolicyDifference): Promise<void> {
  const treeOf = (by: 'first' | 'second'): Tree => ({
    name: `denied-by-${by}`,
    files: found.differences
      .filter(({ deniedBy }) => deniedBy === by)
      .map((row) => ({
        path: `${fileName(row.control)}.yaml`,
        text: `${commentOf(row, found)}${writeYaml([row.pod])}`,
      })),
  });
  const replaced = replaceTrees(resolve(session.cwd, directory), directory, [
    treeOf('first'),
    treeOf('second'),
  ]);
  await session.report(...replaced.diagnostics);
  for (const { name, files } of replaced.value ?? [])
    await session.say(`written: ${printable(`${directory}/${name}/`)} (${counted(files, 'pod')})\n`);
}

/** Ids of controls of alternatives have a `/`. */
const fileName = (control: string): string => control.replace(/[^A-Za-z0-9._-]/g, '_');

function commentOf(
  { deniedBy, control, reason, detail }: DifferenceRow,
  { first, second }: PolicyDifference,
): string {
  const [denies, admits] = deniedBy === 'first' ? [first, second] : [second, first];
  const lines = [
    `${denies} denies this pod by ${control}, ${admits} admits it:`,
    detail === '' ? reason : `${reason}: ${detail}`,
  ];
  return lines.map((line) => `# ${printable(line)}\n`).join('');
}
