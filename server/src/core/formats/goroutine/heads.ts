// Header lines that were read before: what stands behind the id (`[select]:`) repeats thousands of times, with other minutes.

import { type Header, readHeader } from './header.js';
import { copyOf } from './repeats.js';

/** A power of two; a dump has some dozen states. */
const SIZE = 1024;
const LONGEST = 64;
const MINUTES = ' minutes]:';
const COMMA = 44;

export class Heads {
  readonly #tails: string[] = new Array(SIZE).fill('');
  readonly #heads: (Header | undefined)[] = new Array(SIZE).fill(undefined);
  /** The id in the line that was read last; -1 where it has none. */
  id = -1;
  /** The minutes in it; -1 where it has none. */
  minutes = -1;

  /** Reads the header line; undefined where it is none. Lines that differ in id and minutes only share a header. */
  read(text: string, start: number, end: number): Header | undefined {
    let at = start;
    let id = 0;
    if (text.charCodeAt(start) === 103 && text.slice(start, start + 10) === 'goroutine ') {
      for (at += 10; at < end; at++) {
        const digit = text.charCodeAt(at) - 48;
        if (digit < 0 || digit > 9) break;
        id = id * 10 + digit;
      }
    }
    let head: Header | undefined;
    if (at > start + 10 && end - at <= LONGEST) {
      head = this.#known(text, start, at, end);
      this.id = id;
    } else {
      head = readHeader(text.slice(start, Math.min(end, start + 2000)));
      this.id = head?.id ?? -1;
      this.minutes = head?.minutes ?? -1;
    }
    return head;
  }

  /** The header of a line whose id ends at `tail`. */
  #known(text: string, start: number, tail: number, end: number): Header | undefined {
    const stop = stateEnd(text, tail, end);
    let slot = 0;
    for (let at = tail; at < stop; at++) slot = (Math.imul(slot, 31) + text.charCodeAt(at)) | 0;
    // A state cut off before its bracket reads like one before its minutes: they are kept apart.
    slot = ((slot ^ (slot >>> 10)) & (SIZE - 1) & ~1) | (stop < end ? 1 : 0);
    let head = this.#heads[slot];
    if (!head || text.slice(tail, stop) !== this.#tails[slot]) {
      head = readHeader(stop < end ? `${text.slice(start, stop)}]:` : text.slice(start, end));
      if (!head) return undefined;
      this.#heads[slot] = head;
      this.#tails[slot] = copyOf(text.slice(tail, stop));
    }
    this.minutes = head.minutes;
    if (stop < end) {
      this.minutes = 0;
      for (let at = stop + 2; at < end - MINUTES.length; at++)
        this.minutes = this.minutes * 10 + text.charCodeAt(at) - 48;
    }
    return head;
  }
}

/** Where `, 5 minutes]:` begins that ends the line and has nothing before it but the state; else the end of the line. */
function stateEnd(text: string, tail: number, end: number): number {
  const digits = end - MINUTES.length;
  if (digits <= tail || text.charCodeAt(end - 3) !== 115 || text.slice(digits, end) !== MINUTES) return end;
  let at = digits;
  for (let digit = text.charCodeAt(at - 1); digit >= 48 && digit <= 57; digit = text.charCodeAt(at - 1)) at--;
  if (at === digits || digits - at > 9 || text.charCodeAt(at - 1) !== 32 || text.charCodeAt(at - 2) !== COMMA)
    return end;
  if (text.charCodeAt(tail) !== 32 || text.charCodeAt(tail + 1) !== 91) return end;
  for (let i = tail + 2; i < at - 2; i++) {
    const code = text.charCodeAt(i);
    if (code > 127 || PLAIN[code] === 0) return end;
  }
  return at - 2;
}

/** Characters of a state without marks that need reading: letters, space, dot and parentheses. */
const PLAIN = new Uint8Array(128);
for (const char of ' ().abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ') PLAIN[char.charCodeAt(0)] = 1;
