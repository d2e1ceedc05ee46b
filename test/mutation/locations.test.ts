/**
 * Where each control puts the blame. The reference says nothing of it, so it is written down to be read: which fields, and in
 * how many places of the pods on the edges of the control's rule.
 */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { severalPodsOf } from '../../engines/several.js';
import { evaluate } from '../../src/evaluate.js';
import { allRevisions } from '../../src/levels/levels.js';
import { singlePods } from '../../src/testing/boundary/pods.js';
import { admittedPod } from '../../src/verify/judged.js';
import { alone } from './controls.js';

describe('the places that are blamed', () => {
  it('are those written down', async () => {
    const lines = allRevisions().flatMap(({ control, within }) => {
      const pods = [...[...singlePods(control)].map(({ pod }) => pod), ...severalPodsOf(control)];
      const counts = new Map<string, number>();
      for (const pod of pods) {
        for (const { locations } of evaluate(alone(control), admittedPod(pod))) {
          for (const path of locations) {
            const text = path.map((step) => (typeof step === 'number' ? '*' : step)).join(' ');
            counts.set(text, (counts.get(text) ?? 0) + 1);
          }
        }
      }
      const places = [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
      return [
        `${control.id} ${within.version}`,
        ...places.map(([place, count]) => `  ${String(count).padStart(5)}  ${place}`),
      ];
    });
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(import.meta.dirname, 'locations.txt'));
  });
});
