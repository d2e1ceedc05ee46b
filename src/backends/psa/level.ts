/** Which level a policy is, and where it is none, the first control in which it differs from the nearest one. */
import { isDeepStrictEqual } from 'node:util';
import type { Control, Level, Policy } from '../../ir/types.js';
import { levelPolicy, levels } from '../../levels/levels.js';
import { formatVersion, isMinor, type Minor, newestMinor } from '../../levels/versions.js';
import type { Refusal } from '../types.js';

export interface LevelVersion {
  readonly level: Level;
  readonly minor: Minor;
}

export const levelTitle = ({ level, minor }: LevelVersion): string => `${level} at ${formatVersion(minor)}`;

const minors: readonly Minor[] = Array.from({ length: newestMinor + 1 }, (_, minor) => minor).filter(isMinor);

/** Every level at every version, the newest first. */
const candidates: readonly LevelVersion[] = levels.flatMap((level) =>
  minors.toReversed().map((minor) => ({ level, minor })),
);

/**
 * The level that the policy is, at a version that the engine knows: at its own where that will do, else at the newest
 * that has the same rules.
 */
export function levelOf(policy: Policy, engine: Minor): LevelVersion | Refusal {
  const same = candidates.filter((each) => firstDifference(policy.controls, each) === undefined);
  if (same.length === 0) return noLevel(policy);
  const known = same.filter(({ minor }) => minor <= engine);
  const own = known.find((each) => isOwn(policy, each));
  const [newest] = known;
  return own ?? newest ?? tooNew(policy, same, engine);
}

const isOwn = (policy: Policy, { minor }: LevelVersion) => formatVersion(minor) === policy.version;

interface Difference {
  readonly control: string;
  readonly what: (level: string) => string;
}

/** The policy's own controls come first, in its order, then those of the level. The order itself decides nothing. */
function differences(controls: readonly Control[], { level, minor }: LevelVersion): readonly Difference[] {
  const wanted = levelPolicy(level, minor).controls;
  const find = (among: readonly Control[], id: string) => among.find((control) => control.id === id);
  const own = controls.flatMap((control): Difference[] => {
    const other = find(wanted, control.id);
    if (other === undefined) return [{ control: control.id, what: (name) => `${name} does not have it` }];
    if (isDeepStrictEqual(other, control)) return [];
    return [{ control: control.id, what: (name) => `it is not the one that ${name} has` }];
  });
  const missing = wanted
    .filter(({ id }) => find(controls, id) === undefined)
    .map(({ id }): Difference => ({ control: id, what: (name) => `${name} has it and the policy does not` }));
  return [...own, ...missing];
}

const firstDifference = (controls: readonly Control[], of: LevelVersion) => differences(controls, of)[0];

function noLevel(policy: Policy): Refusal {
  const measured = candidates.map((each) => ({ each, found: differences(policy.controls, each) }));
  const [nearest] = measured.toSorted(
    (a, b) =>
      a.found.length - b.found.length || Number(isOwn(policy, b.each)) - Number(isOwn(policy, a.each)),
  );
  const difference = nearest?.found[0];
  if (nearest === undefined || difference === undefined) throw new TypeError('there are no levels');
  const what = difference.what(levelTitle(nearest.each));
  return {
    policy: policy.name,
    control: difference.control,
    reason: `PodSecurity admission knows the levels alone, and of the nearest one, ${what}`,
  };
}

/** An API server takes its own newest version in place of one that it does not know. */
function tooNew(policy: Policy, same: readonly LevelVersion[], engine: Minor): Refusal {
  const wanted = same.find((each) => isOwn(policy, each)) ?? same[0];
  if (wanted === undefined) throw new TypeError('a policy is no level');
  const instead = { level: wanted.level, minor: engine };
  const difference = firstDifference(policy.controls, instead);
  return {
    policy: policy.name,
    control: difference?.control ?? null,
    reason:
      `Kubernetes ${formatVersion(engine).slice(1)} judges by its own newest version where it does not know ` +
      `${formatVersion(wanted.minor)}${difference === undefined ? '' : `, and ${difference.what(levelTitle(instead))}`}`,
  };
}
