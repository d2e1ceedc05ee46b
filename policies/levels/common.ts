/** What several controls share: relaxations, and the smallest pods that their examples vary. */
import {
  type CollectionSpec,
  type Cond,
  containers,
  denying,
  each,
  equal,
  isFalse,
  items,
  itself,
  nameOf,
  not,
  type Operand,
  once,
  oneOf,
  type Path,
  pod,
  showing,
  some,
  value,
} from '../../src/dsl/rules.js';
import type { Container, Pod, PodSpec, SecurityContext } from '../../src/schema/index.js';

/** Fields that exist on Linux only are refused on Windows pods by API validation, so demanding them there helps nobody. */
export const isWindows: Cond = equal(value(pod.spec.os.name, ''), 'windows');

/** The pod has a user namespace of its own: root in it is nobody on the node. */
export const hasUserNamespace: Cond = isFalse(pod.spec.hostUsers);

/** A field that a pod sets for all of its containers, and each container for itself. */
export interface TwoLevels<T> {
  readonly ofPod: Path<T>;
  readonly of: (container: Path<Container>) => Path<T>;
}

/** Those that set such a field badly: the collections `pod` and `containers`. */
export function badSetters<T>(
  { ofPod, of }: TwoLevels<T>,
  isBad: (field: Path<T>) => Cond,
  at: (field: Path<T>) => Path<unknown> = (field) => field,
): { readonly pod: CollectionSpec; readonly containers: CollectionSpec } {
  return {
    pod: denying(once({ where: isBad(ofPod), show: 'pod', at: at(ofPod) })),
    containers: denying(each(containers(), (c) => ({ where: isBad(of(c)), show: nameOf(c), at: at(of(c)) }))),
  };
}

/** What is shown of a field where it is set badly, at either level. */
export function badSettings<T>(
  { ofPod, of }: TwoLevels<T>,
  isBad: (field: Path<T>) => Cond,
  at: (field: Path<T>) => Path<string>,
  show: (field: Path<T>) => Operand<string> = (field) => value(at(field), ''),
): CollectionSpec {
  return showing(
    once({ where: isBad(ofPod), show: show(ofPod), at: at(ofPod) }),
    each(containers(), (c) => ({ where: isBad(of(c)), show: show(of(c)), at: at(of(c)) })),
  );
}

/** The capabilities that containers add beyond those allowed, by container and by name. */
export function addedCapabilities(allowed: readonly string[]): {
  readonly containers: CollectionSpec;
  readonly capabilities: CollectionSpec;
} {
  const beyond = (added: Path<string>) => not(oneOf(itself(added), allowed));
  return {
    containers: denying(
      each(containers(), (c) => ({
        where: some(items(c.securityContext.capabilities.add), beyond),
        show: nameOf(c),
        at: c.securityContext.capabilities.add,
      })),
    ),
    capabilities: showing(
      each(
        containers(),
        (c) => items(c.securityContext.capabilities.add),
        (_c, added) => ({ where: beyond(added), show: itself(added), at: added }),
      ),
    ),
  };
}

/** A pod with one container. */
export function podWith(spec: Partial<PodSpec>, annotations?: Record<string, string>): Pod {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: annotations === undefined ? { name: 'example' } : { name: 'example', annotations },
    spec: { containers: [{ name: 'app', image: 'example.com/app:1.0' }], ...spec },
  };
}

/** A pod whose one container has these fields. */
export function containerWith(fields: Partial<Container>, spec: Partial<PodSpec> = {}): Pod {
  return podWith({ ...spec, containers: [{ name: 'app', image: 'example.com/app:1.0', ...fields }] });
}

/** A pod whose one container has this security context. */
export function secured(securityContext: SecurityContext, spec: Partial<PodSpec> = {}): Pod {
  return containerWith({ securityContext }, spec);
}
