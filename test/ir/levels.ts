import type { Policy } from '../../src/ir/types.js';
import { levelPolicy, levels } from '../../src/levels/levels.js';
import { isMinor, newestMinor } from '../../src/levels/versions.js';

/** The three levels at every version. */
export function allLevelPolicies(): Policy[] {
  const minors = Array.from({ length: newestMinor + 1 }, (_, minor) => minor).filter(isMinor);
  return levels.flatMap((level) => minors.map((minor) => levelPolicy(level, minor)));
}
