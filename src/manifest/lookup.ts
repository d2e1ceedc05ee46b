import { isMerge, type MappingNode, type Node } from './node.js';
import type { DocumentPath } from './types.js';

/** The node at `path` below `root`, or its deepest ancestor that the text has. */
export function nodeAt(root: Node, path: DocumentPath, nameOf: (key: Node) => string | undefined): Node {
  let node = root;
  for (const step of path) {
    const next = child(node, step, nameOf);
    if (next === undefined) break;
    node = next;
  }
  return node;
}

function child(
  parent: Node,
  step: string | number,
  nameOf: (key: Node) => string | undefined,
): Node | undefined {
  const node = parent.kind === 'alias' ? parent.target : parent;
  if (node.kind === 'sequence') return typeof step === 'number' ? node.children[step] : undefined;
  return node.kind === 'mapping' ? entry(node, String(step), nameOf) : undefined;
}

/** From the end, as the last key counts, own or merged. The document was decoded before, so merges end. */
function entry(node: MappingNode, name: string, nameOf: (key: Node) => string | undefined): Node | undefined {
  for (let index = node.children.length - 2; index >= 0; index -= 2) {
    const key = node.children[index];
    const value = node.children[index + 1];
    if (key === undefined || value === undefined) continue;
    if (!isMerge(key)) {
      if (nameOf(key) === name) return value;
      continue;
    }
    const sources = value.kind === 'sequence' ? value.children : [value];
    for (const source of sources) {
      const found = child(source, name, nameOf);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}
