/**
 * Policies of users, which between them use every node of the IR: each is changed in turn, and has to be judged otherwise on the
 * pods that the engines are compared on (engines/policies), so that a printer that made the same mistake would be noticed.
 */
import { describe, expect, it } from 'vitest';
import { ownControls } from '../../engines/policies/edges.js';
import { handWritten, withPods } from '../../engines/policies/index.js';
import { keepTelling } from '../../engines/policies/telling.js';
import { vap } from '../../src/backends/vap/index.js';
import { noRequest } from '../../src/evaluate.js';
import type { Control, Policy } from '../../src/ir/types.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { anyOf, deniedByAlternatives } from '../../src/solver/conditions.js';
import { admittedPod } from '../../src/verify/judged.js';
import { everyNode, unsayable } from '../golden/every-node.js';
import { type Answer, ask } from './ask.js';
import { alone, controlMutants } from './controls.js';
import { type Case, created, Killer, places } from './killer.js';
import { policyMutants } from './policies.js';
import { requestsFor } from './requests.js';
import { type Explain, expectSurvivors, readListed } from './survivors.js';
import { differOnlyUnsaid } from './unsaid.js';

/** With requests there are many; some of the pods with each of them do then, and all with none. */
const mostCases = 4000;

function casesOf(policy: Policy, pods: readonly JsonObject[]): readonly Case[] {
  const requests = requestsFor(policy, () => oldPodsFor(policy, pods));
  const stride = Math.ceil((pods.length * requests.length) / mostCases);
  return pods.flatMap((pod, index) =>
    requests
      .filter((_, position) => position === 0 || index % stride === 0)
      .map((request) => ({ pod, request })),
  );
}

/** Those for which the policy says something else of an update, and some of all the others. */
function oldPodsFor(policy: Policy, pods: readonly JsonObject[]): readonly JsonObject[] {
  const [pod = {}] = pods;
  const bySaid = new Map<string, JsonObject>();
  for (const oldPod of pods) {
    const said = places(policy, { pod, request: { ...noRequest, operation: 'UPDATE', oldPod } });
    bySaid.set(said, oldPod);
  }
  const stride = Math.ceil(pods.length / 12);
  const others = pods.filter((_, index) => index < 12 || index % stride === 0);
  return [...new Set([...bySaid.values(), ...others])];
}

const newest = vap.engineVersions.at(-1) ?? '';
const isRefused = (policy: Policy): boolean => 'refusals' in vap.compile([policy], newest);
const emitted = (policy: Policy): string => JSON.stringify(vap.compile([policy], newest));

/** A control that was changed, and what it was changed into, with the policy in which it says something. */
interface Changed {
  readonly controls: readonly [Control, Control];
  readonly policies: readonly [Policy, Policy];
}

interface Survivor {
  readonly name: string;
  /** What was changed, or why nothing comes of it; neither where more than a control was changed. */
  readonly changed?: Changed;
  readonly why?: string;
}

function survivorsOf(policy: Policy): { readonly made: number; readonly survivors: Survivor[] } {
  const pods = withPods(policy).pods.map((pod) => admittedPod(pod));
  const survivors: Survivor[] = [];
  let made = 0;
  const judge = (name: string, killer: Killer, mutant: Policy, controls?: readonly [Control, Control]) => {
    made += 1;
    if (killer.kills(mutant) === undefined)
      survivors.push({
        name: `${policy.name}: ${name}`,
        ...(controls && { changed: { controls, policies: [killer.original, mutant] } }),
      });
  };
  // The levels' own controls are changed in levels.test.ts.
  for (const control of ownControls(policy)) {
    const killer = new Killer(alone(control), casesOf(alone(control), pods), places);
    for (const { at, what, node } of controlMutants(control))
      judge(`${control.id}: ${at}: ${what}`, killer, alone(node), [control, node]);
  }
  const whole = new Killer(policy, casesOf(policy, pods), places);
  for (const [index, alternative] of policy.alternatives.entries()) {
    for (const [position, control] of alternative.controls.entries()) {
      for (const { at, what, node } of controlMutants(control)) {
        const changed = { ...alternative, controls: alternative.controls.with(position, node) };
        const mutant = { ...policy, alternatives: policy.alternatives.with(index, changed) };
        judge(`${alternative.name}/${control.id}: ${at}: ${what}`, whole, mutant, [control, node]);
      }
    }
  }
  const files = emitted(policy);
  for (const { by, mutant } of policyMutants(policy)) {
    if (by === 'judged') {
      judge(`${mutant.at}: ${mutant.what}`, whole, mutant.node);
      continue;
    }
    made += 1;
    // The golden files of a policy hold what is emitted of it, and the scenarios of the engines what it does.
    if (emitted(mutant.node) === files)
      survivors.push({
        name: `${policy.name}: ${mutant.at}: ${mutant.what}`,
        ...(isRefused(policy) && { why: refused }),
      });
  }
  return { made, survivors };
}

