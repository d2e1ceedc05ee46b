/** What the API server makes of the cases, for tests that run without Go. */
import { psaLines } from './binary.js';
import { fingerprint } from './fingerprint.js';
import { podCases } from './pod-cases.js';
import { PodMaker, random } from './random-pod.js';
import { images, quantities } from './scalar-cases.js';
import { updateCases } from './update-cases.js';

const target = 'test/admission/go-answers.jsonl';

/** Two thirds well formed, one third with wrong types and unknown fields. */
const batches = [
  { seed: 1, count: 2000, wrong: 0 },
  { seed: 2, count: 1000, wrong: 0.01 },
];

function isRefusal(answer: unknown): boolean {
  return typeof answer === 'object' && answer !== null && 'error' in answer;
}

/** The file of answers by its path from the project's root. */
export async function deriveAdmissionAnswers(): Promise<ReadonlyMap<string, string>> {
  const defaults = async (pods: readonly unknown[]): Promise<unknown[]> =>
    (await psaLines(['default', '--compact'], pods)).map((answer) => (isRefusal(answer) ? null : answer));
  const table = (name: string, keys: readonly unknown[], answers: readonly unknown[]): string[] =>
    keys.map((key, i) => JSON.stringify([name, key, answers[i]]));
  const names = (cases: readonly { readonly name: string }[]): string[] => cases.map(({ name }) => name);
  const lines = [
    ...table('pod', names(podCases), await defaults(podCases.map((each) => each.pod))),
    ...table('image', images, await defaults(images.map((image) => ({ spec: { containers: [{ image }] } })))),
    ...table(
      'quantity',
      quantities,
      await defaults(quantities.map((sizeLimit) => ({ spec: { volumes: [{ emptyDir: { sizeLimit } }] } }))),
    ),
    ...table('update', names(updateCases), await psaLines(['update'], updateCases)),
  ];
  for (const batch of batches) {
    const maker = new PodMaker(random(batch.seed), batch.wrong);
    const answers = await defaults(Array.from({ length: batch.count }, () => maker.pod()));
    const prints = answers.map((answer) => (answer === null ? '-' : fingerprint(answer)));
    lines.push(JSON.stringify(['random', batch, prints.join(' ')]));
  }
  return new Map([[target, `${lines.join('\n')}\n`]]);
}
