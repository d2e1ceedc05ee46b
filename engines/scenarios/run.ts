/** Runs the scenarios of an engine, and demands that they show what the matrix says that they do. */
import { strictEqual } from 'node:assert/strict';
import type { Backend } from '../../src/backends/types.js';
import type { Policy } from '../../src/ir/types.js';
import { allowAll, type Tally } from '../agreement.js';
import { firstViolation, type Scenario } from './scenario.js';
import { asking, type MatrixEngine, type Shown, type Topic, topics, unshown } from './topics.js';

/** Tells of one scenario after the other, and counts. */
export class Telling {
  passed = 0;
  readonly failures: string[] = [];
  readonly #held = new Map<Topic, boolean>();

  constructor(readonly engine: MatrixEngine) {}

  /** @param why what is wrong; undefined where nothing is. */
  tell(name: string, why: string | undefined, topics: readonly Topic[] = []): void {
    if (why === undefined) this.passed += 1;
    else this.failures.push(`${this.engine}: ${name}: ${why}`);
    for (const topic of topics) this.#held.set(topic, why === undefined && (this.#held.get(topic) ?? true));
    process.stderr.write(
      `${why === undefined ? 'ok  ' : 'FAIL'} ${this.engine}: ${name}${why === undefined ? '' : `: ${why}`}\n`,
    );
  }

  /**
   * The row of the engine in the matrix: a cell without a scenario that holds, or without the refusal that it is said to
   * have, is a failure.
   *
   * @param base a policy that the target can say, to ask it for more.
   */
  matrix(backend: Backend, base: Policy): Tally {
    const shown: Shown[] = [];
    const empty: string[] = [];
    for (const topic of topics) {
      const how = unshown[this.engine][topic] ?? 'shown';
      const why = this.#wrongCell(topic, how, backend, base);
      if (why === undefined) shown.push({ engine: this.engine, topic, how });
      else empty.push(`${topic}: ${why}`);
    }
    this.tell(
      `${shown.length} of ${topics.length} cells of the matrix`,
      empty.length === 0 ? undefined : empty.join('; '),
    );
    return { passed: this.passed, failures: this.failures, shown };
  }

  #wrongCell(topic: Topic, how: Shown['how'], backend: Backend, base: Policy): string | undefined {
    const held = this.#held.get(topic);
    if (how === 'shown') {
      if (held === undefined) return 'no scenario';
      return held ? undefined : 'its scenario does not hold';
    }
    if (held !== undefined) return 'there is a scenario, and the matrix says that there is none';
    return how === 'refused' && !refuses(backend, base, topic) ? 'it is not refused' : undefined;
  }
}

function refuses(backend: Backend, base: Policy, topic: Topic): boolean {
  const version = backend.engineVersions.at(-1) ?? '';
  strictEqual('files' in backend.compile([base], version), true, `${backend.target} says the policy at all`);
  const ask = asking[topic];
  return ask !== undefined && 'refusals' in backend.compile([ask(base)], version);
}

/** What is wrong with a scenario on an engine; undefined where nothing is. */
export type Judge<Q> = (scenario: Scenario<Q>) => Promise<string | undefined>;

/** Each scenario with its policy, and its first violation with a policy that allows everything, which has to be noticed. */
export async function runScenarios<Q>(
  telling: Telling,
  scenarios: readonly Scenario<Q>[],
  judge: Judge<Q>,
): Promise<void> {
  for (const scenario of scenarios) {
    const failure = await judge(scenario);
    const blinded = { ...scenario, policy: allowAll(scenario.policy), steps: firstViolation(scenario) };
    const blind = await judge(blinded);
    telling.tell(
      scenario.name,
      failure ?? (blind === undefined ? 'passes with an allow-all policy in its place' : undefined),
      scenario.topics,
    );
  }
}

/** The scenarios without those about what the matrix says that the engine does not show. */
export function scenariosFor<Q>(engine: MatrixEngine, scenarios: readonly Scenario<Q>[]): Scenario<Q>[] {
  return scenarios.filter((each) => each.topics.every((topic) => unshown[engine][topic] === undefined));
}
