/**
 * podsec as its users get it: built from the sources as they are, packed by npm, unpacked into a folder of its own with
 * its declared dependencies and nothing else. Done once for all test files; kept until the sources change.
 */
import { createHash } from 'node:crypto';
import { cp, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';

const root = join(import.meta.dirname, '..', '..');
const inputs = [
  'src',
  'policies',
  'engines',
  'templates',
  'golden/wasm',
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
];

export interface Packed {
  /** The tarball. */
  readonly tarball: string;
  /** The command, as npm links it. */
  readonly bin: string;
}

/** Once for each process that tests: what is edited meanwhile is for the next one. */
let once: Promise<Packed> | undefined;

export function packed(): Promise<Packed> {
  once ??= pack();
  return once;
}

async function pack(): Promise<Packed> {
  const home = join(root, '.cache', 'packed', await fingerprint());
  const result = {
    tarball: join(home, 'podsec.tgz'),
    bin: join(home, 'app', 'node_modules', '.bin', 'podsec'),
  };
  await mkdir(dirname(home), { recursive: true });
  while (!(await exists(join(home, 'done')))) {
    if (await lock(`${home}.lock`)) {
      try {
        await forget(dirname(home));
        await make(home, result);
      } finally {
        await rm(`${home}.lock`, { recursive: true, force: true });
      }
    } else await sleep(200);
  }
  return result;
}

async function make(home: string, { tarball, bin }: Packed): Promise<void> {
  const stage = join(home, 'stage');
  await rm(home, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  for (const file of ['package.json', 'templates', 'golden/wasm', 'README.md', 'LICENSE', 'CHANGELOG.md']) {
    if (await exists(join(root, file))) await cp(join(root, file), join(stage, file), { recursive: true });
  }
  // What does not type-check fails elsewhere; here it only has to run.
  const tsc = join(root, 'node_modules', '.bin', 'tsc');
  await execa(tsc, ['-p', 'tsconfig.build.json', '--outDir', join(stage, 'dist')], {
    cwd: root,
    reject: false,
  });
  await execa('npm', ['pack', '--ignore-scripts', '--pack-destination', home], { cwd: stage });
  const [made = ''] = (await readdir(home)).filter((file) => file.endsWith('.tgz'));
  await rename(join(home, made), tarball);

  const modules = join(home, 'app', 'node_modules');
  await mkdir(join(modules, 'podsec'), { recursive: true });
  await execa('tar', ['-xzf', tarball, '--strip-components=1', '-C', join(modules, 'podsec')]);
  for (const name of await dependencies()) {
    await mkdir(dirname(join(modules, name)), { recursive: true });
    await symlink(join(root, 'node_modules', name), join(modules, name));
  }
  await link(modules, bin);
  await rm(stage, { recursive: true });
  await writeFile(join(home, 'done'), '');
}

/** As npm does it: a link to the file that package.json names, which becomes executable. */
async function link(modules: string, bin: string): Promise<void> {
  const manifest: { bin: { podsec: string } } = JSON.parse(
    await readFile(join(modules, 'podsec', 'package.json'), 'utf8'),
  );
  const target = join('..', 'podsec', manifest.bin.podsec);
  await mkdir(dirname(bin), { recursive: true });
  await symlink(target, bin);
  await execa('chmod', ['+x', bin]);
}

async function dependencies(): Promise<string[]> {
  const manifest: { dependencies: Record<string, string> } = JSON.parse(
    await readFile(join(root, 'package.json'), 'utf8'),
  );
  return Object.keys(manifest.dependencies);
}

async function fingerprint(): Promise<string> {
  const hash = createHash('sha256');
  for (const input of inputs) await add(input);
  return hash.digest('hex').slice(0, 16);

  async function add(path: string): Promise<void> {
    const full = join(root, path);
    if ((await stat(full)).isDirectory()) {
      for (const name of (await readdir(full)).sort()) await add(`${path}/${name}`);
    } else hash.update(`${path}\0`).update(await readFile(full));
  }
}

/** One test file packs, the others wait for it. A lock that is minutes old was left by a run that was ended. */
async function lock(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch {
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > 180_000)
      await rm(path, { recursive: true, force: true });
    return false;
  }
}

/** What earlier sources left. */
async function forget(directory: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const made = await stat(path).catch(() => undefined);
    if (made !== undefined && Date.now() - made.mtimeMs > 3_600_000)
      await rm(path, { recursive: true, force: true });
  }
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
