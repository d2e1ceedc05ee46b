/** The pod as Kubernetes defines it: its TypeScript types, and the facts that checks and printers need. */
import { types, workloadTypes } from './generated/facts.js';
import type { Field, FieldType } from './types.js';

export { computedDefaultRules, kubernetesVersion, types, workloadTypes } from './generated/facts.js';
export type * from './generated/types.js';
export type { Field, FieldDefault, FieldKind, FieldType, ObjectType, TypeTable } from './types.js';

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/** The fields of a type of the pod, or of a workload kind. */
export function fieldsOf(typeName: string): Readonly<Record<string, Field>> | undefined {
  return (own(types, typeName) ?? own(workloadTypes, typeName))?.fields;
}

/** The field of a struct, without walking. */
export function fieldOf(typeName: string, name: string): Field | undefined {
  const fields = fieldsOf(typeName);
  return fields && own(fields, name);
}

/**
 * Whether a field of a list keeps `[]` apart from absence. Kubernetes itself does so nowhere in what a pod means; the
 * defaulting of PodSecurityPolicy did for supplemental groups (psp/group/mustrunas.go: nil is given a group, `[]` is
 * refused).
 */
export function keepsEmpty(typeName: string, name: string): boolean {
  return typeName === 'PodSecurityContext' && name === 'supplementalGroups';
}

/**
 * The field at a path below a type. A step names a field of a struct, an element of a list (`*`), or an entry of
 * a map (any string, `*` for all). Elements of lists and maps have no absence of their own: they are pointers.
 */
export function fieldAt(typeName: string, steps: readonly string[]): Field | undefined {
  let at: Field = { kind: 'struct', type: typeName, pointer: true };
  for (const step of steps) {
    const next = child(at, step);
    if (!next) return undefined;
    at = next;
  }
  return at;
}

function child(parent: FieldType, step: string): Field | undefined {
  if (parent.kind === 'struct' && parent.type !== undefined) return fieldOf(parent.type, step);
  if (parent.kind === 'list' && step !== '*') return undefined;
  return parent.of && { ...parent.of, pointer: true };
}

/** The candidate nearest to a misspelt name, or nothing where none is near enough to be meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.max(1, Math.floor(name.length / 3));
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const candidate of candidates) {
    // Kubernetes is case-sensitive, so a name that differs in case alone is the likeliest meaning.
    const distance =
      candidate.toLowerCase() === name.toLowerCase() ? 0 : editDistance(name, candidate, bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein distance, given up at `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? limit;
}
