/** Which controls, in which revision, make up a level at a version: as the reference's registry does it. */

import { baselineControls, restrictedControls } from '../../policies/levels/index.js';
import { controlNode } from '../dsl/control.js';
import { defaultScope, noExemptions } from '../dsl/scope.js';
import { type Control, irVersion, type Level, type Policy } from '../ir/types.js';
import type { LevelControl, Revision } from './types.js';
import { formatVersion, isMinor, type Minor, newestMinor } from './versions.js';

export const levels: readonly Level[] = ['privileged', 'baseline', 'restricted'];

const byId = (a: LevelControl, b: LevelControl) => (a.id < b.id ? -1 : 1);

/** Every control of every level, in the order in which the reference reports: baseline first, then by id. */
export const levelControls: readonly LevelControl[] = [
  ...[...baselineControls].sort(byId),
  ...[...restrictedControls].sort(byId),
];

checkRegistry(levelControls);

/** The revision that holds at a version, if the control exists there. */
export function revisionAt(control: LevelControl, minor: Minor): Revision | undefined {
  return control.revisions.findLast((revision) => revision.since <= minor);
}

export interface ActiveControl {
  readonly control: LevelControl;
  readonly revision: Revision;
}

/** The controls that a level has at a version: restricted has the baseline's too, but for those that its own override. */
export function activeControls(
  level: Level,
  minor: Minor,
  controls: readonly LevelControl[] = levelControls,
): readonly ActiveControl[] {
  if (level === 'privileged') return [];
  const active = controls
    .filter((control) => level === 'restricted' || control.level === 'baseline')
    .flatMap((control): ActiveControl[] => {
      const revision = revisionAt(control, minor);
      return revision === undefined ? [] : [{ control, revision }];
    });
  const overridden = new Set(active.flatMap(({ revision }) => revision.overrides ?? []));
  return active.filter(({ control }) => !overridden.has(control.id));
}

/** The IR of a level at a version. */
export function levelPolicy(level: Level, minor: Minor): Policy {
  return {
    ir: irVersion,
    name: level,
    version: formatVersion(minor),
    controls: activeControls(level, minor).map(({ control, revision }) => nodeOf(control, revision)),
    mutations: [],
    alternatives: [],
    exceptions: [],
    exemptions: noExemptions,
    scope: defaultScope,
    mode: 'audit',
  };
}

const nodes = new WeakMap<Revision, Control>();

function nodeOf(control: LevelControl, revision: Revision): Control {
  const known = nodes.get(revision) ?? controlNode(control.id, control.level, revision.body);
  nodes.set(revision, known);
  return known;
}

/** Every revision of every control as IR, in the order of `levelControls`, with its control's level where it begins. */
export function allRevisions(): readonly { readonly control: Control; readonly within: Policy }[] {
  return levelControls.flatMap((control) =>
    control.revisions.map((revision) => {
      if (!isMinor(revision.since))
        throw new TypeError(`control ${control.id}: unknown version 1.${revision.since}`);
      return { control: nodeOf(control, revision), within: levelPolicy(control.level, revision.since) };
    }),
  );
}

/** The versions at which some rule changes, the first one included, oldest first. */
export function versionsWithChanges(controls: readonly LevelControl[] = levelControls): readonly Minor[] {
  const minors = controls.flatMap((control) => control.revisions.map((revision) => revision.since));
  return [...new Set([0, ...minors])].filter(isMinor).sort((a, b) => a - b);
}

/** The reference's registry refuses malformed sets; so does this one. Throws: it is a defect of podsec, not of input. */
function checkRegistry(controls: readonly LevelControl[]): void {
  const ids = new Map<string, LevelControl>();
  for (const control of controls) {
    if (ids.has(control.id)) throw new TypeError(`two controls have the id ${control.id}`);
    ids.set(control.id, control);
  }
  for (const { id, level, revisions } of controls) {
    if (revisions.length === 0) throw new TypeError(`control ${id} has no revision`);
    let previous = -1;
    for (const { since, overrides = [] } of revisions) {
      if (!isMinor(since))
        throw new TypeError(`control ${id}: version 1.${since} is newer than 1.${newestMinor}`);
      if (since <= previous) throw new TypeError(`control ${id}: versions must strictly increase`);
      previous = since;
      for (const override of overrides) {
        if (level !== 'restricted')
          throw new TypeError(`control ${id}: only restricted controls may override`);
        if (ids.get(override)?.level !== 'baseline')
          throw new TypeError(`control ${id} overrides ${override}, no baseline control`);
      }
    }
  }
}
