/** The clause solver against all assignments, on small random clauses. */
import { expect, it } from 'vitest';
import { type Literal, solve, TooHard } from '../../src/solver/sat.js';
import { Random } from '../../src/testing/boundary/random.js';

const holds = (clauses: readonly (readonly Literal[])[], model: (variable: number) => boolean): boolean =>
  clauses.every((clause) => clause.some((literal) => model(Math.abs(literal)) === literal > 0));

function bySearch(variables: number, clauses: readonly (readonly Literal[])[]): boolean {
  for (let bits = 0; bits < 2 ** variables; bits += 1)
    if (holds(clauses, (variable) => ((bits >> (variable - 1)) & 1) === 1)) return true;
  return false;
}

function randomClauses(random: Random, variables: number): Literal[][] {
  // So many clauses that both answers are about as likely.
  const count = Math.round(variables * (1 + random.below(25) / 10));
  return Array.from({ length: count }, () =>
    Array.from(
      { length: random.chance(5) ? 1 : 2 + random.below(2) },
      () => (1 + random.below(variables)) * (random.chance(50) ? 1 : -1),
    ),
  );
}

it('answers as a search through all assignments does', () => {
  const random = new Random(11);
  const answers = { yes: 0, no: 0 };
  for (let round = 0; round < 3000; round += 1) {
    const variables = 3 + random.below(9);
    const clauses = randomClauses(random, variables);
    const model = solve(variables, clauses, 100_000);
    expect(model !== undefined, JSON.stringify(clauses)).toBe(bySearch(variables, clauses));
    if (model !== undefined) expect(holds(clauses, (variable) => model[variable] === true)).toBe(true);
    answers[model === undefined ? 'no' : 'yes'] += 1;
  }
  expect(Math.min(answers.yes, answers.no)).toBeGreaterThan(300);
});

/** More pigeons than holes: no assignment, and no short way to see it. */
function pigeons(holes: number): { readonly variables: number; readonly clauses: Literal[][] } {
  const variable = (pigeon: number, hole: number) => pigeon * holes + hole + 1;
  const each = Array.from({ length: holes + 1 }, (_, pigeon) =>
    Array.from({ length: holes }, (__, hole) => variable(pigeon, hole)),
  );
  const apart = Array.from({ length: holes }, (_, hole) =>
    each.flatMap((_row, a) =>
      each.slice(a + 1).map((__, b) => [-variable(a, hole), -variable(a + 1 + b, hole)]),
    ),
  ).flat();
  return { variables: (holes + 1) * holes, clauses: [...each, ...apart] };
}

it('proves that there is none, and gives up where it may not go on', () => {
  const five = pigeons(5);
  expect(solve(five.variables, five.clauses, 100_000)).toBeUndefined();
  const many = pigeons(9);
  expect(() => solve(many.variables, many.clauses, 50)).toThrow(TooHard);
});

it('takes empty input, empty clauses, repeats and clauses that always hold', () => {
  expect(solve(0, [], 1)).toEqual([false]);
  expect(solve(1, [[]], 1)).toBeUndefined();
  expect(
    solve(
      2,
      [
        [1, 1],
        [2, -2],
        [-1, -1, 2],
      ],
      1,
    ),
  ).toEqual([false, true, true]);
});
