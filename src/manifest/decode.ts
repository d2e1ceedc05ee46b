import { formatFloat32, utf8Lossy, wellFormed } from './go.js';
import type { Limits } from './limits.js';
import { isMerge, type MappingNode, type Node, type ScalarNode } from './node.js';
import { duplicateKey, Problem, quoted } from './problem.js';
import { binaryTag, type Resolved, resolve } from './resolve.js';
import type { Json, Spelling } from './types.js';

export type MutableObject = { [key: string]: Json };

/** An object without prototype: `__proto__` and `constructor` are keys as any other. */
export function emptyObject(): MutableObject {
  return Object.create(null);
}

export interface Decoded {
  readonly value: Json;
  readonly spellings: readonly Spelling[];
}

/**
 * The value of a YAML document as sigs.k8s.io/yaml's YAMLToJSON gives it: decode.go of go.yaml.in/yaml/v2 v2.4.4
 * (merge keys in the order of the text, the last one wins), then convertToJSONableObject and json.Marshal.
 * Stricter in one point: a key that the text has twice in one mapping is refused.
 */
export function decode(root: Node, limits: Limits): Decoded {
  const decoder = new Decoder(limits);
  return { value: decoder.value(root), spellings: decoder.spellings };
}

/** The name that a key node gives to its value, where it is one. */
export function keyName(node: Node): string | undefined {
  const target = node.kind === 'alias' ? node.target : node;
  return target.kind === 'scalar' ? nameOf(resolveScalar(target))?.name : undefined;
}

/** The string that sigs.k8s.io/yaml makes of a key, and the type that goyaml compares it by. */
function nameOf(key: Resolved): { name: string; type: string } | undefined {
  switch (key.type) {
    case 'string':
      return { name: wellFormed(key.value), type: key.type };
    case 'bool':
      return { name: String(key.value), type: key.type };
    case 'float':
      return { name: formatFloat32(key.value), type: key.type };
    case 'int':
      return key.value < 2n ** 63n ? { name: String(key.value), type: key.type } : undefined;
    case 'null':
      return undefined;
  }
}

