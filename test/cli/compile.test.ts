import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, podsec } from './run.js';

const compile = (cwd: string, ...args: string[]) => podsec(['compile', ...args], { cwd });
const restricted = ['--policy', 'restricted', '--out', 'out'];

/** Paths with the hashes of their contents. */
function contents(directory: string): Record<string, string> {
  const found = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((each) =>
    each.isFile(),
  );
  const paths = found.map((each) => join(each.parentPath, each.name)).sort();
  return Object.fromEntries(
    paths.map((path) => [
      path.slice(directory.length + 1),
      createHash('sha256').update(readFileSync(path)).digest('hex'),
    ]),
  );
}

const selecting = ['--target', 'all', '--namespace-selector', 'team=a'];

describe('compile', () => {
  test('writes a directory for each target and says what comes next', async () => {
    const cwd = folder();
    const ran = await compile(cwd, ...restricted, '--target', 'all');
    expect(ran).toMatchObject({ exitCode: 0, stdout: '' });
    expect(ran.stderr).toMatch(/^written: out\/rego\/ \(\d+ files for Rego/m);
    expect(ran.stderr).toContain('next: kubectl apply -f out/vap/');
    expect(readdirSync(join(cwd, 'out')).sort()).toEqual([
      'gatekeeper',
      'kyverno',
      'kyverno-vpol',
      'psa',
      'psp',
      'rego',
      'vap',
    ]);
  });

  test('with --generate-vap, has Gatekeeper make policies, and writes the other targets as ever', async () => {
    const [one, two] = [folder(), folder()];
    expect(await compile(one, ...restricted, '--target', 'all')).toMatchObject({ exitCode: 0 });
    expect(await compile(two, ...restricted, '--target', 'all', '--generate-vap')).toMatchObject({
      exitCode: 0,
    });
    const [plain, generating] = [contents(join(one, 'out')), contents(join(two, 'out'))];
    const changed = Object.keys(plain).filter((path) => plain[path] !== generating[path]);
    expect(changed).toEqual([
      'gatekeeper/.podsec.sha256',
      'gatekeeper/1-restricted-template.yaml',
      'gatekeeper/README.md',
    ]);
    const template = readFileSync(join(two, 'out', 'gatekeeper', '1-restricted-template.yaml'), 'utf8');
    expect(template).toContain('generateVAP: true');
  });

  test('with --generate-vap and a misspelt target, says what is misspelt', async () => {
    const ran = await compile(folder(), ...restricted, '--target', 'gatekeper', '--generate-vap');
    expect(ran).toMatchObject({ exitCode: 2, stdout: '' });
    expect(ran.stderr).toMatch(/there is no target `gatekeper`.*\n {2}did you mean `gatekeeper`\?/);
  });

  test('gives the same bytes for the same input, with line feeds alone and one at the end', async () => {
    const [one, two] = [folder(), folder()];
    await compile(one, ...restricted, '--policy', 'baseline@1.20', '--target', 'all');
    await compile(two, ...restricted, '--policy', 'baseline@v1.20', '--target', 'all');
    expect(contents(join(one, 'out'))).toEqual(contents(join(two, 'out')));
    for (const path of Object.keys(contents(join(one, 'out')))) {
      const text = readFileSync(join(one, 'out', path), 'utf8');
      expect(text, path).not.toContain('\r');
      expect(text, path).toMatch(/[^\n]\n$/);
    }
  });

  test('gives the same bytes for the same policies in another order', async () => {
    const [one, two] = [folder(), folder()];
    const policies = ['restricted@v1.30', 'baseline', 'privileged@v1.20'];
    const all = (order: readonly string[]) => [
      ...order.flatMap((each) => ['--policy', each]),
      '--target',
      'all',
      '--out',
      'out',
    ];
    const ran = await Promise.all([
      compile(one, ...all(policies)),
      compile(two, ...all(policies.toReversed())),
    ]);
    expect(ran[0]).toEqual(ran[1]);
    expect(contents(join(one, 'out'))).toEqual(contents(join(two, 'out')));
  });

  test('leaves what is the same untouched', async () => {
    const cwd = folder();
    await compile(cwd, ...restricted, '--target', 'all');
    const before = statSync(join(cwd, 'out', 'vap')).mtimeMs;
    const ran = await compile(cwd, ...restricted, '--target', 'all');
    expect(ran.stderr).toContain('unchanged: out/vap/');
    expect(statSync(join(cwd, 'out', 'vap')).mtimeMs).toBe(before);
  });

  test('replaces what it wrote before, and nothing of it is left', async () => {
    const cwd = folder();
    await compile(cwd, '--policy', 'baseline', '--policy', 'restricted', '--target', 'rego', '--out', 'out');
    expect(contents(join(cwd, 'out'))).toHaveProperty('rego/baseline.rego');
    await compile(cwd, ...restricted, '--target', 'rego');
    expect(contents(join(cwd, 'out'))).not.toHaveProperty('rego/baseline.rego');
  });

  test('the mode is audit unless something else is said', async () => {
    const cwd = folder();
    const bindings = () =>
      readdirSync(join(cwd, 'out', 'vap'))
        .filter((file) => file.endsWith('.yaml'))
        .map((file) => readFileSync(join(cwd, 'out', 'vap', file), 'utf8'))
        .join('');
    await compile(cwd, ...restricted, '--target', 'vap');
    expect(bindings()).toMatch(/validationActions:\n\s*- Audit\n/);
    expect(bindings()).not.toMatch(/- Deny/);
    await compile(cwd, ...restricted, '--target', 'vap', '--mode', 'enforce');
    expect(bindings()).toMatch(/- Deny/);
  });

  test('a selector narrows the namespaces; the control plane stays out', async () => {
    const cwd = folder();
    const selector = 'env=prod, tier in (web, db),stage!=test,!legacy,example.com/team';
    const ran = await compile(cwd, ...restricted, '--target', 'vap', '--namespace-selector', selector);
    expect(ran.exitCode).toBe(0);
    const files = readdirSync(join(cwd, 'out', 'vap')).filter((file) => file.endsWith('.yaml'));
    const text = files.map((file) => readFileSync(join(cwd, 'out', 'vap', file), 'utf8')).join('');
    for (const part of [
      'key: env',
      'key: tier',
      'operator: DoesNotExist',
      'key: example.com/team',
      'kube-system',
    ])
      expect(text).toContain(part);
  });
});

describe('a target that cannot say the policy', () => {
  test('refuses in a file, when all are asked for', async () => {
    const cwd = folder();
    const ran = await compile(cwd, ...restricted, ...selecting);
    expect(ran.exitCode).toBe(0);
    expect(ran.stderr).toMatch(/^refused: rego: restricted: namespaceSelector/m);
    expect(readdirSync(join(cwd, 'out', 'rego')).sort()).toEqual(['.podsec.sha256', 'REFUSED.txt']);
    expect(readFileSync(join(cwd, 'out', 'rego', 'REFUSED.txt'), 'utf8')).toMatch(
      /^- restricted: namespaceSelector: .+\n$/m,
    );
    expect(readdirSync(join(cwd, 'out', 'vap'))).toContain('README.md');
  });

  test('shows what leaving a control out would let in, where that is so', async () => {
    const cwd = folder();
    const baseline = ['--policy', 'baseline', '--mode', 'enforce', '--out', 'out'];
    await compile(cwd, ...baseline, '--target', 'all');
    const text = readFileSync(join(cwd, 'out', 'psp', 'REFUSED.txt'), 'utf8');
    expect(text).toMatch(/^Without seLinuxOptions, baseline would admit this pod:\n\n {4}apiVersion: v1$/m);
    // An API server takes no pod that it denies.
    expect(text).toContain('- baseline, control procMount: ');
    expect(text).not.toContain('Without procMount');
    // Nor does the whole policy hang on a control.
    const scoped = await compile(folder(), ...restricted, ...selecting);
    expect(scoped.stderr).not.toContain('would admit');
    const named = await compile(folder(), ...baseline, '--target', 'psp');
    expect(named.stderr).toMatch(/without the control it would admit \{"apiVersion":"v1","kind":"Pod"/);
  });

  test('takes the place of what it wrote before', async () => {
    const cwd = folder();
    await compile(cwd, ...restricted, '--target', 'all');
    await compile(cwd, ...restricted, ...selecting);
    expect(readdirSync(join(cwd, 'out', 'rego')).sort()).toEqual(['.podsec.sha256', 'REFUSED.txt']);
    await compile(cwd, ...restricted, '--target', 'all');
    expect(readdirSync(join(cwd, 'out', 'rego'))).not.toContain('REFUSED.txt');
  });

  test('is an error when it is named, and writes nothing', async () => {
    const cwd = folder();
    const ran = await compile(cwd, ...restricted, '--target', 'rego', '--namespace-selector', 'team=a');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[refused]');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('does not keep the others from being written', async () => {
    const cwd = folder();
    const ran = await compile(
      cwd,
      ...restricted,
      '--target',
      'rego',
      '--target',
      'vap',
      '--namespace-selector',
      'team=a',
    );
    expect(ran.exitCode).toBe(2);
    expect(readdirSync(join(cwd, 'out'))).toEqual(['vap']);
  });

  test('is named beside all: named', async () => {
    const cwd = folder();
    const ran = await compile(cwd, ...restricted, ...selecting, '--target', 'rego');
    expect(ran.exitCode).toBe(2);
    expect(readdirSync(join(cwd, 'out'))).toEqual([
      'gatekeeper',
      'kyverno',
      'kyverno-vpol',
      'psa',
      'psp',
      'vap',
    ]);
  });
});

describe('what podsec did not write', () => {
  test.each([
    [
      'a directory of somebody',
      (out: string) => writeFileSync(join(out, 'vap', 'mine.yaml'), 'mine'),
      'out/vap: error: ',
    ],
    ['a file in the way', (out: string) => writeFileSync(join(out, 'rego'), 'mine'), 'out/rego: error: '],
    ['a link', (out: string) => symlinkSync('.', join(out, 'rego')), 'out/rego: error: '],
  ])('%s stays', async (_, make, says) => {
    const cwd = folder();
    mkdirSync(join(cwd, 'out', 'vap'), { recursive: true });
    make(join(cwd, 'out'));
    const before = contents(join(cwd, 'out'));
    const ran = await compile(cwd, ...restricted, '--target', 'all');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(says);
    expect(ran.stderr).toContain('[not-ours]');
    expect(contents(join(cwd, 'out'))).toEqual(before);
  });

  test.each([
    ['added', 'out/vap/mine.yaml', 'podsec did not write this'],
    ['changed', 'out/vap/README.md', 'it was changed since podsec wrote it'],
  ])('a file that was %s stays', async (_, file, says) => {
    const cwd = folder();
    await compile(cwd, ...restricted, '--target', 'all');
    writeFileSync(join(cwd, file), 'mine');
    const before = contents(join(cwd, 'out'));
    const ran = await compile(cwd, '--policy', 'baseline', '--target', 'all', '--out', 'out');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(`${file}: error: ${says}`);
    expect(contents(join(cwd, 'out'))).toEqual(before);
  });

  test('beside the targets is none of its business', async () => {
    const cwd = folder({ 'out/notes.md': 'mine' });
    expect((await compile(cwd, ...restricted, '--target', 'all')).exitCode).toBe(0);
    expect(readFileSync(join(cwd, 'out', 'notes.md'), 'utf8')).toBe('mine');
  });

  test('a directory that cannot be made is an error', async () => {
    const cwd = folder({ out: 'a file' });
    const ran = await compile(cwd, ...restricted, '--target', 'all');
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/^out: error: .*\[write-failed\]|not-ours/m);
  });
});

describe('names', () => {
  test('that become one identifier are refused', async () => {
    const of = (name: string) =>
      `import { definePolicy } from 'podsec';\nexport const p = definePolicy({ name: '${name}' });\n`;
    const cwd = folder({ 'a.ts': of('restricted') });
    const args = ['--policy', './a.ts', '--policy', 'restricted@v1.30', '--target', 'all', '--out', 'out'];
    const ran = await compile(cwd, ...args);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[name-collision]');
    expect(readdirSync(cwd)).toEqual(['a.ts']);
  });

  test('two versions of a level are two policies of one name', async () => {
    const cwd = folder();
    const ran = await compile(
      cwd,
      '--policy',
      'restricted@1.30',
      '--policy',
      'restricted',
      '--target',
      'vap',
      '--out',
      'out',
    );
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('two policies are called `restricted`');
  });
});
