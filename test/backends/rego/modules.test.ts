import { describe, expect, test } from 'vitest';
import { identifierOf } from '../../../src/backends/names.js';
import { checkBuiltins, functionsOf } from '../../../src/backends/rego/builtins.js';
import { rego, regoWith } from '../../../src/backends/rego/index.js';
import { libraryText } from '../../../src/backends/rego/library.js';
import type { BundleFile, Compiled } from '../../../src/backends/types.js';
import type { Policy } from '../../../src/ir/types.js';
import { levelAt37 } from './help.js';

function filesOf(compiled: Compiled): readonly BundleFile[] {
  if ('refusals' in compiled) throw new Error(JSON.stringify(compiled.refusals));
  return compiled.files;
}

function reasonsOf(compiled: Compiled): string[] {
  return 'refusals' in compiled ? compiled.refusals.map(({ policy, reason }) => `${policy}: ${reason}`) : [];
}

const named = (name: string, policy: Policy = levelAt37('baseline')): Policy => ({ ...policy, name });
const text = (files: readonly BundleFile[], path: string): string =>
  files.find((file) => file.path === path)?.text ?? '';
const all = (['privileged', 'baseline', 'restricted'] as const).map((level) => levelAt37(level));

describe('a bundle', () => {
  test('has a module and tests for each policy, the shared library and a README', () => {
    expect(filesOf(rego.compile(all, '1.22')).map(({ path }) => path)).toEqual([
      'README.md',
      'baseline.rego',
      'lib.rego',
      'privileged.rego',
      'restricted.rego',
      'tests/baseline_test.rego',
      'tests/privileged_test.rego',
      'tests/restricted_test.rego',
    ]);
  });

  test('has the same bytes for the same policies', () => {
    expect(rego.compile(all, '1.22')).toEqual(rego.compile(all, '1.22'));
  });

  test('says in the header of a module what it is, how to run it, and its scope', () => {
    const module = text(filesOf(rego.compile(all, '1.22')), 'restricted.rego');
    const [header = ''] = module.split('\npackage ');
    for (const said of [
      'restricted at version v1.37',
      'podsec 0.',
      'conftest test',
      'Mode audit',
      'kube-system',
    ]) {
      expect(header).toContain(said);
    }
    expect(module).toContain('\npackage podsec.restricted\n');
  });

  test('has a rule for each control, in the order of the policy', () => {
    for (const policy of all) {
      const module = text(filesOf(rego.compile(all, '1.22')), `${policy.name}.rego`);
      const ids = [...module.matchAll(/^deny contains lib\.finding\(world, "([^"]+)"/gm)].map(
        (match) => match[1],
      );
      expect(ids).toEqual(policy.controls.map(({ id }) => id));
    }
  });

  test('has a denied and an allowed pod for each control', () => {
    const tests = text(filesOf(rego.compile(all, '1.22')), 'tests/restricted_test.rego');
    for (const { id } of levelAt37('restricted').controls) {
      expect(tests).toContain(`test_${id}_denied if`);
      expect(tests).toContain(`test_${id}_allowed if`);
    }
  });

  test('takes the test pods that it is given', () => {
    const manifest = { apiVersion: 'v1', kind: 'Pod', metadata: { name: 'it’s "quoted"' } };
    const backend = regoWith({
      cases: () => [{ name: 'a b', manifest, shows: '', accepted: true, denied: ['y', 'x'] }],
    });
    const tests = text(filesOf(backend.compile(all, '1.22')), 'tests/baseline_test.rego');
    expect(tests).toContain('test_a_b if {');
    expect(tests).toContain('== {"x", "y"}');
    expect(tests).toContain(JSON.stringify(manifest.metadata.name));
  });
});

describe('scope and exemptions', () => {
  const exempt: Policy = {
    ...levelAt37('baseline'),
    scope: { excludedNamespaces: ['kube-system'], namespaceSelector: [] },
    exemptions: {
      namespaces: ['legacy', ''],
      users: ['root "x"'],
      runtimeClasses: ['kata'],
      serviceAccounts: [],
    },
  };

  test('take requests out by name; the empty name takes out nothing', () => {
    const module = text(filesOf(rego.compile([exempt], '1.22')), 'baseline.rego');
    expect(module).toContain('not world.request.scope in {"kube-system", "legacy"}');
    expect(module).toContain('not world.request.user in {"root \\"x\\""}');
    expect(module).toContain('not world.request.runtimeClass in {"kata"}');
  });

  test('without any, every pod is judged', () => {
    const open: Policy = {
      ...exempt,
      scope: { excludedNamespaces: [], namespaceSelector: [] },
      exemptions: { namespaces: [], users: [], runtimeClasses: [], serviceAccounts: [] },
    };
    expect(text(filesOf(rego.compile([open], '1.22')), 'baseline.rego')).toContain(
      '\nworlds := lib.worlds\n',
    );
  });
});

describe('names', () => {
  test.each([
    ['a-b', 'a_b'],
    ['a.b', 'a_b'],
    ['1-a', 'policy_1_a'],
    ['default', 'policy_default'],
    ['restricted', 'restricted'],
  ])('%s becomes %s', (name, identifier) => {
    expect(identifierOf(name)).toBe(identifier);
  });

  test('policies with one identifier are refused, each by name', () => {
    expect(reasonsOf(rego.compile([named('a-b'), named('a.b'), named('c')], '1.22'))).toEqual([
      'a-b: the policies a-b, a.b all have the package podsec.a_b',
      'a.b: the policies a-b, a.b all have the package podsec.a_b',
    ]);
  });

  test('the name of the library is refused', () => {
    expect(reasonsOf(rego.compile([named('lib')], '1.22'))).toEqual([
      "lib: the package podsec.lib is podsec's own",
    ]);
  });

  test('no name ends a comment or a string', () => {
    const [control] = levelAt37('baseline').controls;
    if (control === undefined) throw new Error('baseline has no control');
    const policy: Policy = { ...named('x'), controls: [{ ...control, id: 'a"\nb\u2028c' }] };
    const module = text(filesOf(rego.compile([policy], '1.22')), 'x.rego');
    expect(module).toContain('\n# a" b c\n');
    expect(module).toContain('lib.finding(world, "a\\"\\nb');
  });
});

describe('builtins', () => {
  test('printed modules call native ones only', () => {
    const library = libraryText();
    checkBuiltins(library, '');
    for (const policy of all)
      checkBuiltins(text(filesOf(rego.compile(all, '1.22')), `${policy.name}.rego`), library);
  });

  test.each([
    'x := sprintf("%q", [1])',
    'x := regex.split("a", "b")',
    'x := lib.none(1)',
    'f(a) := json.unmarshal(a)',
  ])('a module with %s is a defect', (line) => {
    expect(() => checkBuiltins(`package podsec.x\n${line}\n`, libraryText())).toThrow(TypeError);
  });

  test('strings and comments are no calls', () => {
    expect(functionsOf('# sprintf(x)\nx := "sprintf(\\"y\\")"\nf(a) := count(a)\n')).toEqual({
      called: new Set(['f', 'count']),
      defined: new Set(['f']),
    });
  });
});
