/** Every kind of bad input: what is said of it, where, the exit code, and that the rest is judged all the same. */
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { badPod, folder, goodPod, podsec } from './run.js';

interface Case {
  readonly name: string;
  readonly text: string | Uint8Array;
  readonly code: string;
  readonly line: number;
  readonly column: number;
  readonly says: RegExp;
  /** What to do about it. */
  readonly hint: RegExp;
}

const pod = (rest: string) => `apiVersion: v1
kind: Pod
metadata:
  name: odd
spec:
  containers:
    - name: app
      image: example.com/app:1
${rest}`;

const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghijkl'
  .split('')
  .map((name) => {
    const before = String.fromCharCode(name.charCodeAt(0) - 1);
    return `${name}: &${name} [${Array(9).fill(`*${before}`).join(',')}]\n`;
  })
  .join('')}`;

const cases: readonly Case[] = [
  {
    name: 'a broken YAML document',
    text: 'apiVersion: v1\nkind: Pod\n  bad: [\n',
    code: 'yaml-syntax',
    line: 3,
    column: 6,
    says: /mapping values are not allowed/,
    hint: /quote|indent/,
  },
  {
    name: 'a file that is not YAML',
    text: '#!/bin/sh\nif [ -z "$1" ]; then\n\techo: "usage\n',
    code: 'yaml-syntax',
    line: 3,
    column: 6,
    says: /mapping values/,
    hint: /./,
  },
  {
    name: 'a program',
    text: Buffer.from('7f454c4602010100fffe0000', 'hex'),
    code: 'nul-byte',
    line: 1,
    column: 8,
    says: /NUL/,
    hint: /binary/,
  },
  {
    name: 'text that is not UTF-8',
    text: Buffer.from(goodPod.replace('name: good', 'name: caf\u00e9'), 'latin1'),
    code: 'not-text',
    line: 4,
    column: 12,
    says: /UTF-8/,
    hint: /./,
  },
  {
    name: 'text that is no object',
    text: 'just some words\n',
    code: 'not-an-object',
    line: 1,
    column: 1,
    says: /not a Kubernetes object/,
    hint: /apiVersion and kind/,
  },
  {
    name: 'a chart',
    text: 'apiVersion: v1\nkind: Pod\nspec:\n{{- if .Values.debug }}\n  hostPID: true\n{{- end }}\n',
    code: 'yaml-syntax',
    line: 4,
    column: 1,
    says: /./,
    hint: /rendered first: `helm template \. \| podsec check -`/,
  },
  {
    name: 'an unknown field',
    text: pod('      securityContext:\n        runAsNonroot: true\n'),
    code: 'unknown-field',
    line: 10,
    column: 23,
    says: /securityContext has no field `runAsNonroot`/,
    hint: /did you mean `runAsNonRoot`\?/,
  },
  {
    name: 'a wrong type',
    text: pod('      securityContext:\n        privileged: "yes"\n'),
    code: 'wrong-type',
    line: 10,
    column: 21,
    says: /privileged has to be true or false/,
    hint: /true/,
  },
  {
    name: 'a whole number that podsec cannot hold',
    text: pod('      securityContext:\n        runAsUser: 9223372036854775808\n'),
    code: 'wrong-type',
    line: 10,
    column: 20,
    says: /runAsUser has to be a whole number below 2\^53 in magnitude, not the number `9223372036854775808`/,
    hint: /from -9007199254740991 to 9007199254740991/,
  },
  {
    name: 'a port beyond 32 bits, in JSON',
    text: JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      spec: { containers: [{ name: 'a', image: 'a', ports: [{ containerPort: 0 }] }] },
    }).replace('"containerPort":0', '"containerPort":99999999999999999999'),
    code: 'wrong-type',
    line: 1,
    column: 105,
    says: /containerPort has to be a whole number of 32 bits, not the number `99999999999999999999`/,
    hint: /from -2147483648 to 2147483647/,
  },
  {
    name: 'a string that YAML reads as a number',
    text: pod('      env: [{name: VERSION, value: 1.10}]\n'),
    code: 'wrong-type',
    line: 9,
    column: 36,
    says: /value has to be a string, not the number `1\.10`/,
    hint: /write it in quotes: "1\.10"/,
  },
  {
    name: 'a string that YAML reads as a boolean',
    text: pod('      env: [{name: ANSWER, value: yes}]\n'),
    code: 'wrong-type',
    line: 9,
    column: 35,
    says: /value has to be a string, not the boolean `yes`/,
    hint: /write it in quotes: "yes"/,
  },
  {
    name: 'a mapping where the API has a list',
    text: pod('      env: {A: b}\n'),
    code: 'wrong-type',
    line: 9,
    column: 12,
    says: /env has to be a list, not an object/,
    hint: /give a list/,
  },
  {
    name: 'a misspelt kind',
    text: goodPod.replace('kind: Pod', 'kind: Pood'),
    code: 'wrong-type',
    line: 2,
    column: 7,
    says: /no kind `Pood`/,
    hint: /did you mean `Pod`/,
  },
  {
    name: 'an empty file',
    text: '',
    code: 'empty-file',
    line: 1,
    column: 1,
    says: /no document/,
    hint: /./,
  },
  {
    name: 'duplicate keys',
    text: goodPod.replace('spec:\n', 'spec:\n  hostPID: true\n  hostPID: false\n'),
    code: 'duplicate-key',
    line: 7,
    column: 3,
    says: /`hostPID` is given twice, first on line 6/,
    hint: /keep one/,
  },
  {
    name: 'an alias bomb',
    text: bomb,
    code: 'alias-bomb',
    line: 1,
    column: 8,
    says: /aliases/,
    hint: /write the values out/,
  },
  {
    name: 'deep nesting in YAML',
    text: `a: ${'['.repeat(100_000)}${']'.repeat(100_000)}\n`,
    code: 'nesting-too-deep',
    line: 1,
    column: 1003,
    says: /nest deeper than 1000/,
    hint: /./,
  },
  {
    name: 'deep nesting in JSON',
    text: `{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
    code: 'nesting-too-deep',
    line: 1,
    column: 1005,
    says: /nest deeper than 1000/,
    hint: /./,
  },
  {
    name: 'a NUL byte',
    text: goodPod.replace('name: good', 'name: go\0od'),
    code: 'nul-byte',
    line: 4,
    column: 11,
    says: /NUL/,
    hint: /./,
  },
  {
    name: 'a document above the size',
    text: `apiVersion: v1\nkind: ConfigMap\ndata:\n  a: ${'x'.repeat(16 * 1024 * 1024)}\n`,
    code: 'document-too-large',
    line: 1,
    column: 1,
    says: /larger than 16777216 bytes/,
    hint: /split/,
  },
];

