/** A line that says what is being done, to a person who waits at a terminal; nothing to anybody else. */
import { printable } from '../report/text.js';
import type { Output } from './output.js';

const clearLine = '\r\u{1b}[K';

export class Progress {
  #shown = false;

  constructor(readonly output: Output) {}

  show(what: string): void {
    if (!this.output.terminal) return;
    this.#shown = true;
    const room = (this.output.style.width ?? 80) - 1;
    void this.output.write(`${clearLine}${printable(what).slice(0, room)}`);
  }

  clear(): void {
    if (!this.#shown) return;
    this.#shown = false;
    void this.output.write(clearLine);
  }
}
