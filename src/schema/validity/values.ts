/**
 * What the API server demands of the value of one field, whatever else the pod has. Sources are functions of
 * pkg/apis/core/validation/validation.go of Kubernetes 1.37 unless another is named. A field that is not listed takes any value
 * of its type; a closed set of strings is the `enum` of the schema's facts.
 */

import { environmentRules } from './environment.js';
import { schedulingRules } from './scheduling.js';
import { of, type ValueRule } from './value-rule.js';
import { volumeRules } from './volumes.js';

export type { Format, ValueRule } from './value-rule.js';

const id: ValueRule = { min: 0, max: 2 ** 31 - 1 };
const port: ValueRule = { min: 1, max: 65_535 };
const container: Readonly<Record<string, ValueRule>> = {
  name: { required: true, format: 'dnsLabel', longest: 63, like: 'app' },
  image: { required: true, format: 'trimmed', like: 'example.com/app:1.0' },
};

/** By type and field of the schema; `[]` stands for an element of a list, `{#}` for a key of a map. */
export const valueRules: ReadonlyMap<string, ValueRule> = new Map([
  ...of('ObjectMeta', {
    name: { format: 'dnsSubdomain', longest: 253, like: 'example' },
    namespace: { format: 'dnsLabel', longest: 63 },
    // Written on creation, whatever a manifest says: podStrategy.PrepareForCreate of pkg/registry/core/pod/strategy.go.
    generation: { required: true, min: 1 },
    'labels{#}': { format: 'qualifiedName' },
    'labels{}': { format: 'labelValue', longest: 63 },
    'annotations{#}': { format: 'qualifiedName' },
  }),
  ...of('Request', {
    user: { required: true, format: 'notEmpty' },
    operation: { required: true },
    subresource: { required: true },
    namespace: { required: true, format: 'dnsLabel', longest: 63 },
    'namespaceLabels{#}': { format: 'qualifiedName' },
    'namespaceLabels{}': { format: 'labelValue', longest: 63 },
  }),
  ...of('PodSpec', {
    serviceAccountName: { format: 'dnsSubdomain', longest: 253 },
    serviceAccount: { format: 'dnsSubdomain', longest: 253 },
    nodeName: { format: 'dnsSubdomain', longest: 253 },
    hostname: { format: 'dnsLabel', longest: 63 },
    subdomain: { format: 'dnsLabel', longest: 63 },
    runtimeClassName: { format: 'dnsSubdomain', longest: 253 },
    priorityClassName: { format: 'dnsSubdomain', longest: 253 },
    'nodeSelector{#}': { format: 'qualifiedName' },
    'nodeSelector{}': { format: 'labelValue', longest: 63 },
    activeDeadlineSeconds: { min: 1, max: 2 ** 31 - 1 },
  }),
  ...of('Container', container),
  ...of('EphemeralContainer', container),
  ...of('ContainerPort', { containerPort: { required: true, ...port, like: 8080 }, hostPort: port }),
  ...of('PodSecurityContext', {
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    'supplementalGroups[]': id,
    // HostNetwork and the like of the list are rules of their own.
  }),
  ...of('SecurityContext', { runAsUser: id, runAsGroup: id, procMount: { among: ['Default', 'Unmasked'] } }),
  ...of('PodOS', { name: { required: true, among: ['linux', 'windows'] } }),
  ...of('Sysctl', {
    name: { required: true, format: 'sysctl', longest: 253 },
    value: { required: true, like: '1' },
  }),
  ...of('SeccompProfile', {
    type: { required: true },
    localhostProfile: { format: 'relativePath', like: 'profiles/app.json' },
  }),
  ...of('AppArmorProfile', {
    type: { required: true },
    localhostProfile: { format: 'trimmed', longest: 4095, like: 'app' },
  }),
  ...of('WindowsSecurityContextOptions', { runAsUserName: { format: 'windowsUser', longest: 104 } }),
  ...of('Volume', { name: { required: true, format: 'dnsLabel', longest: 63, like: 'data' } }),
  ...of('VolumeMount', {
    name: { required: true },
    mountPath: { required: true, like: '/data' },
    subPath: { format: 'relativePath' },
  }),
  ...of('HTTPGetAction', { port: { required: true, like: 8080 } }),
  ...of('TCPSocketAction', { port: { required: true, like: 8080 } }),
  ...of('GRPCAction', { port: { required: true, min: 1, max: 65_535, like: 8080 } }),
  ...of('ExecAction', { command: { required: true, like: ['true'] } }),
  ...of('SleepAction', { seconds: { required: true, min: 1, like: 1 } }),
  ...volumeRules,
  ...schedulingRules,
  ...environmentRules,
]);
