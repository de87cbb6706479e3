// Packed files: what they hold is read, whatever their names say; torn and hostile ones give what can be had, within bounds. The frames of
// zstd here are written by hand (RFC 8878: raw blocks, and runs of one byte); one fixture is the zstd program's own.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { packingOf, unpacked } from '../../server/src/host/cli/unpack.js';

const root = join(import.meta.dirname, '../..');
const packedDump = readFileSync(join(root, 'test/fixtures/packed/two-locks.txt.zst'));
const dump = readFileSync(join(root, 'samples/two-locks-deadlock/goroutine.txt'));

/** Unpacks, with the bytes coming in pieces of a size. */
async function unpack(bytes: Buffer, piece = bytes.length || 1): Promise<{ bytes: Buffer; troubles: string[] }> {
  const troubles: string[] = [];
  const chunks: Buffer[] = [];
  const source = (async function* () {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  })();
  for await (const chunk of unpacked(source, (reason) => troubles.push(reason))) chunks.push(chunk);
  return { bytes: Buffer.concat(chunks), troubles };
}

const MAGIC = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);
const block = (kind: 0 | 1, size: number, last: boolean, content: Buffer): Buffer => {
  const header = Buffer.alloc(3);
  header.writeUIntLE((size << 3) | (kind << 1) | Number(last), 0, 3);
  return Buffer.concat([header, content]);
};
/** A frame with a window of 128 KiB. */
const frame = (...blocks: Buffer[]): Buffer => Buffer.concat([MAGIC, Buffer.from([0, 7 << 3]), ...blocks]);
const zstd = (content: Buffer): Buffer => frame(block(0, content.length, true, content));
const run = (count: number): Buffer[] =>
  Array.from({ length: count }, (_, at) => block(1, 128 * 1024, at === count - 1, Buffer.from('x')));

describe('what is packed', () => {
  test.each([
    ['gzip', gzipSync(dump)],
    ['zstd', packedDump],
  ] as const)('%s is told by its first bytes, and unpacked whole, in pieces of any size', async (packing, packed) => {
    expect(packingOf(packed)).toBe(packing);
    for (const piece of [1, 3, 17, 1000, 1 << 20]) {
      const { bytes, troubles } = await unpack(packed, piece);
      expect(troubles).toEqual([]);
      expect(bytes.equals(dump)).toBe(true);
    }
  });

  test('other bytes pass as they are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 50 }), fc.integer({ min: 1, max: 9 }), async (some, piece) => {
        const bytes = Buffer.from(some);
        fc.pre(packingOf(bytes) === undefined);
        expect(await unpack(bytes, piece)).toEqual({ bytes, troubles: [] });
      }),
    );
  });

  test('several members and frames are one text, and skippable frames are none of it', async () => {
    const two = await unpack(Buffer.concat([gzipSync('one\n'), gzipSync('two\n')]), 5);
    expect([two.bytes.toString(), two.troubles]).toEqual(['one\ntwo\n', []]);
    const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    for (const piece of [1, 7, 4096]) {
      const frames = await unpack(Buffer.concat([skippable, zstd(Buffer.from('one\n')), packedDump]), piece);
      expect(frames.troubles).toEqual([]);
      expect(frames.bytes.toString()).toBe(`one\n${dump}`);
    }
  });
});

