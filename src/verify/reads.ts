/** What a policy asks for, as far as it decides where it can be compared. */
import type { Policy } from '../ir/types.js';
import { nodesOf } from '../ir/visit.js';

/** Whether it asks anything of the request: the old pod, the operation, the user, the namespace and its labels, rights. */
export function readsRequest(policy: Policy): boolean {
  const { conds, terms, sources, refs } = nodesOf(policy);
  return (
    conds.some(({ kind }) => kind === 'authorized') ||
    terms.some(({ kind }) => kind === 'request' || kind === 'namespaceLabel') ||
    sources.some((source) =>
      source.kind === 'containers' ? source.of === 'old' : source.kind === 'userGroups',
    ) ||
    refs.some(({ from }) => from === 'old')
  );
}

/** Whether it reads this field of the pod's metadata. */
export function readsMetadata(policy: Policy, field: string): boolean {
  return nodesOf(policy).refs.some(
    ({ from, path }) => from === 'pod' && path[0] === 'metadata' && path[1] === field,
  );
}

/** For engines that are given manifests alone. */
export function incomparableOffline(policy: Policy): string | undefined {
  return readsRequest(policy)
    ? 'it asks for the request (user, namespace, labels, old pod), which a manifest does not say'
    : undefined;
}
