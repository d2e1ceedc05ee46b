/** What the API server demands of variables: ValidateEnv and what it calls. */
import { of, type ValueRule } from './value-rule.js';

const name: ValueRule = { required: true, format: 'dnsSubdomain', longest: 253, like: 'example' };
/** As if it went on: validateConfigMapEnvSource, validateSecretEnvSource. */
const prefix: ValueRule = { ...name, format: 'namePrefix' };
const key: ValueRule = { required: true, format: 'configKey', longest: 253, like: 'key' };

export const environmentRules: readonly (readonly [string, ValueRule])[] = [
  ...of('EnvVar', { name: { required: true, format: 'variable', like: 'NAME' } }),
  ...of('EnvFromSource', { prefix: { format: 'variable' } }),
  ...of('SecretEnvSource', { name: prefix }),
  ...of('ConfigMapEnvSource', { name: prefix }),
  ...of('SecretKeySelector', { name, key }),
  ...of('ConfigMapKeySelector', { name, key }),
  ...of('FileKeySelector', {
    key: { required: true, format: 'variable', like: 'KEY' },
    path: { required: true, format: 'path', like: 'variables.env' },
    volumeName: { required: true, format: 'dnsLabel', longest: 63 },
  }),
  ...of('ObjectFieldSelector', {
    apiVersion: { among: ['v1'] },
    fieldPath: { required: true, format: 'podField', like: 'metadata.name' },
  }),
  ...of('DownwardAPIVolumeFile.fieldRef', {
    fieldPath: { required: true, format: 'podMetadata', like: 'metadata.name' },
  }),
  ...of('ResourceFieldSelector', {
    resource: { required: true, format: 'resourceField', like: 'limits.cpu' },
  }),
  // In a file of a volume there is no container that it would be of otherwise: validateContainerResourceFieldSelector.
  ...of('DownwardAPIVolumeFile.resourceFieldRef', { containerName: { required: true, like: 'app' } }),
];
