/**
 * The typed encoding of absence: objects are what an API server hands to its own policies, its Go types converted to
 * maps. A nil pointer and an empty field marked `omitempty` have no key. A field without that mark is always there, with
 * its zero value where it is empty; so is a struct that is no pointer. `has()` alone would call these present.
 */
import type { FieldType } from '../../schema/index.js';
import { fieldsOf } from '../../schema/index.js';
import { CannotSay } from './cannot-say.js';
import type { Encoding, Presence } from './encoding.js';
import { and, binary, call, type Expr, index, literal, no, not, or, select, size, ternary } from './expr.js';
import { isPlainField } from './names.js';
import { childOf, type Place, parentOf } from './place.js';

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

/**
 * `templates`: whether objects hold pod templates, which an API server does not prepare as it does pods. Their pods will
 * have what the preparation writes, so that is what is read.
 */
export function typedEncoding(options: {
  readonly templates: boolean;
  readonly hostNetwork: Expr;
}): Encoding {
  const { templates, hostNetwork } = options;

  function read(place: Place): Expr {
    const written = asWritten(place);
    if (!templates || !takesHostPort(place)) return written;
    return ternary(and(...plain(place)), written, asWritten(containerPortOf(place)));
  }

  function presence(place: Place): Presence {
    if (templates && takesHostPort(place)) {
      const copied = and(hostNetwork, ...plain(containerPortOf(place)));
      return { path: [...pathTo(parentOf(place)), or(and(...plain(place)), copied)], value: [] };
    }
    return { path: pathTo(place), value: valueAt(place) };
  }

  /** All conditions under which a field is present, without what preparation writes. */
  const plain = (place: Place) => [...pathTo(place), ...valueAt(place)];

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
    return names.length === 0 ? no : or(...names.map((field) => and(...plain(childOf(place, field)))));
  }

  return { presence, read };
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

/** A field called by a word of CEL has another name where types are checked than where policies run. */
function hasKey(of: Expr, field: string): Expr {
  return isPlainField(field) ? call('has', select(of, field)) : binary(literal(field), 'in', call('dyn', of));
}

function asWritten(place: Place): Expr {
  return place.steps.reduce(
    (of, { name }) => (isPlainField(name) ? select(of, name) : index(call('dyn', of), literal(name))),
    place.root.expr,
  );
}

/** defaultHostNetworkPorts: with hostNetwork, a hostPort that is missing becomes the containerPort. */
function takesHostPort(place: Place): boolean {
  const rule = place.steps.at(-1)?.field.default;
  return rule?.kind === 'computed' && rule.rule === 'hostPortUnderHostNetwork';
}

function containerPortOf(place: Place): Place {
  return childOf(parentOf(place), 'containerPort');
}
