/** What the API server demands of the sources of volumes: functions validateXVolumeSource of validation.go. */
import { fileMode, of, type ValueRule } from './value-rule.js';

const text = (like: string): ValueRule => ({ required: true, like });

const reference: Readonly<Record<string, ValueRule>> = {
  apiGroup: { format: 'subdomainOrEmpty', longest: 253 },
  kind: text('PersistentVolumeClaim'),
  name: text('example'),
};

const partition: ValueRule = { min: 0, max: 255 };

/** Sources whose fields depend on each other are known by an example alone, which is enough to make such a volume. */
export const volumeRules: readonly (readonly [string, ValueRule])[] = [
  ...of('HostPathVolumeSource', {
    path: { required: true, format: 'path', like: '/var/data' },
    type: {
      among: [
        '',
        'BlockDevice',
        'CharDevice',
        'Directory',
        'DirectoryOrCreate',
        'File',
        'FileOrCreate',
        'Socket',
      ],
    },
  }),
  ...of('FlexVolumeSource', { driver: text('example.com/driver') }),
  ...of('CSIVolumeSource', {
    driver: { required: true, format: 'driverName', longest: 63, like: 'csi.example.com' },
    'nodePublishSecretRef.name': { ...text('example'), format: 'dnsSubdomain', longest: 253 },
  }),
  ...of('NFSVolumeSource', {
    server: text('nfs.example.com'),
    path: { required: true, format: 'absolutePath', like: '/exports' },
  }),
  ...of('SecretVolumeSource', { secretName: text('example'), defaultMode: fileMode }),
  ...of('ConfigMapVolumeSource', { name: text('example'), defaultMode: fileMode }),
  ...of('ProjectedVolumeSource', { defaultMode: fileMode }),
  ...of('DownwardAPIVolumeSource', { defaultMode: fileMode }),
  ...of('SecretProjection', { name: text('example') }),
  ...of('ConfigMapProjection', { name: text('example') }),
  ...of('ServiceAccountTokenProjection', {
    path: { required: true, format: 'unreservedPath', like: 'token' },
    expirationSeconds: { min: 600, max: 2 ** 32 },
  }),
  ...of('DownwardAPIVolumeFile', {
    path: { required: true, format: 'unreservedPath', like: 'namespace' },
    mode: fileMode,
    fieldRef: { usual: true, like: { fieldPath: 'metadata.namespace' } },
  }),
  ...of('ClusterTrustBundleProjection', {
    // Of the name alone; who signed may be in front of it.
    name: { usual: true, format: 'trustBundle', longest: 253, like: 'example' },
    signerName: { format: 'signerName', longest: 571 },
    path: { required: true, format: 'unreservedPath', like: 'ca.crt' },
  }),
  ...of('PodCertificateProjection', {
    signerName: { required: true, format: 'signerName', longest: 571, like: 'example.com/signer' },
    keyType: {
      required: true,
      among: ['RSA3072', 'RSA4096', 'ECDSAP256', 'ECDSAP384', 'ECDSAP521', 'ED25519'],
      like: 'ED25519',
    },
    // The longest time of a signer that is no Kubernetes' own: MaxMaxExpirationSeconds of pkg/apis/certificates/types.go.
    maxExpirationSeconds: { min: 3600, max: 91 * 86_400 },
    credentialBundlePath: { usual: true, format: 'unreservedPath', like: 'bundle.pem' },
    keyPath: { format: 'unreservedPath' },
    certificateChainPath: { format: 'unreservedPath' },
    'userAnnotations{#}': { format: 'domainKey' },
  }),
  ...of('PersistentVolumeClaimVolumeSource', { claimName: text('example') }),
  ...of('AWSElasticBlockStoreVolumeSource', { volumeID: text('vol-1'), partition }),
  ...of('GCEPersistentDiskVolumeSource', { pdName: text('disk'), partition }),
  ...of('GitRepoVolumeSource', {
    repository: text('https://git.example.com/app'),
    directory: { format: 'relativePath' },
  }),
  ...of('ISCSIVolumeSource', {
    targetPortal: text('192.0.2.1:3260'),
    iqn: { ...text('iqn.2026-01.com.example:disk'), format: 'iqn' },
    initiatorName: { format: 'iqn' },
    lun: { min: 0, max: 255 },
  }),
  ...of('GlusterfsVolumeSource', { endpoints: text('glusterfs'), path: text('data') }),
  ...of('RBDVolumeSource', { monitors: { required: true, like: ['192.0.2.1:6789'] }, image: text('data') }),
  ...of('CinderVolumeSource', { volumeID: text('vol-1'), 'secretRef.name': text('example') }),
  ...of('CephFSVolumeSource', { monitors: { required: true, like: ['192.0.2.1:6789'] } }),
  ...of('FCVolumeSource', { wwids: { usual: true, like: ['3600508b400105e210000900000490000'] } }),
  ...of('FlockerVolumeSource', { datasetName: { usual: true, format: 'withoutSlash', like: 'data' } }),
  ...of('QuobyteVolumeSource', {
    registry: { ...text('quobyte.example.com:7861'), format: 'hostPorts' },
    volume: text('data'),
    tenant: { longest: 64 },
  }),
  ...of('AzureFileVolumeSource', { secretName: text('example'), shareName: text('data') }),
  ...of('AzureDiskVolumeSource', {
    diskName: text('data'),
    diskURI: text('https://example.blob.core.windows.net/vhds/data.vhd'),
  }),
  ...of('VsphereVirtualDiskVolumeSource', { volumePath: text('[datastore] data.vmdk') }),
  ...of('PhotonPersistentDiskVolumeSource', { pdID: text('disk') }),
  ...of('PortworxVolumeSource', { volumeID: text('vol-1') }),
  ...of('ScaleIOVolumeSource', {
    gateway: text('https://scaleio.example.com/api'),
    system: text('system'),
    volumeName: text('data'),
  }),
  ...of('StorageOSVolumeSource', {
    volumeName: { required: true, format: 'dnsLabel', longest: 63, like: 'data' },
    volumeNamespace: { format: 'dnsLabel', longest: 63 },
    'secretRef.name': text('example'),
  }),
  ...of('EphemeralVolumeSource', { volumeClaimTemplate: { required: true } }),
  ...of('PersistentVolumeClaimTemplate', { spec: { required: true } }),
  ...of('PersistentVolumeClaimSpec', {
    accessModes: { required: true, like: ['ReadWriteOnce'] },
    resources: { required: true },
    storageClassName: { format: 'subdomainOrEmpty', longest: 253 },
    volumeAttributesClassName: { format: 'subdomainOrEmpty', longest: 253 },
  }),
  // validateDataSource: without a group it is a claim.
  ...of('TypedLocalObjectReference', reference),
  ...of('TypedObjectReference', { ...reference, namespace: { format: 'labelOrEmpty', longest: 63 } }),
  ...of('VolumeResourceRequirements', { requests: { required: true, like: { storage: '1Gi' } } }),
  ...of('ImageVolumeSource', { reference: text('example.com/data:1.0'), pullPolicy: { written: true } }),
];
