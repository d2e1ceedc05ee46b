/** What the API server demands of variables: ValidateEnv and what it calls. */
import { of, type ValueRule } from './value-rule.js';

const name: ValueRule = { required: true, format: 'dnsSubdomain', longest: 253, like: 'example' };
const key: ValueRule = { required: true, like: 'key' };

export const environmentRules: readonly (readonly [string, ValueRule])[] = [
  ...of('EnvVar', { name: { required: true, format: 'variable', like: 'NAME' } }),
  ...of('SecretEnvSource', { name }),
  ...of('ConfigMapEnvSource', { name }),
  ...of('SecretKeySelector', { name, key }),
  ...of('ConfigMapKeySelector', { name, key }),
  ...of('ObjectFieldSelector', {
    fieldPath: {
      required: true,
      among: [
        'metadata.name',
        'metadata.namespace',
        'metadata.uid',
        'spec.nodeName',
        'spec.serviceAccountName',
        'status.hostIP',
        'status.podIP',
      ],
      like: 'metadata.name',
    },
  }),
  ...of('ResourceFieldSelector', {
    resource: {
      required: true,
      among: ['limits.cpu', 'limits.memory', 'requests.cpu', 'requests.memory'],
      like: 'limits.cpu',
    },
  }),
  // In a file of a volume there is no container that it would be of otherwise: validateContainerResourceFieldSelector.
  ...of('DownwardAPIVolumeFile.resourceFieldRef', {
    containerName: { required: true, format: 'dnsLabel', longest: 63, like: 'app' },
  }),
];
