import { items, pod, some } from '../../../dsl/rules.js';
import type { ValidityRule } from '../types.js';
import { nodeOf, objectFields, presentIn, several, specWith } from './common.js';

const sources = objectFields('VolumeProjection');
const spec = (source: Readonly<Record<string, unknown>>) => ({
  ...specWith({}),
  volumes: [{ name: 'data', projected: { sources: [source] } }],
});

export const oneProjectionSource: ValidityRule = {
  id: 'oneProjectionSource',
  rule: 'a projected source is of one kind',
  source: 'validateProjectionSources',
  refused: nodeOf(
    some(items(pod.spec.volumes), (volume) =>
      some(items(volume.projected.sources), (source) => several(presentIn(source, sources))),
    ),
  ),
  examples: {
    refused: { spec: spec({ secret: { name: 'a' }, configMap: { name: 'b' } }) },
    accepted: { spec: spec({ secret: { name: 'a' } }) },
  },
};
