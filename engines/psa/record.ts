/**
 * Records what the API server makes of the cases, for tests that run without Go.
 *
 *     npx jiti engines/psa/record.ts [--check]
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { psaLines } from './binary.js';
import { fingerprint } from './fingerprint.js';
import { podCases } from './pod-cases.js';
import { PodMaker, random } from './random-pod.js';
import { images, quantities } from './scalar-cases.js';
import { updateCases } from './update-cases.js';

const root = join(import.meta.dirname, import.meta.dirname.includes('/dist/') ? '../../..' : '../..');
const target = join(root, 'test/admission/go-answers.jsonl');

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
  const table = (name: string, keys: readonly unknown[], answers: readonly unknown[]): string[] =>
    keys.map((key, i) => JSON.stringify([name, key, answers[i]]));
  const names = (cases: readonly { readonly name: string }[]): string[] => cases.map(({ name }) => name);
  const lines = [
    ...table('pod', names(podCases), defaults(podCases.map((each) => each.pod))),
    ...table('image', images, defaults(images.map((image) => ({ spec: { containers: [{ image }] } })))),
    ...table(
      'quantity',
      quantities,
      defaults(quantities.map((sizeLimit) => ({ spec: { volumes: [{ emptyDir: { sizeLimit } }] } }))),
    ),
    ...table('update', names(updateCases), psaLines(['update'], updateCases)),
    ...batches.map((batch) => {
      const maker = new PodMaker(random(batch.seed), batch.wrong);
      const answers = defaults(Array.from({ length: batch.count }, () => maker.pod()));
      return JSON.stringify([
        'random',
        batch,
        answers.map((answer) => (answer === null ? '-' : fingerprint(answer))).join(' '),
      ]);
    }),
  ];
  return `${lines.join('\n')}\n`;
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
