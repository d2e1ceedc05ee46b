/**
 * The typed encoding of absence: objects are what an API server hands to its own policies, its Go types converted to
 * maps. A nil pointer and an empty field marked `omitempty` have no key. A field without that mark is always there, with
 * its zero value where it is empty; so is a struct that is no pointer. `has()` alone would call these present.
 */
import type { FieldType } from '../../schema/index.js';
import { fieldsOf } from '../../schema/index.js';
import { CannotSay } from './cannot-say.js';
import { type Encoding, given } from './encoding.js';
import { and, binary, call, type Expr, index, literal, no, not, or, size } from './expr.js';
import { fieldOf, hasKey } from './names.js';
import { childOf, type Place } from './place.js';

/**
 * Lists and pointers without `omitempty` in their JSON tag, of Kubernetes 1.37: where there is none, they are null. Some
 * are never null in a pod that is accepted, but validation comes later, and has better words than an error of ours.
 */
const nullable: Readonly<Record<string, readonly string[]>> = {
  CephFSVolumeSource: ['monitors'],
  EvictionResponder: ['priority'],
  GRPCAction: ['service'],
  NodeAllocatableMappedResources: ['quantity'],
  NodeSelector: ['nodeSelectorTerms'],
  PodExtendedResourceClaimStatus: ['requestMappings'],
  PodSpec: ['containers'],
  ProjectedVolumeSource: ['sources'],
  RBDVolumeSource: ['monitors'],
  ScaleIOVolumeSource: ['secretRef'],
  TypedLocalObjectReference: ['apiGroup'],
  TypedObjectReference: ['apiGroup'],
};

/** Fields without `omitempty` that validation demands: they are always there, and never empty. */
const always: Readonly<Record<string, readonly string[]>> = {
  AppArmorProfile: ['type'],
  Container: ['name'],
  ContainerPort: ['containerPort'],
  EphemeralContainer: ['name'],
  SeccompProfile: ['type'],
  Sysctl: ['name'],
  Volume: ['name'],
};

export const typedEncoding: Encoding = {
  presence: (place) => ({ path: pathTo(place), value: valueAt(place) }),
  read: asWritten,
  entry: index,
  counts: () => [],
};

/** What tells a value from the one that stands for absence. */
function valueAt(place: Place): readonly Expr[] {
  const last = place.steps.at(-1);
  if (last === undefined || last.field.pointer) return [];
  const value = asWritten(place);
  switch (last.field.kind) {
    case 'string':
    case 'bytes':
      return [not(binary(value, '==', literal('')))];
    case 'int':
      return [not(binary(value, '==', literal(0)))];
    case 'bool':
      return [value];
    case 'list':
    case 'map':
      return [binary(size(value), '>', literal(0))];
    case 'time':
      return [not(binary(call('dyn', value), '==', literal(null)))];
    case 'intOrString':
      return [not(binary(call('dyn', value), '==', literal(0)))];
    case 'struct':
      return [someFieldOf(place, last.field)];
    case 'quantity':
    case 'raw':
      throw new CannotSay(
        `whether ${last.owner}.${last.name} is empty cannot be told from what a policy sees of it`,
      );
  }
}

/** A struct that is no pointer is present where one of its fields is. */
function someFieldOf(place: Place, type: FieldType): Expr {
  const names = Object.keys((type.type === undefined ? undefined : fieldsOf(type.type)) ?? {});
  return names.length === 0
    ? no
    : or(...names.map((field) => and(...given(typedEncoding, childOf(place, field)))));
}

/** The keys on the way. */
function pathTo(place: Place): readonly Expr[] {
  const conditions = [...place.root.guards];
  place.steps.forEach(({ name, owner }, position) => {
    const before = { ...place, steps: place.steps.slice(0, position) };
    const here = { ...place, steps: place.steps.slice(0, position + 1) };
    if (position === 0 && place.root.sure.includes(name)) return;
    if (always[owner]?.includes(name)) return;
    conditions.push(hasKey(asWritten(before), name));
    if (nullable[owner]?.includes(name)) {
      conditions.push(not(binary(call('dyn', asWritten(here)), '==', literal(null))));
    }
  });
  return conditions;
}

function asWritten(place: Place): Expr {
  return place.steps.reduce((of, { name }) => fieldOf(of, name), place.root.expr);
}
