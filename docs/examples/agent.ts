import { containerItems, definePolicy, pod, podItems, podValue } from 'podsec';

const agent = { namespaces: ['monitoring'], labels: { app: 'node-agent' } };
const review = { reason: 'node metrics, SEC-1412', expires: '2031-06-30' };

export default definePolicy({
  name: 'cluster',
  extends: 'baseline@v1.37',
  exceptions: [
    {
      ...agent,
      ...review,
      control: 'hostNamespaces',
      values: podValue(pod.spec.hostPID, [true]),
    },
    {
      ...agent,
      ...review,
      control: 'hostPathVolumes',
      values: podItems(pod.spec.volumes, (volume) => volume.hostPath.path, ['/proc', '/sys']),
    },
    {
      ...agent,
      ...review,
      control: 'capabilities_baseline',
      containers: ['agent'],
      values: containerItems(
        (container) => container.securityContext.capabilities.add,
        (added) => added,
        ['SYS_TIME'],
      ),
    },
  ],
});
