import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { packed } from './packed.js';
import { badPod, folder, goodPod, podsec } from './run.js';

const template = (indent: number) =>
  `spec:
  securityContext: {runAsNonRoot: true}
  containers:
    - name: app
      image: example.com/app:1
`.replace(/^(?=.)/gm, ' '.repeat(indent));

describe('the verdict', () => {
  test('is the exit code', async () => {
    const cwd = folder({ 'good.yaml': goodPod, 'bad.yaml': badPod, 'broken.yaml': 'a: [' });
    expect((await podsec(['check', 'good.yaml'], { cwd })).exitCode).toBe(0);
    expect((await podsec(['check', 'bad.yaml'], { cwd })).exitCode).toBe(1);
    expect((await podsec(['check', 'broken.yaml', 'bad.yaml'], { cwd })).exitCode).toBe(2);
    expect((await podsec(['check', '--policy', 'privileged', '.'], { cwd })).exitCode).toBe(2);
    expect((await podsec(['check', '--policy', 'privileged', 'bad.yaml'], { cwd })).exitCode).toBe(0);
  });

  test('in JSON, in the published shape', async () => {
    const ran = await podsec(['check', '-f', 'json', '--policy', 'baseline@1.30', 'bad.yaml', 'good.yaml'], {
      cwd: folder({ 'bad.yaml': `# a comment\n---\n${badPod}`, 'good.yaml': goodPod }),
    });
    expect(ran.stderr).toBe('');
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout)).toEqual({
      results: [
        {
          policy: 'baseline@v1.30',
          resource: { apiVersion: 'v1', kind: 'Pod', namespace: 'web', name: 'bad' },
          source: { file: 'bad.yaml', line: 3, column: 1 },
          verdict: 'deny',
          findings: [
            {
              control: 'hostNamespaces',
              reason: 'host namespaces',
              detail: 'hostNetwork=true',
              locations: [{ path: 'spec.hostNetwork', line: 9, column: 16 }],
            },
          ],
        },
        {
          policy: 'baseline@v1.30',
          resource: { apiVersion: 'v1', kind: 'Pod', namespace: null, name: 'good' },
          source: { file: 'good.yaml', line: 1, column: 1 },
          verdict: 'allow',
          findings: [],
        },
      ],
      summary: {
        files: 2,
        workloads: 2,
        skipped: 0,
        unread: 0,
        allow: 1,
        deny: 1,
        error: 0,
        policies: [{ policy: 'baseline@v1.30', allow: 1, deny: 1, error: 0 }],
      },
      diagnostics: [],
    });
  });

  test('by several policies, each named with the version it was resolved to', async () => {
    const args = [
      'check',
      '-f',
      'json',
      '--policy',
      'restricted',
      '--policy',
      'baseline@latest',
      '--policy',
      'restricted@v1.18',
      '-',
    ];
    const { stdout } = await podsec(args, { input: badPod });
    const { results, summary } = JSON.parse(stdout);
    expect(results.map((each: { policy: string }) => each.policy)).toEqual([
      'restricted@v1.37',
      'baseline@v1.37',
      'restricted@v1.18',
    ]);
    expect(summary).toMatchObject({ workloads: 1, deny: 3 });
  });

  test('a policy that is named twice judges once', async () => {
    const args = ['check', '-f', 'json', '--policy', 'restricted', '--policy', 'restricted@v1.37', '-'];
    expect(JSON.parse((await podsec(args, { input: goodPod })).stdout).results).toHaveLength(1);
  });
});

