/** What judges: `evaluate`, or the levels as Wasm in OPA's runtime, which has to say the same. */
import type { Diagnostic, Outcome } from '../diagnostics.js';
import type { Finding } from '../evaluate.js';
import type { LoadedPolicy } from '../load/policies.js';
import { quoted } from '../manifest/problem.js';
import type { JsonObject } from '../manifest/types.js';
import type { WasmFinding } from '../wasm/engine.js';
import type { WasmLevel } from '../wasm/level.js';

export type Engine = 'evaluate' | 'opa-wasm';

/** Judges the manifest by another engine; says what is wrong where it fails or differs. */
export type Crosscheck = (
  policy: LoadedPolicy,
  manifest: JsonObject,
  findings: readonly Finding[],
) => Diagnostic | undefined;

const none: Crosscheck = () => undefined;

export async function crosscheckOf(
  engine: Engine,
  policies: readonly LoadedPolicy[],
): Promise<Outcome<Crosscheck>> {
  switch (engine) {
    case 'evaluate':
      return { value: none, diagnostics: [] };
    case 'opa-wasm':
      return opaWasm(policies);
  }
}

async function opaWasm(policies: readonly LoadedPolicy[]): Promise<Outcome<Crosscheck>> {
  const diagnostics = policies.flatMap(({ level, label }): Diagnostic[] => {
    if (level !== undefined && level.level !== 'privileged') return [];
    const message = `the engine opa-wasm judges the levels baseline and restricted, and not \`${label}\``;
    return [{ code: 'refused', severity: 'error', message, hint: 'leave `--engine` out' }];
  });
  if (diagnostics.length > 0) return { diagnostics };
  const { loadLevel } = await import('../wasm/engine.js');
  const { wasmLevels } = await import('../wasm/level.js');
  const wanted = wasmLevels.filter((name) => policies.some(({ level }) => level?.level === name));
  const engines = new Map<string, Awaited<ReturnType<typeof loadLevel>>>();
  for (const name of wanted) {
    const engine = await load(name, loadLevel);
    if ('code' in engine) return { diagnostics: [engine] };
    engines.set(name, engine);
  }
  return {
    diagnostics,
    value: ({ level }, manifest, findings) => {
      const engine = level === undefined ? undefined : engines.get(level.level);
      if (engine === undefined || level === undefined) return engineError('it has no such level');
      try {
        return compare(findings, engine.judge(level.minor, manifest));
      } catch (error) {
        return engineError(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

async function load<T>(
  level: WasmLevel,
  loadLevel: (level: WasmLevel) => Promise<T>,
): Promise<T | Diagnostic> {
  try {
    return await loadLevel(level);
  } catch (error) {
    return engineError(
      `the level ${level} cannot be loaded: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function compare(findings: readonly Finding[], judged: readonly WasmFinding[]): Diagnostic | undefined {
  const here = findings.map(({ control }) => control).toSorted();
  const there = judged.map(({ control }) => control).toSorted();
  if (here.join() === there.join()) return findings.map((each) => compareWords(each, judged)).find(Boolean);
  const said = (controls: readonly string[]) => (controls.length === 0 ? 'no control' : controls.join(', '));
  return engineError(`it names ${said(there)} where evaluate names ${said(here)}`);
}

/** The engine puts the name of the object in front. */
function compareWords(
  { control, reason, detail }: Finding,
  judged: readonly WasmFinding[],
): Diagnostic | undefined {
  const words = detail === '' ? reason : `${reason} (${detail})`;
  const there = judged.find((each) => each.control === control)?.msg ?? '';
  return there.endsWith(words) ? undefined : engineError(`of ${control} it says ${quoted(there)}`);
}

function engineError(why: string): Diagnostic {
  return {
    code: 'engine-error',
    severity: 'error',
    message: `the engine opa-wasm gave no verdict to rely on: ${why}`,
    hint: 'please report it with the manifest',
  };
}
