/** The package's own exports, as someone who writes a tool on podsec uses them. */
import { expect, it } from 'vitest';
import {
  admit,
  compile,
  evaluate,
  irSchema,
  levelPolicy,
  newestMinor,
  parsePolicy,
  policyJson,
} from '../../src/index.js';

const policy = levelPolicy('baseline', newestMinor);

it('a manifest is admitted, then evaluated', () => {
  const admission = admit({
    apiVersion: 'v1',
    kind: 'Pod',
    spec: { hostNetwork: true, containers: [{ name: 'c', image: 'c', ports: [{ containerPort: 80 }] }] },
  });
  if (admission.kind !== 'workload' || admission.pod === undefined) throw new TypeError('not a pod');
  // The host port is the API server's doing: evaluate alone would not see it.
  expect(evaluate(policy, admission.pod).map(({ control }) => control)).toEqual([
    'hostNamespaces',
    'hostPorts',
  ]);
});

it('a policy goes through its published form and compiles to the same bytes', () => {
  expect(irSchema).toHaveProperty('$id');
  const { value, diagnostics } = parsePolicy(JSON.parse(policyJson(policy)));
  expect(diagnostics).toEqual([]);
  if (value === undefined) throw new TypeError('the policy was not read back');
  expect(compile([value], 'vap')).toEqual(compile([policy], 'vap'));
  expect(() => compile([policy], 'vap', '1.27')).toThrow(RangeError);
});
