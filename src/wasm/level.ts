/** A level at all its versions as one Rego module, in which the version is data: what the committed Wasm is built from. */
import { createHash } from 'node:crypto';
import { array, call, type Doc, literal } from '../backends/rego/layout.js';
import { libraryText } from '../backends/rego/library.js';
import { moduleOf } from '../backends/rego/module.js';
import type { BundleFile } from '../backends/types.js';
import type { Control, Level } from '../ir/types.js';
import { levelPolicy } from '../levels/levels.js';
import { newestMinor, parseVersion } from '../levels/versions.js';

/** The levels that deny anything. */
export type WasmLevel = Exclude<Level, 'privileged'>;
export const wasmLevels: readonly WasmLevel[] = ['baseline', 'restricted'];

/** The document that says which policy version to judge by: its minor. */
const versionRef = 'data.podsec.version';

export const entrypointOf = (level: WasmLevel): string => `podsec/levels/${level}/deny`;

/** The data document for a policy version. */
export const dataFor = (minor: number): { podsec: { version: number } } => ({ podsec: { version: minor } });

/** The modules of a level. Throws on a rule that Rego cannot say: the levels are podsec's own, so it is a defect. */
export function levelModules(level: WasmLevel): BundleFile[] {
  const library = libraryText();
  const module = moduleOf({
    package: `podsec.levels.${level}`,
    imports: ['data.podsec.lib'],
    header: [
      `The level ${level} at every policy version from 1.0 to 1.${newestMinor}. The minor of the version is data: ${versionRef}.`,
      'Every pod in the input is judged, whatever its namespace. An unknown version denies.',
    ],
    controls: activeRanges(level).map(({ control, ranges }) => ({ control, guards: [within(ranges)] })),
    inScope: [],
    library,
  });
  if ('unsayable' in module) {
    throw new TypeError(module.unsayable.map(({ control, reason }) => `${control}: ${reason}`).join('; '));
  }
  return [
    { path: 'lib.rego', text: library },
    { path: `${level}.rego`, text: `${module.text}\n${unknownVersion}` },
  ];
}

interface Active {
  readonly control: Control;
  /** Minors, inclusive at both ends. */
  readonly ranges: readonly (readonly [number, number])[];
}

/** Each revision of each control with the versions that it holds at, in the order in which they first appear. */
function activeRanges(level: WasmLevel): Active[] {
  const active = new Map<Control, [number, number][]>();
  for (let minor = 0; minor <= newestMinor; minor++) {
    const known = parseVersion(`1.${minor}`);
    for (const control of known === undefined ? [] : levelPolicy(level, known).controls) {
      const ranges = active.get(control) ?? [];
      const last = ranges.at(-1);
      if (last?.[1] === minor - 1) last[1] = minor;
      else ranges.push([minor, minor]);
      active.set(control, ranges);
    }
  }
  return [...active].map(([control, ranges]) => ({ control, ranges }));
}

function within(ranges: Active['ranges']): Doc {
  return call('lib.within', versionRef, array(ranges.map((range) => array(range.map(literal)))));
}

/** Without a version that is known, no rule above counts: that must not read as "allow". */
const unknownVersion = `# What no version decides, nobody may take for allowed.
deny contains {"control": "version", "msg": "${versionRef} has to be the minor of a policy version, 0 to ${newestMinor}"} if {
	not known_version
}

known_version if ${versionRef} in numbers.range(0, ${newestMinor})
`;

/** Beside the Wasm: what it was built from, so that a test without OPA notices Wasm that is out of date. */
export const fingerprintFile = 'sources.json';

/** The hash of each level's modules without their comments, as JSON. */
export function fingerprints(): string {
  const hashes = wasmLevels.map((level) => {
    const hash = createHash('sha256');
    for (const { path, text } of levelModules(level)) hash.update(`${path}\n${text.replace(/^#.*\n/gm, '')}`);
    return [level, hash.digest('hex')];
  });
  return `${JSON.stringify(Object.fromEntries(hashes), null, 2)}\n`;
}
