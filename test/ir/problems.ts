import { expect } from 'vitest';
import { checkPolicy } from '../../src/ir/check.js';
import type { Cond, Policy, Source, Term, Text } from '../../src/ir/types.js';
import { always, control, denying, eachContainer, policy, ref, showing } from './samples.js';

/** What is wrong, with what to do, and without the names of the samples in front of it. */
export function problems(of: Policy): string[] {
  return checkPolicy(of).map(({ code, severity, message, hint }) => {
    expect([code, severity]).toEqual(['policy-invalid', 'error']);
    const text = message.replace(/^control `control`: (collection `found`: )?/, '');
    return hint === undefined ? text : `${text} -> ${hint}`;
  });
}

export const ofCond = (cond: Cond) => problems(denying(cond));
export const ofContainer = (cond: Cond) => problems(eachContainer(cond));
export const ofTerm = (term: Term) => problems(showing(term));
export const ofSource = (source: Source) => ofCond({ kind: 'some', bind: 'x', in: source, where: always });
export const ofReason = (reason: Text) => problems(policy({ controls: [control({ reason })] }));
export const present = (place: string): Cond => ({ kind: 'present', ref: ref(place) });
