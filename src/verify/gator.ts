/** `gator test` as a program on disk. */
import { EngineError } from './errors.js';
import { parseAnswer } from './opa.js';
import { run } from './process.js';

/** Which code of a template is run. */
export type Driver = 'cel' | 'rego';
export const drivers: readonly Driver[] = ['cel', 'rego'];

export const driverOption = (driver: Driver): string => `--enable-k8s-native-validation=${driver === 'cel'}`;

export interface GatorResult {
  readonly msg: string;
  readonly constraint: { readonly kind: string; readonly metadata: { readonly name: string } };
  readonly enforcementAction: string;
  readonly violatingObject: unknown;
}

export interface GatorAnswer {
  /** 1 where something is denied. */
  readonly code: number;
  readonly results: readonly GatorResult[];
  /** How often each constraint, or in Rego each template, was asked. */
  readonly asked: ReadonlyMap<string, number>;
}

/** `gator test` on files. */
export async function gatorTestEach(
  gator: string,
  driver: Driver,
  files: readonly string[],
  seconds?: number,
): Promise<GatorAnswer> {
  const args = ['test', '--output', 'json', '--stats', driverOption(driver)];
  const ran = await run('gator', gator, [...args, ...files.flatMap((file) => ['-f', file])], {
    accept: [0, 1],
    input: '',
    seconds,
  });
  // Where nothing matches, it is null.
  const answer = parseAnswer<{
    readonly results?: readonly GatorResult[] | null;
    readonly stats?: readonly { readonly statsFor: string }[] | null;
  } | null>('gator', ran.stdout, ran.stderr);
  const { results, stats } = answer ?? {};
  if (![results ?? [], stats ?? []].every(Array.isArray))
    throw new EngineError('gator', 'it gives no list of violations', ran.stdout);
  const asked = new Map<string, number>();
  for (const { statsFor } of stats ?? []) asked.set(statsFor, (asked.get(statsFor) ?? 0) + 1);
  return { code: ran.code, results: results ?? [], asked };
}
