/**
 * Policies of users, which between them use every node of the IR: each is changed in turn, and has to be judged otherwise on the
 * pods that the engines are compared on (engines/policies), so that a printer that made the same mistake would be noticed.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { handWritten, withPods } from '../../engines/policies/index.js';
import { vap } from '../../src/backends/vap/index.js';
import type { Control, Policy } from '../../src/ir/types.js';
import { allRevisions } from '../../src/levels/levels.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { admittedPod } from '../../src/verify/judged.js';
import { everyNode, unsayable } from '../golden/every-node.js';
import { alone, controlMutants } from './controls.js';
import { type Case, Killer, places } from './killer.js';
import { policyMutants } from './policies.js';
import { requestsFor } from './requests.js';
import { expectSurvivors } from './survivors.js';

const ofLevels = allRevisions().map(({ control }) => control);

/** The levels' own controls are changed in levels.test.ts. */
function ownControls(policy: Policy): readonly Control[] {
  return policy.controls.filter((control) => !ofLevels.some((each) => isDeepStrictEqual(each, control)));
}

/** With requests there are many; some of the pods with each of them do then. */
const mostCases = 4000;

function casesOf(policy: Policy, pods: readonly JsonObject[]): readonly Case[] {
  const requests = requestsFor(policy, pods.slice(0, 12));
  const stride = Math.ceil((pods.length * requests.length) / mostCases);
  return pods
    .filter((_, index) => index % stride === 0)
    .flatMap((pod) => requests.map((request) => ({ pod, request })));
}

const newest = vap.engineVersions.at(-1) ?? '';
const emitted = (policy: Policy): string => JSON.stringify(vap.compile([policy], newest));

function survivorsOf(policy: Policy): { readonly made: number; readonly survivors: string[] } {
  const pods = withPods(policy).pods.map((pod) => admittedPod(pod));
  const survivors: string[] = [];
  let made = 0;
  const judge = (name: string, killer: Killer, mutant: Policy) => {
    made += 1;
    if (killer.kills(mutant) === undefined) survivors.push(`${policy.name}: ${name}`);
  };
  for (const control of ownControls(policy)) {
    const killer = new Killer(alone(control), casesOf(alone(control), pods), places);
    for (const { at, what, node } of controlMutants(control))
      judge(`${control.id}: ${at}: ${what}`, killer, alone(node));
  }
  const whole = new Killer(policy, casesOf(policy, pods), places);
  for (const [index, alternative] of policy.alternatives.entries()) {
    for (const [position, control] of alternative.controls.entries()) {
      for (const { at, what, node } of controlMutants(control)) {
        const changed = { ...alternative, controls: alternative.controls.with(position, node) };
        const mutant = { ...policy, alternatives: policy.alternatives.with(index, changed) };
        judge(`${alternative.name}/${control.id}: ${at}: ${what}`, whole, mutant);
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
    if (emitted(mutant.node) === files) survivors.push(`${policy.name}: ${mutant.at}: ${mutant.what}`);
  }
  return { made, survivors };
}

const all = [...handWritten, ...everyNode(vap.capabilities), unsayable(vap.capabilities)];

/** All of them take minutes, so that `npm test` has a sixth: `PODSEC_MUTATION=all npx vitest run test/mutation` has all. */
const whole = process.env.PODSEC_MUTATION === 'all';
const policies = all.filter((_, index) => whole || index % 6 === 4);

describe('mutants of policies of users', () => {
  it('are killed by the pods on the edges of their rules, but for those listed', () => {
    const found = policies.map(survivorsOf);
    expect(all.length).toBeGreaterThan(30);
    expectSurvivors(
      'policies',
      found.reduce((sum, { made }) => sum + made, 0),
      found.flatMap(({ survivors }) => survivors),
      (listed) => policies.some(({ name }) => listed.startsWith(`${name}: `)),
    );
  });
});
