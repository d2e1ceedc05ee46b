import { describe, expectTypeOf, it } from 'vitest';
import type { Container, Pod, PodSpec, SecurityContext } from '../../src/schema/index.js';

describe('the types', () => {
  it('accept what the API does', () => {
    const context: SecurityContext = {
      privileged: true,
      procMount: 'Unmasked',
      capabilities: { drop: ['ALL'] },
    };
    const container: Container = {
      name: 'c',
      securityContext: context,
      resources: { limits: { cpu: 1, memory: '1Gi' } },
    };
    const pod: Pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [container], volumes: [{ hostPath: { path: '/', type: '' } }] },
    };
    expectTypeOf(pod.spec?.containers?.[0]?.securityContext?.runAsUser).toEqualTypeOf<number | undefined>();
    expectTypeOf(pod.metadata?.labels).toEqualTypeOf<Readonly<Record<string, string>> | undefined>();
  });

  it('refuse what it does not', () => {
    expectTypeOf<keyof PodSpec>().extract<'hostPid'>().toBeNever();
    expectTypeOf<keyof Container>().extract<'privileged'>().toBeNever();
    expectTypeOf<'yes'>().not.toExtend<SecurityContext['privileged']>();
    expectTypeOf<'unmasked'>().not.toExtend<SecurityContext['procMount']>();
    expectTypeOf<number>().not.toExtend<Container['name']>();
    // A type whose fields could be assigned would be equal to its own writable form.
    type Writable = { -readonly [K in keyof SecurityContext]: SecurityContext[K] };
    expectTypeOf<SecurityContext>().not.toEqualTypeOf<Writable>();
  });
});
