import { denying, each, items, named, nameOf, pod, present } from '../../../src/dsl/rules.js';
import type { LevelControl } from '../../../src/levels/types.js';
import { podWith } from '../common.js';

export const hostPathVolumes: LevelControl = {
  id: 'hostPathVolumes',
  level: 'baseline',
  title: 'HostPath volumes',
  rule: `Restricted fields:
  spec.volumes[*].hostPath
Allowed values: undefined`,
  why: 'A path of the node inside a pod is a way to read its secrets, or to write what the node then runs.',
  fix: 'Use a configMap, emptyDir, or a PersistentVolumeClaim; a local volume where the data has to stay on the node.',
  revisions: [
    {
      since: 0,
      change: 'no volume may be a path of the host',
      body: {
        collections: {
          volumes: denying(
            each(items(pod.spec.volumes), (volume) => ({
              where: present(volume.hostPath),
              show: nameOf(volume),
              at: volume.hostPath,
            })),
          ),
        },
        reason: 'hostPath volumes',
        detail: named('volumes', 'volume', 'volumes'),
      },
      denied: podWith({ volumes: [{ name: 'logs', hostPath: { path: '/var/log' } }] }),
      allowed: podWith({ volumes: [{ name: 'logs', emptyDir: {} }] }),
    },
  ],
};