describe('torn and damaged', () => {
  test.each([
    ['gzip', gzipSync(dump, { level: 1 })],
    ['zstd', Buffer.concat([packedDump, zstd(Buffer.from('x'.repeat(50))), packedDump])],
  ])('%s, cut anywhere, gives the beginning and says so', async (_, packed) => {
    const whole = (await unpack(packed)).bytes;
    let longest = 0;
    for (let end = 5; end < packed.length; end += 41) {
      const { bytes, troubles } = await unpack(packed.subarray(0, end), 100);
      expect(whole.subarray(0, bytes.length).equals(bytes)).toBe(true);
      longest = Math.max(longest, bytes.length);
      const between = end === packedDump.length; // nobody can tell that a frame followed
      expect(troubles).toEqual(between ? [] : [expect.stringContaining('the packed file is torn off')]);
    }
    expect(longest).toBeGreaterThan(dump.length / 2);
  });

  test('bytes that were changed are found, and what stands before them is kept', async () => {
    const packed = Buffer.concat([zstd(Buffer.from('first\n')), packedDump]);
    packed.fill(0xff, packed.length - 400, packed.length - 300);
    const { bytes, troubles } = await unpack(packed, 64);
    expect(bytes.toString()).toMatch(/^first\n/);
    expect(troubles.length).toBe(1);
    const zipped = gzipSync(dump);
    zipped.fill(0xff, zipped.length - 400, zipped.length - 300);
    expect((await unpack(zipped)).troubles).toEqual([expect.stringContaining('the packed file is damaged')]);
  });

  test('no bytes after the magic ones make it fail', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.boolean(), async (some, gzip) => {
        await unpack(Buffer.concat([gzip ? Buffer.from([0x1f, 0x8b]) : MAGIC, Buffer.from(some)]), 50);
      }),
      { numRuns: 300 },
    );
  });

  test('an error of the source is the reader’s', async () => {
    const source = (async function* () {
      yield gzipSync(dump).subarray(0, 100);
      throw new Error('gone');
    })();
    const read = async (): Promise<void> => {
      for await (const _ of unpacked(source, () => {}));
    };
    await expect(read()).rejects.toThrow('gone');
  });
});

describe('files made to fill a memory', () => {
  /** How much is made before it is stopped, without keeping it. */
  async function measure(
    source: AsyncIterable<Buffer>,
  ): Promise<{ megabytes: number; largest: number; troubles: string[] }> {
    const troubles: string[] = [];
    let made = 0;
    let largest = 0;
    for await (const chunk of unpacked(source, (reason) => troubles.push(reason))) {
      made += chunk.length;
      largest = Math.max(largest, chunk.length);
    }
    return { megabytes: made / 1024 / 1024, largest: largest / 1024 / 1024, troubles };
  }

  test('zeros without end are stopped: zstd', async () => {
    const source = (async function* () {
      for (let at = 0; at < 100; at++) yield Buffer.concat(run(10_000)); // 125 GB
    })();
    const first = frame();
    const all = (async function* () {
      yield first;
      for await (const chunk of source) {
        const copy = Buffer.from(chunk);
        copy[copy.length - 4] = copy[0]!; // not the last block
        yield copy;
      }
    })();
    const { megabytes, largest, troubles } = await measure(all);
    expect(troubles).toEqual([expect.stringContaining('unpacks to more than 600 times its size')]);
    expect(megabytes).toBeLessThan(300);
    expect(largest).toBeLessThanOrEqual(33);
  });

  test('zeros without end are stopped: gzip', async () => {
    const member = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    const source = (async function* () {
      for (let at = 0; at < 100; at++) yield member; // 6.4 GB
    })();
    const { megabytes, troubles } = await measure(source);
    expect(troubles).toEqual([expect.stringContaining('unpacks to more than 600 times its size')]);
    expect(megabytes).toBeLessThan(300);
  });

  test('a header that asks for gigabytes is not believed, in a later frame neither', async () => {
    const window = Buffer.concat([MAGIC, Buffer.from([0, 20 << 3]), block(0, 1, true, Buffer.from('x'))]); // 1 GiB
    const single = Buffer.concat([
      MAGIC,
      Buffer.from([0xe0, 0, 0, 0, 0x40, 0, 0, 0, 0]),
      block(0, 1, true, Buffer.from('x')),
    ]);
    for (const hostile of [window, single, Buffer.concat([packedDump, window])]) {
      const { bytes, troubles } = await unpack(hostile, 2000);
      expect(troubles).toEqual([expect.stringContaining('more than 128 MB of memory')]);
      expect(bytes.length).toBeLessThanOrEqual(dump.length);
    }
  });

  test('a block that claims more than a block may hold is damage', async () => {
    const { bytes, troubles } = await unpack(frame(block(1, 2 ** 21 - 1, true, Buffer.from('x'))));
    expect([bytes.length, troubles.length]).toEqual([0, 1]);
  });

  test('a dictionary is not guessed', async () => {
    const { troubles } = await unpack(Buffer.concat([MAGIC, Buffer.from([1, 7 << 3, 9]), Buffer.alloc(40)]));
    expect(troubles).toEqual([expect.stringContaining('with a dictionary')]);
  });
});
