import { decode } from '../../src/manifest/decode.js';
import { defaultLimits } from '../../src/manifest/limits.js';
import { Problem } from '../../src/manifest/problem.js';
import type { Json } from '../../src/manifest/types.js';
import { parseYaml } from '../../src/manifest/yaml/parser.js';

/** What main.go says about one document. */
export interface GoReading {
  readonly yaml: string;
  readonly json?: Json;
  readonly error?: string;
  /** Only the strict mode of sigs.k8s.io/yaml refuses it: a key is set twice. */
  readonly duplicate?: boolean;
  /** The value differs from run to run. */
  readonly random?: boolean;
}

export interface Reading {
  readonly value?: Json;
  readonly code?: string;
  /** There is text behind the document, which gets a diagnostic. */
  readonly unread?: boolean;
}

export function readAsPodsec(text: string): Reading {
  try {
    const { root, unread } = parseYaml(text, defaultLimits);
    const value = root === undefined ? null : decode(root, defaultLimits).value;
    return { value, unread: unread !== undefined };
  } catch (error) {
    if (error instanceof Problem) return { code: error.code };
    throw error;
  }
}

/** The points in which podsec refuses and kubectl does not are named here; nothing else may differ. */
export function agrees(go: GoReading, reading: Reading): boolean {
  // goyaml ignores what follows the document, unless it cannot even scan it; podsec reports it, and judges the document.
  if (go.error !== undefined) return reading.code !== undefined || reading.unread === true;
  // A key that is given twice: the strict mode of sigs.k8s.io/yaml refuses it, too.
  if (go.random === true) return reading.code === 'duplicate-key';
  if (reading.code === 'duplicate-key') return go.duplicate === true;
  // A merge that sets a key which the mapping has, too, is a duplicate to the strict mode alone.
  if (go.duplicate === true && !go.yaml.includes('<<')) return false;
  return reading.code === undefined && same(reading.value, go.json);
}

function same(left: Json | undefined, right: Json | undefined): boolean {
  return JSON.stringify(sorted(left)) === JSON.stringify(sorted(right));
}

/** JSON.stringify calls -0 zero, and keeps the order of keys. */
function sorted(value: Json | undefined): unknown {
  if (value === undefined) return ['undefined'];
  if (Object.is(value, -0)) return ['-0'];
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return ['array', ...value.map(sorted)];
  return Object.entries(value)
    .map(([key, entry]) => [key, sorted(entry)])
    .toSorted(([left], [right]) => (String(left) < String(right) ? -1 : 1));
}
