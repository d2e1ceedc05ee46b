/** What an API server refuses because of several fields together, as far as policies read them. */
import {
  appArmorAnnotationFormat,
  appArmorAnnotationOfContainer,
  appArmorAnnotationsAndFields,
} from './rules/appArmorAnnotations.js';
import { atLeastOneContainer } from './rules/atLeastOneContainer.js';
import { fileOfVariable, oneSourceOfVariables, oneVariableSource } from './rules/environment.js';
import {
  ephemeralContainerFields,
  ephemeralContainersByUpdate,
  subresourceByUpdate,
  targetOfDebugging,
} from './rules/ephemeralContainers.js';
import { initContainerProbes, oneHandler } from './rules/handlers.js';
import { hostPortUnderHostNetwork, initHostPortUnderHostNetwork } from './rules/hostPortUnderHostNetwork.js';
import { hostProcess } from './rules/hostProcess.js';
import { hostSysctls } from './rules/hostSysctls.js';
import { appArmorLocalhostProfile, seccompLocalhostProfile } from './rules/localhostProfile.js';
import { blockDevices, mountedVolumes } from './rules/mountedVolumes.js';
import { mountPropagation, oneSubPath, recursiveReadOnly } from './rules/mountPropagation.js';
import { dnsLists, finalizers, hostnameOverride, nameservers } from './rules/naming.js';
import { oneProjectionSource } from './rules/oneProjectionSource.js';
import { knownResourceClaim, oneResourceClaim, wholeResourceClaim } from './rules/oneResourceClaim.js';
import { oneVolumeSource } from './rules/oneVolumeSource.js';
import { owners } from './rules/owners.js';
import { podName } from './rules/podName.js';
import { privilegedWithoutEscalation } from './rules/privilegedWithoutEscalation.js';
import { requestsOfLimits } from './rules/requestsOfLimits.js';
import { restartLists, restartRules, restartToResize } from './rules/restartRules.js';
import {
  gatedPods,
  labelKeys,
  labelKeysOnce,
  labelSelectors,
  minDomains,
  nodeExpressions,
  nodeFields,
  overheadOfClass,
  priorityOfClass,
} from './rules/scheduling.js';
import { seccompAnnotationFormat, seccompAnnotations } from './rules/seccompAnnotations.js';
import { serviceAccount } from './rules/serviceAccount.js';
import { sharedProcessNamespace } from './rules/sharedProcessNamespace.js';
import { sleepWithinGracePeriod } from './rules/sleep.js';
import { sysAdminWithoutEscalation } from './rules/sysAdminWithoutEscalation.js';
import { tolerationOfAllKeys, tolerationSeconds, tolerationValue } from './rules/tolerations.js';
import { unmaskedProcMount } from './rules/unmaskedProcMount.js';
import { devicesOfUsers, userNamespaceOfTheHost } from './rules/userNamespaceOfTheHost.js';
import {
  accessOfOnePod,
  azureDiskAddress,
  certificatePath,
  dataSourceOfGroup,
  expiryOfOwnSigners,
  fibreChannel,
  flockerDataset,
  iscsiSecret,
  oneDataSource,
  oneDownwardField,
  oneTrustBundle,
} from './rules/volumeFields.js';
import { linuxFields, windowsFields } from './rules/windowsFields.js';
import type { ValidityRule } from './types.js';

export type { Example, Ordered, ValidityRule } from './types.js';

export const validityRules: readonly ValidityRule[] = [
  appArmorAnnotationOfContainer,
  appArmorAnnotationFormat,
  appArmorAnnotationsAndFields,
  atLeastOneContainer,
  ephemeralContainersByUpdate,
  subresourceByUpdate,
  ephemeralContainerFields,
  targetOfDebugging,
  oneVariableSource,
  oneSourceOfVariables,
  fileOfVariable,
  oneHandler,
  initContainerProbes,
  hostPortUnderHostNetwork,
  initHostPortUnderHostNetwork,
  hostProcess,
  hostSysctls,
  seccompLocalhostProfile,
  appArmorLocalhostProfile,
  mountPropagation,
  recursiveReadOnly,
  oneSubPath,
  mountedVolumes,
  oneProjectionSource,
  oneResourceClaim,
  oneVolumeSource,
  blockDevices,
  accessOfOnePod,
  azureDiskAddress,
  certificatePath,
  expiryOfOwnSigners,
  dataSourceOfGroup,
  oneDataSource,
  devicesOfUsers,
  dnsLists,
  fibreChannel,
  finalizers,
  flockerDataset,
  hostnameOverride,
  iscsiSecret,
  knownResourceClaim,
  wholeResourceClaim,
  gatedPods,
  labelKeys,
  labelKeysOnce,
  labelSelectors,
  minDomains,
  nameservers,
  nodeExpressions,
  nodeFields,
  oneDownwardField,
  oneTrustBundle,
  overheadOfClass,
  owners,
  priorityOfClass,
  requestsOfLimits,
  restartRules,
  restartLists,
  restartToResize,
  podName,
  privilegedWithoutEscalation,
  seccompAnnotations,
  seccompAnnotationFormat,
  serviceAccount,
  sharedProcessNamespace,
  sleepWithinGracePeriod,
  sysAdminWithoutEscalation,
  tolerationOfAllKeys,
  tolerationSeconds,
  tolerationValue,
  unmaskedProcMount,
  userNamespaceOfTheHost,
  windowsFields,
  linuxFields,
];
