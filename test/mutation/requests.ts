/** Requests on the edges of what a policy asks of a request, from the literals that it compares with. */
import { type AdmissionRequest, noRequest } from '../../src/evaluate.js';
import type { Cond, Policy, Term } from '../../src/ir/types.js';
import { nodesOf } from '../../src/ir/visit.js';
import type { JsonObject } from '../../src/manifest/types.js';

/** One that says nothing, and where the policy asks for more, for each literal one that says it in each place. */
export function requestsFor(
  policy: Policy,
  oldPodsFor: () => readonly JsonObject[],
): readonly AdmissionRequest[] {
  const { conds, terms, sources, refs } = nodesOf(policy);
  const labels = terms.flatMap((term) => (term.kind === 'namespaceLabel' ? [term.label] : []));
  const readsOld =
    refs.some(({ from }) => from === 'old') ||
    sources.some((source) => source.kind === 'containers' && source.of === 'old');
  const asks =
    readsOld ||
    labels.length > 0 ||
    terms.some(({ kind }) => kind === 'request') ||
    sources.some(({ kind }) => kind === 'userGroups') ||
    conds.some(({ kind }) => kind === 'authorized');
  if (!asks) return [noRequest];
  const oldPods = oldPodsFor();
  const values = [...new Set([...conds.flatMap(literalsOf), ...terms.flatMap(absents)])];
  const said = values.flatMap((text): Partial<AdmissionRequest>[] => [
    { user: text },
    { user: `${text}x` },
    { namespace: text },
    { subresource: text },
    { userGroups: [text] },
    { userGroups: ['others', text] },
    ...labels.map((label) => ({ namespaceLabels: { [label]: text } })),
  ]);
  const rights = conds.flatMap((cond): Partial<AdmissionRequest>[] =>
    cond.kind === 'authorized'
      ? [
          {
            authorized: (...asked) =>
              String(asked) === String([cond.verb, cond.group, cond.resource, cond.name]),
          },
        ]
      : [],
  );
  const updates = (readsOld ? oldPods : oldPods.slice(0, 1)).flatMap(
    (oldPod): Partial<AdmissionRequest>[] => [
      { operation: 'UPDATE', oldPod },
      { operation: 'UPDATE', oldPod, subresource: 'ephemeralcontainers' },
    ],
  );
  return [{}, { userGroups: ['others'] }, ...said, ...rights, ...updates].map((each) => ({
    ...noRequest,
    ...each,
  }));
}

function literalsOf(cond: Cond): string[] {
  switch (cond.kind) {
    case 'equal':
      return [cond.left, cond.right].flatMap((side) => (side.kind === 'literal' ? [String(side.value)] : []));
    case 'oneOf':
      return cond.values.map(String);
    case 'matches':
      return cond.patterns.flatMap((pattern) =>
        pattern.kind === 'prefix' ? [pattern.prefix, pattern.prefix.slice(0, -1)] : [],
      );
    default:
      return [];
  }
}

function absents(term: Term): string[] {
  return term.kind === 'namespaceLabel' ? [term.absent] : [];
}