describe('inputs', () => {
  const kinds: readonly (readonly [string, string, string, string])[] = [
    ['apps/v1', 'Deployment', `spec:\n  template:\n${template(4)}`, 'spec.template.spec'],
    ['apps/v1', 'StatefulSet', `spec:\n  template:\n${template(4)}`, 'spec.template.spec'],
    ['apps/v1', 'DaemonSet', `spec:\n  template:\n${template(4)}`, 'spec.template.spec'],
    ['apps/v1', 'ReplicaSet', `spec:\n  template:\n${template(4)}`, 'spec.template.spec'],
    ['v1', 'ReplicationController', `spec:\n  template:\n${template(4)}`, 'spec.template.spec'],
    ['batch/v1', 'Job', `spec:\n  template:\n${template(4)}`, 'spec.template.spec'],
    [
      'batch/v1',
      'CronJob',
      `spec:\n  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n      template:\n${template(8)}`,
      'spec.jobTemplate.spec.template.spec',
    ],
    ['v1', 'PodTemplate', `template:\n${template(2)}`, 'template.spec'],
    ['v1', 'Pod', template(0), 'spec'],
  ];

  test.each(kinds)('%s %s', async (apiVersion, kind, body, path) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: x}\n${body}`;
    const { stdout } = await podsec(['check', '-f', 'json', '-'], { input: text });
    const [result] = JSON.parse(stdout).results;
    expect(result.resource).toEqual({ apiVersion, kind, namespace: null, name: 'x' });
    expect(result.verdict).toBe('deny');
    const [finding] = result.findings;
    const line = text.split('\n').findIndex((each) => each.includes('- name: app')) + 1;
    expect(finding).toMatchObject({
      control: 'allowPrivilegeEscalation',
      locations: [{ path: `${path}.containers[0].securityContext.allowPrivilegeEscalation`, line }],
    });
  });

  test('a list as kubectl prints it, with places in its text; other kinds are skipped', async () => {
    const item = (name: string) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { containers: [{ name: 'app', image: 'x' }] },
    });
    const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 's' }, spec: {} };
    const text = JSON.stringify(
      { apiVersion: 'v1', kind: 'List', items: [item('a'), service, item('b')] },
      null,
      2,
    );
    const { stdout } = await podsec(['check', '-f', 'json', '-'], { input: text });
    const { results, summary } = JSON.parse(stdout);
    expect(summary).toMatchObject({ files: 1, workloads: 2, skipped: 1 });
    const lines = text.split('\n');
    const second = lines.findLastIndex((line) => line.includes('"name": "app"'));
    expect(results[1].findings[0].locations[0].line).toBe(second);
  });

  test('directories, globs and files; each file once', async () => {
    const cwd = folder({
      'a/one.yaml': goodPod,
      'a/b/two.yml': goodPod,
      'c/three.json': '{"apiVersion":"v1","kind":"Service"}',
    });
    const { stdout } = await podsec(['check', '-f', 'json', 'a', 'a/one.yaml', 'c/*.json'], { cwd });
    const { results, summary } = JSON.parse(stdout);
    expect(results.map((each: { source: { file: string } }) => each.source.file)).toEqual([
      'a/b/two.yml',
      'a/one.yaml',
    ]);
    expect(summary).toMatchObject({ files: 3, skipped: 1 });
  });

  test('anchors and merge keys', async () => {
    const text = goodPod
      .replace('      securityContext:\n', '      securityContext: &safe\n')
      .concat(
        '    - name: other\n      image: x\n      securityContext:\n        <<: *safe\n        readOnlyRootFilesystem: true\n',
      );
    expect((await podsec(['check', '-'], { input: text })).exitCode).toBe(0);
  });

  test('a list of many pods, in memory for one of them', async () => {
    const pod = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', annotations: { filler: 'x'.repeat(20_000) } },
      spec: { containers: [{ name: 'app', image: 'x' }] },
    });
    const count = 3000;
    const text = `{"apiVersion":"v1","kind":"List","items":[${Array(count).fill(pod).join(',')}]}`;
    const ran = await podsec(['check', '-f', 'json', '-'], {
      input: text,
      env: { NODE_OPTIONS: '--max-old-space-size=60' },
    });
    expect(ran.exitCode).toBe(1);
    expect(JSON.parse(ran.stdout).results).toHaveLength(count);
  });
});

describe('the form for people', () => {
  test('by file and workload, with lines, then a summary', async () => {
    const cwd = folder({
      'bad.yaml': `${badPod}---\n${goodPod}`,
      'service.yaml': 'apiVersion: v1\nkind: Service\n',
    });
    const { stdout, stderr } = await podsec(['check', '--policy', 'baseline', '.'], { cwd });
    expect(stderr).toBe('');
    expect(stdout).toBe(`bad.yaml
  deny   Pod web/bad  line 1
      7:16  host namespaces  hostNamespaces
            hostNetwork=true
  allow  Pod good  line 12

2 workloads in 2 files.
baseline@v1.37: 1 denied, 1 allowed.
1 object of other kinds skipped.
What a control asks for: podsec explain baseline@v1.37 CONTROL
`);
  });

  test('says which level is met', async () => {
    const { stdout } = await podsec(['check', '-'], {
      input: `${badPod}---\n${goodPod}---\n${badPod.replace('hostNetwork', 'hostUsers')}`,
    });
    expect(stdout).toContain('deny   Pod web/bad  line 1, below baseline');
    expect(stdout).toMatch(/deny {3}Pod web\/bad {2}line \d+, meets baseline/);
    expect(stdout).toContain(
      'Strictest level met at v1.37: restricted by 1, baseline by 1, only privileged by 1.',
    );
  });

  test('with colours where they are asked for, and only there', async () => {
    const plain = await podsec(['check', '-'], { input: badPod });
    const forced = await podsec(['check', '-'], { input: badPod, env: { FORCE_COLOR: '1' } });
    const refused = await podsec(['check', '-'], { input: badPod, env: { FORCE_COLOR: '1', NO_COLOR: '1' } });
    expect(plain.stdout).not.toContain('\u001b[');
    expect(forced.stdout).toContain('\u001b[31mdeny');
    expect(refused.stdout).toBe(plain.stdout);
  });

  test('what a manifest says cannot steer the terminal', async () => {
    const text = badPod
      .replace('name: bad', 'name: "b\\e[2Jad\\nallow  Pod x"')
      .replace('name: app', 'name: "a\\e[0mpp"');
    const { stdout, stderr } = await podsec(['check', '-'], { input: text });
    expect(stdout + stderr).not.toContain('\u001b');
    expect(stdout).not.toMatch(/^allow {2}Pod x/m);
  });
});

describe('output', () => {
  test('goes to files too, each whole', async () => {
    const cwd = folder({ 'bad.yaml': badPod });
    const ran = await podsec(['check', 'bad.yaml', '-f', 'pretty', '-f', 'json=report.json'], { cwd });
    expect(ran.stdout).toContain('deny   Pod web/bad');
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8')).summary.deny).toBe(1);
    const silent = await podsec(['check', 'bad.yaml', '-f', 'json=again.json'], { cwd });
    expect(silent).toMatchObject({ stdout: '', exitCode: 1 });
  });

  test('to a file that cannot be written is an error, and nothing is judged', async () => {
    const cwd = folder({ 'bad.yaml': badPod });
    const ran = await podsec(['check', 'bad.yaml', '-f', 'json=no/such/report.json'], { cwd });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(
      'no/such/report.json: error: the file cannot be written: there is no such file or directory [write-failed]',
    );
    expect(ran.stdout).toBe('');
  });

  test('to a reader who has had enough ends quietly', async () => {
    const { bin } = await packed();
    const many = Array(3000).fill(badPod).join('---\n');
    const cwd = folder({ 'many.yaml': many });
    const ran = await execa({ shell: true, cwd, reject: false })`${bin} check many.yaml | head -n 1`;
    expect(ran.stdout).toBe('many.yaml');
    expect(ran.stderr).toBe('');
  });

  test('to a full disk is an error', async () => {
    const { bin } = await packed();
    const cwd = folder({ 'bad.yaml': badPod });
    const ran = await execa({ shell: true, cwd, reject: false })`${bin} check bad.yaml > /dev/full`;
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[write-failed]');
  });
});

describe('an exempt runtime class', () => {
  test('holds for a manifest that names it, in a pod or a template', async () => {
    const cwd = folder({
      'p.ts':
        "import { definePolicy } from 'podsec';\nexport default definePolicy({ name: 'p', extends: 'baseline', exemptions: { runtimeClasses: ['gvisor'] } });\n",
    });
    const spec = (name: string) =>
      `{hostPID: true, runtimeClassName: ${name}, containers: [{name: a, image: a}]}`;
    const pod = (name: string) =>
      `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}}\nspec: ${spec(name)}\n`;
    const job = (name: string) =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: {name: ${name}}\nspec: {template: {spec: ${spec(name)}}}\n`;
    const input = [pod('gvisor'), pod('runc'), job('gvisor'), job('runc')].join('---\n');
    const ran = await podsec(['check', '-', '--policy', './p.ts', '-f', 'json'], { cwd, input });
    const verdicts = JSON.parse(ran.stdout).results.map(
      (each: { verdict: string; resource: { kind: string; name: string } }) =>
        `${each.resource.kind} ${each.resource.name} ${each.verdict}`,
    );
    expect(verdicts).toEqual(['Pod gvisor allow', 'Pod runc deny', 'Job gvisor allow', 'Job runc deny']);
  });
});

