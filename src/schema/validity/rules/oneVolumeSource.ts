import { items, not, or, pod, some } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, objectFields, presentIn, several, specWith } from './common.js';

const sources = objectFields('Volume');
const spec = (volume: Readonly<Record<string, unknown>>) => ({
  ...specWith({}),
  volumes: [{ name: 'data', ...volume }],
});

export const oneVolumeSource: ValidityRule = {
  id: 'oneVolumeSource',
  rule: 'a volume has one source; the API server makes one without a source an emptyDir',
  source: 'validateVolumeSource; SetDefaults_Volume of defaults.go',
  refused: nodeOf(
    some(items(pod.spec.volumes), (volume) => {
      const given = presentIn(volume, sources);
      return or(not(or(...given)), several(given));
    }),
  ),
  examples: {
    refused: { spec: spec({ emptyDir: {}, hostPath: { path: '/data' } }) },
    accepted: { spec: spec({ hostPath: { path: '/data' } }) },
  },
};
