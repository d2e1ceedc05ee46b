/** Controls whose verdict is not the pod's alone: what they say depends on who asks, and where. */
import type { Cond, Control, Source, Term } from '../ir/types.js';
import { identity, rebuildControl } from '../ir/visit.js';

/** Whether the control reads the user, the groups, their rights, or the namespace of a request. */
export const asksWho = (control: Control): boolean => asksUser(control) || reads(control, isOfNamespace);

/** Whether it reads the user, the groups or their rights. */
export const asksUser = (control: Control): boolean => reads(control, isOfUser);

type Node = Cond | Term | Source;

function reads(control: Control, is: (node: Node) => boolean): boolean {
  let found = false;
  const look = <T extends Node>(node: T): T => {
    found ||= is(node);
    return node;
  };
  rebuildControl(control, { ...identity, cond: look, term: look, source: look });
  return found;
}

const isOfUser = (node: Node): boolean =>
  node.kind === 'userGroups' ||
  node.kind === 'authorized' ||
  (node.kind === 'request' && node.field === 'user');

const isOfNamespace = (node: Node): boolean =>
  node.kind === 'namespaceLabel' || (node.kind === 'request' && node.field === 'namespace');
