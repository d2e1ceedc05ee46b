/** What an output that is not the policy lets in, or denies besides: in lines for people, and as a file beside it. */
import type { Mode } from '../ir/types.js';
import type { JsonObject } from '../manifest/types.js';
import { writeYaml } from '../manifest/write.js';
import { printable } from './text.js';

interface Said {
  readonly policy: { readonly name: string };
  readonly differences: readonly {
    readonly control: string;
    readonly finding: { readonly reason: string; readonly detail: string };
    readonly witness: { readonly pod: JsonObject };
  }[];
  readonly mode: { readonly from: Mode; readonly to: Mode } | null;
}

interface Named {
  readonly name: string;
}

const does = { laxer: 'admits what the policy denies', stricter: 'denies what the policy admits' } as const;

function sentence(
  policy: Named,
  { policy: said, differences, mode }: Said,
  direction: 'laxer' | 'stricter',
): string {
  const enforced = mode === null ? '' : `; it does not ${mode.from}, it refuses pods`;
  if (differences.length === 0) return `${said.name} admits the same pods as ${policy.name}${enforced}`;
  return `${said.name} is ${direction} than ${policy.name}: it ${does[direction]}${enforced}`;
}

const detailOf = ({ reason, detail }: Said['differences'][number]['finding']): string =>
  detail === '' ? reason : detail;

export function approximationLines(
  target: string,
  policy: Named,
  said: Said,
  direction: 'laxer' | 'stricter',
): string {
  const lines = said.differences.map(
    ({ control, finding }) => `  ${printable(`${control}, for example: ${detailOf(finding)}`)}\n`,
  );
  return `approximate: ${printable(`${target}: ${sentence(policy, said, direction)}`)}\n${lines.join('')}`;
}

/** The same with the pods. */
export function approximationText(policy: Named, said: Said, direction: 'laxer' | 'stricter'): string {
  const sections = said.differences.map(
    ({ control, finding, witness }) =>
      `${printable(control)}: ${printable(detailOf(finding))}\n\n${writeYaml([witness.pod]).replace(/^(?=.)/gm, '    ')}`,
  );
  return [`${printable(sentence(policy, said, direction))}.\n`, ...sections].join('\n');
}
