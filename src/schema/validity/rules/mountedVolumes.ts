import { containers, equal, every, items, nameOf, not, pod, some, value } from '../../../dsl/rules.js';
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
