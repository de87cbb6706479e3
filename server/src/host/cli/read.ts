// Reading a file as text, whatever bytes it holds: UTF-8, UTF-16 with a byte order mark, or anything else with the bad
// bytes replaced; packed files unpacked. A text is one JavaScript string, which has an upper limit.

import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import type { ReadOptions } from '../../core/formats/format.js';
import { detectFormat, HEAD_SIZE } from '../../core/formats/index.js';
import type { Excerpt, Room } from '../../core/text/excerpt.js';
import { throughSieve } from '../blocks.js';
import { errorWords, type Input } from './inputs.js';
import { packingOf, unpacked } from './unpack.js';

/**
 * The text, or an excerpt of it, or why there is none. `error`: it could not be read; otherwise it is just no trace. `missing`: the file is packed, and why
 * what comes after the text could not be unpacked.
 */
export type Read =
  | { readonly text: string; readonly excerpt?: Excerpt | undefined; readonly missing?: string | undefined }
  | { readonly reason: string; readonly error: boolean };

const MEGABYTE = 1024 * 1024;
const LIMIT = constants.MAX_STRING_LENGTH;
/** Above so many bytes a file is sieved while it is read, where its format can; so much of it is kept then. */
const SIEVED_FROM = 128 * MEGABYTE;
const SIEVE_ROOM: Room = { lines: 600_000, size: 32 * MEGABYTE };
/** How many times larger than a packed log its text is, at least, usually. */
const USUAL_PACKING = 8;

const tooLarge = (): Read => ({
  reason: `larger than ${Math.floor(LIMIT / MEGABYTE)} MB, which is more than one text can hold here; split it (csplit, split -C 400m) and give the pieces`,
  error: true,
});

export async function readText(input: Input, options: ReadOptions = {}): Promise<Read> {
  let missing: string | undefined;
  const bytes = (): AsyncIterable<Buffer> =>
    bytesOf(input, MEGABYTE, (reason) => {
      missing = reason;
    });
  try {
    const packed = input.size ? packingOf(await readHead(input.name, 4)) !== undefined : false;
    const large = (input.size ?? 0) > (packed ? SIEVED_FROM / USUAL_PACKING : SIEVED_FROM);
    const format = large ? detectFormat(decode(await unpackedHead(input))) : undefined;
    if (format?.sieve) {
      const excerpt = await throughSieve(bytes(), format.sieve(SIEVE_ROOM, options));
      return { text: excerpt.text, excerpt, missing };
    }
    if (
      !packed &&
      input.size !== undefined &&
      input.size > LIMIT &&
      !(input.size <= LIMIT * 2 && isUtf16(await readHead(input.name, 2)))
    )
      return tooLarge();
    // In a folder most files may be something else: their first part is enough to tell.
    if (!input.named && (packed || (input.size ?? 0) > HEAD_SIZE) && !detectFormat(decode(await unpackedHead(input))))
      return { reason: 'not a trace that is known here', error: false };
    // A regular file goes into one buffer. Files of /proc and pipes do not know their size.
    const all = input.size && !packed ? await readFile(input.name) : await readAll(bytes());
    if (!all) return tooLarge();
    if (all.length === 0) return { reason: missing ?? 'empty', error: missing !== undefined };
    return { text: decode(all), missing };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG') return tooLarge();
    return { reason: errorWords(error), error: true };
  }
}

/** The bytes of a file, a pipe or standard input, unpacked; `missing` hears why the rest could not be. */
const bytesOf = (input: Input, slice: number, missing: (reason: string) => void): AsyncIterable<Buffer> =>
  unpacked(input.name === '-' ? process.stdin : createReadStream(input.name, { highWaterMark: slice }), missing);

/** The first bytes as they are in the file. */
async function readHead(path: string, most: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** The first `HEAD_SIZE` bytes of what is in the file. */
async function unpackedHead(input: Input): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytesOf(input, HEAD_SIZE, () => {})) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= HEAD_SIZE) break;
  }
  return Buffer.concat(chunks, length).subarray(0, HEAD_SIZE);
}

/** All bytes; undefined where there are too many for one text. */
async function readAll(bytes: AsyncIterable<Buffer>): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > (isUtf16(chunks[0]!) ? LIMIT * 2 : LIMIT)) return undefined;
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks, length);
}

const isUtf16 = (bytes: Buffer): boolean => {
  const mark = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  return mark === 0xfffe || mark === 0xfeff;
};

/**
 * The bytes as text. Never fails on what they say: bytes that are no UTF-8 become U+FFFD and the rest stays. Throws
 * `ERR_STRING_TOO_LONG` beyond the limit of one string.
 */
export function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return bytes.toString('utf16le', 2);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) {
    const even = bytes.subarray(2, bytes.length - (bytes.length % 2));
    return Buffer.from(even).swap16().toString('utf16le');
  }
  const mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  return bytes.toString('utf8', mark ? 3 : 0);
}
