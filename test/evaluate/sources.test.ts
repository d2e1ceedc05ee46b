import { describe, expect, it } from 'vitest';
import type { ContainerGroup, Source } from '../../src/ir/types.js';
import { read, ref } from '../ir/samples.js';
import { elements, inSpec } from './judge.js';

describe('containers', () => {
  const spec = {
    containers: [{ name: 'r1' }, { name: 'r2' }],
    ephemeralContainers: [{ name: 'e1' }],
    initContainers: [{ name: 'i1' }, { name: 'i2' }],
  };
  const of = (...groups: ContainerGroup[]): Source => ({ kind: 'containers', of: 'pod', groups });
  const names = (source: Source, pod = inSpec(spec), oldPod = {}) =>
    elements(
      source,
      read('x.name'),
      source.kind === 'containers' && source.of === 'old' ? 'pod.spec' : 'x',
      pod,
      {
        oldPod,
      },
    );

  it('come in the order init, regular, ephemeral, however the groups are named', () => {
    expect(names(of('init', 'regular', 'ephemeral')).texts).toEqual(['i1', 'i2', 'r1', 'r2', 'e1']);
    expect(names(of('ephemeral', 'regular', 'init')).texts).toEqual(['i1', 'i2', 'r1', 'r2', 'e1']);
  });

  it('are of the named groups', () => {
    expect(names(of('init')).texts).toEqual(['i1', 'i2']);
    expect(names(of('regular')).texts).toEqual(['r1', 'r2']);
    expect(names(of('ephemeral')).texts).toEqual(['e1']);
    expect(names(of('init', 'ephemeral')).texts).toEqual(['i1', 'i2', 'e1']);
  });

  it('are where the document has them', () => {
    expect(names(of('init', 'regular', 'ephemeral')).locations).toEqual([
      'spec/initContainers/0',
      'spec/initContainers/1',
      'spec/containers/0',
      'spec/containers/1',
      'spec/ephemeralContainers/0',
    ]);
  });

  it('are none where the pod has none', () => {
    expect(names(of('init', 'regular', 'ephemeral'), {}).texts).toEqual([]);
    expect(names(of('init'), inSpec({ containers: spec.containers })).texts).toEqual([]);
  });

  it('of the stored pod are its own', () => {
    const old: Source = { kind: 'containers', of: 'old', groups: ['regular'] };
    expect(names(old, inSpec(spec), inSpec({ containers: [{ name: 'o1' }] })).texts).toEqual(['o1']);
    expect(names(old).texts).toEqual([]);
  });
});

describe('items', () => {
  it('are in the order of the list', () => {
    const pod = inSpec({ volumes: [{ name: 'b' }, { name: 'a' }] });
    expect(elements({ kind: 'items', list: ref('pod.spec.volumes') }, read('x.name'), 'x.name', pod)).toEqual(
      {
        texts: ['b', 'a'],
        locations: ['spec/volumes/0/name', 'spec/volumes/1/name'],
      },
    );
  });

  it('may be values themselves', () => {
    const pod = inSpec({ securityContext: { supplementalGroups: [3, 0] } });
    const groups: Source = { kind: 'items', list: ref('pod.spec.securityContext.supplementalGroups') };
    expect(elements(groups, read('x', 0), 'x', pod)).toEqual({
      texts: ['3', '0'],
      locations: ['spec/securityContext/supplementalGroups/0', 'spec/securityContext/supplementalGroups/1'],
    });
  });

  it('are none of what is no list', () => {
    const source: Source = { kind: 'items', list: ref('pod.spec.volumes') };
    for (const volumes of [{}, 'a', null, 3])
      expect(elements(source, read('x.name'), 'x', inSpec({ volumes })).texts).toEqual([]);
  });
});

describe('entries', () => {
  const prefix = 'container.apparmor.security.beta.kubernetes.io/';
  const entries = (annotations: Record<string, string>, show: 'key' | 'suffix' | 'value', from = prefix) =>
    elements(
      { kind: 'entries', map: ref('pod.metadata.annotations'), prefix: from },
      read(`x.${show}`),
      'x',
      { metadata: { annotations } },
    );

  it('are those whose key has the prefix, also of containers that there are not', () => {
    const annotations = { [`${prefix}app`]: 'unconfined', other: 'x', [`${prefix}`]: '', [`x${prefix}`]: '' };
    expect(entries(annotations, 'key').texts).toEqual([prefix, `${prefix}app`]);
    expect(entries(annotations, 'suffix').texts).toEqual(['', 'app']);
    expect(entries(annotations, 'value').texts).toEqual(['', 'unconfined']);
    expect(entries(annotations, 'key').locations).toEqual([
      `metadata/annotations/${prefix}`,
      `metadata/annotations/${prefix}app`,
    ]);
  });

  it('are all where the prefix is empty, in the order of UTF-8 bytes', () => {
    // As UTF-16, U+FF5E comes after the surrogates of U+1F600; as UTF-8 before.
    const keys = ['b', 'B', 'a', '\u{1f600}', '\uff5e', 'ä', 'a!', '10', '9'];
    const annotations = Object.fromEntries(keys.map((key) => [key, '']));
    expect(entries(annotations, 'key', '').texts).toEqual([
      '10',
      '9',
      'B',
      'a',
      'a!',
      'b',
      'ä',
      '\uff5e',
      '\u{1f600}',
    ]);
  });

  it('are none where the map is absent', () => {
    const source: Source = { kind: 'entries', map: ref('pod.metadata.annotations'), prefix: '' };
    expect(elements(source, read('x.key'), 'x', {}).texts).toEqual([]);
    expect(elements(source, read('x.key'), 'x', { metadata: { annotations: null } }).texts).toEqual([]);
  });
});

describe('userGroups', () => {
  it('are those of the request, in its order', () => {
    const request = { userGroups: ['system:masters', 'dev'] };
    expect(elements({ kind: 'userGroups' }, read('x'), 'x', {}, request).texts).toEqual([
      'system:masters',
      'dev',
    ]);
    expect(elements({ kind: 'userGroups' }, read('x'), 'x').texts).toEqual([]);
  });
});