describe('the level that is met', () => {
  test('is at the newest version of restricted that is among the policies, in any order', async () => {
    for (const order of [
      ['restricted@v1.20', 'restricted@v1.30', 'baseline@v1.37'],
      ['baseline@v1.37', 'restricted@v1.30', 'restricted@v1.20'],
    ]) {
      const args = ['check', '-', ...order.flatMap((each) => ['--policy', each])];
      const json = await podsec([...args, '-f', 'json'], { input: badPod });
      expect(JSON.parse(json.stdout).summary.meets).toEqual({
        version: 'v1.30',
        privileged: 1,
        baseline: 0,
        restricted: 0,
      });
      const pretty = await podsec(args, { input: badPod });
      expect(pretty.stdout).toContain('Strictest level met at v1.30: only privileged by 1.');
    }
  });
});

describe('--engine opa-wasm', () => {
  test('says what evaluate says', async () => {
    const args = ['check', '-f', 'json', '--policy', 'restricted', '--policy', 'baseline@v1.20', '-'];
    const input = `${badPod}---\n${goodPod}`;
    const [usual, wasm] = await Promise.all([
      podsec(args, { input }),
      podsec([...args, '--engine', 'opa-wasm'], { input }),
    ]);
    expect(wasm.stderr).toBe('');
    expect(wasm).toEqual(usual);
  });

  test('judges the levels alone', async () => {
    const cwd = folder({
      'p.ts': "import { definePolicy } from 'podsec';\nexport default definePolicy({ name: 'p' });\n",
    });
    const ran = await podsec(['check', '--engine', 'opa-wasm', '--policy', './p.ts', '-'], {
      cwd,
      input: goodPod,
    });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[refused]');
  });
});
