/** The targets that there are. A new one breaks the build until it stands here. */

import { gatekeeper } from './backends/gatekeeper/index.js';
import { kyverno, kyvernoVpol } from './backends/kyverno/index.js';
import { psa } from './backends/psa/index.js';
import { psp } from './backends/psp/index.js';
import { rego } from './backends/rego/index.js';
import type { Backend, BackendOptions, Compiled, Target } from './backends/types.js';
import { vap } from './backends/vap/index.js';
import type { Policy } from './ir/types.js';

export const backends: Readonly<Record<Target, Backend>> = {
  rego,
  vap,
  psa,
  psp,
  kyverno,
  'kyverno-vpol': kyvernoVpol,
  gatekeeper,
};
export const allBackends: readonly Backend[] = Object.values(backends);

/**
 * The files of a bundle for the policies, or why the target does not say them. The same policies give the same bytes.
 *
 * @param engineVersion one of the backend's `engineVersions`; left out, the newest. Throws a RangeError on another.
 * @param options those that the target has; others mean nothing to it.
 */
export function compile(
  policies: readonly Policy[],
  target: Target,
  engineVersion?: string,
  options?: BackendOptions,
): Compiled {
  const backend = backends[target];
  const version = engineVersion ?? backend.engineVersions.at(-1) ?? '';
  if (!backend.engineVersions.includes(version)) {
    throw new RangeError(
      `${target} has no engine version ${version}; there are ${backend.engineVersions.join(', ')}`,
    );
  }
  return backend.compile(policies, version, options);
}
