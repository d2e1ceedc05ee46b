/**
 * Is each node of the levels' rules, each container group, and each entry of the lists of versions, watched by some pod?
 * Each is changed in turn. `evaluate` equals the reference on these pods in verdict, reason and detail
 * (test/reference/replay.test.ts), so a mutant that says anything else of one of them would be noticed there.
 */
import { describe, expect, it } from 'vitest';
import { corpusPlan, judgedLevels } from '../../engines/corpus.js';
import { readReference } from '../../engines/reference.js';
import { severalPodsOf } from '../../engines/several.js';
import { controlNode } from '../../src/dsl/control.js';
import type { Control } from '../../src/ir/types.js';
import { activeControls, allRevisions, levelControls, versionsWithChanges } from '../../src/levels/levels.js';
import type { LevelControl } from '../../src/levels/types.js';
import { parseVersion } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { pairedPods, singlePods } from '../../src/testing/boundary/pods.js';
import { Random } from '../../src/testing/boundary/random.js';
import { admittedPod } from '../../src/verify/judged.js';
import { alone, controlMutants } from './controls.js';
import { type Case, created, Killer, places, words } from './killer.js';
import { expectSurvivors } from './survivors.js';
import { versionMutants } from './versions.js';

const revisions = allRevisions();

/** Of what the reference has judged, the pods that were made for a control: enough to kill, and quickly made. */
const casesOf = new Map(levelControls.map(({ id }) => [id, casesFor(id)]));

function casesFor(id: string): readonly Case[] {
  const pods = new Map<string, JsonObject>();
  for (const [index, { control }] of revisions.entries()) {
    if (control.id !== id) continue;
    const random = new Random(corpusPlan.seed + index);
    const boundary = [...singlePods(control), ...pairedPods(control, random, corpusPlan.pairs)];
    for (const pod of [...boundary.map((each) => each.pod), ...severalPodsOf(control)])
      pods.set(JSON.stringify(pod), pod);
  }
  return [...pods.values()].map((pod) => created(admittedPod(pod)));
}

function cases(id: string): readonly Case[] {
  const found = casesOf.get(id);
  if (found === undefined) throw new RangeError(id);
  return found;
}

describe('mutants of the levels', () => {
  it('are killed by pods that the reference has judged, but for those listed', () => {
    const survivors: string[] = [];
    let made = 0;
    for (const { control, within } of revisions) {
      // Where a rule puts the blame the reference does not say: locations.txt does, for the same pods.
      const killer = new Killer(alone(control), cases(control.id), places);
      for (const { at, what, node } of controlMutants(control)) {
        made += 1;
        if (killer.kills(alone(node)) === undefined)
          survivors.push(`${control.id} ${within.version}: ${at}: ${what}`);
      }
    }
    expectSurvivors('levels', made, survivors);
  });

  it('notice nothing where nothing was changed, and everything where nothing is left', () => {
    for (const { control } of revisions) {
      const killer = new Killer(alone(control), cases(control.id), words);
      expect(killer.kills(alone(structuredClone(control)))).toBeUndefined();
      expect(killer.kills(alone({ ...control, unless: { kind: 'constant', value: true } }))).toBeDefined();
    }
  });
});

describe('mutants of the lists of versions', () => {
  it('are killed by what the reference runs at each version, but for those listed', async () => {
    const { corpus } = await readReference();
    const { table } = corpus.record;
    const nodes = new Map<unknown, Control>();
    const nodeOf = (control: LevelControl, body: LevelControl['revisions'][number]['body']): Control => {
      const known = nodes.get(body) ?? controlNode(control.id, control.level, body);
      nodes.set(body, known);
      return known;
    };
    const noticed = (controls: readonly LevelControl[]): boolean => {
      const versions = versionsWithChanges(controls).map((minor) => `1.${minor}`);
      if (JSON.stringify(versions) !== JSON.stringify(table.versions)) return true;
      return table.versions.some((version, index) =>
        judgedLevels.some((level) => {
          const minor = parseVersion(version);
          if (minor === undefined) throw new RangeError(version);
          const now = activeControls(level, minor, controls);
          if (JSON.stringify(now.map(({ control }) => control.id)) !== JSON.stringify(table[level][index]))
            return true;
          const before = activeControls(level, minor);
          return now.some(({ control, revision }, at) => {
            const original = before[at];
            if (original === undefined || original.revision.body === revision.body) return false;
            const killer = new Killer(
              alone(nodeOf(original.control, original.revision.body)),
              cases(control.id),
              words,
            );
            return killer.kills(alone(nodeOf(control, revision.body))) !== undefined;
          });
        }),
      );
    };
    expect(noticed(levelControls)).toBe(false);
    const mutants = versionMutants();
    const survivors = mutants.filter(({ node }) => !noticed(node)).map(({ at, what }) => `${at}: ${what}`);
    expectSurvivors('versions', mutants.length, survivors);
  });
});