const policies = [...handWritten, ...everyNode(vap.capabilities), unsayable(vap.capabilities)];

const unsaid =
  'Words that are never said: of several elements where there is one at most, of none where there is one, or a name twice.';
const proven =
  'No pod that an API server accepts has another finding, or another element: proven by the solver.';

const refused =
  'The API server cannot say the policy, and so nothing is emitted that could have another mode, version or scope.';

const answerTo = ({ controls, policies: [original, mutant] }: Changed): Answer => {
  const tells = (pod: JsonObject) => places(original, created(pod)) !== places(mutant, created(pod));
  const isOfAlternative = !original.controls.includes(controls[0]);
  const said = isOfAlternative ? [anyOf([original, mutant].map(deniedByAlternatives))] : [];
  return ask(...controls, tells, said);
};

/** What the solver says of survivors that nobody has explained. The pods that it finds are kept for all who compare engines. */
function asking(survivors: readonly Survivor[]): Explain {
  const byName = new Map(survivors.map((each) => [each.name, each]));
  return (name) => {
    const { changed, why } = byName.get(name) ?? {};
    if (why !== undefined) return { why };
    if (changed === undefined) return undefined;
    if (differOnlyUnsaid(...changed.controls)) return { why: unsaid };
    const answer = answerTo(changed);
    if (answer.kind === 'pod') keepTelling(name.slice(0, name.indexOf(':')), answer.pod);
    const answers = { pod: 'told', none: { why: proven }, open: undefined } as const;
    return answers[answer.kind];
  };
}

describe('mutants of policies of users', () => {
  const found = policies.map(survivorsOf);

  it('are proven to be the same anew, one in so many', () => {
    const listed = readListed('policies')[proven] ?? [];
    expect(listed.length).toBeGreaterThan(100);
    const changes = new Map(
      found.flatMap(({ survivors }) => survivors).map(({ name, changed }) => [name, changed]),
    );
    for (const name of listed.filter((_, index) => index % 20 === 0)) {
      const changed = changes.get(name);
      expect(changed && answerTo(changed).kind, name).toBe('none');
    }
  });

  it('are told where a pod tells them', () => {
    const [control] = handWritten.find(({ name }) => name === 'host-paths')?.controls ?? [];
    if (control === undefined) throw new TypeError('no control');
    const never = { ...control, unless: { kind: 'constant', value: true } as const };
    const controls = [control, never] as const;
    expect(answerTo({ controls, policies: [alone(control), alone(never)] }).kind).toBe('pod');
    expect(ask(control, never, () => false).kind).toBe('open');
  });

  it('are killed by the pods on the edges of their rules, but for those listed', () => {
    expect(policies.length).toBeGreaterThan(30);
    const survivors = found.flatMap((each) => each.survivors);
    expectSurvivors(
      'policies',
      found.reduce((sum, { made }) => sum + made, 0),
      survivors.map(({ name }) => name),
      asking(survivors),
    );
  });
});
