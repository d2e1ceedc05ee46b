import {
  and,
  containers,
  equal,
  every,
  items,
  nameOf,
  not,
  or,
  pod,
  present,
  some,
  value,
} from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { type Given, nodeOf, specWith } from './common.js';

const spec = (name: string) => ({
  ...specWith({ volumeMounts: [{ name, mountPath: '/data' }] }),
  volumes: [{ name: 'data', emptyDir: {} }],
});

export const mountedVolumes: ValidityRule = {
  id: 'mountedVolumes',
  rule: 'what a container mounts is a volume of the pod',
  source: 'ValidateVolumeMounts',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.volumeMounts), (mount) =>
        every(items(pod.spec.volumes), (volume) => not(equal(nameOf(volume), value(mount.name, '')))),
      ),
    ),
  ),
  examples: { refused: { spec: spec('other') }, accepted: { spec: spec('data') } },
};

const device = (source: Given) => ({
  spec: {
    ...specWith({ volumeDevices: [{ name: 'data', devicePath: '/dev/data' }] }),
    volumes: [{ name: 'data', ...source }],
  },
});

export const blockDevices: ValidityRule = {
  id: 'blockDevices',
  rule: 'what a container has as a device is a claimed volume of the pod, and not mounted as well',
  source: 'ValidateVolumeDevices',
  refused: nodeOf(
    some(containers(), (c) =>
      some(items(c.volumeDevices), (each) =>
        or(
          every(items(pod.spec.volumes), (volume) =>
            not(
              and(
                equal(nameOf(volume), nameOf(each)),
                or(present(volume.persistentVolumeClaim), present(volume.ephemeral)),
              ),
            ),
          ),
          some(items(c.volumeMounts), (mount) =>
            or(
              equal(nameOf(mount), nameOf(each)),
              equal(value(mount.mountPath, ''), value(each.devicePath, '')),
            ),
          ),
        ),
      ),
    ),
  ),
  examples: {
    refused: device({ emptyDir: {} }),
    accepted: device({ persistentVolumeClaim: { claimName: 'data' } }),
  },
};
