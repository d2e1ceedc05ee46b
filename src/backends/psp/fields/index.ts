/** All that PodSecurityPolicy can say without changing a pod. What leans on another field comes after it. */
import { appArmor } from './apparmor.js';
import { flagFields } from './flags.js';
import { nameFields } from './names.js';
import { numberFields } from './numbers.js';
import { seccomp } from './seccomp.js';
import type { PspField } from './types.js';
import { volumes } from './volumes.js';

export const fields: readonly PspField[] = [
  ...flagFields,
  ...numberFields,
  ...nameFields,
  volumes,
  seccomp,
  appArmor,
];

export type { Demand, PspField } from './types.js';
