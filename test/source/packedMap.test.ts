// Lock maps come out of their file as they went in, and a torn file is noticed.

import { describe, expect, test } from 'vitest';
import { packMap } from '../../scripts/lock-maps/packMap.js';
import { NumberWriter } from '../../scripts/packing/numberWriter.js';
import { packBytes } from '../../scripts/packing/packBytes.js';
import { DEFER, type LockMap, NEVER, SOME } from '../../server/src/core/source/lockMap.js';
import { HEAD } from '../../server/src/core/source/mapKinds.js';
import type { Kind } from '../../server/src/core/source/numberModel.js';
import { NumberReader } from '../../server/src/core/source/numberReader.js';
import { Stream } from '../../server/src/core/source/numberStream.js';
import { unpackBytes } from '../../server/src/core/source/packedBytes.js';
import { readMap } from './readMap.js';

/** Numbers that look random and are the same each time. */
function* dice(): Generator<number, never> {
  for (let state = 1; ; ) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    yield state >>> 8;
  }
}

const newKinds = (): { small: Kind; wide: Kind } => {
  const stream = new Stream();
  return { small: { id: 0, stream, wide: false }, wide: { id: 1, stream, wide: true } };
};

describe('numbers', () => {
  const throws = dice();
  const some = Array.from({ length: 3000 }, () => throws.next().value % 32768);
  const texts: Readonly<Record<string, readonly number[]>> = {
    'any numbers': some,
    'what repeats': [...some.slice(0, 50), ...some.slice(0, 20), 7, ...some.slice(20, 50), ...some.slice(0, 50)],
    'one number': Array.from({ length: 5000 }, () => 5),
    nothing: [],
  };
  for (const [what, numbers] of Object.entries(texts))
    test(`${what}: read as written`, () => {
      const writer = new NumberWriter();
      const written = newKinds();
      for (const number of numbers) {
        writer.number(written.wide, number);
        writer.signed(written.small, number - 16384);
      }
      const reader = new NumberReader(writer.end(), 0);
      const { wide, small } = newKinds();
      const read = numbers.map(() => [reader.number(wide), reader.signed(small)]);
      expect(read).toEqual(numbers.map((number) => [number, number - 16384]));
    });

  test('the largest and the smallest', () => {
    const writer = new NumberWriter();
    const { small } = newKinds();
    const limits = [2 ** 30 - 1, -(2 ** 30), 0, 1, -1];
    for (const number of limits) writer.signed(small, number);
    const reader = new NumberReader(writer.end(), 0);
    const kinds = newKinds();
    expect(limits.map(() => reader.signed(kinds.small))).toEqual(limits);
  });

  test('what repeats is small', () => {
    const writer = new NumberWriter();
    const { wide } = newKinds();
    for (let times = 0; times < 20; times++) for (const number of some) writer.number(wide, number);
    expect(writer.end().length).toBeLessThan(2 * 15 * (some.length / 8));
  });
});

/** Every shape of a lock: deferred, never released, held on some paths, asked for elsewhere, between lines with calls. */
const MAP: LockMap = {
  schema: 1,
  name: 'app',
  modules: [['example.test/app', '']],
  words: ['', 'a.go', 'Get', 'Put', 'Lock', 'é', 'app.S.mu', 's.mu', '.mu', 'b.go', 'app.T.mu', 't.mu'],
  shapes: [
    {
      n: 9,
      h: [
        [2, 6, 6, 7, 4, 1, DEFER, 8],
        [2, 9, 6, 7, 4 | SOME, 1, NEVER, 8],
        [0, 3, 10, 11, 1, -2, 5, 0],
      ],
      r: [
        [7, 9, 6, 7, 6, 0],
        [0, 0, 5, 4, 0, 1],
      ],
      a: [
        [1, 6, 7, 4, 8],
        [1, 6, 7, 4, 8],
        [5, 10, 11, 1, 0],
      ],
      c: [
        [1, 4, 0],
        [5, 4, 5],
        [6, 5],
      ],
    },
    { n: 0, h: [], r: [], a: [], c: [] },
    { n: 3, h: [[0, 3, 6, 7, 0, 0, 2, 8]], r: [], a: [], c: [] },
  ],
  versions: [
    { tag: 'v1', files: { 1: [2, 0, 10, 3, 1, 30], 9: [2, 1, 4] } },
    { tag: 'v2', files: { 1: [3, 1, 12, 2, 2, 40] } },
    { tag: 'v3', files: { 1: [], 9: [2, 1, 4, 3, 0, 5, 5, 2, 9] } },
  ],
};

/** With words for numbers: those that come out are in another order. */
function spelled({ words, shapes, versions, ...rest }: LockMap) {
  const word = (number: number): string => words[number]!;
  const all = shapes.map(({ n, h = [], r = [], a = [], c = [] }) => ({
    n,
    h: h.map(([from, to, key, on, flags, at, unlock, path]) => [
      from,
      to,
      word(key!),
      word(on!),
      flags,
      at,
      unlock,
      word(path!),
    ]),
    r: r.map(([from, to, key, on, ...more]) => [from, to, word(key!), word(on!), ...more]),
    a: a.map(([line, key, on, flags, path]) => [line, word(key!), word(on!), flags, word(path!)]),
    c: c.map(([line, ...names]) => [line, ...names.map(word)]),
  }));
  const entry = (file: readonly number[]) =>
    file.map((number, at) => (at % 3 === 0 ? word(number) : at % 3 === 1 ? all[number] : number));
  const files = versions.map(({ tag, files }) => ({
    tag,
    files: Object.fromEntries(Object.entries(files).map(([file, list]) => [word(Number(file)), entry(list)])),
  }));
  return { ...rest, files };
}

describe('a map', () => {
  test('is read as it was written', () => {
    expect(spelled(readMap(packMap(MAP)))).toEqual(spelled(MAP));
  });

  test('that is torn, or of another schema, is none', () => {
    const bytes = packMap(MAP);
    expect(() => readMap(bytes.subarray(0, -1))).toThrow('not whole');
    expect(() => readMap(bytes.subarray(0, HEAD - 1))).toThrow('not whole');
    expect(() => readMap(new Uint8Array())).toThrow('schema');
    expect(() => readMap(new TextEncoder().encode('<html>'))).toThrow('schema');
  });
});

describe('bytes', () => {
  const unpack = (bytes: Uint8Array): Uint8Array => {
    const steps = unpackBytes(bytes);
    for (;;) {
      const { done, value } = steps.next();
      if (done) return value;
    }
  };

  test('come out as they went in', () => {
    for (const bytes of [
      Uint8Array.from({ length: 10_000 }, (_, at) => (at * at) % 251),
      new Uint8Array([255]),
      new Uint8Array(),
    ])
      expect(Buffer.from(unpack(packBytes(bytes))).equals(bytes)).toBe(true);
  });

  test('of another file are refused', () => {
    expect(() => unpack(new TextEncoder().encode('<html>'))).toThrow('not a packed file');
    expect(() => unpack(new Uint8Array())).toThrow('not a packed file');
  });
});
