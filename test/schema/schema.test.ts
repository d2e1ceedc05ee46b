import { describe, expect, it } from 'vitest';
import {
  computedDefaultRules,
  fieldAt,
  fieldOf,
  kubernetesVersion,
  nearest,
  types,
  workloadTypes,
} from '../../src/schema/index.js';

describe('the facts', () => {
  it('are of the pinned release', () => {
    expect(kubernetesVersion).toMatch(/^1\.37\.\d+$/);
  });

  it('name only types that exist', () => {
    for (const table of [types, workloadTypes]) {
      for (const { fields } of Object.values(table)) {
        for (const field of Object.values(fields)) {
          for (let at: typeof field.of = field; at; at = at.of) {
            if (at.kind === 'struct')
              expect(types[at.type ?? ''] ?? workloadTypes[at.type ?? '']).toBeDefined();
            else if (at.kind === 'list' || at.kind === 'map') expect(at.of).toBeDefined();
          }
        }
      }
    }
  });

  it('say where absence and the zero value differ', () => {
    expect(fieldAt('Pod', ['spec', 'hostPID'])).toMatchObject({ kind: 'bool', pointer: false });
    expect(fieldAt('Pod', ['spec', 'hostUsers'])).toMatchObject({ kind: 'bool', pointer: true });
    expect(fieldAt('Pod', ['spec', 'containers', '*', 'securityContext', 'runAsUser'])).toMatchObject({
      kind: 'int',
      bits: 64,
      pointer: true,
    });
    expect(fieldAt('Pod', ['spec', 'containers', '*', 'ports', '*', 'hostPort'])).toMatchObject({
      kind: 'int',
      bits: 32,
      pointer: false,
    });
  });

  it('flatten embedded structs', () => {
    expect(fieldAt('Pod', ['spec', 'volumes', '*', 'hostPath', 'path'])).toMatchObject({ kind: 'string' });
    expect(
      fieldAt('Pod', ['spec', 'ephemeralContainers', '*', 'livenessProbe', 'httpGet', 'host']),
    ).toMatchObject({ kind: 'string' });
    expect(fieldOf('EphemeralContainer', 'targetContainerName')).toBeDefined();
  });

  it('carry defaults', () => {
    expect(fieldOf('PodSpec', 'dnsPolicy')?.default).toEqual({ kind: 'constant', value: 'ClusterFirst' });
    expect(fieldOf('HostPathVolumeSource', 'type')?.default).toEqual({ kind: 'constant', value: '' });
    expect(fieldOf('ContainerPort', 'hostPort')?.default).toEqual({
      kind: 'computed',
      rule: 'hostPortUnderHostNetwork',
    });
    expect(fieldOf('SecurityContext', 'privileged')?.default).toBeUndefined();
    const used = Object.values(types).flatMap(({ fields }) =>
      Object.values(fields).map((field) => field.default),
    );
    const rules = new Set(used.flatMap((value) => (value?.kind === 'computed' ? [value.rule] : [])));
    expect([...rules].sort()).toEqual([...computedDefaultRules]);
  });
});

describe('fieldAt', () => {
  it('walks structs, lists and maps', () => {
    expect(fieldAt('Pod', [])).toEqual({ kind: 'struct', type: 'Pod', pointer: true });
    expect(fieldAt('Pod', ['metadata', 'annotations', 'x/y'])).toEqual({ kind: 'string', pointer: true });
    expect(fieldAt('Pod', ['metadata', 'annotations', '*'])).toEqual({ kind: 'string', pointer: true });
    expect(fieldAt('CronJob', ['spec', 'jobTemplate', 'spec', 'template', 'spec'])).toMatchObject({
      type: 'PodSpec',
    });
  });

  it('knows no other path', () => {
    for (const steps of [
      ['spec', 'hostpid'],
      ['spec', 'containers', 'name'],
      ['spec', 'hostPID', 'x'],
      ['constructor'],
      ['spec', 'toString'],
    ]) {
      expect(fieldAt('Pod', steps)).toBeUndefined();
    }
    expect(fieldAt('constructor', ['x'])).toBeUndefined();
  });
});

describe('nearest', () => {
  it.each([
    ['hostpid', 'hostPID'],
    ['privilegd', 'privileged'],
    ['readonlyRootFileSystem', 'readOnlyRootFilesystem'],
    ['xyz', undefined],
    ['', undefined],
  ])('%s', (name, expected) => {
    expect(nearest(name, ['hostIPC', 'hostPID', 'privileged', 'readOnlyRootFilesystem'])).toBe(expected);
  });
});
