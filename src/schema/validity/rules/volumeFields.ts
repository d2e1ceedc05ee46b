/** What has to be said of a volume, by one field or another. */
import {
  and,
  type Cond,
  equal,
  glob,
  isTrue,
  items,
  itself,
  matches,
  not,
  or,
  type Path,
  pod,
  prefix,
  present,
  some,
  value,
  within,
} from '../../../dsl/rules.js';
import type {
  DownwardAPIVolumeFile,
  TypedLocalObjectReference,
  Volume,
  VolumeProjection,
} from '../../index.js';
import type { ValidityRule } from '../types.js';
import { type Given, moreThan, nodeOf, several, withVolume } from './common.js';

const withSource = (source: Given) => withVolume({ projected: { sources: [source] } });

const notOne = (...of: readonly Cond[]): Cond => or(not(or(...of)), several(of));

const ofVolumes = (where: (volume: Path<Volume>) => Cond) => nodeOf(some(items(pod.spec.volumes), where));
const ofSources = (where: (source: Path<VolumeProjection>) => Cond) =>
  ofVolumes((volume) => some(items(volume.projected.sources), where));

const noFieldOfThePod = (file: Path<DownwardAPIVolumeFile>): Cond =>
  notOne(present(file.fieldRef), present(file.resourceFieldRef));
const fieldRef = { fieldPath: 'metadata.name' };
const file = (more: Given) => ({ downwardAPI: { items: [{ path: 'a', ...more }] } });

export const oneDownwardField: ValidityRule = {
  id: 'oneDownwardField',
  rule: 'a file of the downward API is of one field',
  source: 'validateDownwardAPIVolumeFile',
  refused: ofVolumes((volume) =>
    or(
      some(items(volume.downwardAPI.items), noFieldOfThePod),
      some(items(volume.projected.sources), (source) =>
        some(items(source.downwardAPI.items), noFieldOfThePod),
      ),
    ),
  ),
  examples: { refused: withVolume(file({})), accepted: withSource(file({ fieldRef })) },
};

const bundle = (more: Given) => withSource({ clusterTrustBundle: { path: 'ca.crt', ...more } });

export const oneTrustBundle: ValidityRule = {
  id: 'oneTrustBundle',
  rule: 'trust bundles are named, or selected by who signed them',
  source: 'validateProjectionSources',
  refused: ofSources(({ clusterTrustBundle: of }) =>
    and(
      present(of),
      or(notOne(present(of.name), present(of.signerName)), and(present(of.name), present(of.labelSelector))),
    ),
  ),
  examples: {
    refused: bundle({ name: 'a', signerName: 'example.com/a' }),
    accepted: bundle({ name: 'a' }),
  },
};

const certificate = (more: Given) =>
  withSource({ podCertificate: { signerName: 'example.com/a', keyType: 'ED25519', ...more } });

export const certificatePath: ValidityRule = {
  id: 'certificatePath',
  rule: 'a certificate of the pod is written somewhere',
  source: 'validateProjectionSources',
  refused: ofSources(({ podCertificate }) =>
    and(
      present(podCertificate),
      not(
        or(
          present(podCertificate.credentialBundlePath),
          present(podCertificate.keyPath),
          present(podCertificate.certificateChainPath),
        ),
      ),
    ),
  ),
  examples: { refused: certificate({}), accepted: certificate({ keyPath: 'key.pem' }) },
};

const isNoClaim = (source: Path<TypedLocalObjectReference>): Cond =>
  and(equal(value(source.apiGroup, ''), ''), not(equal(value(source.kind, ''), 'PersistentVolumeClaim')));
const template = (spec: Given) =>
  withVolume({
    ephemeral: {
      volumeClaimTemplate: {
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } }, ...spec },
      },
    },
  });
const claim = (kind: string) => template({ dataSource: { kind, name: 'a' } });

export const dataSourceOfGroup: ValidityRule = {
  id: 'dataSourceOfGroup',
  rule: 'what a volume starts from is a claim, or of a group that is named',
  source: 'validateDataSource, validateDataSourceRef',
  refused: ofVolumes((volume) => {
    const { dataSource, dataSourceRef } = volume.ephemeral.volumeClaimTemplate.spec;
    return or(
      and(present(dataSource), isNoClaim(dataSource)),
      and(present(dataSourceRef), isNoClaim(dataSourceRef)),
    );
  }),
  examples: { refused: claim('VolumeSnapshot'), accepted: claim('PersistentVolumeClaim') },
};

const reference = (name: string) => ({ kind: 'PersistentVolumeClaim', name });

