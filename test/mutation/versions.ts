/** Mutants of the list of versions: when each revision of each control begins, and what it replaces. */
import { levelControls } from '../../src/levels/levels.js';
import type { LevelControl, Revision } from '../../src/levels/types.js';
import { newestMinor } from '../../src/levels/versions.js';
import { changed, inEach, inPart, type Mutant } from './mutant.js';

/** Every mutant that is a list of controls as the registry takes it. */
export function versionMutants(): Mutant<readonly LevelControl[]>[] {
  return levelControls.flatMap((control, index) =>
    inPart(control.id, controlMutants(control), (node) => levelControls.with(index, node)),
  );
}

function controlMutants(control: LevelControl): Mutant<LevelControl>[] {
  const mutants: Mutant<LevelControl>[] = [
    ...inPart('revisions', inEach(control.revisions, revisionMutants), (revisions) => ({
      ...control,
      revisions,
    })),
    changed('of the other level', {
      ...control,
      level: control.level === 'baseline' ? 'restricted' : 'baseline',
    }),
  ];
  return mutants.filter(({ node }) => isOrdered(node.revisions));
}

function revisionMutants(revision: Revision): Mutant<Revision>[] {
  const { since, overrides = [] } = revision;
  return [
    changed('a version earlier', { ...revision, since: since - 1 }),
    changed('a version later', { ...revision, since: since + 1 }),
    ...inPart(
      'overrides',
      inEach(overrides, () => []),
      (each) => ({ ...revision, overrides: each }),
    ),
  ];
}

function isOrdered(revisions: readonly Revision[]): boolean {
  return revisions.every(
    ({ since }, index) => since >= 0 && since <= newestMinor && since > (revisions[index - 1]?.since ?? -1),
  );
}
