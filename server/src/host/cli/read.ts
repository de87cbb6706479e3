// Reading a file as text, whatever bytes it holds: UTF-8, UTF-16 with a byte order mark, or anything else with the bad
// bytes replaced. A text is one JavaScript string, which has an upper limit.

import { constants } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { StringDecoder } from 'node:string_decoder';
import { detectFormat, HEAD_SIZE } from '../../core/formats/index.js';
import { errorWords, type Input } from './inputs.js';

/** The text, or why there is none. `error`: it could not be read; otherwise it is just no trace. */
export type Read = { readonly text: string } | { readonly reason: string; readonly error: boolean };

const MEGABYTE = 1024 * 1024;
const LIMIT = constants.MAX_STRING_LENGTH;
/** Above so many bytes a file is sieved while it is read, where its format can. */
const SIEVED_FROM = 256 * MEGABYTE;

const tooLarge = (): Read => ({
  reason: `larger than ${Math.floor(LIMIT / MEGABYTE)} MB, which is more than one text can hold here; split it (csplit, split -C 400m) and give the pieces`,
  error: true,
});

export async function readText(input: Input): Promise<Read> {
  try {
    const format = (input.size ?? 0) > SIEVED_FROM ? detectFormat(decode(await readHead(input.name))) : undefined;
    if (format?.sieve) return { text: await sieved(input, format.sieve()) };
    if (
      input.size !== undefined &&
      input.size > LIMIT &&
      !(input.size <= LIMIT * 2 && isUtf16(await readHead(input.name)))
    )
      return tooLarge();
    // In a folder most files may be something else: their first part is enough to tell.
    if (!input.named && (input.size ?? 0) > HEAD_SIZE && !detectFormat(decode(await readHead(input.name))))
      return { reason: 'not a trace that is known here', error: false };
    const bytes = await readAll(input);
    if (!bytes) return tooLarge();
    if (bytes.length === 0) return { reason: 'empty', error: false };
    return { text: decode(bytes) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_STRING_TOO_LONG') return tooLarge();
    return { reason: errorWords(error), error: true };
  }
}

/** The file block by block, with the lines that tell nothing left empty: memory for the others only. */
async function sieved(input: Input, sieve: (block: string) => string): Promise<string> {
  const decoder = new StringDecoder('utf8');
  const kept: string[] = [];
  let rest = '';
  for await (const chunk of createReadStream(input.name, { highWaterMark: 4 * MEGABYTE })) {
    const text = rest + decoder.write(chunk as Buffer);
    const end = text.lastIndexOf('\n') + 1;
    // A line longer than a block waits for its end.
    if (end > 0) kept.push(sieve(text.slice(0, end)));
    rest = text.slice(end);
  }
  kept.push(sieve(rest + decoder.end()));
  return kept.join('');
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_SIZE), 0, HEAD_SIZE, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** All bytes of a file, a pipe or standard input; undefined where there are too many. */
async function readAll(input: Input): Promise<Buffer | undefined> {
  // A regular file goes into one buffer. Files of /proc and pipes do not know their size.
  if (input.size) return readFile(input.name);
  const stream = input.name === '-' ? process.stdin : createReadStream(input.name, { highWaterMark: MEGABYTE });
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
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
