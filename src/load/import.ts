/** Imports a policy file, TypeScript or JavaScript, with `podsec` resolved to the podsec that runs. */
import { createJiti, type TransformOptions, type TransformResult } from 'jiti';
import type { Place } from '../diagnostics.js';
import * as podsec from '../index.js';
import * as schema from '../schema/index.js';
import type { Frames } from './frames.js';

/** The file cannot be read as a program. */
export class LoadError extends Error {
  constructor(
    message: string,
    readonly place: Place,
  ) {
    super(message);
  }
}

/** What a policy file may import from podsec, whatever is installed where it lies. */
const ourModules = {
  podsec,
  'podsec/schema': schema,
  /** Loaded when it is asked for: few policies come with their own tests. */
  get 'podsec/testing'(): Promise<unknown> {
    return import(new URL('../testing/index.js', import.meta.url).href);
  },
};

export async function importPolicyFile(file: string, frames: Frames): Promise<unknown> {
  const options = { fsCache: false, sourceMaps: true, interopDefault: false } as const;
  const transformer = createJiti(file, options);
  const transform = (given: TransformOptions): TransformResult => {
    const code = transformer.transform(given);
    const failed = syntaxProblem(code);
    if (failed !== undefined) throw failed;
    if (given.filename !== undefined) frames.ran(given.filename, code);
    // jiti wraps the code into a function whose head would move the columns of the first line.
    return { code: `\n${code.replace(/^#!/, '//')}` };
  };
  const loaded: unknown = await createJiti(file, {
    ...options,
    transform,
    virtualModules: ourModules,
  }).import(file);
  return loaded;
}

/** jiti puts a syntax error into the code that it returns. */
function syntaxProblem(code: string): LoadError | undefined {
  const text = /^exports\.__JITI_ERROR__ = (\{.*\})/s.exec(code)?.[1];
  if (text === undefined) return undefined;
  const found: unknown = JSON.parse(text);
  if (typeof found !== 'object' || found === null) return undefined;
  const field = (name: string): unknown => Reflect.get(found, name);
  const message = String(field('message'))
    .trim()
    .replace(/[.\s]+$/, '');
  return new LoadError(
    `the policy file has a syntax error: ${message.charAt(0).toLowerCase()}${message.slice(1)}`,
    {
      file: String(field('filename')),
      line: Number(field('line')),
      column: Number(field('column')) + 1,
    },
  );
}
