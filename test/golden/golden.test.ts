/**
 * Golden files of what podsec produces. Only a run with PODSEC_RECORD=1 writes them; a change of them is a change of
 * what users get, and is read as one.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Capabilities, Support } from '../../src/backends/types.js';
import { backends } from '../../src/compile.js';
import { nodesOf } from '../../src/ir/visit.js';
import { everyNode, unsayable } from './every-node.js';
import { type Files, goldenProblems, readFiles, record, recording, shortDiff } from './files.js';
import { bundle, bundleFiles, irFiles, refusalFiles, sharedBundle } from './produced.js';

const root = join(import.meta.dirname, '..', '..', 'golden');
const limit = 15_000_000;

const produced: Readonly<Record<string, () => Promise<Files> | Files>> = {
  ir: irFiles,
  rego: () => bundleFiles(backends.rego),
  vap: () => bundleFiles(backends.vap),
  psa: () => bundleFiles(backends.psa),
  psp: () => bundleFiles(backends.psp),
  kyverno: () => bundleFiles(backends.kyverno),
  'kyverno-vpol': () => bundleFiles(backends['kyverno-vpol']),
  gatekeeper: () => bundleFiles(backends.gatekeeper),
  refusals: refusalFiles,
};

/** Golden directories that other programs write: `npm run derive` and `npm run conformance`. */
const ofOthers = ['reference', 'wasm', 'gatekeeper-wasm', 'engines', 'conformance', 'psp-read', 'sets.json'];

describe('golden files', () => {
  test.each(Object.keys(produced))('of golden/%s are what podsec produces', async (name) => {
    const files = await produced[name]?.();
    if (files === undefined || files.size === 0) throw new Error(`nothing is produced for golden/${name}`);
    const directory = join(root, name);
    if (recording) record(directory, files);
    const problems = goldenProblems(directory, files);
    if (problems.length > 0) throw new Error(report(problems));
  });

  test('are all somebody’s', () => {
    expect(
      readdirSync(root).sort(),
      'a directory under golden/ that no test compares and no program derives',
    ).toEqual([...Object.keys(produced), ...ofOthers].sort());
  });

  test('are small enough to be cloned by everyone', () => {
    const sizes = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((path) => {
      const stat = statSync(join(root, path));
      return stat.isFile() ? stat.size : 0;
    });
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(100_000);
    expect(total, `golden/ has ${total} bytes, and ${limit} is the most it may have`).toBeLessThan(limit);
  });
});

function report(problems: readonly string[]): string {
  const shown = problems.slice(0, 10);
  const left = problems.length - shown.length;
  return [
    `${problems.length} golden file(s) are not as they should be:`,
    ...shown,
    ...(left > 0 ? [`and ${left} more`] : []),
  ].join('\n\n');
}

describe('the policies behind them', () => {
  test.each(Object.values(backends))('use every node that $target can say', ({ capabilities }) => {
    const policies = everyNode(capabilities);
    const kinds = {
      cond: new Set<string>(),
      term: new Set<string>(),
      source: new Set<string>(),
      pattern: new Set<string>(),
    };
    for (const { conds, terms, sources } of policies.map(nodesOf)) {
      for (const cond of conds) {
        kinds.cond.add(cond.kind);
        if (cond.kind === 'matches') for (const { kind } of cond.patterns) kinds.pattern.add(kind);
      }
      for (const { kind } of terms) kinds.term.add(kind);
      for (const { kind } of sources) kinds.source.add(kind);
    }
    const categories = ['cond', 'term', 'source', 'pattern'] as const;
    for (const category of categories)
      expect([...kinds[category]].sort(), category).toEqual(sayable(capabilities, category).sort());
    const features = new Set(policies.flatMap(featuresOf));
    expect([...features].sort()).toEqual(sayable(capabilities, 'policy').sort());
  });

  test.each(Object.values(backends))(
    'use every node that $target cannot say, and each is refused',
    (backend) => {
      const { capabilities } = backend;
      const policy = unsayable(capabilities);
      for (const version of backend.engineVersions) {
        const compiled = backend.compile([policy], version);
        if ('files' in compiled) throw new Error(`${backend.target}@${version} says it`);
        const refused = new Set(compiled.refusals.map(({ reason }) => reason.split(':')[0]));
        for (const category of ['cond', 'term', 'source', 'pattern', 'policy'] as const) {
          const all = Object.keys(capabilities[category]);
          const can = sayable(capabilities, category);
          for (const kind of all.filter((each) => !can.includes(each))) expect(refused).toContain(kind);
        }
        expect(compiled.refusals.map(({ control }) => control)).not.toContain('sayable');
      }
    },
  );
});

function sayable(capabilities: Capabilities, category: keyof Capabilities): string[] {
  return Object.entries<Support>(capabilities[category]).flatMap(([kind, support]) =>
    support === 'yes' || 'since' in support ? [kind] : [],
  );
}

