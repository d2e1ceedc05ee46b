/** Controls whose verdict is not the pod's alone: what they say depends on who asks, and where. */
import type { Cond, Control, Source, Term } from '../ir/types.js';
import { identity, rebuildControl } from '../ir/visit.js';

/** Whether the control reads the user, the groups, their rights, or the namespace of a request. */
export function asksWho(control: Control): boolean {
  let asks = false;
  const look = <T extends Cond | Term | Source>(node: T): T => {
    asks ||= isAsker(node);
    return node;
  };
  rebuildControl(control, { ...identity, cond: look, term: look, source: look });
  return asks;
}

const isAsker = (node: Cond | Term | Source): boolean =>
  node.kind === 'userGroups' ||
  node.kind === 'authorized' ||
  node.kind === 'namespaceLabel' ||
  (node.kind === 'request' && (node.field === 'user' || node.field === 'namespace'));
