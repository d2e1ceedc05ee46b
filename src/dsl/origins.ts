/** Where in a program controls and policies were made, for whoever runs a policy file and has to say where something is. */
const made = new WeakMap<object, Error>();

/** To be called by what an author calls: the stack of here has the author's line. */
export function rememberOrigin(node: object): void {
  made.set(node, new Error('made here'));
}

/** What takes the place of the other was made where that was. */
export function inheritOrigin(node: object, from: object): void {
  const origin = made.get(from);
  if (origin !== undefined) made.set(node, origin);
}

/** An error that was made where the node was, and never thrown; undefined of what no author made. */
export const originOf = (node: object): Error | undefined => made.get(node);
