import { describe, expect, it } from 'vitest';
import { decodePod } from '../../src/admission/index.js';
import type { Json } from '../../src/manifest/types.js';

const pod = (spec: Json): Json => ({ apiVersion: 'v1', kind: 'Pod', spec });
const container = (more: Json): Json => pod({ containers: [more] });

describe('decodePod', () => {
  it('drops null, and empty values of fields that are no pointers', () => {
    const { value, problems } = decodePod(
      pod({
        hostPID: false,
        volumes: [],
        containers: [{ name: '', securityContext: { privileged: false, runAsUser: null } }],
      }),
    );
    expect(problems).toEqual([]);
    expect(value).toEqual(pod({ containers: [{ securityContext: { privileged: false } }] }));
  });

  it('reads null in a list or a map as the zero value', () => {
    const { value } = decodePod({ metadata: { labels: { a: null } }, spec: { containers: [null] } });
    expect(value).toEqual({ metadata: { labels: { a: '' } }, spec: { containers: [{}] } });
  });

  it('keeps empty lists under a pointer, and an empty struct behind one', () => {
    expect(decodePod(pod({ securityContext: {} })).value).toEqual(pod({ securityContext: {} }));
    expect(decodePod(pod({ containers: [{ resources: {} }] })).value).toEqual(pod({ containers: [{}] }));
  });

  it.each([
    ['a near miss', container({ securityContext: { privilegd: true } }), 'did you mean `privileged`?'],
    ['another case', pod({ hostpid: true }), 'did you mean `hostPID`?'],
    [
      'a field of the struct below',
      container({ privileged: true }),
      '`privileged` belongs under `securityContext`',
    ],
    [
      'nothing near',
      container({ zzzzzz: 1 }),
      'remove it, or write it where the API has it; the API server would not act on it',
    ],
    ['a name that every object inherits', container({ constructor: 1 }), expect.any(String)],
  ])('reports an unknown field: %s', (_, value, hint) => {
    const { value: decoded, problems } = decodePod(value);
    expect(problems).toMatchObject([{ code: 'unknown-field', severity: 'error', hint }]);
    expect(decoded).toBeDefined();
    expect(JSON.stringify(decoded)).not.toMatch(/privilegd|hostpid|zzz|"privileged"/);
  });

  it('names the path of an unknown field, in the document', () => {
    const { problems } = decodePod(
      { spec: { containers: [{}, { securityContext: { x1y2: 1 } }] } },
      'PodTemplateSpec',
      ['spec', 'template'],
    );
    expect(problems[0]?.path).toEqual([
      'spec',
      'template',
      'spec',
      'containers',
      1,
      'securityContext',
      'x1y2',
    ]);
    expect(problems[0]?.message).toBe('spec.template.spec.containers[1].securityContext has no field `x1y2`');
  });

  it.each<[string, Json, string]>([
    [
      'a bool as string',
      container({ securityContext: { privileged: 'yes' } }),
      'spec.containers[0].securityContext.privileged has to be true or false, not the string `yes`',
    ],
    [
      'an int as string',
      container({ securityContext: { runAsUser: '0' } }),
      'spec.containers[0].securityContext.runAsUser has to be a whole number, not the string `0`',
    ],
    [
      'a fraction',
      container({ securityContext: { runAsUser: 0.5 } }),
      'spec.containers[0].securityContext.runAsUser has to be a whole number, not the number `0.5`',
    ],
    [
      'an int32 too large',
      container({ ports: [{ hostPort: 2 ** 31 }] }),
      'spec.containers[0].ports[0].hostPort has to be a whole number of 32 bits, not the number `2147483648`',
    ],
    [
      'an int64 that is not exact',
      container({ securityContext: { runAsUser: 2 ** 53 } }),
      'spec.containers[0].securityContext.runAsUser has to be a whole number below 2^53 in magnitude, not the number `9007199254740992`, which podsec cannot read exactly',
    ],
    [
      'a string as number',
      container({ image: 1 }),
      'spec.containers[0].image has to be a string, not the number `1`',
    ],
    ['an object for a list', pod({ containers: {} }), 'spec.containers has to be a list, not an object'],
    ['a list for an object', pod([]), 'spec has to be an object, not a list'],
    [
      'a map value',
      { metadata: { labels: { 'a/b': true } } },
      'metadata.labels["a/b"] has to be a string, not the boolean `true`',
    ],
    ['a map', { metadata: { annotations: ['x'] } }, 'metadata.annotations has to be an object, not a list'],
    [
      'a quantity',
      container({ resources: { limits: { cpu: 'lots' } } }),
      'spec.containers[0].resources.limits.cpu has to be a quantity such as 500m or 1Gi, not the string `lots`',
    ],
    ['the whole', [], 'the document has to be an object, not a list'],
    ['null', null, 'the document has to be an object, not null'],
  ])('refuses a wrong type: %s', (_, value, message) => {
    const { value: decoded, problems } = decodePod(value);
    expect(problems).toMatchObject([{ code: 'wrong-type', severity: 'error', message }]);
    expect(decoded).toBeUndefined();
  });

  it('says what was meant', () => {
    const hint = (value: Json): string | undefined => decodePod(value).problems[0]?.hint;
    expect(hint(container({ securityContext: { privileged: 'yes' } }))).toBe('write true without quotes');
    expect(hint(container({ securityContext: { runAsUser: '0' } }))).toBe('write 0 without quotes');
    expect(hint(container({ env: [{ name: 'A', value: 1 }] }))).toBe('write it in quotes: "1"');
  });

  it('reports every problem', () => {
    const { problems } = decodePod(
      pod({ hostpid: true, hostPID: 'no', containers: [{ image: 1 }, { imge: 'x' }] }),
    );
    expect(problems.map(({ code }) => code)).toEqual([
      'unknown-field',
      'wrong-type',
      'wrong-type',
      'unknown-field',
    ]);
  });

  it('keeps a label called __proto__ a label', () => {
    const { value } = decodePod(
      JSON.parse('{"metadata":{"labels":{"__proto__":"x"}},"__proto__":{"spec":{}}}'),
    );
    expect(JSON.stringify(value)).toBe('{"metadata":{"labels":{"__proto__":"x"}}}');
  });
});
