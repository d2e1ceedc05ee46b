/**
 * What the API server demands of the value of one field, whatever else the pod has. Sources are functions of
 * pkg/apis/core/validation/validation.go of Kubernetes 1.37 unless another is named. A field that is not listed takes any value
 * of its type; a closed set of strings is the `enum` of the schema's facts.
 */

import { fieldsOf } from '../index.js';
import { environmentRules } from './environment.js';
import { schedulingRules } from './scheduling.js';
import { of, type ValueRule } from './value-rule.js';
import { volumeRules } from './volumes.js';

export type { Format, ValueRule } from './value-rule.js';

const id: ValueRule = { min: 0, max: 2 ** 31 - 1 };
const port: ValueRule = { min: 1, max: 65_535 };
/** ValidatePortNumOrName */
const portOrName: ValueRule = { required: true, format: 'portName', longest: 15, ...port, like: 8080 };
const container: Readonly<Record<string, ValueRule>> = {
  name: { required: true, format: 'dnsLabel', longest: 63, like: 'app' },
  image: { required: true, format: 'trimmed', like: 'example.com/app:1.0' },
  // By the tag of the image: SetDefaults_Container.
  imagePullPolicy: { written: true },
  restartPolicy: { among: ['Always', 'Never', 'OnFailure'] },
};

/** By type and field of the schema; `[]` stands for an element of a list, `{#}` for a key of a map. */
export const valueRules: ReadonlyMap<string, ValueRule> = new Map([
  ...of('ObjectMeta', {
    name: { format: 'dnsSubdomain', longest: 253, like: 'example' },
    namespace: { format: 'dnsLabel', longest: 63 },
    // Written on creation, whatever a manifest says: podStrategy.PrepareForCreate of pkg/registry/core/pod/strategy.go.
    generation: { written: true, min: 1, max: 1 },
    generateName: { format: 'generatedName', longest: 253 },
    'finalizers[]': { format: 'qualifiedName' },
    'labels{#}': { format: 'qualifiedName' },
    'labels{}': { format: 'labelValue', longest: 63 },
    'annotations{#}': { format: 'annotationKey' },
  }),
  // Of the metadata of a template: ValidateTemplateObjectMeta.
  ...of(
    'PersistentVolumeClaimTemplate.metadata',
    Object.fromEntries(
      Object.keys(fieldsOf('ObjectMeta') ?? {})
        .filter((name) => name !== 'labels' && name !== 'annotations')
        .map((name): [string, ValueRule] => [name, { absent: true }]),
    ),
  ),
  ...of('Pod', {
    apiVersion: { required: true, among: ['v1'] },
    kind: { required: true, among: ['Pod'] },
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
    // Of a negative one the API server makes 1: SetDefaults_PodSpec and PrepareForCreate.
    terminationGracePeriodSeconds: { min: 0 },
    hostnameOverride: { format: 'dnsSubdomain', longest: 64 },
    'resources.claims': { absent: true },
    // Other names than those of container resources; as much as many containers ask for: validatePodResources.
    'resources.limits': { like: { cpu: '1000' } },
    'resources.requests': { like: { cpu: '1000' } },
  }),
  ...of('Container', { ...container, 'readinessProbe.terminationGracePeriodSeconds': { absent: true } }),
  ...of('EphemeralContainer', container),
  ...of('ContainerPort', {
    name: { format: 'portName', longest: 15 },
    containerPort: { required: true, ...port, like: 8080 },
    hostPort: port,
  }),
  ...of('ContainerRestartRule', {
    action: { required: true, among: ['RestartAllContainers', 'Restart'] },
    exitCodes: { required: true },
  }),
  ...of('ContainerRestartRuleOnExitCodes', { operator: { required: true, among: ['NotIn', 'In'] } }),
  ...of('Probe', {
    terminationGracePeriodSeconds: { min: 1 },
    initialDelaySeconds: { min: 0 },
    timeoutSeconds: { min: 0 },
    periodSeconds: { min: 0 },
    successThreshold: { min: 0 },
    failureThreshold: { min: 0 },
  }),
  // Of these two one success is one: validateLivenessProbe, validateStartupProbe.
  ...of('Container', {
    'livenessProbe.successThreshold': { min: 1, max: 1 },
    'startupProbe.successThreshold': { min: 1, max: 1 },
  }),
  ...of('PodSecurityContext', {
    runAsUser: id,
    runAsGroup: id,
    fsGroup: id,
    'supplementalGroups[]': id,
    seLinuxChangePolicy: { among: ['MountOption', 'Recursive'] },
    // HostNetwork and the like of the list are rules of their own.
  }),
  ...of('SecurityContext', { runAsUser: id, runAsGroup: id, procMount: { among: ['Default', 'Unmasked'] } }),
  ...of('PodOS', { name: { required: true, among: ['linux', 'windows'] } }),
  ...of('Sysctl', {
    name: { required: true, format: 'sysctl', longest: 253 },
    value: { usual: true, like: '1' },
  }),
  ...of('SeccompProfile', {
    type: { required: true },
    localhostProfile: { format: 'relativePath', like: 'profiles/app.json' },
  }),
  ...of('AppArmorProfile', {
    type: { required: true },
    localhostProfile: { format: 'trimmed', longest: 4095, like: 'app' },
  }),
  ...of('WindowsSecurityContextOptions', {
    // Of the user alone; a domain in front may have 255 more.
    runAsUserName: { format: 'windowsUser', longest: 104 },
    gmsaCredentialSpecName: { format: 'dnsSubdomain', longest: 253 },
    gmsaCredentialSpec: { format: 'notEmpty', longest: 64 * 1024 },
  }),
  ...of('Volume', { name: { required: true, format: 'dnsLabel', longest: 63, like: 'data' } }),
  ...of('VolumeMount', {
    name: { required: true },
    mountPath: { required: true, like: '/data' },
    subPath: { format: 'relativePath' },
    subPathExpr: { format: 'relativePath' },
    recursiveReadOnly: { among: ['Disabled', 'Enabled', 'IfPossible'] },
  }),
  // validateResizePolicy.
  ...of('ContainerResizePolicy', {
    resourceName: { required: true, among: ['cpu', 'memory'], like: 'cpu' },
    restartPolicy: { required: true, among: ['NotRequired', 'RestartContainer'], like: 'NotRequired' },
  }),
  ...of('HTTPGetAction', { port: portOrName }),
  ...of('TCPSocketAction', { port: portOrName }),
  // A limit of what pods as a whole have none of: from others the API server makes one of the pod (DefaultPodLevelResources).
  ...of('ResourceRequirements', {
    limits: { like: { 'ephemeral-storage': '1Gi' } },
    requests: { like: { cpu: '1' } },
  }),
  ...of('GRPCAction', { port: { required: true, min: 1, max: 65_535, like: 8080 } }),
  ...of('ExecAction', { command: { required: true, like: ['true'] } }),
  ...of('SleepAction', { seconds: { usual: true, min: 0, like: 1 } }),
  ...volumeRules,
  ...schedulingRules,
  ...environmentRules,
]);

/** How the tables name a field: by its type, or by what the object is where the API demands something else there. */
export function ruleName(above: string, type: string, field: string): string {
  const own = `${above}.${field}`;
  return valueRules.has(own) ? own : `${type}.${field}`;
}
