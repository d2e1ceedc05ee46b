import type { LevelControl } from '../../src/levels/types.js';
import { appArmorProfile } from './baseline/appArmorProfile.js';
import { capabilitiesBaseline } from './baseline/capabilities.js';
import { hostNamespaces } from './baseline/hostNamespaces.js';
import { hostPathVolumes } from './baseline/hostPathVolumes.js';
import { hostPorts } from './baseline/hostPorts.js';
import { hostProbesAndHostLifecycle } from './baseline/hostProbesAndHostLifecycle.js';
import { privileged } from './baseline/privileged.js';
import { procMountBaseline } from './baseline/procMount.js';
import { seccompProfileBaseline } from './baseline/seccompProfile.js';
import { seLinuxOptions } from './baseline/seLinuxOptions.js';
import { sysctls } from './baseline/sysctls.js';
import { windowsHostProcess } from './baseline/windowsHostProcess.js';
import { allowPrivilegeEscalation } from './restricted/allowPrivilegeEscalation.js';
import { capabilitiesRestricted } from './restricted/capabilities.js';
import { procMountRestricted } from './restricted/procMount.js';
import { restrictedVolumes } from './restricted/restrictedVolumes.js';
import { runAsNonRoot } from './restricted/runAsNonRoot.js';
import { runAsUser } from './restricted/runAsUser.js';
import { seccompProfileRestricted } from './restricted/seccompProfile.js';

export const baselineControls: readonly LevelControl[] = [
  appArmorProfile,
  capabilitiesBaseline,
  hostNamespaces,
  hostPathVolumes,
  hostPorts,
  hostProbesAndHostLifecycle,
  privileged,
  procMountBaseline,
  seccompProfileBaseline,
  seLinuxOptions,
  sysctls,
  windowsHostProcess,
];

export const restrictedControls: readonly LevelControl[] = [
  allowPrivilegeEscalation,
  capabilitiesRestricted,
  procMountRestricted,
  restrictedVolumes,
  runAsNonRoot,
  runAsUser,
  seccompProfileRestricted,
];
