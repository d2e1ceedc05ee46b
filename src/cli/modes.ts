import type { Mode } from '../ir/types.js';

const all: Readonly<Record<Mode, true>> = {
  audit: true,
  warn: true,
  enforce: true,
  'enforce-workloads': true,
};

export const modes: readonly string[] = Object.keys(all);

export function isMode(text: string): text is Mode {
  return Object.hasOwn(all, text);
}
