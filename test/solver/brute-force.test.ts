/**
 * The solver against all pods of a small world, judged by evaluate: where one of them meets a random condition the solver has
 * to find a pod, and what it finds has to meet it.
 */
import { expect, it } from 'vitest';
import type { Cond, Ref, Source, Term } from '../../src/ir/types.js';
import type { Json, JsonObject } from '../../src/manifest/types.js';
import { acceptanceOf, holdsOf } from '../../src/solver/accepted.js';
import { decide } from '../../src/solver/decide.js';
import { TooLarge } from '../../src/solver/limits.js';
import { Random } from '../../src/testing/boundary/random.js';

const maybe = (value: Json | undefined, name: string): JsonObject =>
  value === undefined ? {} : { [name]: value };

/** Containers by what rules of this world read. */
const containerStates: readonly JsonObject[] = [undefined, true, false].flatMap((privileged) =>
  [[], ['A'], ['B'], ['A', 'B'], ['C']].map((add) => ({
    ...maybe(privileged, 'privileged'),
    ...(add.length === 0 ? {} : { capabilities: { add } }),
  })),
);

function podOf(states: readonly JsonObject[], hostPID: boolean, name: string | undefined): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'example', ...(name === undefined ? {} : { labels: { name } }) },
    spec: {
      ...(hostPID ? { hostPID } : {}),
      containers: states.map((securityContext, at) => ({
        name: `c${at}`,
        image: 'example.com/app:1.0',
        securityContext,
      })),
    },
  };
}

const world: readonly JsonObject[] = [true, false].flatMap((hostPID) =>
  [undefined, 'A', 'other'].flatMap((name) =>
    containerStates.flatMap((a, at) => [
      podOf([a], hostPID, name),
      ...containerStates.slice(at).map((b) => podOf([a, b], hostPID, name)),
    ]),
  ),
);

const admitted = world.map((manifest) => {
  const acceptance = acceptanceOf(manifest);
  if (!('pod' in acceptance)) throw new Error(acceptance.refused);
  return acceptance.pod;
});

const containers: Source = { kind: 'containers', of: 'pod', groups: ['regular'] };

/** A condition about what is bound. */
class Conditions {
  #names = 0;

  constructor(readonly random: Random) {}

  any(depth: number, container?: string, added?: string): Cond {
    const { random } = this;
    const kind = depth === 0 ? 3 + random.below(3) : random.below(6);
    const inner = () => this.any(depth - 1, container, added);
    switch (kind) {
      case 0:
        return { kind: 'not', of: inner() };
      case 1:
        return { kind: random.pick(['and', 'or']), of: [inner(), inner()] };
      case 2: {
        this.#names += 1;
        const bind = `b${this.#names}`;
        const quantifier = random.pick(['some', 'every'] as const);
        if (container !== undefined && random.chance(60))
          return {
            kind: quantifier,
            bind,
            in: { kind: 'items', list: this.add(container) },
            where: this.any(depth - 1, container, bind),
          };
        return { kind: quantifier, bind, in: containers, where: this.any(depth - 1, bind, added) };
      }
      default:
        return this.atom(container, added);
    }
  }

  add = (container: string): Ref => ({ from: container, path: ['securityContext', 'capabilities', 'add'] });

  atom(container: string | undefined, added: string | undefined): Cond {
    const { random } = this;
    const label: Term = {
      kind: 'lookup',
      map: { from: 'pod', path: ['metadata', 'labels'] },
      key: { kind: 'literal', value: 'name' },
      absent: '',
    };
    const element: Term | undefined =
      added === undefined ? undefined : { kind: 'value', ref: { from: added, path: [] }, absent: '' };
    const choices: Cond[] = [
      { kind: 'present', ref: { from: 'pod', path: ['spec', 'hostPID'] } },
      { kind: 'equal', left: label, right: { kind: 'literal', value: 'A' } },
      {
        kind: 'hasKey',
        map: { from: 'pod', path: ['metadata', 'labels'] },
        key: { kind: 'literal', value: 'name' },
      },
      {
        kind: 'within',
        term: { kind: 'size', of: containers },
        ranges: [{ min: 2, max: 9 }],
      },
    ];
    if (container !== undefined) {
      const privileged: Ref = { from: container, path: ['securityContext', 'privileged'] };
      choices.push(
        { kind: 'present', ref: privileged },
        {
          kind: 'equal',
          left: { kind: 'value', ref: privileged, absent: false },
          right: { kind: 'literal', value: random.chance(50) },
        },
        { kind: 'present', ref: this.add(container) },
        {
          kind: 'equal',
          left: { kind: 'size', of: { kind: 'items', list: this.add(container) } },
          right: { kind: 'literal', value: random.below(3) },
        },
      );
    }
    if (element !== undefined)
      choices.push(
        { kind: 'oneOf', term: element, values: ['A', 'B'] },
        { kind: 'equal', left: element, right: label },
        { kind: 'matches', term: element, patterns: [{ kind: 'prefix', prefix: 'A' }] },
      );
    return random.pick(choices);
  }
}

it('finds a pod where there is one, and one for which the condition holds', () => {
  const answers = { found: 0, none: 0, beyond: 0 };
  for (let seed = 0; seed < 120; seed += 1) {
    const random = new Random(seed);
    const conditions = new Conditions(random);
    // Several at once, so that there often is none.
    const cond: Cond = {
      kind: 'and',
      of: Array.from({ length: 1 + random.below(4) }, () => conditions.any(3)),
    };
    const known = admitted.find((pod) => holdsOf(cond, pod));
    try {
      const witness = decide([{ cond, holds: true }]);
      answers[witness === undefined ? 'none' : 'found'] += 1;
      if (witness === undefined) expect(known, `seed ${seed}: ${JSON.stringify(cond)}`).toBeUndefined();
      else {
        const acceptance = acceptanceOf(witness.pod, witness.request);
        expect(acceptance, `seed ${seed}`).toHaveProperty('pod');
        expect('pod' in acceptance && holdsOf(cond, acceptance.pod, witness.request), `seed ${seed}`).toBe(
          true,
        );
      }
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      answers.beyond += 1;
    }
  }
  expect(answers.beyond).toBeLessThan(12);
  expect(Math.min(answers.found, answers.none)).toBeGreaterThan(10);
});
