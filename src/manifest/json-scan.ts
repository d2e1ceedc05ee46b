const quote = 0x22;
const backslash = 0x5c;

/** What the scanner meets, with its index in the bytes that it was given. */
export interface ScanEvents {
  /** The `[` of the top-level `items`. */
  itemsOpen(index: number): void;
  /** An element of `items`, empty where a comma has nothing in front of it. */
  item(start: number, end: number): void;
  /** The `]` of the top-level `items`. */
  itemsClose(index: number): void;
}

/**
 * Finds where a JSON object ends and where the elements of its top-level `items` are, over chunks of bytes.
 * It only counts brackets outside of strings: whether the parts are JSON, parseJson says.
 */
export class ObjectScanner {
  /** The start of the element that is not complete, or -1. */
  itemStart = -1;
  inItems = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #expectsKey = true;
  #keyStart = -1;
  #key = '';
  #afterComma = false;

  /** From `from` to the end of the object (the index after it), or -1 where the bytes end before. */
  scan(bytes: Buffer, from: number, events: ScanEvents): number {
    for (let index = from; index < bytes.length; index++) {
      const byte = bytes[index] ?? 0;
      if (this.#inString) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#endString(bytes, index);
        continue;
      }
      if (byte <= 0x20) continue;
      if (this.inItems && this.#depth === 2 && this.itemStart < 0 && byte !== 0x2c && byte !== 0x5d)
        this.itemStart = index;
      switch (byte) {
        case quote:
          this.#inString = true;
          if (this.#depth === 1 && this.#expectsKey) this.#keyStart = index;
          break;
        case 0x7b: // {
        case 0x5b: // [
          this.#depth++;
          if (byte === 0x5b && this.#depth === 2 && this.#key === 'items' && !this.#expectsKey) {
            this.inItems = true;
            this.#afterComma = false;
            events.itemsOpen(index);
          }
          break;
        case 0x7d: // }
        case 0x5d: // ]
          if (this.inItems && this.#depth === 2) {
            if (this.itemStart >= 0 || this.#afterComma) this.#endItem(index, events);
            this.inItems = false;
            events.itemsClose(index);
          }
          if (--this.#depth === 0) return index + 1;
          break;
        case 0x2c: // ,
          if (this.#depth === 1) this.#expectsKey = true;
          if (this.inItems && this.#depth === 2) {
            this.#endItem(index, events);
            this.#afterComma = true;
          }
          break;
        case 0x3a: // :
          if (this.#depth === 1) this.#expectsKey = false;
          break;
      }
    }
    return -1;
  }

  /** The bytes before `count` are gone: indices count from there. */
  drop(count: number): void {
    if (this.itemStart >= 0) this.itemStart = Math.max(0, this.itemStart - count);
    if (this.#keyStart >= 0) this.#keyStart = Math.max(0, this.#keyStart - count);
  }

  #endString(bytes: Buffer, index: number): void {
    this.#inString = false;
    if (this.#depth !== 1 || !this.#expectsKey || this.#keyStart < 0) return;
    // A key with escapes may be `items` too; longer than this it cannot.
    const raw = index - this.#keyStart > 40 ? '""' : bytes.toString('latin1', this.#keyStart, index + 1);
    this.#keyStart = -1;
    this.#key = decodeKey(raw);
  }

  #endItem(index: number, events: ScanEvents): void {
    events.item(this.itemStart < 0 ? index : this.itemStart, index);
    this.itemStart = -1;
    this.#afterComma = false;
  }
}

function decodeKey(raw: string): string {
  try {
    return String(JSON.parse(raw));
  } catch {
    return '';
  }
}
