import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { Output } from '../../src/cli/output.js';
import { Progress } from '../../src/cli/progress.js';

function shown(terminal: { isTTY?: boolean; columns?: number }): string {
  const stream = Object.assign(new PassThrough(), terminal);
  const progress = new Progress(new Output(stream, {}));
  progress.show('opa: 1 of 2\n pods, and words that are longer than the terminal is wide');
  progress.show('opa: 2 of 2');
  progress.clear();
  progress.clear();
  return String(stream.read() ?? '');
}

test('a person at a terminal sees one line, of its width, which goes', () => {
  expect(shown({ isTTY: true, columns: 30 })).toBe(
    '\r\u001b[Kopa: 1 of 2· pods, and words \r\u001b[Kopa: 2 of 2\r\u001b[K',
  );
});

test('nobody else sees any of it', () => {
  expect(shown({})).toBe('');
});
