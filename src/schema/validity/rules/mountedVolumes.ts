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
import { nodeOf, specWith } from './common.js';

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

const device = (claim: Readonly<Record<string, unknown>>) => ({
  spec: {
    ...specWith({ volumeDevices: [{ name: 'data', devicePath: '/dev/data' }] }),
    volumes: [{ name: 'data', ...claim }],
  },
});
const persistentVolumeClaim = { claimName: 'data' };

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
  examples: { refused: device({ emptyDir: {} }), accepted: device({ persistentVolumeClaim }) },
};

export const devicesOfUsers: ValidityRule = {
  id: 'devicesOfUsers',
  rule: 'a pod with users of its own has no devices',
  source: 'validateHostUsers',
  refused: nodeOf(
    and(
      equal(value(pod.spec.hostUsers, true), false),
      some(containers(), (c) => present(c.volumeDevices)),
    ),
  ),
  examples: {
    refused: {
      spec: { ...device({ persistentVolumeClaim }).spec, hostUsers: false },
    },
    accepted: { spec: { ...device({ persistentVolumeClaim }).spec, hostUsers: true } },
  },
};
