/** What another Kubernetes release changes, as lines to read: pure comparisons of what was derived before and after. */
import type { TypeTable } from '../../src/schema/types.js';
import type { CheckTable, JudgedLevel } from '../corpus.js';
import { judgedLevels } from '../corpus.js';

export interface SchemaFacts {
  readonly kubernetesVersion: string;
  readonly types: TypeTable;
  readonly workloadTypes: TypeTable;
  readonly computedDefaultRules: readonly string[];
}

/** Types, fields and defaults that are new, changed or gone. */
export function schemaChanges(before: SchemaFacts, after: SchemaFacts): string[] {
  const tables = [
    ...tableChanges('', before.types, after.types),
    ...tableChanges('', before.workloadTypes, after.workloadTypes),
  ];
  const rules = listChanges('computed default', before.computedDefaultRules, after.computedDefaultRules);
  return [...new Set([...tables, ...rules])];
}

function tableChanges(where: string, before: TypeTable, after: TypeTable): string[] {
  const flat = (table: TypeTable) =>
    new Map(
      Object.entries(table).flatMap(([type, { fields }]) =>
        Object.entries(fields).map(([name, field]): [string, string] => [
          `${where}${type}.${name}`,
          JSON.stringify(field),
        ]),
      ),
    );
  const [old, now] = [flat(before), flat(after)];
  return [
    ...listChanges('type', Object.keys(before), Object.keys(after)),
    ...[...now].flatMap(([field, text]) => {
      const was = old.get(field);
      if (was === undefined) return [`new field ${field}: ${text}`];
      return was === text ? [] : [`changed field ${field}: ${was} -> ${text}`];
    }),
    ...[...old.keys()].filter((field) => !now.has(field)).map((field) => `removed field ${field}`),
  ];
}

function listChanges(what: string, before: readonly string[], after: readonly string[]): string[] {
  return [
    ...after.filter((each) => !before.includes(each)).map((each) => `new ${what} ${each}`),
    ...before.filter((each) => !after.includes(each)).map((each) => `removed ${what} ${each}`),
  ];
}

/** A control with the versions at which it changes, as `psa controls` prints it. */
export interface ControlRevisions {
  readonly id: string;
  readonly level: string;
  readonly versions: readonly { readonly minimum: string; readonly overrides?: readonly string[] }[];
}

/** What to write so that podsec's levels have the controls and revisions of the reference: a line each. */
export function controlsToWrite(
  reference: readonly ControlRevisions[],
  own: readonly ControlRevisions[],
): string[] {
  const known = new Map(own.map((each) => [each.id, each]));
  const wanted = reference.flatMap((control) => {
    const { id, level, versions } = control;
    const ours = known.get(id);
    if (ours === undefined) {
      return [
        `write the ${level} control ${id}, a file of its own under policies/levels/${level}/, for ${versions.map(({ minimum }) => `v${minimum}`).join(', ')}, and name it in policies/levels/index.ts`,
      ];
    }
    if (ours.level !== level) return [`move the control ${id} from ${ours.level} to ${level}`];
    return revisionsToWrite(control, ours);
  });
  const ids = new Set(reference.map(({ id }) => id));
  const gone = own
    .filter(({ id }) => !ids.has(id))
    .map(({ id, level }) => `remove the ${level} control ${id}: the reference has it no more`);
  return [...wanted, ...gone];
}

function revisionsToWrite({ id, level, versions }: ControlRevisions, ours: ControlRevisions): string[] {
  const file = `the ${level} control ${id} (policies/levels/${level}/)`;
  const text = (overrides: readonly string[] = []) => overrides.join(', ') || 'nothing';
  const wanted = versions.flatMap(({ minimum, overrides }) => {
    const same = ours.versions.find((each) => each.minimum === minimum);
    const minor = minimum.replace(/^1\./, '');
    if (same === undefined)
      return [`write a revision \`since: ${minor}\` of ${file}, with a denied and an allowed example`];
    return text(same.overrides) === text(overrides)
      ? []
      : [`let v${minimum} of ${file} override ${text(overrides)}, not ${text(same.overrides)}`];
  });
  const gone = ours.versions
    .filter(({ minimum }) => !versions.some((each) => each.minimum === minimum))
    .map(({ minimum }) => `remove the revision of v${minimum} of ${file}`);
  return [...wanted, ...gone];
}

/** Verdicts of many pods: for each one bit for each version, level and check of the table. */
export interface Verdicts {
  readonly table: CheckTable;
  readonly bits: Uint8Array;
}

export interface VerdictChange {
  readonly level: JudgedLevel;
  readonly version: string;
  readonly control: string;
  /** Positions of pods that one of the two denies and the other allows. */
  readonly pods: readonly number[];
}

/** By control, level and version: the pods on which two judges differ. Only what both have in their tables is compared. */
export function verdictChanges(a: Verdicts, b: Verdicts, pods: number): VerdictChange[] {
  const [ofA, ofB] = [columns(a.table), columns(b.table)];
  return [...ofA].flatMap(([key, column]): VerdictChange[] => {
    const other = ofB.get(key);
    if (other === undefined) return [];
    const differing = Array.from({ length: pods }, (_, pod) => pod).filter(
      (pod) => bitAt(a, ofA.size, pod, column.position) !== bitAt(b, ofB.size, pod, other.position),
    );
    const { level, version, control } = column;
    return differing.length === 0 ? [] : [{ level, version, control, pods: differing }];
  });
}

interface Column {
  readonly level: JudgedLevel;
  readonly version: string;
  readonly control: string;
  readonly position: number;
}

function columns(table: CheckTable): Map<string, Column> {
  const found = new Map<string, Column>();
  for (const [index, version] of table.versions.entries()) {
    for (const level of judgedLevels) {
      for (const control of table[level][index] ?? [])
        found.set(`${version} ${level} ${control}`, { level, version, control, position: found.size });
    }
  }
  return found;
}

/** As `bitsOf` of engines/corpus.ts writes them: each pod starts with a byte of its own. */
function bitAt({ bits }: Verdicts, width: number, pod: number, position: number): boolean {
  const byte = bits[pod * Math.ceil(width / 8) + (position >> 3)] ?? 0;
  return (byte & (0x80 >> (position & 7))) !== 0;
}

/** Controls that differ, each with its versions and how many pods, and one of these. */
export function changeLines(
  changes: readonly VerdictChange[],
  podAt: (position: number) => unknown,
): string[] {
  const grouped = new Map<string, VerdictChange[]>();
  for (const each of changes) {
    const key = `${each.control}`;
    grouped.set(key, [...(grouped.get(key) ?? []), each]);
  }
  return [...grouped].map(([control, all]) => {
    const versions = [...new Set(all.map(({ version }) => `v${version}`))].join(', ');
    const pods = new Set(all.flatMap((each) => each.pods));
    const [witness = 0] = pods;
    return `${control} at ${versions}: ${pods.size} pods, such as ${JSON.stringify(podAt(witness))}`;
  });
}
