// Packed files: a stream of bytes in, the unpacked stream out. What is packed is told by its first bytes, gzip and zstd, whatever its
// name says; other bytes pass as they are. What is torn or damaged gives what comes before the damage, and a word about it.

import { once } from 'node:events';
import { createGunzip } from 'node:zlib';
import { Decompress } from 'fzstd';
import xxhash from 'xxhash-wasm';
import { ZstdFrames } from './zstdFrames.js';

/** How a file can be packed, by its first bytes. */
export type Packing = 'gzip' | 'zstd';

const MEGABYTE = 1024 * 1024;

/** So many first bytes tell the packing. */
const MAGIC = 4;
/**
 * Logs shrink to a tenth, seldom to a hundredth. gzip can reach 1,032 to 1, zstd more than 30,000 to 1: what unpacks to this many times its
 * size, and is large, was made to fill a memory.
 */
const MOST_RATIO = 600;
const RATIO_FROM = 256 * MEGABYTE;
/** A block of zstd makes at most 128 KiB of 4 bytes: one slice makes at most 32 MiB. */
const ZSTD_SLICE = 1024;
/** Larger slices are handed on, so that a reader need not take thousands. */
const LEAST_OUTPUT = 64 * 1024;

/** How a file is packed that begins with these bytes; undefined where it is not, or in a way that is not read here. */
export function packingOf(head: Uint8Array): Packing | undefined {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  const magic = head.length < MAGIC ? 0 : ((head[3]! << 24) | (head[2]! << 16) | (head[1]! << 8) | head[0]!) >>> 0;
  // RFC 8878: a frame, or one of the sixteen skippable ones, with which some programs begin.
  if (magic === 0xfd2fb528 || magic >>> 4 === 0x184d2a5) return 'zstd';
  return undefined;
}

/**
 * The bytes, unpacked where they are packed. `trouble` hears in plain words why the rest is missing, after the last bytes that could be
 * had. Errors of the source itself are thrown.
 */
export async function* unpacked(
  bytes: AsyncIterable<Buffer>,
  trouble: (reason: string) => void,
): AsyncGenerator<Buffer> {
  const source = bytes[Symbol.asyncIterator]();
  const close = { [Symbol.asyncIterator]: () => source };
  try {
    // The first bytes may come one by one through a pipe.
    let head: Buffer = Buffer.alloc(0);
    while (head.length < MAGIC) {
      const { value, done } = await source.next();
      if (done) break;
      head = head.length === 0 ? value : Buffer.concat([head, value]);
    }
    const all = (async function* () {
      if (head.length > 0) yield head;
      yield* close;
    })();
    const packing = packingOf(head);
    if (!packing) yield* all;
    else yield* bounded(all, packing === 'gzip' ? gunzipped : unzstd, trouble);
  } finally {
    await source.return?.();
  }
}

/** Thrown inside: what it says is for the user. */
class Damage extends Error {}

type Unpack = (packed: AsyncIterable<Buffer>) => AsyncGenerator<Buffer>;

async function* bounded(
  packed: AsyncIterable<Buffer>,
  unpack: Unpack,
  trouble: (reason: string) => void,
): AsyncGenerator<Buffer> {
  let taken = 0;
  let made = 0;
  const counted = (async function* () {
    for await (const chunk of packed) {
      taken += chunk.length;
      yield chunk;
    }
  })();
  try {
    for await (const chunk of unpack(counted)) {
      made += chunk.length;
      yield chunk;
      if (made > RATIO_FROM && made > taken * MOST_RATIO) {
        trouble(
          `unpacks to more than ${MOST_RATIO} times its size, as no log does; only the first ${Math.floor(made / MEGABYTE)} MB were read`,
        );
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof Damage)) throw error;
    trouble(error.message);
  }
}

const torn = (how: string, made: number): Damage =>
  new Damage(`the packed file is ${how}; ${made === 0 ? 'nothing' : 'only what stands before that'} could be read`);

/** gzip, of one or several members. What the stream has made is kept when it ends with an error. */
async function* gunzipped(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const gunzip = createGunzip({ chunkSize: LEAST_OUTPUT });
  const ready: Buffer[] = [];
  let made = 0;
  let ended = false;
  let failure: (Error & { code?: string }) | undefined;
  let wake = (): void => {};
  gunzip.on('data', (chunk: Buffer) => {
    ready.push(chunk);
    made += chunk.length;
    gunzip.pause(); // until it is taken
    wake();
  });
  gunzip.on('end', () => {
    ended = true;
    wake();
  });
  gunzip.on('error', (error) => {
    failure = error;
    wake();
  });
  let sourceFailure: unknown;
  void (async () => {
    for await (const chunk of packed) {
      if (failure || gunzip.destroyed) return;
      if (!gunzip.write(chunk)) await Promise.race([once(gunzip, 'drain'), once(gunzip, 'close')]);
    }
    gunzip.end();
  })().catch((error) => {
    // An error of the stream itself has been noted; one of the source is told to the reader.
    if (error !== failure) sourceFailure = error;
    wake();
  });
  try {
    for (;;) {
      const chunk = ready.shift();
      if (chunk) {
        yield chunk;
        continue;
      }
      if (sourceFailure) throw sourceFailure;
      if (failure) throw torn(failure.code === 'Z_BUF_ERROR' ? 'torn off' : 'damaged', made);
      if (ended) return;
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      gunzip.resume();
      await woken;
    }
  } finally {
    gunzip.destroy();
  }
}

/** zstd, of one or several frames, each against its checksum. */
async function* unzstd(packed: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const { create64 } = await xxhash();
  let ready: Uint8Array[] = [];
  let length = 0;
  let made = 0;
  const begin = () => {
    const hash = create64();
    const decoder = new Decompress((chunk) => {
      ready.push(chunk);
      length += chunk.length;
      made += chunk.length;
      hash.update(chunk);
    });
    return { decoder, hash };
  };
  const take = (): Buffer => {
    const all = Buffer.concat(ready, length);
    ready = [];
    length = 0;
    return all;
  };
  const frames = new ZstdFrames();
  let frame = begin();
  let damage: Damage | undefined;
  /** Takes what belongs to one frame. Returns where it ends in the slice. */
  const push = (slice: Uint8Array, at: number): number => {
    const step = frames.step(slice, at);
    if (step.refused !== undefined) damage = step.refused ? new Damage(step.refused) : torn('damaged', made);
    else if (!step.skippable) {
      try {
        frame.decoder.push(slice.subarray(at, step.end), step.done);
      } catch {
        damage = torn('damaged', made);
      }
      const sum = step.checksum === undefined ? undefined : Number(frame.hash.digest() & 0xffffffffn);
      if (step.done && !damage && sum !== step.checksum)
        damage = new Damage('the packed file is damaged: a checksum does not fit, so what was read may be wrong');
    }
    if (step.done) frame = begin();
    return step.end;
  };
  for await (const chunk of packed) {
    for (let from = 0; from < chunk.length && !damage; from += ZSTD_SLICE) {
      // The decoder keeps what it can not use yet; the source may use its buffer again.
      const slice = Uint8Array.prototype.slice.call(chunk, from, from + ZSTD_SLICE);
      for (let at = 0; at < slice.length && !damage; ) at = push(slice, at);
      if (length >= LEAST_OUTPUT) yield take();
    }
    if (damage) break;
  }
  if (length > 0) yield take();
  if (!damage && frames.inside) damage = torn('torn off', made);
  if (damage) throw damage;
}
