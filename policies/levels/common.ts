/** What several controls share: relaxations, and the smallest pods that their examples vary. */
import { type Cond, equal, isFalse } from '../../src/dsl/conditions.js';
import { pod } from '../../src/dsl/paths.js';
import { value } from '../../src/dsl/terms.js';
import type { Container, Pod, PodSpec, SecurityContext } from '../../src/schema/index.js';

/** Fields that exist on Linux only are refused on Windows pods by API validation, so demanding them there helps nobody. */
export const isWindows: Cond = equal(value(pod.spec.os.name, ''), 'windows');

/** The pod has a user namespace of its own: root in it is nobody on the node. */
export const hasUserNamespace: Cond = isFalse(pod.spec.hostUsers);

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
