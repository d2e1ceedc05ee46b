/** Mutants that no pod tells from the original, each with why there is none: the list is strict both ways. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

type Listed = Readonly<Record<string, readonly string[]>>;

function listed(name: string): readonly string[] {
  const text = readFileSync(join(import.meta.dirname, `survivors-${name}.json`), 'utf8');
  const byReason: Listed = JSON.parse(text);
  return Object.values(byReason).flat();
}

/** Demands that exactly the mutants listed have survived, and prints how many were made. */
export function expectSurvivors(name: string, made: number, survivors: readonly string[]): void {
  const known = listed(name);
  console.info(
    `mutation: ${name}: ${made} mutants, ${made - survivors.length} killed, ${survivors.length} survive`,
  );
  expect(known.length, 'a survivor is listed twice').toBe(new Set(known).size);
  expect(
    survivors.filter((each) => !known.includes(each)),
    'survivors that are not listed',
  ).toEqual([]);
  expect(
    known.filter((each) => !survivors.includes(each)),
    'listed as survivors, and killed or gone',
  ).toEqual([]);
}
