/** What becomes of an object that the rule cannot judge. */
import type { Mode } from '../../ir/types.js';
import { failurePolicy } from '../admission-policy.js';

/**
 * A policy that Gatekeeper makes has parameters, and where the API server does not find their kind, it refuses whatever the
 * policy matches, also by bindings that only warn or audit (addConfigError in apiserver/pkg/admission/plugin/policy/validating/
 * dispatcher.go, v0.37.2). What is to refuse nothing is therefore to fail open.
 */
const ofGenerated: Readonly<Record<Mode, string>> = {
  enforce: failurePolicy,
  'enforce-workloads': failurePolicy,
  warn: 'Ignore',
  audit: 'Ignore',
};

export const failurePolicyOf = (mode: Mode, generateVap: boolean): string =>
  generateVap ? ofGenerated[mode] : failurePolicy;
