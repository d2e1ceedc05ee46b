import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { folder, goodPod, podsec } from './run.js';

describe('a wrong command line', () => {
  const wrong: readonly (readonly [readonly string[], RegExp])[] = [
    [['chekc', '.'], /unknown command `chekc` \[usage\]\n {2}did you mean `check`\?/],
    [
      ['check', '--polcy', 'restricted', '.'],
      /unknown option `--polcy` \[usage\]\n {2}did you mean `--policy`\?/,
    ],
    [['check'], /missing required argument `path`/],
    [['check', '.', '--policy'], /argument missing/],
    [['check', '.', '--engine', 'cel'], /Allowed choices are evaluate, opa-wasm/],
    [['check', '.', '-f', 'jsn'], /did you mean `json`\?/],
    [['check', '.', '-f', 'sarif-ish'], /the formats are pretty, json/],
    [['check', '.', '-f', 'json='], /without a name/],
    [['check', '.', '-f', 'json', '-f', 'pretty'], /two formats are to go to standard output/],
    [['check', '.', '-f', 'json=a', '-f', 'pretty=./a'], /two formats are to go to/],
    [['check', '.', '--load-timeout', 'soon'], /takes a number of seconds/],
    [['compile', '--target', 'all', '--out', 'x'], /no policy is given/],
    [['compile', '--policy', 'baseline', '--out', 'x'], /no target is given/],
    [['compile', '--policy', 'baseline', '--target', 'all'], /no output directory is given/],
    [['compile', 'baseline', '--target', 'all', '--out', 'x', '--mode', 'deny'], /audit, warn, enforce/],
    [
      ['compile', 'baseline', '--target', 'vap@1.30', '--target', 'vap@1.31', '--out', 'x'],
      /in two versions/,
    ],
    [
      ['compile', 'baseline', '--target', 'vap', '--out', 'x', '--namespace-selector', 'a in b'],
      /`a in b` is no requirement on a label/,
    ],
    [
      ['compile', 'baseline', '--target', 'vap', '--out', 'x', '--generate-vap'],
      /--generate-vap is for the target gatekeeper.*\n {2}add `--target gatekeeper`/,
    ],
    [['verify'], /no policy is given/],
    [['verify', 'baseline', '--engine', 'gatr'], /there is no engine `gatr`.*\n {2}did you mean `gator`\?/],
    [['verify', 'baseline', '--engine', 'opa='], /the path of the engine `opa` is empty/],
    [['verify', 'baseline', '--pods', '1'], /`--pods` takes a number of pods, not `1`/],
    [['verify', 'baseline', '--engine-timeout', '0'], /`--engine-timeout` takes a number of seconds/],
    [['verify', 'baseline', '-f', 'sarif'], /the formats are pretty, json/],
    [['explain'], /missing required argument/],
    [['list', 'level'], /did you mean `levels`\?/],
    [['list', 'levels', 'targets'], /too many arguments/],
  ];

  test.each(wrong)('%s', async (args, says) => {
    const ran = await podsec(args, { cwd: folder({ 'good.yaml': goodPod }) });
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('[usage]');
    expect(ran.stderr).toMatch(says);
    expect(ran.stdout).toBe('');
  });

  test('without any command, the help is shown', async () => {
    const ran = await podsec([]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain('Usage: podsec');
    expect(ran.stderr).toContain('Examples:');
    expect(ran.stdout).toBe('');
  });
});

describe('help', () => {
  test.each([['check'], ['compile'], ['verify'], ['explain'], ['list']])(
    '%s has examples',
    async (command) => {
      const ran = await podsec([command, '--help']);
      expect(ran.exitCode).toBe(0);
      expect(ran.stdout).toContain(`Usage: podsec ${command}`);
      expect(ran.stdout).toContain('Examples:');
      expect(ran.stderr).toBe('');
    },
  );

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(
      readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8'),
    );
    expect(await podsec(['--version'])).toEqual({ stdout: `${version}\n`, stderr: '', exitCode: 0 });
  });
});

