/** Mutants that no pod tells from the original, each with why there is none: the list is strict both ways. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

type Listed = Readonly<Record<string, readonly string[]>>;

const fileOf = (name: string): string => join(import.meta.dirname, `survivors-${name}.json`);

function readListed(name: string): Listed {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

/** With PODSEC_RECORD=1 those that are not listed are, under a reason that is none: give them one, or a pod that kills them. */
const unexplained = 'not explained';

function record(name: string, survivors: readonly string[], isAsked: (mutant: string) => boolean): void {
  const byReason = readListed(name);
  const kept = Object.entries(byReason).map(([reason, mutants]): [string, readonly string[]] => [
    reason,
    mutants.filter((each) => !isAsked(each) || survivors.includes(each)),
  ]);
  const known = new Set(kept.flatMap(([, mutants]) => mutants));
  const fresh = survivors.filter((each) => !known.has(each));
  const all = new Map(kept);
  all.set(unexplained, [...(all.get(unexplained) ?? []), ...fresh]);
  const some = [...all].filter(([, mutants]) => mutants.length > 0);
  writeFileSync(fileOf(name), `${JSON.stringify(Object.fromEntries(some), null, 2)}\n`);
}

/** Demands that exactly the mutants listed have survived, and prints how many were made. */
export function expectSurvivors(
  name: string,
  made: number,
  survivors: readonly string[],
  /** Whether a mutant that is listed was made at all. */
  isAsked: (mutant: string) => boolean = () => true,
): void {
  if (process.env.PODSEC_RECORD === '1') record(name, survivors, isAsked);
  const known = Object.values(readListed(name)).flat().filter(isAsked);
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