describe.each(cases)('$name', ({ text, code, line, column, says, hint }) => {
  const files = () => folder({ 'odd.yaml': text, 'x/bad.yaml': badPod, 'x/good.yaml': goodPod });

  test('is named with its place, and the rest is judged', async () => {
    const ran = await podsec(['check', 'odd.yaml', 'x'], { cwd: files() });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(`odd.yaml:${line}:${column}: error: `);
    expect(ran.stderr).toContain(`[${code}]`);
    expect(ran.stderr).toMatch(says);
    expect(ran.stderr).toMatch(hint);
    expect(ran.stdout).toContain('deny   Pod web/bad');
    expect(ran.stdout).toContain('allow  Pod good');
    expect(ran.stdout).not.toContain('allow  Pod odd');
  });

  test('is data in JSON', async () => {
    const ran = await podsec(['check', '-f', 'json', 'odd.yaml', 'x'], { cwd: files() });
    expect(ran.exitCode).toBe(2);
    const { results, diagnostics } = JSON.parse(ran.stdout);
    expect(diagnostics).toContainEqual({
      code,
      severity: 'error',
      place: { file: 'odd.yaml', line, column },
      message: expect.stringMatching(says),
      hint: expect.stringMatching(hint),
    });
    const verdicts = results.map((each: { source: { file: string }; verdict: string }) => [
      each.source.file,
      each.verdict,
    ]);
    expect(verdicts).toContainEqual(['x/bad.yaml', 'deny']);
    expect(verdicts).toContainEqual(['x/good.yaml', 'allow']);
    expect(verdicts).not.toContainEqual(['odd.yaml', 'allow']);
  });
});

test('documents before and after a broken one are judged', async () => {
  const text = `${goodPod}---\nkind: [\n---\n${badPod}`;
  const ran = await podsec(['check', '-'], { input: text });
  expect(ran.exitCode).toBe(2);
  expect(ran.stderr).toMatch(/^-:\d+:\d+: error: .*\[yaml-syntax\]$/m);
  expect(ran.stdout).toContain('allow  Pod good');
  expect(ran.stdout).toContain('deny   Pod web/bad');
});

