/** The versions that `podsec verify` says it was tested with are those that the engines' Go modules pin. */
import { expect, test } from 'vitest';
import { type EngineName, pinned } from '../../engines/build.js';
import { engineKinds } from '../../src/verify/find.js';
import type { EngineName as Verified } from '../../src/verify/types.js';

const modules: Readonly<Record<Verified, readonly [EngineName, string]>> = {
  opa: ['opa', 'github.com/open-policy-agent/opa'],
  conftest: ['conftest', 'github.com/open-policy-agent/conftest'],
  gator: ['gator', 'github.com/open-policy-agent/gatekeeper/v3'],
  kyverno: ['kyverno-cli', 'github.com/kyverno/kyverno'],
  'kube-apiserver': ['apiserver', 'k8s.io/kubernetes'],
};

test.each(engineKinds.map(({ name, testedVersion }) => [name, testedVersion] as const))(
  '%s %s',
  (name, version) => {
    expect(version).toBe(pinned(...modules[name]));
  },
);
