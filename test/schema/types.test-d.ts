import { describe, expect, expectTypeOf, it } from 'vitest';
import type { Container, Pod, SecurityContext } from '../../src/schema/index.js';

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
    // @ts-expect-error: a misspelt field
    const misspelt: Pod = { spec: { hostPid: true } };
    // @ts-expect-error: a string for a boolean
    const wrong: SecurityContext = { privileged: 'yes' };
    // @ts-expect-error: not one of the constants
    const constant: SecurityContext = { procMount: 'unmasked' };
    // @ts-expect-error: a field of another struct
    const elsewhere: Container = { privileged: true };
    // @ts-expect-error: fields are not to be assigned
    const assign = (context: SecurityContext): unknown => (context.privileged = true);
    expect([misspelt, wrong, constant, elsewhere, assign]).toHaveLength(5);
  });
});
