// Reads bytes through a sieve: block by block, in whole lines, so that memory is needed only for what is kept.

import { StringDecoder } from 'node:string_decoder';
import type { Excerpt, Sieve } from '../core/text/excerpt.js';

/** Bytes of a block. */
const BLOCK = 4 * 1024 * 1024;
/** A line of more bytes is cut into several: one text cannot hold a line of any length. */
const LONGEST_LINE = 64 * 1024 * 1024;

/** @param bytes in order; whatever is no UTF-8 becomes U+FFFD. `read` hears how many there were so far, after each block. */
export async function throughSieve(
  bytes: AsyncIterable<Uint8Array>,
  sieve: Sieve,
  read: (count: number) => void | Promise<void> = () => {},
): Promise<Excerpt> {
  const decoder = new StringDecoder('utf8');
  let waiting: Uint8Array[] = [];
  let length = 0;
  let count = 0;
  let rest = '';
  const block = (): void => {
    const text = rest + decoder.write(Buffer.concat(waiting, length));
    waiting = [];
    length = 0;
    // A line longer than a block waits for its end.
    const end = text.lastIndexOf('\n') + 1 || (text.length > LONGEST_LINE ? text.length : 0);
    if (end > 0) sieve.take(text.slice(0, end));
    rest = text.slice(end);
  };
  for await (const chunk of bytes) {
    waiting.push(chunk);
    length += chunk.length;
    count += chunk.length;
    if (length < BLOCK) continue;
    block();
    await read(count);
  }
  block();
  rest += decoder.end();
  if (rest !== '') sieve.take(rest);
  return sieve.end();
}
