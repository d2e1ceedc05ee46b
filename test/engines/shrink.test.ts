/** What a random run finds is made small: the pod to what the difference needs, the policy too. */

import { expect, test } from 'vitest';
import type { Judge } from '../../engines/judges.js';
import { seedOfRun } from '../../engines/random/check.js';
import { shrunk } from '../../engines/random/find.js';
import { rego } from '../../src/backends/rego/index.js';
import { checkPolicy } from '../../src/ir/check.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import type { JsonObject } from '../../src/manifest/types.js';
import { EngineError } from '../../src/verify/errors.js';
import { deniedBy } from '../../src/verify/judged.js';

const policy = levelPolicy('restricted', newestMinor);
const pod: JsonObject = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'pod', labels: { a: 'b' } },
  spec: {
    hostPID: true,
    hostNetwork: true,
    volumes: [{ name: 'a', hostPath: { path: '/a' } }],
    containers: [
      { name: 'app', image: 'app', securityContext: { privileged: true } },
      { name: 'side', image: 'side' },
    ],
  },
};

/** An engine that is blind to one control, as `evaluate` is not. */
function blindTo(control: string): Judge {
  return {
    engine: 'fake',
    backend: rego,
    judge: async (policies, pods) =>
      policies.map((each) => pods.map((of) => deniedBy(each, of).filter((id) => id !== control))),
    expected: (each, of) => deniedBy(each, of),
    stop: async () => undefined,
  };
}

test('a pod is left with what the difference needs', async () => {
  const small = await shrunk(blindTo('hostNamespaces'), { policy, pod });
  expect(small.policy.controls.map(({ id }) => id)).toEqual(['hostNamespaces']);
  expect(checkPolicy(small.policy)).toEqual([]);
  const containers = [{ name: 'app', image: 'app' }];
  expect([
    { containers, hostPID: true },
    { containers, hostNetwork: true },
  ]).toContainEqual(small.pod.spec);
  expect(small.pod).toMatchObject({ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'pod' } });
  expect(small.pod.metadata).toEqual({ name: 'pod' });
  expect(deniedBy(small.policy, small.pod)).toEqual(['hostNamespaces']);
});

test('a value in a container keeps its container', async () => {
  const { pod: small } = await shrunk(blindTo('privileged'), { policy, pod });
  expect(small.spec).toEqual({
    containers: [{ name: 'app', image: 'app', securityContext: { privileged: true } }],
  });
});

test('an error of the engine is no smaller find', async () => {
  const judge = blindTo('privileged');
  const erring: Judge = {
    ...judge,
    judge: async (policies, pods) => {
      if (pods.some((each) => JSON.stringify(each.metadata) === '{"name":"pod"}'))
        throw new EngineError('fake', 'erred');
      return judge.judge(policies, pods);
    },
  };
  // Candidates are asked about together, so that one which the engine errs on hides the others of its round.
  expect((await shrunk(erring, { policy, pod })).pod).toEqual(pod);
});

test('a seed is a number of the day, or the one that is asked for', () => {
  expect(seedOfRun('17')).toBe(17);
  expect(seedOfRun('')).toBe(Math.floor(Date.now() / 86_400_000));
  for (const text of ['x', '-1', '1.5']) expect(() => seedOfRun(text)).toThrow(`PODSEC_SEED=${text}`);
});
