/** What the API server demands of where a pod runs and of what it is told there: validateAffinity, ValidateTolerations and others. */
import { fileMode, of, type ValueRule } from './value-rule.js';

const weight: ValueRule = { required: true, min: 1, max: 100, like: 1 };
const labelKey: ValueRule = { required: true, format: 'qualifiedName', like: 'example.com/zone' };

export const schedulingRules: readonly (readonly [string, ValueRule])[] = [
  ...of('HostAlias', {
    ip: { required: true, format: 'address', like: '10.0.0.1' },
    'hostnames[]': { format: 'dnsSubdomain', longest: 253 },
  }),
  ...of('PodAffinityTerm', {
    topologyKey: labelKey,
    'namespaces[]': { format: 'dnsLabel', longest: 63 },
    'matchLabelKeys[]': { format: 'qualifiedName' },
    'mismatchLabelKeys[]': { format: 'qualifiedName' },
  }),
  ...of('WeightedPodAffinityTerm', { weight, podAffinityTerm: { required: true } }),
  ...of('PreferredSchedulingTerm', { weight, preference: { required: true } }),
  ...of('NodeSelector', {
    nodeSelectorTerms: {
      required: true,
      like: [{ matchExpressions: [{ key: 'example.com/zone', operator: 'Exists' }] }],
    },
  }),
  ...of('NodeSelectorRequirement', {
    key: labelKey,
    operator: { required: true, like: 'Exists' },
  }),
  // Of preferences any value goes: ValidatePreferredSchedulingTerms.
  ...of('NodeSelector.nodeSelectorTerms[]', {
    matchExpressions: {},
    'matchExpressions[].values': {},
    'matchExpressions[].values[]': { format: 'labelValue', longest: 63 },
  }),
  // ValidateNodeFieldSelectorRequirement
  ...of('NodeSelectorTerm.matchFields[]', {
    key: { required: true, among: ['metadata.name'], like: 'metadata.name' },
    operator: { required: true, among: ['In', 'NotIn'], like: 'In' },
    values: { required: true, like: ['example'] },
    'values[]': { format: 'dnsSubdomain', longest: 253 },
  }),
  ...of('LabelSelector', {
    'matchLabels{#}': { format: 'qualifiedName' },
    'matchLabels{}': { format: 'labelValue', longest: 63 },
  }),
  ...of('LabelSelectorRequirement', {
    key: labelKey,
    operator: { required: true, among: ['In', 'NotIn', 'Exists', 'DoesNotExist'], like: 'Exists' },
    'values[]': { format: 'labelValue', longest: 63 },
  }),
  ...of('TopologySpreadConstraint', {
    maxSkew: { required: true, min: 1, like: 1 },
    topologyKey: { required: true, like: 'example.com/zone' },
    whenUnsatisfiable: { required: true, like: 'ScheduleAnyway' },
    minDomains: { min: 1 },
    'matchLabelKeys[]': { format: 'qualifiedName' },
  }),
  ...of('Toleration', {
    key: { format: 'qualifiedName', usual: true, like: 'example.com/taint' },
    // The others compare numbers, by a feature that is off (TaintTolerationComparisonOperators).
    operator: { among: ['Equal', 'Exists'] },
    value: { format: 'labelValue', longest: 63 },
  }),
  ...of('PodReadinessGate', {
    conditionType: { required: true, format: 'qualifiedName', like: 'example.com/ready' },
  }),
  ...of('PodSchedulingGate', { name: { required: true, format: 'qualifiedName', like: 'example.com/gate' } }),
  ...of('PodResourceClaim', {
    name: { required: true, format: 'dnsLabel', longest: 63, like: 'claim' },
    resourceClaimName: { format: 'dnsSubdomain', longest: 253, like: 'claim' },
    resourceClaimTemplateName: { format: 'dnsSubdomain', longest: 253, like: 'claim' },
  }),
  ...of('ResourceClaim', {
    name: { required: true, format: 'dnsLabel', longest: 63, like: 'claim' },
    request: { format: 'dnsLabel', longest: 63 },
  }),
  ...of('PodDNSConfig', {
    'nameservers[]': { format: 'address' },
    'searches[]': { format: 'searchDomain', longest: 253 },
  }),
  ...of('PodDNSConfigOption', { name: { required: true, like: 'ndots' } }),
  ...of('VolumeDevice', {
    name: { required: true },
    devicePath: { required: true, format: 'path', like: '/dev/data' },
  }),
  ...of('KeyToPath', {
    key: { required: true, like: 'key' },
    path: { required: true, format: 'unreservedPath', like: 'key' },
    mode: fileMode,
  }),
  ...of('HTTPHeader', { name: { required: true, format: 'header', like: 'Accept' } }),
  ...of('OwnerReference', {
    apiVersion: { required: true, format: 'groupVersion', like: 'apps/v1' },
    kind: { required: true, like: 'ReplicaSet' },
    name: { required: true, like: 'example' },
    uid: { required: true, like: '00000000-0000-4000-8000-000000000000' },
  }),
];
