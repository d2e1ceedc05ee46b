/** What a hostile reader found: each once came out wrong, and stays as a case. */
import { symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { folder, podsec } from './run.js';

const pod =
  'apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {hostPID: true, containers: [{name: c, image: c}]}\n';
const bare = {
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'c' }] },
};

describe('check', () => {
  it.each([
    [
      'definePolicy',
      "definePolicy({ name: 'team', extend: 'restricted@v1.37' })",
      /takes no `extend`; did you mean `extends`/,
    ],
    [
      'control',
      "definePolicy({ name: 'team', controls: [control({ id: 'x', reason: 'x', collections: {}, unles: never })] })",
      /takes no `unles`; did you mean `unless`/,
    ],
    [
      'a violation',
      "definePolicy({ name: 'team', controls: [control({ id: 'x', reason: 'x', collections: { a: denying(once({ wher: always, where: always, show: 'x', at: pod.spec })) } })] })",
      /takes no `wher`/,
    ],
    [
      'a condition',
      "definePolicy({ name: 'team', controls: [control({ id: 'x', reason: 'x', collections: { a: denying(once({ where: true, show: 'x', at: pod.spec })) } })] })",
      /has to be a condition/,
    ],
  ])('refuses what %s does not take, rather than admit every pod', async (_what, policy, message) => {
    const names = 'always, control, definePolicy, denying, never, once, pod';
    const cwd = await folder({
      'policy.mjs': `import { ${names} } from 'podsec';\nexport default ${policy};\n`,
      'pod.yaml': pod,
    });
    const { exitCode, stderr } = await podsec(['check', '--policy', './policy.mjs', 'pod.yaml'], { cwd });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it.each([
    ['extends', "definePolicy({ name: 'team', extends: baseline })"],
    ['controls', "definePolicy({ name: 'team', extends: 'restricted', controls: baseline })"],
    ['drop', "definePolicy({ name: 'team', extends: 'restricted', drop: baseline })"],
    [
      'unless',
      "definePolicy({ name: 'team', controls: [control({ id: 'x', reason: 'x', unless: baseline })] })",
    ],
  ])('refuses what a misspelt import leaves of %s, rather than pass it over', async (key, policy) => {
    const cwd = await folder({
      'policy.ts': `import { baseline, control, definePolicy } from 'podsec';\nexport default ${policy};\n`,
      'pod.yaml': pod,
    });
    const { exitCode, stderr } = await podsec(['check', '--policy', './policy.ts', 'pod.yaml'], { cwd });
    expect(stderr).toMatch(/^\.\/policy\.ts:2:\d+: error: /);
    expect(stderr).toContain(`\`${key}\` is undefined; is what it comes from misspelt? [policy-invalid]`);
    expect(exitCode).toBe(2);
  });

  it.each([
    ['thrown.ts', "throw 'x';\n", /thrown\.ts:1:1: error: .*\[policy-throws\]\n {2}mend/],
    ['policy.txt', 'x\n', /policy\.txt: error: .*\[policy-file\]\n {2}a policy file ends in \.ts/],
    ['error.ts', "throw new Error('x');\n", /error\.ts:1:7: error: .*\[policy-throws\]\n {2}mend/],
  ])('says what to do about %s', async (file, text, message) => {
    const cwd = await folder({ [file]: text, 'pod.yaml': pod });
    const { exitCode, stderr } = await podsec(['check', '--policy', `./${file}`, 'pod.yaml'], { cwd });
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(2);
  });

  it('tells of a link that leads nowhere', async () => {
    const cwd = await folder({ 'all/pod.yaml': pod });
    await symlink('nowhere.yaml', join(cwd, 'all', 'lost.yaml'));
    const { exitCode, stderr, stdout } = await podsec(['check', 'all', '--policy', 'privileged@v1.37'], {
      cwd,
    });
    expect(stderr).toMatch(/all\/lost\.yaml: error: .*\[file-unreadable\]/);
    expect(stdout).toMatch(/Pod p/);
    expect(exitCode).toBe(2);
  });

  it('does not replace what it judged by its report', async () => {
    const cwd = await folder({ 'pod.yaml': pod });
    const { exitCode, stderr } = await podsec(['check', 'pod.yaml', '-f', 'json=pod.yaml'], { cwd });
    expect(stderr).toMatch(/pod\.yaml: error: the report would replace a file that was judged \[not-ours\]/);
    expect(exitCode).toBe(2);
    const again = await podsec(['check', 'pod.yaml'], { cwd });
    expect(again.exitCode).toBe(1);
  });

  it('finds the places in a long JSON list without reading it again for each', async () => {
    const cwd = await folder({});
    const items = Array.from({ length: 5000 }, () => bare);
    await writeFile(join(cwd, 'list.json'), JSON.stringify({ kind: 'List', apiVersion: 'v1', items }));
    const { exitCode, stdout } = await podsec(['check', 'list.json', '-f', 'json'], { cwd });
    expect(exitCode).toBe(1);
    const { results } = JSON.parse(stdout);
    expect(results).toHaveLength(5000);
    expect(results[4999].source.column).toBeGreaterThan(results[4998].source.column);
  });
});
