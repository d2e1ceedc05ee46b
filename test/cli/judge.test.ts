import { describe, expect, test } from 'vitest';
import type { Crosscheck } from '../../src/cli/engines.js';
import { judge } from '../../src/cli/judge.js';
import { levelPolicy } from '../../src/levels/levels.js';
import { newestMinor } from '../../src/levels/versions.js';
import type { LoadedPolicy } from '../../src/load/policies.js';
import type { Document, JsonObject } from '../../src/manifest/types.js';

const baseline: LoadedPolicy = {
  label: 'baseline@v1.37',
  policy: levelPolicy('baseline', newestMinor),
  level: { level: 'baseline', minor: newestMinor },
};

const agree: Crosscheck = () => undefined;

function document(value: JsonObject): Document {
  const place = { file: 'x.yaml', line: 1, column: 1 };
  return {
    file: 'x.yaml',
    place,
    value,
    spellings: [],
    placeOf: (path) => ({ ...place, line: 100 + path.length }),
  };
}

const pod = (spec: JsonObject): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { generateName: 'web-' },
  spec,
});
const containers = [{ name: 'app', image: 'x' }];

describe('judging a document', () => {
  test('other kinds are skipped, misspelt ones are not', () => {
    expect(judge(document({ apiVersion: 'v1', kind: 'Service' }), [baseline], agree)).toEqual({
      kind: 'skipped',
    });
    expect(judge(document({ apiVersion: 'apps/v1', kind: 'Deploiment' }), [baseline], agree)).toMatchObject({
      kind: 'unread',
      diagnostics: [{ code: 'wrong-type', place: { line: 101 } }],
    });
  });

  test('a name that the API server makes up is shown as such', () => {
    expect(judge(document(pod({ containers })), [baseline], agree)).toMatchObject({
      entry: { resource: { name: 'web-*', namespace: null }, results: [{ verdict: 'allow' }] },
    });
  });

  test('an engine that fails or differs leaves no verdict', () => {
    const disagree: Crosscheck = () => ({
      code: 'engine-error',
      severity: 'error',
      hint: 'h',
      message: 'no',
    });
    expect(judge(document(pod({ containers })), [baseline], disagree)).toMatchObject({
      entry: { results: [{ verdict: 'error' }] },
      diagnostics: [{ code: 'engine-error', place: { file: 'x.yaml' } }],
    });
  });

  test('a defect leaves no verdict, and is told with its place', () => {
    const broken: Crosscheck = () => {
      throw new TypeError('unbound name');
    };
    expect(judge(document(pod({ containers })), [baseline], broken)).toMatchObject({
      entry: { results: [{ verdict: 'error', findings: [] }] },
      diagnostics: [
        { code: 'internal', message: 'podsec has failed: unbound name', place: { file: 'x.yaml' } },
      ],
    });
  });
});
