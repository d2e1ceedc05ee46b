/** The command that moves podsec to another Kubernetes release, as far as it needs neither Go nor a network. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  type ControlRevisions,
  changeLines,
  controlsToWrite,
  type SchemaFacts,
  schemaChanges,
  verdictChanges,
} from '../../engines/bump/compare.js';
import {
  changedLines,
  compareReleases,
  mentions,
  parseRelease,
  pinEdits,
  pins,
  type Release,
} from '../../engines/bump/pins.js';
import { bitsOf, type CheckTable } from '../../engines/corpus.js';
import { kubernetesVersion } from '../../src/schema/index.js';

function release(text: string): Release {
  const found = parseRelease(text);
  if (found === undefined) throw new TypeError(text);
  return found;
}

const pinned = release(kubernetesVersion);
const next: Release = { ...pinned, minor: pinned.minor + 1, patch: 0 };
const read = (path: string) => readFileSync(path, 'utf8');

describe('a release', () => {
  test('is x.y.z', () => {
    expect(parseRelease('1.38.0')).toEqual({ major: 1, minor: 38, patch: 0 });
    expect(parseRelease('v1.38.10')).toEqual({ major: 1, minor: 38, patch: 10 });
    for (const text of ['1.38', '1.38.0-rc.1', 'latest', '', '1.38.x', '1..0', ' 1.38.0'])
      expect(parseRelease(text)).toBeUndefined();
  });

  test('is ordered by its numbers', () => {
    expect(compareReleases(release('1.9.10'), release('1.10.9'))).toBeLessThan(0);
    expect(compareReleases(release('1.37.10'), release('1.37.9'))).toBeGreaterThan(0);
    expect(compareReleases(pinned, pinned)).toBe(0);
  });
});

describe('the pins', () => {
  test('are all where the command looks for them', () => {
    const edits = pinEdits(read, pinned, next);
    expect(edits.map(({ path }) => path)).toEqual(Object.keys(pins));
    for (const edit of edits) {
      expect(changedLines(edit).length).toBeGreaterThan(0);
      expect(edit.after).not.toContain(` v0.${pinned.minor}.${pinned.patch}`);
      expect(edit.after).not.toContain(`v1.${pinned.minor}.${pinned.patch}`);
    }
  });

  test('are edited without harm to anything else', () => {
    const of = (path: string, to: Release) => pinEdits(read, pinned, to).find((each) => each.path === path);
    const build = of('engines/build.ts', next);
    expect(build && changedLines(build)).toEqual([
      expect.stringContaining(`- const KUBERNETES = 'v${kubernetesVersion}';`),
      expect.stringContaining(`+ const KUBERNETES = 'v1.${next.minor}.0';`),
      expect.stringContaining(`gitMinor=${pinned.minor}`),
      expect.stringContaining(`gitMinor=${next.minor}`),
    ]);
    const celcheck = of('engines/celcheck/main.go', { ...next, minor: next.minor + 1 });
    expect(celcheck?.after).toContain(`1.${pinned.minor},1.${next.minor},1.${next.minor + 1}", "releases`);
    const patch = { ...pinned, patch: pinned.patch + 1 };
    expect(of('engines/celcheck/main.go', patch)).toBeUndefined();
    expect(of('engines/psa/go.mod', patch)?.after).toMatch(
      new RegExp(`k8s\\.io/api => k8s\\.io/api v0\\.${pinned.minor}\\.${patch.patch}\n`),
    );
  });

  test('change nothing for the release that they are at', () => {
    expect(pinEdits(read, pinned, pinned)).toEqual([]);
  });

  test('that have moved are named', () => {
    const moved = (path: string) => (path === 'engines/build.ts' ? 'const OTHER = 1;' : read(path));
    expect(() => pinEdits(moved, pinned, next)).toThrow(/engines\/build\.ts: .*KUBERNETES.*exactly once/);
    const other = (path: string) => (path === 'engines/yaml/go.mod' ? 'module a\n' : read(path));
    expect(() => pinEdits(other, pinned, next)).toThrow('engines/yaml/go.mod: no module of Kubernetes');
  });

  test('elsewhere are told: texts that name a release', () => {
    const text = 'as of v0.37.2\n1.37.20 and 11.37.2\nfrom 1.37 on\nrestricted@v1.37\n';
    expect(mentions('a.md', text, release('1.37.2'), false)).toEqual(['a.md:1: as of v0.37.2']);
    expect(mentions('a.md', text, release('1.37.2'), true)).toEqual([
      'a.md:1: as of v0.37.2',
      'a.md:2: 1.37.20 and 11.37.2',
      'a.md:3: from 1.37 on',
    ]);
  });
});

describe('what changed', () => {
  const factsOf = (
    fields: SchemaFacts['types'][string]['fields'],
    rules: readonly string[] = [],
  ): SchemaFacts => ({
    kubernetesVersion: '1.0.0',
    types: { PodSpec: { fields } },
    workloadTypes: {},
    computedDefaultRules: rules,
  });

  test('in the schema: fields, defaults, types and computed defaults', () => {
    const before = factsOf(
      {
        old: { kind: 'bool', pointer: true },
        same: { kind: 'bool', pointer: true },
        was: { kind: 'int', pointer: false },
      },
      ['a'],
    );
    const after: SchemaFacts = {
      ...factsOf({
        same: { kind: 'bool', pointer: true },
        was: { kind: 'int', pointer: false, default: { kind: 'constant', value: 5 } },
        young: { kind: 'string', pointer: false },
      }),
      workloadTypes: { Job: { fields: {} } },
    };
    expect(schemaChanges(before, before)).toEqual([]);
    expect(schemaChanges(before, after)).toEqual([
      'changed field PodSpec.was: {"kind":"int","pointer":false} -> {"kind":"int","pointer":false,"default":{"kind":"constant","value":5}}',
      'new field PodSpec.young: {"kind":"string","pointer":false}',
      'removed field PodSpec.old',
      'new type Job',
      'removed computed default a',
    ]);
  });

  test('in the controls: what is to be written', () => {
    const own: readonly ControlRevisions[] = [
      { id: 'sysctls', level: 'baseline', versions: [{ minimum: '1.0' }, { minimum: '1.27' }] },
      { id: 'procMount', level: 'baseline', versions: [{ minimum: '1.0' }] },
      { id: 'gone', level: 'baseline', versions: [{ minimum: '1.0' }] },
      { id: 'seccomp', level: 'restricted', versions: [{ minimum: '1.19', overrides: ['a'] }] },
    ];
    expect(controlsToWrite(own, own)).toEqual([]);
    const reference: readonly ControlRevisions[] = [
      { id: 'sysctls', level: 'baseline', versions: [{ minimum: '1.0' }, { minimum: '1.38' }] },
      { id: 'procMount', level: 'restricted', versions: [{ minimum: '1.0' }] },
      { id: 'young', level: 'restricted', versions: [{ minimum: '1.38' }] },
      { id: 'seccomp', level: 'restricted', versions: [{ minimum: '1.19', overrides: ['b'] }] },
    ];
    expect(controlsToWrite(reference, own)).toEqual([
      'write a revision `since: 38` of the baseline control sysctls (policies/levels/baseline/), with a denied and an allowed example',
      'remove the revision of v1.27 of the baseline control sysctls (policies/levels/baseline/)',
      'move the control procMount from baseline to restricted',
      'write the restricted control young, a file of its own under policies/levels/restricted/, for v1.38, and name it in policies/levels/index.ts',
      'let v1.19 of the restricted control seccomp (policies/levels/restricted/) override b, not a',
      'remove the baseline control gone: the reference has it no more',
    ]);
  });

  test('in verdicts: by control, with a pod to look at', () => {
    const ids = Array.from({ length: 9 }, (_, index) => `c${index}`);
    const table: CheckTable = { versions: ['1.0', '1.9'], baseline: [['x'], ['x']], restricted: [[], ids] };
    const bits = (failed: readonly string[]) =>
      bitsOf(table, {
        baseline: [[], failed.includes('x') ? [['x', '', '']] : []],
        restricted: [[], failed.filter((id) => id !== 'x').map((id) => [id, '', ''])],
      });
    const verdicts = (...pods: readonly (readonly string[])[]) => ({
      table,
      bits: Buffer.concat(pods.map(bits)),
    });
    const before = verdicts(['x'], ['c8'], []);
    expect(verdictChanges(before, before, 3)).toEqual([]);
    const changes = verdictChanges(before, verdicts(['x'], ['c7'], ['c7', 'x']), 3);
    expect(changes).toEqual([
      { level: 'baseline', version: '1.9', control: 'x', pods: [2] },
      { level: 'restricted', version: '1.9', control: 'c7', pods: [1, 2] },
      { level: 'restricted', version: '1.9', control: 'c8', pods: [1] },
    ]);
    expect(changeLines(changes, (at) => ['p0', 'p1', 'p2'][at])).toEqual([
      'x at v1.9: 1 pods, such as "p2"',
      'c7 at v1.9: 2 pods, such as "p1"',
      'c8 at v1.9: 1 pods, such as "p1"',
    ]);
    // Tables of other widths: what both have is compared.
    const wider: CheckTable = { ...table, baseline: [['x'], ['w', 'x']] };
    const other = {
      table: wider,
      bits: Buffer.concat(
        [['x'], ['c8'], []].map((failed) =>
          bitsOf(wider, {
            baseline: [[], failed.includes('x') ? [['x', '', '']] : []],
            restricted: [[], failed.filter((id) => id !== 'x').map((id) => [id, '', ''])],
          }),
        ),
      ),
    };
    expect(verdictChanges(before, other, 3)).toEqual([]);
  });
});
