import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ReadEvent, readInputs } from '../../src/manifest/index.js';
import { diagnosticsOf, pod } from './help.js';

let cwd: string;

beforeAll(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'podsec-inputs-'));
  const files: Record<string, string> = {
    'b.yaml': pod('b'),
    'a.yml': pod('a'),
    'deep/er/c.json': '{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "c"}}',
    'deep/.hidden/d.yaml': pod('d'),
    'deep/readme.md': '# no manifest',
    'node_modules/x/x.yaml': pod('x'),
    'deep/node_modules/x.yaml': pod('x'),
    '.git/x.yaml': pod('x'),
    'text/only.txt': pod('txt'),
    'odd [1]/e (2).yaml': pod('e'),
    'empty.yaml': '# nothing\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true });
    await writeFile(join(cwd, name), text);
  }
  await mkdir(join(cwd, 'bare'));
});

afterAll(async () => {
  await rm(cwd, { recursive: true, force: true });
});

async function readAll(args: string[], stdin: Iterable<string | Uint8Array> = []): Promise<ReadEvent[]> {
  const events: ReadEvent[] = [];
  for await (const event of readInputs(args, { cwd, stdin: Readable.from(stdin) })) events.push(event);
  return events;
}

/** `file:name` for documents, `file:code` for diagnostics. */
async function found(args: string[], stdin?: Iterable<string | Uint8Array>): Promise<string[]> {
  return (await readAll(args, stdin)).map((event) => {
    if (event.kind === 'diagnostic') return `${event.diagnostic.place?.file}:${event.diagnostic.code}`;
    const { metadata } = event.document.value;
    const name = typeof metadata === 'object' && metadata !== null && 'name' in metadata ? metadata.name : '';
    return `${event.document.file}:${name}`;
  });
}

describe('inputs', () => {
  it('are files, in the order given, each once', async () => {
    expect(await found(['b.yaml', 'a.yml', './b.yaml', join(cwd, 'a.yml')])).toEqual(['b.yaml:b', 'a.yml:a']);
    expect(await found(['text/only.txt'])).toEqual(['text/only.txt:txt']);
    await symlink('b.yaml', join(cwd, 'link.yaml'));
    try {
      expect(await found(['link.yaml', 'b.yaml'])).toEqual(['link.yaml:b']);
    } finally {
      await rm(join(cwd, 'link.yaml'));
    }
  });

  it('are the manifests below a directory, by name', async () => {
    const all = [
      'a.yml:a',
      'b.yaml:b',
      'deep/.hidden/d.yaml:d',
      'deep/er/c.json:c',
      'empty.yaml:empty-file',
      'odd [1]/e (2).yaml:e',
    ];
    expect(await found(['.'])).toEqual(all);
    expect(await found(['deep/'])).toEqual(['deep/.hidden/d.yaml:d', 'deep/er/c.json:c']);
    expect(await found([join(cwd, 'deep')])).toEqual([
      `${cwd}/deep/.hidden/d.yaml:d`,
      `${cwd}/deep/er/c.json:c`,
    ]);
    expect(await found(['odd [1]'])).toEqual(['odd [1]/e (2).yaml:e']);
  });

  it('are what a glob matches', async () => {
    expect(await found(['*.y*ml'])).toEqual(['a.yml:a', 'b.yaml:b', 'empty.yaml:empty-file']);
    expect(await found(['**/*.json', 'b.*', '*.yaml'])).toEqual([
      'deep/er/c.json:c',
      'b.yaml:b',
      'empty.yaml:empty-file',
    ]);
    expect(await found(['{a.yml,b.yaml}'])).toEqual(['a.yml:a', 'b.yaml:b']);
    expect(await found(['**/x.yaml'])).toEqual(['**/x.yaml:no-such-file']);
    expect(await found(['odd [1]/e (2).yaml'])).toEqual(['odd [1]/e (2).yaml:e']);
  });

  it('are standard input, once', async () => {
    const bytes = Buffer.from(`${pod('ü')}---\n${pod('b')}`);
    expect(await found(['-', 'b.yaml', '-'], [bytes.subarray(0, 37), bytes.subarray(37)])).toEqual([
      '-:ü',
      '-:b',
      'b.yaml:b',
    ]);
    expect(await found(['-'], [pod('text')])).toEqual(['-:text']);
    expect(await found(['-'], [])).toEqual(['-:empty-file']);
  });

  it('that are not there are diagnostics, and the others are read', async () => {
    expect(
      await found(['none.yaml', 'none/none.yaml', 'b.yaml/x', '*.none', 'bare', 'text', 'b.yaml']),
    ).toEqual([
      'none.yaml:no-such-file',
      'none/none.yaml:no-such-file',
      'b.yaml/x:no-such-file',
      '*.none:no-such-file',
      'bare:no-such-file',
      'text:no-such-file',
      'b.yaml:b',
    ]);
    expect(await found([''])).toEqual([':no-such-file']);
    expect(await found(['a\0b', 'x'.repeat(5000)])).toEqual([
      'a\0b:no-such-file',
      `${'x'.repeat(5000)}:no-such-file`,
    ]);
  });

  it('that cannot be read are diagnostics', async () => {
    const socket = join(cwd, 'socket.yaml');
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    try {
      const events = await readAll(['socket.yaml', 'b.yaml']);
      expect(diagnosticsOf(events)).toMatchObject([
        { code: 'file-unreadable', place: { file: 'socket.yaml' } },
      ]);
      expect(events).toHaveLength(2);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
    await symlink('loop.yaml', join(cwd, 'loop.yaml'));
    try {
      expect(await found(['loop.yaml'])).toEqual(['loop.yaml:file-unreadable']);
    } finally {
      await rm(join(cwd, 'loop.yaml'));
    }
  });

  it('that break off are diagnostics', async () => {
    const stdin = (async function* () {
      yield pod('a');
      throw Object.assign(new Error('gone'), { code: 'EIO' });
    })();
    const events: ReadEvent[] = [];
    for await (const event of readInputs(['-', 'b.yaml'], { cwd, stdin })) events.push(event);
    expect(diagnosticsOf(events)).toMatchObject([{ code: 'file-unreadable', place: { file: '-' } }]);
    expect(events).toHaveLength(2);
  });

  it('may be pipes', async () => {
    const fifo = join(cwd, 'pipe');
    await promisify(execFile)('mkfifo', [fifo]);
    const [names] = await Promise.all([found(['pipe']), writeFile(fifo, pod('p'))]);
    expect(names).toEqual(['pipe:p']);
  });

  it('that nobody reads to the end are closed', async () => {
    for await (const event of readInputs(['.'], { cwd, stdin: Readable.from([]) })) {
      expect(event.kind).toBe('document');
      break;
    }
  });
});
