/** Updates of pods that the UPDATE rule could get wrong. */
import type { JsonObject } from '../../src/manifest/types.js';
import { pod } from './pod-cases.js';

export interface UpdateCase {
  readonly name: string;
  readonly old: JsonObject;
  readonly new: JsonObject;
  readonly subresource?: string;
}

const c = (name: string, image: string, more: JsonObject = {}): JsonObject => ({ name, image, ...more });
const before: JsonObject = {
  containers: [c('a', '1'), c('b', '2')],
  initContainers: [c('i', '3')],
  ephemeralContainers: [c('e', '4')],
};
const update = (name: string, after: JsonObject, old: JsonObject = before): UpdateCase => ({
  name,
  old: pod(old),
  new: pod({ ...old, ...after }),
});

export const updateCases: readonly UpdateCase[] = [
  update('nothing', {}),
  { name: 'labels', old: pod(before), new: pod(before, { labels: { a: 'b' }, finalizers: ['x/y'] }) },
  {
    name: 'annotations',
    old: pod(before),
    new: pod(before, { annotations: { 'container.apparmor.security.beta.kubernetes.io/a': 'unconfined' } }),
  },
  update('image', { containers: [c('a', '1'), c('b', '9')] }),
  update('init image', { initContainers: [c('i', '9')] }),
  update('container added', { containers: [c('a', '1'), c('b', '2'), c('x', '2')] }),
  update('container removed', { containers: [c('a', '1')] }),
  update('init container removed', { initContainers: [] }),
  update('containers swapped, images differ', { containers: [c('b', '2'), c('a', '1')] }),
  update('container renamed', { containers: [c('z', '1'), c('b', '2')] }),
  update('privileged', { containers: [c('a', '1', { securityContext: { privileged: true } }), c('b', '2')] }),
  update('host network', { hostNetwork: true }),
  update('ephemeral added', { ephemeralContainers: [c('e', '4'), c('f', '4')] }),
  update('ephemeral removed', { ephemeralContainers: [] }),
  update('ephemeral image', { ephemeralContainers: [c('e', '9')] }),
  update('ephemeral renamed', { ephemeralContainers: [c('f', '4')] }),
  update(
    'ephemeral reordered',
    { ephemeralContainers: [c('f', '5'), c('e', '4')] },
    { ...before, ephemeralContainers: [c('e', '4'), c('f', '5')] },
  ),
  update('ephemeral privileged', {
    ephemeralContainers: [c('e', '4', { securityContext: { privileged: true } })],
  }),
  update(
    'image empty and null',
    { containers: [{ name: 'a', image: null }] },
    { containers: [{ name: 'a', image: '' }] },
  ),
  update(
    'ephemeral duplicate name',
    { ephemeralContainers: [c('e', '4'), c('e', '5')] },
    { ...before, ephemeralContainers: [c('e', '4'), c('e', '5')] },
  ),
  ...[
    'ephemeralcontainers',
    'resize',
    'status',
    'exec',
    'attach',
    'binding',
    'eviction',
    'log',
    'portforward',
    'proxy',
    'unknown',
  ].map(
    (subresource): UpdateCase => ({
      ...update(`subresource ${subresource}`, { containers: [c('a', '9'), c('b', '2')] }),
      subresource,
    }),
  ),
];