export const oneDataSource: ValidityRule = {
  id: 'oneDataSource',
  rule: 'what a volume starts from is the same in both fields, and of no other namespace then',
  source: 'ValidatePersistentVolumeClaimSpec',
  refused: ofVolumes((volume) => {
    const { dataSource: one, dataSourceRef: other } = volume.ephemeral.volumeClaimTemplate.spec;
    return and(
      present(one),
      present(other),
      or(
        ...(['apiGroup', 'kind', 'name'] as const).map((field) =>
          not(equal(value(one[field], ''), value(other[field], ''))),
        ),
        and(present(one.apiGroup), not(present(other.apiGroup))),
        and(not(present(one.apiGroup)), present(other.apiGroup)),
        present(other.namespace),
      ),
    );
  }),
  examples: {
    refused: template({ dataSource: reference('a'), dataSourceRef: reference('b') }),
    accepted: template({ dataSource: reference('a'), dataSourceRef: reference('a') }),
  },
};

export const accessOfOnePod: ValidityRule = {
  id: 'accessOfOnePod',
  rule: 'a volume of one pod alone is accessed in no other way',
  source: 'ValidatePersistentVolumeClaimSpec',
  refused: ofVolumes((volume) => {
    const { accessModes } = volume.ephemeral.volumeClaimTemplate.spec;
    const single = 'ReadWriteOncePod';
    return and(
      some(items(accessModes), (each) => equal(itself(each), single)),
      some(items(accessModes), (each) => not(equal(itself(each), single))),
    );
  }),
  examples: {
    refused: template({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] }),
    accepted: template({ accessModes: ['ReadWriteOncePod'] }),
  },
};

export const expiryOfOwnSigners: ValidityRule = {
  id: 'expiryOfOwnSigners',
  rule: 'a certificate of a signer of Kubernetes is asked for a day at most',
  source: 'validateProjectionSources; KubernetesMaxMaxExpirationSeconds of pkg/apis/certificates/types.go',
  refused: ofSources(({ podCertificate }) =>
    and(
      matches(value(podCertificate.signerName, ''), prefix('kubernetes.io/'), glob('*.kubernetes.io/*')),
      within(value(podCertificate.maxExpirationSeconds, 0), moreThan(86_400)),
    ),
  ),
  examples: {
    refused: certificate({ keyPath: 'a', signerName: 'kubernetes.io/a', maxExpirationSeconds: 86_401 }),
    accepted: certificate({ keyPath: 'a', signerName: 'kubernetes.io/a', maxExpirationSeconds: 86_400 }),
  },
};

const disk = (kind: string) =>
  withVolume({
    azureDisk: { kind, diskName: 'a', diskURI: 'https://example.blob.core.windows.net/a/b.vhd' },
  });

export const azureDiskAddress: ValidityRule = {
  id: 'azureDiskAddress',
  rule: 'the address of a disk of Azure is that of its kind',
  source: 'validateAzureDisk',
  refused: ofVolumes(({ azureDisk }) => {
    const starts = (text: string): Cond => matches(value(azureDisk.diskURI, ''), prefix(text));
    const managed = equal(value(azureDisk.kind, ''), 'Managed');
    return and(
      present(azureDisk),
      or(and(managed, not(starts('/subscriptions/'))), and(not(managed), not(starts('https://')))),
    );
  }),
  examples: { refused: disk('Managed'), accepted: disk('Shared') },
};

export const fibreChannel: ValidityRule = {
  id: 'fibreChannel',
  rule: 'a volume of Fibre Channel has identifiers, or targets and a number',
  source: 'validateFCVolumeSource',
  refused: ofVolumes(({ fc }) =>
    and(
      present(fc),
      or(
        notOne(present(fc.targetWWNs), present(fc.wwids)),
        and(present(fc.targetWWNs), not(within(value(fc.lun, -1), { min: 0, max: 255 }))),
      ),
    ),
  ),
  examples: {
    refused: withVolume({ fc: { targetWWNs: ['50060e801049cfd1'] } }),
    accepted: withVolume({ fc: { targetWWNs: ['50060e801049cfd1'], lun: 0 } }),
  },
};

export const flockerDataset: ValidityRule = {
  id: 'flockerDataset',
  rule: 'a dataset of Flocker has a name or a number',
  source: 'validateFlockerVolumeSource',
  refused: ofVolumes(({ flocker }) =>
    and(present(flocker), notOne(present(flocker.datasetName), present(flocker.datasetUUID))),
  ),
  examples: {
    refused: withVolume({ flocker: { datasetName: 'a', datasetUUID: 'b' } }),
    accepted: withVolume({ flocker: { datasetName: 'a' } }),
  },
};

const iscsi = (more: Given) =>
  withVolume({
    iscsi: { targetPortal: '192.0.2.1:3260', iqn: 'iqn.2026-01.com.example:disk', lun: 0, ...more },
  });

export const iscsiSecret: ValidityRule = {
  id: 'iscsiSecret',
  rule: 'a volume of iSCSI that authenticates has a secret',
  source: 'validateISCSIVolumeSource',
  refused: ofVolumes((volume) =>
    and(
      or(isTrue(volume.iscsi.chapAuthDiscovery), isTrue(volume.iscsi.chapAuthSession)),
      not(present(volume.iscsi.secretRef)),
    ),
  ),
  examples: {
    refused: iscsi({ chapAuthSession: true }),
    accepted: iscsi({ chapAuthSession: true, secretRef: { name: 'chap' } }),
  },
};
