// What the numbers of a stored lock map mean, for reading (packedMap.ts) and writing (scripts/lock-maps/packMap.ts) alike.

import type { Kind } from './numberModel.js';
import { Stream } from './numberStream.js';

/** The first byte of a stored map. The next four are the number of bytes behind them, the first the highest. */
export const SCHEMA = 3;
export const HEAD = 5;

/** What texts are for: each purpose has texts that resemble each other. */
export const PURPOSES = ['head', 'call', 'key', 'expression', 'path', 'file', 'function'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** The streams that a shape is in, for looking at an earlier one while a new one is told. */
export const PARTS = ['calls', 'asks', 'held', 'released'] as const;
export type Places = Readonly<Record<(typeof PARTS)[number], number>>;

/** How a lock is released. */
export const AT_LINE = 0;
export const DEFERRED = 1;
export const NOT_RELEASED = 2;

/** What the numbers of one map mean, in the order of their first use, and the streams that they are told in. */
export function newKinds() {
  const streams = {
    files: new Stream(),
    calls: new Stream(),
    asks: new Stream(),
    held: new Stream(),
    released: new Stream(),
    letters: new Stream(),
  };
  let id = 0;
  const small = (stream: keyof typeof streams): Kind => ({ id: id++, stream: streams[stream], wide: false });
  const wide = (stream: keyof typeof streams): Kind => ({ id: id++, stream: streams[stream], wide: true });
  const letters = Object.fromEntries(PURPOSES.map((purpose) => [purpose, wide('letters')]));
  return {
    streams,
    letters: letters as Readonly<Record<Purpose, Kind>>,
    /** How many files; each one's path, how many versions changed it; of each its number, how many functions, and how they differ. */
    files: small('files'),
    path: small('files'),
    changes: small('files'),
    version: small('files'),
    functions: small('files'),
    /** A function stands where it does in the version before, elsewhere in it, or is new; its name, shape and first line. */
    how: small('files'),
    name: wide('files'),
    shape: small('files'),
    from: small('files'),
    shift: small('files'),
    /** Lines with calls, how far apart, and their names; how many locks are asked for there; lines behind the last. */
    calls: small('calls'),
    line: small('calls'),
    names: small('calls'),
    call: wide('calls'),
    asksHere: small('calls'),
    rest: small('calls'),
    /** Locks asked for. */
    askKey: wide('asks'),
    askOn: wide('asks'),
    askFlags: small('asks'),
    askPath: small('asks'),
    /** Locks held: which of those that are asked for, or another; from and to which lines; where they are released. */
    held: small('held'),
    lock: small('held'),
    otherWord: small('held'),
    otherNumber: small('held'),
    some: small('held'),
    heldFrom: small('held'),
    heldFromBehind: small('held'),
    heldTo: small('held'),
    heldBehind: small('held'),
    unlock: small('held'),
    unlockLine: small('held'),
    /** Locks released: which of those above; who released them, and for which lines that is so. */
    released: small('released'),
    which: small('released'),
    releasedAt: small('released'),
    releasedBehind: small('released'),
    releasedFrom: small('released'),
    releasedTo: small('released'),
    releasedToBehind: small('released'),
    callers: small('released'),
  };
}

/** Which of the lines, in ascending order, is the last that is not behind a line; -1: none. */
export function rankOf(lines: readonly number[], line: number): number {
  let rank = -1;
  while (rank + 1 < lines.length && lines[rank + 1]! <= line) rank++;
  return rank;
}

/** A function of a file: where the version before has one, expected or so many further; or new. */
export const NEW = 1;

/** A lock: what it is called, and as written. */
export type Lock = readonly [key: number, on: number];

/** The locks of a shape that are asked for or held, each once. */
export function locksOf(asks: readonly number[][], held: readonly number[][]): Lock[] {
  const locks = new Map<string, Lock>();
  for (const [, key, on] of asks) locks.set(`${key} ${on}`, [key!, on!]);
  for (const [, , key, on] of held) if (!locks.has(`${key} ${on}`)) locks.set(`${key} ${on}`, [key!, on!]);
  return [...locks.values()];
}
