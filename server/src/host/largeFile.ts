// A file too large for one text, read from the disk block by block. Whoever reads it has one block in memory at a time.

import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { failure } from '../core/text/l10n.js';
import { LONGEST_LINE, WholeLines } from './blocks.js';
import type { Block, LargeFile } from './host.js';
import { reallyWithin } from './within.js';

/** Bytes that are read at once. */
const BLOCK = 1024 * 1024;
/** Bytes at the beginning that must be the same when the reading ends. */
const MARK = 4096;

/** A pipe must not block. */
const SAFELY = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/**
 * Opens a file of the disk. Rejects with an Error whose message is a word for the user, or with the system's error, where there is no
 * file or where it does not lie in the folder `within` (a URI).
 */
export async function openLarge(uri: string, within?: string): Promise<LargeFile> {
  if (!uri.startsWith('file:')) throw failure('not on the disk');
  const path = fileURLToPath(uri);
  if (within !== undefined && !(await reallyWithin(path, fileURLToPath(within))))
    throw failure('a link that leads elsewhere');
  const file = await open(path, SAFELY);
  try {
    const info = await file.stat();
    if (!info.isFile()) throw failure('no file');
    const { size, mtimeMs } = info;
    return {
      size,
      head: async (bytes) => {
        const buffer = Buffer.alloc(Math.min(bytes, size));
        const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
        const head = buffer.subarray(0, bytesRead);
        return decoderOf(head).decode(head);
      },
      blocks: () => blocksOf(file, size, mtimeMs),
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** UTF-8, or UTF-16 with a byte order mark; what is neither gives U+FFFD for each bad byte. */
function decoderOf(head: Uint8Array): TextDecoder {
  const [a, b] = head;
  return new TextDecoder(a === 0xff && b === 0xfe ? 'utf-16le' : a === 0xfe && b === 0xff ? 'utf-16be' : 'utf-8');
}

async function first(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(MARK), 0, MARK, 0);
  return buffer.subarray(0, bytesRead);
}

/** What is in the file when the reading begins; what a program writes to its end meanwhile is left for another time. */
async function* blocksOf(file: FileHandle, size: number, modified: number): AsyncGenerator<Block> {
  const buffer = Buffer.alloc(Math.min(BLOCK, size));
  const mark = await first(file);
  let decoder: TextDecoder | undefined;
  const lines = new WholeLines();
  for (let at = 0; at < size; ) {
    const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, size - at), at);
    if (bytesRead === 0) throw failure('it became shorter while it was read');
    at += bytesRead;
    const bytes = buffer.subarray(0, bytesRead);
    decoder ??= decoderOf(bytes);
    const text = decoder.decode(bytes, { stream: at < size });
    const whole = lines.take(text) + (at < size ? '' : lines.rest());
    if (whole !== '') yield { text: whole, read: at };
    if (lines.waiting > LONGEST_LINE)
      throw failure('it has a line longer than {size} MB', { size: String(LONGEST_LINE / 1024 / 1024) });
  }
  // A log that grows is read up to where it was. One that was written anew is two halves of different texts.
  const after = await file.stat();
  const grown = after.size > size && mark.equals(await first(file));
  if (!grown && (after.size !== size || after.mtimeMs !== modified)) throw failure('it was changed while it was read');
}