describe('explain', () => {
  test('a level', async () => {
    const ran = await podsec(['explain', 'restricted@v1.24']);
    expect(ran.exitCode).toBe(0);
    expect(ran.stdout).toMatch(/^restricted@v1\.24\n/);
    expect(ran.stdout).toMatch(/seccompProfile_restricted +restricted +v1\.19 /);
    expect(ran.stdout).not.toContain('hostProbesAndHostLifecycle');
  });

  test('a control: its rule, why, what to do, its versions, examples', async () => {
    const ran = await podsec(['explain', 'restricted@v1.37', 'runAsNonRoot']);
    expect(ran.exitCode).toBe(0);
    for (const part of [
      'Rule',
      'Why it matters',
      'What to do',
      'Versions',
      'Denied, for example',
      'Allowed, for example',
    ])
      expect(ran.stdout).toContain(`\n${part}\n`);
    expect(ran.stdout).toMatch(/^ {2}\* {2}v1\.35 /m);
  });

  test('a control at a version at which another rule held', async () => {
    const ran = await podsec(['explain', 'restricted@v1.30', 'runAsNonRoot']);
    expect(ran.stdout).toMatch(/^ {2}\* {2}v1\.0 /m);
  });

  test.each([
    [
      'a control that is not there yet',
      ['restricted@v1.33', 'hostProbesAndHostLifecycle'],
      'of baseline from v1.34 on',
    ],
    [
      'a control that another replaces',
      ['restricted', 'capabilities_baseline'],
      '`capabilities_restricted` takes its place',
    ],
    ['a control of the other level', ['baseline', 'runAsUser'], 'podsec explain restricted@v1.37 runAsUser'],
    ['a misspelt subject', ['hostPort'], 'did you mean `hostPorts`?'],
    [
      'swapped arguments',
      ['seccompProfile_restricted', 'restricted@v1.30'],
      'the policy comes first: podsec explain restricted@v1.30 seccompProfile_restricted',
    ],
    [
      'swapped arguments of which both are policies',
      ['privileged', 'baseline'],
      'the policy comes first: podsec explain baseline privileged',
    ],
    [
      'a control in place of the policy',
      ['runAsUser', 'x'],
      'the policy comes first: podsec explain restricted runAsUser',
    ],
    ['a diagnostic code with a control', ['unknown-field', 'x'], 'podsec explain unknown-field'],
  ])('%s', async (_, args, hint) => {
    const ran = await podsec(['explain', ...args]);
    expect(ran.exitCode).toBe(2);
    expect(ran.stderr).toContain(hint);
  });

  test('a name of a level and of a control: the level, and how to have the control', async () => {
    const ran = await podsec(['explain', 'privileged']);
    expect(ran.stdout).toMatch(/^privileged@v1\.37\nDenies nothing/);
    expect(ran.stdout).toContain('There is a control of this name too: podsec explain baseline privileged\n');
    expect((await podsec(['explain', 'baseline', 'privileged'])).stdout).toMatch(
      /^privileged {2}Privileged containers/,
    );
    expect((await podsec(['explain', 'baseline'])).stdout).not.toContain('of this name');
  });

  test('a control of the levels alone, and a diagnostic code', async () => {
    expect((await podsec(['explain', 'hostPorts'])).stdout).toContain('explained at v1.37');
    const ran = await podsec(['explain', 'unknown-field']);
    expect(ran.stdout).toMatch(/^unknown-field\nThe API server .* Exit code 2\.\n$/);
  });
});

describe('list', () => {
  test('levels, controls and targets', async () => {
    const ran = await podsec(['list']);
    expect(ran.exitCode).toBe(0);
    for (const word of [
      'privileged',
      'baseline',
      'restricted',
      'v1.37',
      'seLinuxOptions',
      'rego',
      'vap',
      '1.28',
    ])
      expect(ran.stdout).toContain(word);
  });

  test('diagnostic codes', async () => {
    const ran = await podsec(['list', 'diagnostics']);
    expect(ran.stdout).toMatch(/^ {2}policy-hangs +The policy file/m);
  });
});