class Decoder {
  readonly spellings: Spelling[] = [];
  readonly #limits: Limits;
  readonly #path: (string | number)[] = [];
  readonly #expanding = new Set<Node>();
  #depth = 0;
  #decodes = 0;
  #aliasDecodes = 0;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  value(node: Node): Json {
    this.#count(node);
    switch (node.kind) {
      case 'alias':
        return this.#expand(node, node.target, (target) => this.value(target));
      case 'scalar':
        return this.#scalar(node);
      case 'sequence': {
        this.#descend(node);
        const list: Json[] = [];
        for (const [index, child] of node.children.entries()) {
          this.#path.push(index);
          list.push(this.value(child));
          this.#path.pop();
        }
        this.#depth--;
        return list;
      }
      case 'mapping': {
        this.#descend(node);
        const mapping = new Mapping();
        this.#entries(node, mapping);
        this.#depth--;
        return mapping.value;
      }
    }
  }

  /** goyaml's own bound against aliases that expand without end (decode.go, allowedAliasRatio). */
  #count(node: Node): void {
    this.#decodes++;
    if (this.#expanding.size > 0) this.#aliasDecodes++;
    if (this.#aliasDecodes <= 100 || this.#decodes <= 1000) return;
    const scale = Math.min(1, Math.max(0, (this.#decodes - 400_000) / 3_600_000));
    if (this.#aliasDecodes / this.#decodes > 0.99 - 0.89 * scale) {
      const message = 'aliases expand to too many nodes; kubectl refuses such a document too';
      throw new Problem('alias-bomb', message, node.start, 'write the values out instead of nesting aliases');
    }
  }

  #descend(node: Node): void {
    if (++this.#depth <= this.#limits.depth) return;
    const message = `mappings and sequences nest deeper than ${this.#limits.depth} levels`;
    throw new Problem('nesting-too-deep', message, node.start, 'no Kubernetes object nests this deep');
  }

  #expand<T>(alias: Node, target: Node, read: (target: Node) => T): T {
    if (this.#expanding.has(alias)) {
      throw new Problem(
        'alias-bomb',
        'an anchor contains an alias of itself',
        alias.start,
        'remove the alias',
      );
    }
    this.#expanding.add(alias);
    const result = read(target);
    this.#expanding.delete(alias);
    return result;
  }

  #entries(node: MappingNode, mapping: Mapping): void {
    const visit = mapping.visits++;
    for (let index = 0; index < node.children.length; index += 2) {
      const key = node.children[index];
      const value = node.children[index + 1];
      if (key === undefined || value === undefined) break;
      if (isMerge(key)) {
        this.#merge(value, mapping);
        continue;
      }
      const { name, type } = this.#key(key);
      // Keys that are equal only as strings (`1` and `"1"`), one own and one merged, stay apart in goyaml
      // and meet in sigs.k8s.io/yaml in random order.
      const before = mapping.keys.get(name);
      if (before !== undefined && (before.visit === visit || before.type !== type)) {
        throw duplicateKey(name, before.start, key.start);
      }
      mapping.keys.set(name, { visit, type, start: key.start });
      this.#path.push(name);
      if (before !== undefined) this.#forget();
      mapping.value[name] = this.value(value);
      this.#path.pop();
    }
  }

  /** What was here was merged, and is replaced. */
  #forget(): void {
    const kept = this.spellings.filter(({ path }) => this.#path.some((step, at) => path[at] !== step));
    this.spellings.splice(0, Number.POSITIVE_INFINITY, ...kept);
  }

  #merge(node: Node, mapping: Mapping): void {
    const sources = node.kind === 'sequence' ? node.children.toReversed() : [node];
    for (const source of sources) this.#mergeOne(source, mapping);
  }

  #mergeOne(node: Node, mapping: Mapping): void {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind !== 'mapping') {
      const hint = 'give `<<` an alias of a mapping, a mapping, or a sequence of these';
      throw new Problem(
        'yaml-syntax',
        'a merge key requires a mapping or a sequence of mappings',
        node.start,
        hint,
      );
    }
    this.#count(node);
    if (node.kind === 'alias') {
      this.#expand(node, target, () => {
        this.#count(target);
        this.#mergeEntries(target, mapping);
      });
    } else this.#mergeEntries(target, mapping);
  }

  #mergeEntries(node: MappingNode, mapping: Mapping): void {
    this.#descend(node);
    this.#entries(node, mapping);
    this.#depth--;
  }

  #key(node: Node): { name: string; type: string } {
    const target = node.kind === 'alias' ? node.target : node;
    if (target.kind !== 'scalar') {
      const hint = 'quote the key; a template expression such as `{{ .Values.x }}` has to be rendered first';
      throw new Problem('yaml-syntax', 'a mapping key is itself a mapping or a sequence', node.start, hint);
    }
    this.#count(node);
    if (node.kind === 'alias') this.#expand(node, target, () => this.#count(target));
    const resolved = resolveScalar(target);
    const key = nameOf(resolved);
    if (key !== undefined) return key;
    const kind = resolved.type === 'null' ? 'null' : 'an integer beyond 64 bits';
    throw new Problem('yaml-syntax', `a mapping key is ${kind}`, node.start, 'quote the key, or name it');
  }

  #scalar(node: ScalarNode): Json {
    const resolved = resolveScalar(node);
    switch (resolved.type) {
      case 'null':
        return null;
      case 'int': {
        return this.#spelled(Number(resolved.value), node);
      }
      case 'float':
        if (Number.isFinite(resolved.value)) return this.#spelled(resolved.value, node);
        throw new Problem(
          'wrong-type',
          `${quoted(node.value)} has no JSON form`,
          node.start,
          'quote it, or give a number',
        );
      case 'bool':
        return this.#spelled(resolved.value, node);
      case 'string':
        return resolved.value;
    }
  }

  #spelled<T>(value: T, { value: text }: ScalarNode): T {
    if (String(value) !== text) this.spellings.push({ path: [...this.#path], text });
    return value;
  }
}

function resolveScalar(node: ScalarNode): Resolved {
  if (node.tag === '' && !node.implicit) return { type: 'string', value: node.value };
  if (node.tag === binaryTag) return { type: 'string', value: binary(node) };
  const resolved = resolve(node.tag, node.value);
  if (typeof resolved !== 'string') return resolved;
  throw new Problem(
    'yaml-syntax',
    `${quoted(node.value)}: ${resolved}`,
    node.start,
    'remove the tag, or quote the value',
  );
}

class Mapping {
  readonly value = emptyObject();
  /** How many mapping nodes wrote into this mapping: itself, and those it merges. */
  visits = 0;
  readonly keys = new Map<string, { visit: number; type: string; start: number }>();
}

function binary(node: ScalarNode): string {
  const text = node.value.replace(/[\r\n]/g, '');
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) {
    throw new Problem('yaml-syntax', 'a `!!binary` value is not base64', node.start, 'remove the tag');
  }
  return wellFormed(utf8Lossy(Buffer.from(text, 'base64')));
}
