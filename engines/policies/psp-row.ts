/** Cases by hand of PodSecurityPolicy: a document that is open but for one thing, and pods that it is about. */
import type { JsonObject } from '../../src/manifest/types.js';
import { openSpec } from './psp-open.js';

export interface PspRow {
  readonly field: string;
  readonly name: string;
  readonly psp: JsonObject;
  readonly pods: readonly JsonObject[];
}

export const seccompKey = 'seccomp.security.alpha.kubernetes.io';
export const appArmorKey = 'apparmor.security.beta.kubernetes.io';

/** Open, but for what is given. */
export function psp(spec: JsonObject, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'policy/v1beta1',
    kind: 'PodSecurityPolicy',
    metadata: { name: 'row', annotations: { [`${seccompKey}/allowedProfileNames`]: '*', ...annotations } },
    spec: {
      ...openSpec,
      ...spec,
    },
  };
}

export const app: JsonObject = { name: 'app', image: 'example.com/app:1.0' };

export function pod(spec: JsonObject = {}, annotations: JsonObject = {}): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'judged', namespace: 'default', annotations },
    spec: { containers: [app], ...spec },
  };
}

/** Of the container, and of an init container. */
export const container = (securityContext: JsonObject, ofPod: JsonObject = {}): JsonObject =>
  pod({ securityContext: ofPod, containers: [{ ...app, securityContext }] });
const init = (securityContext: JsonObject): JsonObject =>
  pod({ initContainers: [{ ...app, name: 'init', securityContext }] });
export const both = (securityContext: JsonObject) => [container(securityContext), init(securityContext)];
export const context = (securityContext: JsonObject): JsonObject => pod({ securityContext });
export const row = (field: string, name: string, document: JsonObject, ...pods: JsonObject[]): PspRow => ({
  field,
  name,
  psp: document,
  pods: [pod(), ...pods],
});