function featuresOf(policy: ReturnType<typeof unsayable>): string[] {
  const { exemptions, scope } = policy;
  const used = {
    mutations: policy.mutations,
    alternatives: policy.alternatives,
    namespaceSelector: scope.namespaceSelector,
    excludedNamespaces: scope.excludedNamespaces,
    exemptUsers: exemptions.users,
    exemptRuntimeClasses: exemptions.runtimeClasses,
    exemptServiceAccounts: exemptions.serviceAccounts,
  } satisfies Record<keyof Capabilities['policy'], readonly unknown[]>;
  return Object.entries(used).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
}

describe('the same input gives the same bytes', () => {
  test.each(Object.keys(produced))('of %s, also in a podsec that did other things before', async (name) => {
    const first = await produced[name]?.();
    expect(await produced[name]?.()).toEqual(first);
    vi.resetModules();
    const dsl = await import('../../src/dsl/index.js');
    // Whatever is counted while rules are built starts elsewhere.
    for (let count = 0; count < 17; count++) dsl.some(dsl.containers(), () => dsl.always);
    const fresh = await import('./produced.js');
    const targets = await import('../../src/compile.js');
    const again: Readonly<Record<string, () => Promise<Files> | Files>> = {
      ir: fresh.irFiles,
      rego: () => fresh.bundleFiles(targets.backends.rego),
      vap: () => fresh.bundleFiles(targets.backends.vap),
      psa: () => fresh.bundleFiles(targets.backends.psa),
      psp: () => fresh.bundleFiles(targets.backends.psp),
      kyverno: () => fresh.bundleFiles(targets.backends.kyverno),
      'kyverno-vpol': () => fresh.bundleFiles(targets.backends['kyverno-vpol']),
      gatekeeper: () => fresh.bundleFiles(targets.backends.gatekeeper),
      refusals: fresh.refusalFiles,
    };
    expect(await again[name]?.()).toEqual(first);
  });

  test.each(Object.values(backends))(
    'of $target: a policy’s files are the same in any company and order',
    async (backend) => {
      const version = backend.engineVersions.at(-1) ?? '';
      const policies = await sharedBundle(backend);
      const inOrder = bundle(backend, policies, version);
      const shuffled = bundle(backend, shuffle(policies), version);
      const texts = (files: typeof inOrder) =>
        new Map(files.map(({ path, text }) => [path, listsPolicies(path) ? '' : text]));
      expect(texts(shuffled)).toEqual(texts(inOrder));
      const alone = policies.flatMap((policy) => bundle(backend, [policy], version));
      for (const { path, text } of alone) {
        if (!listsPolicies(path)) expect(texts(inOrder).get(path), path).toBe(text);
      }
    },
  );
});

/** These name the policies in the order in which they are given. */
function listsPolicies(path: string): boolean {
  return path === 'README.md' || path === 'Kustomization';
}

/** Another order of the same, always the same one. */
function shuffle<T>(list: readonly T[]): T[] {
  const [first, ...rest] = list;
  return first === undefined
    ? []
    : [...rest.filter((_, index) => index % 2 === 1), first, ...rest.filter((_, index) => index % 2 === 0)];
}

describe('the comparison', () => {
  let directory: string;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'podsec golden '));
  });
  afterAll(() => rmSync(directory, { recursive: true }));
  const files: Files = new Map([
    ['a.txt', 'one\ntwo\nthree\n'],
    ['below/b.txt', 'b\n'],
  ]);

  test('finds nothing where all is recorded', () => {
    record(directory, files);
    expect(goldenProblems(directory, files)).toEqual([]);
  });

  test('names a file that differs, with what differs', () => {
    record(directory, files);
    writeFileSync(join(directory, 'a.txt'), 'one\n2\nthree\n');
    const [problem = '', ...others] = goldenProblems(directory, files);
    expect(others).toEqual([]);
    expect(problem).toContain(`differs: ${directory}/a.txt`);
    expect(problem).toContain('PODSEC_RECORD=1');
    expect(problem).toContain('\n- 2\n+ two');
  });

  test('names a file that is missing', () => {
    record(directory, files);
    rmSync(join(directory, 'below', 'b.txt'));
    expect(goldenProblems(directory, files)).toEqual([
      expect.stringContaining(`missing: ${directory}/below/b.txt`),
    ]);
    expect(goldenProblems(join(directory, 'nowhere'), files)).toHaveLength(2);
  });

  test('names a file that nothing produces, and recording removes it', () => {
    record(directory, files);
    writeFileSync(join(directory, 'below', 'old.txt'), '');
    expect(goldenProblems(directory, files)).toEqual([
      expect.stringContaining(`stale: ${directory}/below/old.txt`),
    ]);
    record(directory, new Map([['a.txt', 'one\n']]));
    expect([...readFiles(directory).keys()]).toEqual(['a.txt']);
    expect(readdirSync(directory)).toEqual(['a.txt']);
  });

  test('shows a long difference in short', () => {
    const lines = (word: string) => Array.from({ length: 500 }, (_, line) => `${word} ${line}`).join('\n');
    const diff = shortDiff(lines('old'), lines('new'));
    expect(diff.split('\n').length).toBeLessThan(30);
    expect(diff).toContain('... 488 more');
    const far = shortDiff('x'.repeat(5000), `${'x'.repeat(4999)}y`);
    expect(far.length).toBeLessThan(600);
    expect(far).toMatch(/x\n\+ .*y$/);
  });
});
