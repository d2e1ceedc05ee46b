/** Policy files, loaded by the packed command from folders in which nothing is installed. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test, vi } from 'vitest';
import { packed } from './packed.js';
import { badPod, folder, goodPod, podsec } from './run.js';

const policy = `import { definePolicy } from 'podsec';

export default definePolicy({ name: 'mine', extends: 'restricted@v1.30', drop: ['hostNamespaces'] });
`;

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe('a policy file', () => {
  test.each([
    ['mine.ts', policy],
    ['mine.mts', policy],
    ['mine.js', policy],
    ['mine.mjs', policy],
    [
      'mine.cjs',
      `const { definePolicy } = require('podsec');\nmodule.exports = definePolicy({ name: 'mine', extends: 'restricted@v1.30' });\n`,
    ],
    ['a folder/mine.ts', policy],
    [
      'typed.ts',
      `interface Unused { readonly a: string }\nconst unused: Unused | undefined = undefined;\nvoid unused;\n${policy}`,
    ],
    ['late.ts', `await new Promise<void>((done) => setTimeout(done, 20));\n${policy}`],
    ['open.ts', `setInterval(() => {}, 1000);\n${policy}`],
  ])('%s, from an empty folder', async (name, text) => {
    const cwd = folder({ [name]: text });
    const ran = await podsec(['check', '-f', 'json', '--policy', `./${name}`, '-'], { cwd, input: goodPod });
    expect(ran.stderr).toBe('');
    expect(ran.exitCode).toBe(0);
    expect(JSON.parse(ran.stdout).results[0]).toMatchObject({ policy: 'mine@v1.30', verdict: 'allow' });
  });

  test('judges as it says', async () => {
    const cwd = folder({ 'mine.ts': policy });
    const ran = await podsec(['check', '-f', 'json', '--policy', './mine.ts', '-'], { cwd, input: badPod });
    const controls = JSON.parse(ran.stdout).results[0].findings.map(
      (each: { control: string }) => each.control,
    );
    expect(controls).not.toContain('hostNamespaces');
    expect(controls).toContain('runAsNonRoot');
  });

  test('whose exception has passed its last day is refused', async () => {
    const exception = "{ control: 'privileged', containers: ['a'], reason: 'r', expires: '2020-02-29' }";
    const cwd = folder({ 'mine.ts': policy.replace('drop:', `exceptions: [${exception}], drop:`) });
    const ran = await podsec(['check', '--policy', './mine.ts', '-'], { cwd, input: goodPod });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(/held until 2020-02-29 \[exception-expired\]/);
  });

  test('imports its own modules, and the schema', async () => {
    const cwd = folder({
      'lib/names.ts': "export const name: string = 'from-lib';\n",
      'mine.ts': `import { definePolicy } from 'podsec';
import { types } from 'podsec/schema';
import { name } from './lib/names';
export default definePolicy({ name: types.Pod === undefined ? 'no-schema' : name });
`,
    });
    const ran = await podsec(['check', '-f', 'json', '--policy', 'mine.ts', '-'], { cwd, input: goodPod });
    expect(JSON.parse(ran.stdout).results[0].policy).toBe('from-lib');
  });

  test('is given the podsec that runs, whatever is installed beside it', async () => {
    const cwd = folder({ 'mine.ts': policy });
    mkdirSync(join(cwd, 'node_modules', 'podsec'), { recursive: true });
    writeFileSync(join(cwd, 'node_modules', 'podsec', 'package.json'), '{"name":"podsec","main":"index.js"}');
    writeFileSync(join(cwd, 'node_modules', 'podsec', 'index.js'), "throw new Error('another podsec');");
    expect((await podsec(['check', '--policy', './mine.ts', '-'], { cwd, input: goodPod })).exitCode).toBe(0);
  });

  test('may export a list, or several by name; the default export comes first', async () => {
    const two = `import { definePolicy } from 'podsec';
export const a = definePolicy({ name: 'a' });
export const b = definePolicy({ name: 'b', extends: a });
`;
    const cwd = folder({
      'two.ts': two,
      'list.ts': `${two}export default [b, a];\n`,
      'one.ts': `${two}export default b;\n`,
    });
    const labels = async (file: string) => {
      const ran = await podsec(['check', '-f', 'json', '--policy', file, '-'], { cwd, input: goodPod });
      return JSON.parse(ran.stdout).results.map((each: { policy: string }) => each.policy);
    };
    expect(await labels('two.ts')).toEqual(['a', 'b']);
    expect(await labels('list.ts')).toEqual(['b', 'a']);
    expect(await labels('one.ts')).toEqual(['b']);
  });

  test('prints to standard error, not into the data', async () => {
    const cwd = folder({ 'mine.ts': `console.log('loading');\n${policy}` });
    const ran = await podsec(['check', '-f', 'json', '--policy', './mine.ts', '-'], { cwd, input: goodPod });
    expect(ran.stderr).toBe('loading\n');
    expect(JSON.parse(ran.stdout).summary.allow).toBe(1);
  });

  test('is explained in the words of the IR', async () => {
    const cwd = folder({ 'mine.ts': policy });
    const ran = await podsec(['explain', './mine.ts'], { cwd });
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/^policy mine v1\.30/);
    expect((await podsec(['explain', './mine.ts', 'runAsNonRoot'], { cwd })).stdout).toContain(
      'runAsNonRoot',
    );
  });

  test('compiles, as FILE or as --policy', async () => {
    const cwd = folder({ 'mine.ts': policy });
    const file = await podsec(['compile', 'mine.ts', '--target', 'rego', '--out', 'a'], { cwd });
    expect(file.exitCode).toBe(0);
    expect(file.stderr).toContain('written: a/rego/');
    const option = await podsec(['compile', '--policy', './mine.ts', '--target', 'rego', '--out', 'a'], {
      cwd,
    });
    expect(option.stderr).toContain('unchanged: a/rego/');
  });
});

describe('a policy file that is wrong', () => {
  const lines = `import { definePolicy } from 'podsec';

interface Gone {
  readonly a: string;
}
`;
  const wrong: readonly (readonly [string, string, string, RegExp])[] = [
    [
      'throws',
      `${lines}const limit: number = 3;    if (limit > 2) throw new RangeError('over\\nthe limit');\n`,
      'policy-throws',
      /^\.\/p\.ts:6:50: error: the policy file threw RangeError: over the limit/,
    ],
    [
      'throws on its first line',
      `const x: any = null; x.y();\n`,
      'policy-throws',
      /^\.\/p\.ts:1:\d+: error: the policy file threw TypeError/,
    ],
    [
      'calls what podsec does not have',
      `${lines.replace('definePolicy', 'definePolicies')}export default definePolicies({});\n`,
      'policy-throws',
      /^\.\/p\.ts:6:\d+: error: .*definePolicies is not a function/,
    ],
    [
      'rejects a promise',
      `${lines}Promise.reject(new Error('later'));\nawait new Promise((done) => setTimeout(done, 1000));\n`,
      'policy-throws',
      /^\.\/p\.ts:6:16: error: the policy file threw Error: later/,
    ],
    ['throws what is no error', "throw 'up';\n", 'policy-throws', /^\.\/p\.ts:1:1: error: .*up/],
    [
      'throws an object',
      `${lines}const a: number = 1; if (a > 0)    throw { a };\n`,
      'policy-throws',
      /^\.\/p\.ts:6:36: error: .*no error: \{"a":1\} \[policy-throws\]\n {2}mend/,
    ],
    ['throws null', `${lines}\n  throw null;\n`, 'policy-throws', /^\.\/p\.ts:7:3: error: .*: null/],
    [
      'throws undefined, in a function',
      `${lines}const f = (): never => {\n  throw undefined;\n};\nf();\n`,
      'policy-throws',
      /^\.\/p\.ts:7:3: error: .*: undefined/,
    ],
    [
      'throws what it threw and caught before, elsewhere',
      `${lines}try {\n  throw 'x';\n} catch {}\nawait 1;\nthrow 'x';\n`,
      'policy-throws',
      /^\.\/p\.ts:10:1: error: .*: x/,
    ],
    [
      'throws an object that it caught',
      `${lines}try {\n  throw { x: 1 };\n} catch (error: unknown) {\n  throw error;\n}\n`,
      'policy-throws',
      /^\.\/p\.ts:7:3: error: .*/,
    ],
    [
      'rejects a promise with what is no error',
      `${lines}Promise.reject('later');\nawait new Promise((done) => setTimeout(done, 1000));\n`,
      'policy-throws',
      /^\.\/p\.ts:6:9: error: .*: later/,
    ],
    [
      'awaits a promise that is rejected with what is no error',
      `${lines}await new Promise<void>((_, reject) => setTimeout(() => reject(Symbol('s')), 5));\n`,
      'policy-throws',
      /^\.\/p\.ts:6:57: error: .*: Symbol\(s\)/,
    ],
    [
      'throws what is no error from a timer',
      `${lines}setTimeout(() => {\n  throw 7n;\n}, 5);\nawait new Promise((done) => setTimeout(done, 1000));\n`,
      'policy-throws',
      /^\.\/p\.ts:7:3: error: .*: 7\b/,
    ],
    [
      'throws an object that says nothing',
      "throw { toString: () => { throw 'again'; } };\n",
      'policy-throws',
      /^\.\/p\.ts:1:1: error: .*threw a value that is no error/,
    ],
    [
      'throws another value each time',
      'throw String(Math.random());\n',
      'policy-throws',
      /^\.\/p\.ts: error: .*\n {2}what it threw does not say on which line; throw an Error, which does/,
    ],
    [
      'defines no policy that there can be',
      `${lines}export default definePolicy({ name: 'x', extends: 'baseline', drop: ['hostPort'] });\n`,
      'policy-invalid',
      /^\.\/p\.ts:6:28: error: .*did you mean `hostPorts`/,
    ],
    [
      'has a syntax error',
      `${lines}export default definePolicy({ name: 'x',, });\n`,
      'policy-file',
      /^\.\/p\.ts:6:41: error: the policy file has a syntax error/,
    ],
    [
      'imports what is not there',
      `import { gone } from './gone';\nexport default gone();\n`,
      'policy-file',
      /^\.\/p\.ts:1:\d+: error: cannot find module '\.\/gone'/,
    ],
    [
      'exports no policy',
      'export const a = 1;\n',
      'policy-file',
      /^\.\/p\.ts: error: the policy file exports no policy/,
    ],
    ['is empty', '', 'policy-file', /^\.\/p\.ts: error: the policy file exports no policy/],
    [
      'pretends to export one',
      "export default { [Symbol.for('podsec.policy')]: true, ir: { name: 3 } };\n",
      'policy-invalid',
      /^\.\/p\.ts: error: /,
    ],
    [
      'exports one that is no data',
      "const ir: any = {}; ir.ir = ir;\nexport default { [Symbol.for('podsec.policy')]: true, ir };\n",
      'policy-invalid',
      /^\.\/p\.ts: error: .*no plain data/,
    ],
    ['ends the process', 'process.exit(0);\n', 'policy-file', /^\.\/p\.ts: error: .*exit code 0 instead/],
    [
      'kills the process',
      "process.kill(process.pid, 'SIGKILL');\n",
      'policy-file',
      /^\.\/p\.ts: error: .*SIGKILL/,
    ],
    [
      'loops for ever',
      'for (;;);\n',
      'policy-hangs',
      /^\.\/p\.ts: error: .*did not finish loading in 2 seconds/,
    ],
    [
      'waits for ever',
      'await new Promise(() => {});\n',
      'policy-hangs',
      /^\.\/p\.ts: error: .*never finishes loading/,
    ],
    [
      'waits for ever beside a timer',
      'setInterval(() => {}, 100);\nawait new Promise(() => {});\n',
      'policy-hangs',
      /^\.\/p\.ts: error: .*did not finish loading in 2 seconds/,
    ],
    [
      'is stuck in another program',
      "import { execSync } from 'node:child_process';\nexecSync('sleep 60');\n",
      'policy-hangs',
      /^\.\/p\.ts: error: .*did not finish loading in 2 seconds/,
    ],
  ];

  test.each(wrong)('%s', async (_, text, code, says) => {
    const cwd = folder({ 'p.ts': text });
    // Long enough for a busy machine, but where the end of the time is what is waited for.
    const seconds = says.source.includes('in 2 seconds') ? '2' : '60';
    const ran = await podsec(['check', '--load-timeout', seconds, '--policy', './p.ts', '-'], {
      cwd,
      input: goodPod,
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toContain(`[${code}]`);
    expect(ran.stdout).toBe('');
  });

  test('in a module that it imports: the module is named', async () => {
    const cwd = folder({
      'p.ts': "import { f } from './lib/f.ts';\nf();\n",
      'lib/f.ts': "type A = 1;\ntype B = 2;\nexport const f = (): void => {\n  throw new Error('no');\n};\n",
    });
    const ran = await podsec(['check', '--policy', './p.ts', '-'], { cwd, input: goodPod });
    expect(ran.stderr).toMatch(/^lib\/f\.ts:4:9: error: the policy file threw Error: no/);
  });

  test('in a module that it imports, and no error: the module is named, and what it prints is told once', async () => {
    const cwd = folder({
      'p.ts': "console.log('hello');\nimport { f } from './lib/f.ts';\nawait f();\n",
      'lib/f.ts':
        "type A = 1;\ntype B = 2;\nexport const f = async (): Promise<void> => {\n  await 1;\n  throw 'no';\n};\n",
    });
    const ran = await podsec(['check', '--policy', './p.ts', '-'], { cwd, input: goodPod });
    expect(ran.stderr).toMatch(
      /^hello\nlib\/f\.ts:5:3: error: the policy file threw a value that is no error: no/,
    );
  });

  test('does not outlive a podsec that is killed', async () => {
    const { bin } = await packed();
    const cwd = folder({
      'p.ts':
        "import { writeFileSync } from 'node:fs';\nwriteFileSync('pid', String(process.pid));\nfor (;;);\n",
    });
    const child = execa(bin, ['check', '--load-timeout', '8', '--policy', './p.ts', '-'], {
      cwd,
      reject: false,
    });
    const pid = () => (existsSync(join(cwd, 'pid')) ? Number(readFileSync(join(cwd, 'pid'), 'utf8')) : 0);
    await vi.waitUntil(() => pid() > 0, { timeout: 60_000 });
    child.kill('SIGKILL');
    await child;
    expect(alive(pid())).toBe(true);
    await vi.waitUntil(() => !alive(pid()), { timeout: 60_000 });
  });

  test('is not compiled, and nothing is written', async () => {
    const cwd = folder({ 'p.ts': "throw new Error('no');\n" });
    const ran = await podsec(['compile', 'p.ts', '--target', 'all', '--out', 'out'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('p.ts:1:7: error:');
  });

  test('whose policy is called like another', async () => {
    const cwd = folder({
      'a.ts': "import { definePolicy } from 'podsec';\nexport default definePolicy({ name: 'x' });\n",
      'b.ts':
        "import { definePolicy } from 'podsec';\nexport default definePolicy({ name: 'x', mode: 'warn' });\n",
    });
    const ran = await podsec(['check', '--policy', './a.ts', '--policy', './b.ts', '-'], {
      cwd,
      input: goodPod,
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[name-collision]');
  });
});
