// Large texts piece by piece, in whole lines, so that memory is needed only for what is kept.

import { isAscii } from 'node:buffer';
import type { Excerpt, Sieve } from '../core/text/excerpt.js';

/** Bytes of a block. */
const BLOCK = 4 * 1024 * 1024;
/** Code units of the longest line: one text cannot hold a line of any length. A dump printed into a log in one line can have many. */
export const LONGEST_LINE = 64 * 1024 * 1024;

/** Pieces of a text made into whole lines: what follows the last line end waits for the next piece. */
export class WholeLines {
  #rest: string[] = [];
  #waiting = 0;

  /** Code units that wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** The lines that end in this piece, with what waited for them; '' while none does. */
  take(piece: string): string {
    const end = piece.lastIndexOf('\n') + 1;
    const whole = end > 0 ? this.rest() + piece.slice(0, end) : '';
    if (end < piece.length) this.#rest.push(piece.slice(end));
    this.#waiting += piece.length - end;
    return whole;
  }

  /** What waits; it does no more. */
  rest(): string {
    const rest = this.#rest.join('');
    this.#rest = [];
    this.#waiting = 0;
    return rest;
  }
}

/**
 * @param bytes in order; whatever is no UTF-8 becomes U+FFFD. A line that is too long is cut into several. Each block is decoded at once:
 * one that is put together of pieces is slower to read.
 */
export async function throughSieve(bytes: AsyncIterable<Uint8Array>, sieve: Sieve): Promise<Excerpt> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  const block = (last: boolean): void => {
    const all = Buffer.concat(waiting, length);
    let end = last ? all.length : all.lastIndexOf(LINE_END) + 1;
    if (end === 0 && length > LONGEST_LINE) end = wholeCharacters(all);
    if (end > 0) {
      const whole = all.subarray(0, end);
      // Most traces are ASCII, for which there is a faster way.
      if (isAscii(whole)) sieve.take(whole.toString('latin1'), whole);
      else sieve.take(whole.toString('utf8'));
    }
    waiting = end < all.length ? [all.subarray(end)] : [];
    length = all.length - end;
  };
  let enough = BLOCK;
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    if (length < enough) continue;
    block(false);
    enough = length + BLOCK;
  }
  if (length > 0) block(true);
  return sieve.end();
}

const LINE_END = 10;

/** Bytes up to the last character that is whole. */
function wholeCharacters(bytes: Uint8Array): number {
  let end = bytes.length - 1;
  while (end > bytes.length - 4 && (bytes[end]! & 0xc0) === 0x80) end--;
  return end;
}
