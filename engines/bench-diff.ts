/**
 * How long the solver takes, in one run, as multiples of what 1,000 pods take to be judged by restricted.
 *
 *     npm run bench
 */
import { pathToFileURL } from 'node:url';
import { evaluate } from '../src/evaluate.js';
import type { Cond, Control, Policy } from '../src/ir/types.js';
import { levelPolicy } from '../src/levels/levels.js';
import { isMinor, newestMinor } from '../src/levels/versions.js';
import { admitted } from '../src/solver/accepted.js';
import { compare } from '../src/solver/compare.js';
import { boundaryPods } from '../src/testing/index.js';
import { handWritten } from './policies/index.js';

const restricted = levelPolicy('restricted', newestMinor);
const baseline = levelPolicy('baseline', newestMinor);

/** Different ones of the levels at several versions and of policies of users, with ids of their own. */
function manyControls(): readonly Control[] {
  const levels = [newestMinor, 25, 19, 8, 0]
    .filter(isMinor)
    .flatMap((minor) => (['restricted', 'baseline'] as const).map((level) => levelPolicy(level, minor)));
  const users = handWritten.filter(({ mutations }) => mutations.length === 0);
  const distinct = new Map(
    [...levels, ...users]
      .flatMap(({ controls }) => controls)
      .map((control) => [JSON.stringify([control.unless, control.collections]), control]),
  );
  return [...distinct.values()].map((control, at) => ({ ...control, id: `control${at}` }));
}

/** The control, but for pods in the network of the host. */
function exceptHostNetwork(control: Control): Control {
  const ref = { from: 'pod', path: ['spec', 'hostNetwork'] };
  const inHostNetwork: Cond = {
    kind: 'equal',
    left: { kind: 'value', ref, absent: false },
    right: { kind: 'literal', value: true },
  };
  return { ...control, unless: { kind: 'or', of: [control.unless, inHostNetwork] } };
}

function pairs(): readonly (readonly [what: string, first: Policy, second: Policy])[] {
  const controls = manyControls();
  const of = (from: number, to: number): Policy => ({ ...restricted, controls: controls.slice(from, to) });
  return [
    ['restricted and baseline', restricted, baseline],
    ...[24].filter(isMinor).map((minor) => {
      const old = levelPolicy('restricted', minor);
      return ['restricted and restricted@v1.24', restricted, old] as const;
    }),
    ['50 controls and 50, of which 45 are the same', of(0, 50), of(5, 55)],
    ['50 controls and 50, of which 25 are the same', of(0, 50), of(25, 75)],
    [
      '50 controls and the same, each with an exception',
      of(0, 50),
      { ...restricted, controls: controls.slice(0, 50).map(exceptHostNetwork) },
    ],
  ];
}

/** In milliseconds. */
function timeOf(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function main(): void {
  const pods = [...boundaryPods(restricted)]
    .flatMap(({ pod }) => {
      const read = admitted(pod);
      return 'pod' in read ? [read.pod] : [];
    })
    .slice(0, 1000);
  const judge = () => {
    for (const pod of pods) evaluate(restricted, pod);
  };
  judge();
  const unit = timeOf(judge);
  process.stdout.write(`${pods.length} pods judged: ${Math.round(unit)} ms\n`);
  for (const [what, first, second] of pairs()) {
    let relation = '';
    const time = timeOf(() => {
      relation = compare(first, second).relation;
    });
    process.stdout.write(
      `${(time / unit).toFixed(1).padStart(6)} times that, ${Math.round(time)} ms: ${what}, ${relation}\n`,
    );
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
