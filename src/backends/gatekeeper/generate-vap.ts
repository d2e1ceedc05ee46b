/** From which Gatekeeper on the policies that it makes for an API server can be relied on. */
import type { Policy } from '../../ir/types.js';
import type { Refusal } from '../types.js';

/**
 * Before, without flags, there is no binding (3.17 to 3.19, `--default-create-vap-binding-for-constraints`), or the generated
 * policy is also for namespaces that Gatekeeper leaves out, and not for subresources (3.20 and 3.21,
 * `--sync-vap-enforcement-scope`): website/versioned_docs of Gatekeeper, validating-admission-policy.md.
 */
export const generatesSince = '3.22';

/** @param versions oldest first. */
export function refusedToGenerate(
  policies: readonly Policy[],
  engineVersion: string,
  versions: readonly string[],
): readonly Refusal[] {
  if (versions.indexOf(engineVersion) >= versions.indexOf(generatesSince)) return [];
  const reason = `generateVAP: what Gatekeeper before ${generatesSince} makes of a template for an API server is up to its flags`;
  return policies.map(({ name }) => ({ policy: name, control: null, reason }));
}
