/** What an output that is not the policy lets in, or denies besides: in lines for people, and as a file beside it. */
import type { Mode } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { writeYaml } from '../manifest/write.js';
import { printable } from './text.js';

type Direction = 'laxer' | 'stricter';

interface Said {
  readonly policy: { readonly name: string; readonly mutations: readonly { readonly id: string }[] };
  readonly differences: readonly {
    readonly control: string;
    readonly finding: { readonly reason: string; readonly detail: string };
    readonly witness: { readonly pod: JsonObject };
  }[];
  readonly repaired: readonly string[];
  readonly mode: { readonly from: Mode; readonly to: Mode } | null;
}

interface Named {
  readonly name: string;
}

const does = { laxer: 'admits what the policy denies', stricter: 'denies what the policy admits' } as const;

function sentence(policy: Named, said: Said, direction: Direction): string {
  const { differences, repaired, mode } = said;
  const { name } = said.policy;
  const enforced = mode === null ? '' : `; it does not ${mode.from}, it refuses pods`;
  if (differences.length === 0) return `${name} admits the same pods as ${policy.name}${enforced}`;
  if (differences.every(({ control }) => repaired.includes(control)))
    return `${name} repairs what ${policy.name} denies: no pod that it stores is one that the policy denies${enforced}`;
  return `${name} is ${direction} than ${policy.name}: it ${does[direction]}${enforced}`;
}

/** What it writes into pods, where it does. */
function writing({ policy: { mutations } }: Said): string | undefined {
  const fields = [...new Set(mutations.map(({ id }) => id))];
  return fields.length === 0
    ? undefined
    : `it writes into pods what they do not say, by ${fields.join(', ')}`;
}

const titleOf = ({ control }: Said['differences'][number], { repaired }: Said): string =>
  repaired.includes(control) ? `${control}, repaired` : control;

const detailOf = ({ reason, detail }: Said['differences'][number]['finding']): string =>
  detail === '' ? reason : detail;

export function approximationLines(target: string, policy: Named, said: Said, direction: Direction): string {
  const writes = writing(said);
  const lines = [
    ...(writes === undefined ? [] : [writes]),
    ...said.differences.map((each) => `${titleOf(each, said)}, for example: ${detailOf(each.finding)}`),
  ].map((line) => `  ${printable(line)}\n`);
  return `approximate: ${printable(`${target}: ${sentence(policy, said, direction)}`)}\n${lines.join('')}`;
}

/** The same with the pods. */
export function approximationText(policy: Named, said: Said, direction: Direction): string {
  const writes = writing(said);
  const sections = said.differences.map((each) => {
    const pod = writeYaml([each.witness.pod]).replace(/^(?=.)/gm, '    ');
    return `${printable(titleOf(each, said))}: ${printable(detailOf(each.finding))}\n\n${pod}`;
  });
  const first = `${printable(sentence(policy, said, direction))}.\n`;
  return [first, ...(writes === undefined ? [] : [`${printable(writes)}.\n`]), ...sections].join('\n');
}
