/**
 * Records what the API server makes of the cases, for tests that run without Go.
 *
 *     npx jiti engines/psa/record.ts [--check]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { psaLines } from './binary.js';
import { images, podCases, quantities, updateCases } from './cases.js';
import { fingerprint } from './fingerprint.js';
import { PodMaker, random } from './random-pod.js';

const root = join(import.meta.dirname, import.meta.dirname.includes('/dist/') ? '../../..' : '../..');
const target = join(root, 'test/admission/go-defaults.json');

/** Two thirds well formed, one third with wrong types and unknown fields. */
const batches = [
  { seed: 1, count: 2000, wrong: 0 },
  { seed: 2, count: 1000, wrong: 0.01 },
];

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

function record(): string {
  const defaults = (pods: readonly unknown[]): unknown[] =>
    psaLines(['default', '--compact'], pods).map((answer) => (isRefusal(answer) ? null : answer));
  const pods = defaults(podCases.map(({ pod }) => pod));
  const pulled = defaults(images.map((image) => ({ spec: { containers: [{ image }] } })));
  const sized = defaults(
    quantities.map((sizeLimit) => ({ spec: { volumes: [{ emptyDir: { sizeLimit } }] } })),
  );
  const rows = [...podCases.map(({ name }, i) => [name, pods[i]])];
  const lines = [
    `"pods": [\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]`,
    `"images": [\n${images.map((image, i) => JSON.stringify([image, pulled[i]])).join(',\n')}\n]`,
    `"quantities": [\n${quantities.map((amount, i) => JSON.stringify([amount, sized[i]])).join(',\n')}\n]`,
    `"updates": [\n${psaLines(['update'], updateCases)
      .map((answer, i) => JSON.stringify([updateCases[i]?.name, answer]))
      .join(',\n')}\n]`,
    `"random": [\n${batches
      .map(({ seed, count, wrong }) => {
        const maker = new PodMaker(random(seed), wrong);
        const answers = defaults(Array.from({ length: count }, () => maker.pod()));
        return JSON.stringify({
          seed,
          count,
          wrong,
          fingerprints: answers.map((answer) => (answer === null ? '-' : fingerprint(answer))).join(' '),
        });
      })
      .join(',\n')}\n]`,
  ];
  return `{\n${lines.join(',\n')}\n}\n`;
}

const text = record();
if (process.argv.includes('--check')) {
  if (!existsSync(target) || readFileSync(target, 'utf8') !== text) {
    process.stderr.write(`${target} differs from what Kubernetes says; run npx jiti engines/psa/record.ts\n`);
    process.exitCode = 1;
  }
} else {
  writeFileSync(target, text);
  process.stderr.write(`wrote ${target}\n`);
}
