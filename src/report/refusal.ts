/** What a target cannot say, in words, with a pod that shows what it would get wrong. */
import type { JsonObject } from '../manifest/types.js';
import { writeYaml } from '../manifest/write.js';
import { type RequestShown, requestText, shownRequest } from './request.js';
import { printable } from './text.js';

export interface RefusalSaid {
  readonly policy: string;
  readonly control: string | null;
  readonly reason: string;
  /** A pod that the control denies; undefined where none is known. */
  readonly witness: { readonly pod: JsonObject; readonly request: RequestShown } | undefined;
}

export function refusalText({ policy, control, reason }: RefusalSaid): string {
  return `${policy}${control === null ? '' : `, control ${control}`}: ${reason}`;
}

/** For a hint: the pod on one line. */
export function witnessLine({ witness }: RefusalSaid): string {
  if (witness === undefined) return '';
  return `without the control it would admit ${JSON.stringify(witness.pod)}${askedOf(witness.request)}`;
}

/** REFUSED.txt, each pod once. */
export function refusalFile(title: string, refusals: readonly RefusalSaid[]): string {
  const lines = [
    `${title}, cannot say ${refusals.length === 1 ? 'this' : 'these'} exactly, so podsec wrote nothing for it:`,
    '',
    ...refusals.map((each) => `- ${printable(refusalText(each))}`),
  ];
  const shown = new Map(
    refusals.flatMap(({ policy, control, witness }): [string, string][] =>
      control === null || witness === undefined
        ? []
        : [[`${policy}, ${control}`, sectionOf(policy, control, witness)]],
    ),
  );
  return [...lines.map((line) => `${line}\n`), ...shown.values()].join('');
}

function sectionOf(
  policy: string,
  control: string,
  { pod, request }: NonNullable<RefusalSaid['witness']>,
): string {
  const head = `Without ${control}, ${policy} would admit this pod${askedOf(request)}:`;
  return `\n${printable(head)}\n\n${writeYaml([pod]).replace(/^(?=.)/gm, '    ')}`;
}

function askedOf(request: RequestShown): string {
  const shown = shownRequest(request);
  return shown === null ? '' : `, ${requestText(shown)}`;
}
