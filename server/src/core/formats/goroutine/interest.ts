// Where the words of interest occur: one pass over the arguments of all goroutines, which keeps nothing of other words.

import { IntColumn } from '../../text/columns.js';
import { group, type Leaves } from './leaves.js';
import type { Dump } from './parse.js';
import { Words } from './words.js';

/** Bytes below a lock within which a word may be the object that contains it. */
export const NEAR = 1024;

/** Words with numbers: a hash table of addresses without an object for each. */
export class WordTable {
  #slots = new Int32Array(1 << 12); // number + 1
  #values = new Float64Array(1 << 10);
  length = 0;

  /** The word with a number. */
  value(number: number): number {
    return this.#values[number]!;
  }

  /** The number of a word; -1 where it is not in the table. */
  find(high: number, low: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const word = high * 0x10000000 + low;
    for (let at = slotOf(high, low); ; at++) {
      const number = slots[at & mask]! - 1;
      if (number < 0 || this.#values[number] === word) return number;
    }
  }

  /** The number of a word, which is put into the table if it is new. */
  number(word: number): number {
    const high = Math.floor(word / 0x10000000);
    const low = word % 0x10000000;
    const known = this.find(high, low);
    if (known >= 0) return known;
    const number = this.length++;
    if (number === this.#values.length) {
      const more = new Float64Array(number * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[number] = word;
    // At most a quarter of the slots is taken: a word that is not there is known at once.
    if (this.length * 4 > this.#slots.length) this.#grow();
    else this.#enter(number, high, low);
    return number;
  }

  #enter(number: number, high: number, low: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = slotOf(high, low);
    while (slots[at & mask] !== 0) at++;
    slots[at & mask] = number + 1;
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let number = 0; number < this.length; number++) {
      const word = this.#values[number]!;
      this.#enter(number, Math.floor(word / 0x10000000), word % 0x10000000);
    }
  }
}

function slotOf(high: number, low: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 1;
}

/** All occurrences of the wanted words, and of live words on or right below the wanted addresses' pages. */
export class Occurrences {
  readonly table: WordTable;
  /** One row an occurrence, in document order: number of the word, offset of its `0x`, `depth * 2 + live`. */
  readonly word: IntColumn;
  readonly at: IntColumn;
  readonly seen: IntColumn;
  /** Occurrences of goroutine g are `start[g] … start[g + 1]`. */
  readonly start: Int32Array;
  /** page -> occurrences of live words on it. */
  readonly #pages = new Map<number, number[]>();
  #byWord: { start: Int32Array; items: Int32Array; rows: Int32Array } | undefined;
  #rowOf: Int32Array | undefined;

  /** @param near addresses around which live words count whatever they are. */
  constructor(dump: Dump, leaves: Leaves, table: WordTable, near: readonly number[]) {
    this.table = table;
    this.start = new Int32Array(dump.length + 1);
    const expected = near.length + table.length > 0 ? dump.text.length >> 8 : 0;
    this.word = new IntColumn(expected);
    this.at = new IntColumn(expected);
    this.seen = new IntColumn(expected);
    const wanted = new Uint8Array(1 << 16);
    for (const address of near)
      for (const page of [Math.floor(address / NEAR), Math.floor(address / NEAR) - 1]) {
        this.#pages.set(page, []);
        wanted[page & 0xffff] = 1;
      }
    if (expected > 0) this.#read(dump, leaves, wanted);
  }

  #read(dump: Dump, leaves: Leaves, wanted: Uint8Array): void {
    const { table, start } = this;
    const words = new Words(dump.text);
    for (let row = 0; row < dump.length; row++) {
      const frames = leaves.frames(leaves.of[row]!);
      const base = dump.firstFrame.at(row);
      for (let depth = 0; depth < frames.length; depth++) {
        const node = frames[depth]!;
        if (node.kind !== 'call') continue;
        words.open(dump.frameStart.at(base + depth) + node.func.length, dump.frameEnd.at(base + depth));
        while (words.next()) {
          const { high, low } = words;
          const paged = wanted[(low >>> 10) & 0xffff] === 1;
          let number = table.find(high, low);
          if (number < 0 && !paged) continue;
          const { live } = words;
          if (paged && live) {
            const list = this.#pages.get(high * 0x40000 + (low >>> 10));
            list?.push(this.word.length);
            if (list && number < 0) number = table.number(words.value);
          }
          if (number < 0) continue;
          this.word.push(number);
          this.at.push(words.at);
          this.seen.push(depth * 2 + (live ? 1 : 0));
        }
      }
      start[row + 1] = this.word.length;
    }
  }

  /** Occurrences of live words on the page of an address. */
  onPage(page: number): readonly number[] {
    return this.#pages.get(page) ?? [];
  }

  /** Goroutines that have a word, in document order; one comes again for each time it prints the word. */
  rows(number: number): Int32Array {
    if (!this.#byWord) {
      const { start, items } = group(this.word.items.subarray(0, this.word.length), this.table.length);
      this.#byWord = { start, items, rows: items.map((at) => this.rowOf[at]!) };
    }
    return this.#byWord.rows.subarray(this.#byWord.start[number]!, this.#byWord.start[number + 1]!);
  }

  /** Occurrences of a word, as long as `rows`. */
  of(number: number): Int32Array {
    this.rows(number);
    const { start, items } = this.#byWord!;
    return items.subarray(start[number]!, start[number + 1]!);
  }

  /** The goroutine of each occurrence. */
  get rowOf(): Int32Array {
    if (!this.#rowOf) {
      const rowOf = new Int32Array(this.word.length);
      const { start } = this;
      for (let row = 0; row + 1 < start.length; row++)
        for (let at = start[row]!; at < start[row + 1]!; at++) rowOf[at] = row;
      this.#rowOf = rowOf;
    }
    return this.#rowOf;
  }
}
