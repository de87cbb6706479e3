// Large texts piece by piece, in whole lines, so that memory is needed only for what is kept.

import { StringDecoder } from 'node:string_decoder';
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

/** @param bytes in order; whatever is no UTF-8 becomes U+FFFD. A line that is too long is cut into several. */
export async function throughSieve(bytes: AsyncIterable<Uint8Array>, sieve: Sieve): Promise<Excerpt> {
  const decoder = new StringDecoder('utf8');
  const lines = new WholeLines();
  let waiting: Uint8Array[] = [];
  let length = 0;
  const take = (text: string): void => {
    if (text !== '') sieve.take(text);
  };
  const block = (): void => {
    take(lines.take(decoder.write(Buffer.concat(waiting, length))));
    if (lines.waiting > LONGEST_LINE) take(lines.rest());
    waiting = [];
    length = 0;
  };
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    if (length >= BLOCK) block();
  }
  block();
  take(lines.rest() + decoder.end());
  return sieve.end();
}
