/** The node tree of a YAML document, as goyaml.v2 builds it (decode.go, `type node`). */
export type Node = ScalarNode | MappingNode | SequenceNode | AliasNode;

export interface ScalarNode {
  readonly kind: 'scalar';
  readonly start: number;
  /** The long form of an explicit tag, or nothing. */
  readonly tag: string;
  readonly value: string;
  /** Without tag and plain (or with the tag `!`), so that the value decides about its type. */
  readonly implicit: boolean;
}

export interface MappingNode {
  readonly kind: 'mapping';
  readonly start: number;
  /** Key, value, key, value... */
  readonly children: Node[];
}

export interface SequenceNode {
  readonly kind: 'sequence';
  readonly start: number;
  readonly children: Node[];
}

export interface AliasNode {
  readonly kind: 'alias';
  readonly start: number;
  readonly name: string;
  readonly target: Node;
}

export function isMerge(node: Node): boolean {
  return (
    node.kind === 'scalar' && node.value === '<<' && (node.implicit || node.tag === 'tag:yaml.org,2002:merge')
  );
}
