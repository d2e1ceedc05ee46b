/** Mutants that no pod tells from the original, each with why there is none: the list is strict both ways. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

type Listed = Readonly<Record<string, readonly string[]>>;

const fileOf = (name: string): string => join(import.meta.dirname, `survivors-${name}.json`);

/** By why they survive. */
export function readListed(name: string): Listed {
  return JSON.parse(readFileSync(fileOf(name), 'utf8'));
}

/** With PODSEC_RECORD=1 those that nobody explains are listed under a reason that is none: give them one, or a pod that kills them. */
const unexplained = 'not explained';

/** Why a mutant survives; `told` where a pod that tells it was found and is kept, so that it survives no more. */
export type Explain = (mutant: string) => { readonly why: string } | 'told' | undefined;

function record(name: string, survivors: readonly string[], explain: Explain): void {
  const reasons = new Map<string, string>();
  for (const [reason, mutants] of Object.entries(readListed(name)))
    if (reason !== unexplained) for (const each of mutants) reasons.set(each, reason);
  const byReason = new Map<string, string[]>();
  for (const each of survivors) {
    const known = reasons.get(each);
    const answer = known === undefined ? explain(each) : { why: known };
    if (answer === 'told') continue;
    const why = answer?.why ?? unexplained;
    byReason.set(why, [...(byReason.get(why) ?? []), each]);
  }
  writeFileSync(fileOf(name), `${JSON.stringify(Object.fromEntries(byReason), null, 2)}\n`);
}

/** Demands that exactly the mutants listed have survived, and prints how many were made. */
export function expectSurvivors(
  name: string,
  made: number,
  survivors: readonly string[],
  explain: Explain = () => undefined,
): void {
  if (process.env.PODSEC_RECORD === '1') record(name, survivors, explain);
  const known = Object.values(readListed(name)).flat();
  console.info(
    `mutation: ${name}: ${made} mutants, ${made - survivors.length} killed, ${survivors.length} survive`,
  );
  expect(known.length, 'a survivor is listed twice').toBe(new Set(known).size);
  expect({
    'survivors that are not listed': survivors.filter((each) => !known.includes(each)),
    'listed as survivors, and killed or gone': known.filter((each) => !survivors.includes(each)),
  }).toEqual({ 'survivors that are not listed': [], 'listed as survivors, and killed or gone': [] });
}