test('a pod with an unknown field has its findings, but the verdict is error', async () => {
  const text = pod('      securityContext:\n        allowPrivilegedEscalation: false\n');
  const ran = await podsec(['check', '-', '-f', 'json'], { input: text });
  const { results, summary } = JSON.parse(ran.stdout);
  expect(results).toHaveLength(1);
  expect(results[0].verdict).toBe('error');
  expect(results[0].findings.map((each: { control: string }) => each.control)).toContain(
    'allowPrivilegeEscalation',
  );
  expect(summary).toMatchObject({ allow: 0, deny: 0, error: 1, workloads: 1 });
});

describe('files', () => {
  test('that are not there', async () => {
    const ran = await podsec(['check', 'gone.yaml', 'good.yaml', 'no/**/*.yaml'], {
      cwd: folder({ 'good.yaml': goodPod }),
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('gone.yaml: error: there is no such file or directory [no-such-file]');
    expect(ran.stderr).toContain('no/**/*.yaml: error: no file matches the glob [no-such-file]');
    expect(ran.stdout).toContain('allow  Pod good');
  });

  test('that cannot be read', async () => {
    const cwd = folder({ 'locked.yaml': badPod, 'good.yaml': goodPod });
    chmodSync(join(cwd, 'locked.yaml'), 0);
    const ran = await podsec(['check', 'locked.yaml', 'good.yaml'], { cwd, rightsHold: true });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(
      'locked.yaml: error: the file cannot be read: permission denied [file-unreadable]',
    );
    expect(ran.stdout).toContain('allow  Pod good');
  });

  test('in a directory without manifests', async () => {
    const ran = await podsec(['check', '.'], { cwd: folder({ 'notes.txt': 'hello' }) });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[no-such-file]');
  });
});

describe('names', () => {
  const wrong: readonly (readonly [readonly string[], string, RegExp])[] = [
    [['check', '--policy', 'restrictd', '.'], 'unknown-policy', /did you mean `restricted`/],
    [['check', '--policy', 'Restricted@v1.30', '.'], 'unknown-policy', /did you mean `restricted`/],
    [['check', '--policy', 'pci', '.'], 'unknown-policy', /privileged, baseline, restricted/],
    [['check', '--policy', 'restricted@v1.99', '.'], 'unknown-version', /v1\.37, the newest/],
    [['check', '--policy', 'restricted@', '.'], 'unknown-version', /v1\.37/],
    [['check', '--policy', 'baseline@1.2.3', '.'], 'unknown-version', /v1\.37/],
    [['check', '--policy', './gone.ts', '.'], 'policy-file', /check the path/],
    [['check', '--policy', 'policies/mine', '.'], 'policy-file', /check the path/],
    [['check', '--policy', 'a.ts@v1.30', '.'], 'unknown-version', /extends/],
    [
      ['compile', '--policy', 'restricted', '--target', 'va', '--out', 'o'],
      'unknown-target',
      /did you mean `vap`/,
    ],
    [
      ['compile', '--policy', 'restricted', '--target', 'istio', '--out', 'o'],
      'unknown-target',
      /all, rego, vap/,
    ],
    [['compile', '--policy', 'restricted', '--target', 'vap@1.99', '--out', 'o'], 'unknown-target', /1\.37/],
    [['explain', 'restricted', 'runAsNonroot'], 'unknown-control', /did you mean `runAsNonRoot`/],
  ];

  test.each(wrong)('%s: %s', async (args, code, hint) => {
    const cwd = folder({ 'good.yaml': goodPod });
    const ran = await podsec(args, { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(`[${code}]`);
    expect(ran.stderr).toMatch(hint);
    expect(ran.stdout).toBe('');
  });

  test('every wrong name is told at once, in JSON too', async () => {
    const args = ['check', '--policy', 'a', '--policy', 'baseline@9', '-f', 'json', '.'];
    const ran = await podsec(args, { cwd: folder({ 'good.yaml': goodPod }) });
    expect(ran.exitCode).toBe(2);
    const { results, diagnostics } = JSON.parse(ran.stdout);
    expect(results).toEqual([]);
    expect(diagnostics.map((each: { code: string }) => each.code)).toEqual([
      'unknown-policy',
      'unknown-version',
    ]);
  });
});
