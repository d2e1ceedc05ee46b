/** What OPA and conftest have in common: the emitted Rego in a directory, asked about manifests. */
import { backends } from '../../compile.js';
import type { Policy } from '../../ir/types.js';
import type { JsonObject } from '../../manifest/types.js';
import { type Bundle, withBundle } from '../bundle.js';
import { deniedBy } from '../judged.js';
import { incomparableOffline } from '../reads.js';
import type { Lane } from '../types.js';

/** The controls that deny each of the pods, by the bundle of the policy. */
export type AskRego = (
  policy: Policy,
  bundle: Bundle,
  pods: readonly JsonObject[],
) => Promise<readonly (readonly string[])[]>;

export function regoLane(ask: AskRego): Lane {
  return {
    target: 'rego',
    driver: null,
    chunk: 500,
    tries: 100,
    incomparable: incomparableOffline,
    withJudge: ({ policy, engineVersion }, use) =>
      withBundle(
        backends.rego,
        [policy],
        (bundle) =>
          use({
            expected: (pod) => deniedBy(policy, pod),
            ask: (pods) => ask(policy, bundle, pods),
          }),
        { engineVersion },
      ),
  };
}
