// Where goroutines stand, each on which object: an exclusive lock of an object is held by one of those at most that stand at one place
// on it.

import type { Dump } from './dump.js';
import type { Functions } from './functions.js';
import type { Leaves } from './leaves.js';
import type { Portrait } from './suspects.js';
import { liveReceiver } from './words.js';

/** Goroutines looked at for one place: more of them tell no more. */
const ALIKE = 256;

interface Place {
  readonly stack: number;
  readonly depth: number;
}

/** Goroutines by receiver. */
type Receivers = ReadonlyMap<number, readonly number[]>;

/** Lines are below this. */
const LINES = 2 ** 24;

/** Goroutines by function, line and receiver, for the functions that ask for locks and the types of such methods. */
export class Places {
  readonly #dump: Dump;
  readonly #leaves: Leaves;
  readonly #lockOf: Int32Array;
  /** Frames by function and line. */
  readonly #frames = new Map<number, Place[]>();
  /** Goroutines there, by part and receiver; worked out when asked. */
  readonly #rows = new Map<number, readonly Receivers[]>();
  readonly #crowded = new Map<number, boolean>();

  /** @param lockOf the lock that each goroutine waits for; -1 for none. */
  constructor(dump: Dump, leaves: Leaves, functions: Functions, portraits: readonly Portrait[], lockOf: Int32Array) {
    this.#dump = dump;
    this.#lockOf = lockOf;
    this.#leaves = leaves;
    const wanted = new Set(
      portraits.flatMap(({ sites, types }) => [...sites.keys(), ...types].map((name) => functions.key(name))),
    );
    const isWanted = functions.all.map(({ key, type }) => wanted.has(key) || wanted.has(type));
    for (let stack = 0; stack < leaves.length; stack++) {
      const frames = leaves.frames(stack);
      functions.onStack(stack).forEach((func, depth) => {
        if (!isWanted[func] || frames[depth]!.kind !== 'call') return;
        const key = func * LINES + frames[depth]!.line;
        const list = this.#frames.get(key);
        if (list) list.push({ stack, depth });
        else this.#frames.set(key, [{ stack, depth }]);
      });
    }
  }

  /** The goroutines of a row's dump that have a frame on the line of the function, by its index, with the receiver. */
  at(func: number, line: number, receiver: number, row: number): readonly number[] {
    return this.#rowsAt(func * LINES + line)[this.#dump.part.at(row)]?.get(receiver) ?? [];
  }

  /**
   * Whether several goroutines that wait for no lock stand there on one object: then none is held there, whatever the object.
   *
   * @param isCommon says of an object that it has to do with several locks: then each of those that stand there may hold one.
   */
  crowded(func: number, line: number, isCommon: (object: number) => boolean): boolean {
    const key = func * LINES + line;
    let crowded = this.#crowded.get(key);
    if (crowded === undefined) {
      const free = (row: number): boolean => this.#lockOf[row]! < 0;
      crowded = this.#rowsAt(key).some((part) =>
        [...part].some(([object, rows]) => rows.filter(free).length > 1 && !isCommon(object)),
      );
      this.#crowded.set(key, crowded);
    }
    return crowded;
  }

  #rowsAt(key: number): readonly Receivers[] {
    let rows = this.#rows.get(key);
    if (!rows) {
      rows = this.#byReceiver(this.#frames.get(key) ?? []);
      this.#rows.set(key, rows);
    }
    return rows;
  }

  #byReceiver(places: readonly Place[]): readonly Receivers[] {
    const found: Map<number, number[]>[] = [];
    let count = 0;
    for (const { stack, depth } of places) {
      const frames = this.#leaves.frames(stack);
      for (const row of this.#leaves.rows(stack)) {
        if (count++ >= ALIKE) return found;
        const receiver = liveReceiver(this.#dump, row, frames, depth);
        if (receiver < 0) continue;
        const part = (found[this.#dump.part.at(row)] ??= new Map());
        const rows = part.get(receiver);
        if (!rows) part.set(receiver, [row]);
        else if (rows.at(-1) !== row) rows.push(row);
      }
    }
    return found;
  }
}
