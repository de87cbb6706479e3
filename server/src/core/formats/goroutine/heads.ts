// Header lines that were read before: what stands behind the id (`[select, 5 minutes]:`) repeats thousands of times.

import { type Header, readHeader } from './header.js';
import { copyOf } from './repeats.js';

/** A power of two; a dump has some hundred states and durations. */
const SIZE = 4096;
const LONGEST = 64;

export class Heads {
  readonly #tails: string[] = new Array(SIZE).fill('');
  readonly #heads: (Header | undefined)[] = new Array(SIZE).fill(undefined);
  /** The id in the line that was read last; -1 where it has none. */
  id = -1;

  /** Reads the header line; undefined where it is none. The id is in `id`: headers are shared by lines that differ in it. */
  read(text: string, start: number, end: number): Header | undefined {
    let at = start;
    let id = 0;
    let slot = 0;
    if (text.charCodeAt(start) === 103 && text.startsWith('goroutine ', start)) {
      for (at += 10; at < end; at++) {
        const digit = text.charCodeAt(at) - 48;
        if (digit < 0 || digit > 9) break;
        id = id * 10 + digit;
      }
      const known = at > start + 10 && end - at <= LONGEST;
      if (known) {
        for (let i = at; i < end; i++) slot = (Math.imul(slot, 31) + text.charCodeAt(i)) | 0;
        slot = (slot ^ (slot >>> 12)) & (SIZE - 1);
        const head = this.#heads[slot];
        if (head && text.slice(at, end) === this.#tails[slot]) {
          this.id = id;
          return head;
        }
        const made = readHeader(text.slice(start, end));
        if (made) {
          this.#heads[slot] = made;
          this.#tails[slot] = copyOf(text.slice(at, end));
        }
        this.id = id;
        return made;
      }
    }
    const head = readHeader(text.slice(start, Math.min(end, start + 2000)));
    this.id = head?.id ?? -1;
    return head;
  }
}
