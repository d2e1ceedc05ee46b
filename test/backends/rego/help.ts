import type { Level, Policy } from '../../../src/ir/types.js';
import { levelPolicy } from '../../../src/levels/levels.js';
import { parseVersion } from '../../../src/levels/versions.js';

/** A level at version 1.37, whatever the newest is. */
export function levelAt37(level: Level): Policy {
  const minor = parseVersion('v1.37');
  if (minor === undefined) throw new Error('v1.37 is unknown');
  return levelPolicy(level, minor);
}

/** Rego on one line, without what only a layout over several has. */
export function onOneLine(rego: string): string {
  return rego
    .replace(/\s+/g, ' ')
    .replace(/([[({]) /g, '$1')
    .replace(/,? ([\])}])/g, '$1');
}
