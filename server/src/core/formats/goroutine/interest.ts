// Where the words of interest occur: one pass over the arguments of all goroutines, which keeps nothing of other words.

import type { Steps } from '../../text/steps.js';
import type { Dump } from './dump.js';
import { group, type Leaves } from './leaves.js';
import { argumentsStart, SIEVE_FROM, Sieve, Words } from './words.js';

/** Bytes below a lock within which a word may be the object that contains it. */
const NEAR_BITS = 10;
export const NEAR = 2 ** NEAR_BITS;

/** Words with numbers: a hash table of addresses without an object for each. */
export class WordTable {
  #slots = new Int32Array(1 << 12); // number + 1
  #values = new Float64Array(1 << 10);
  readonly sieve = new Sieve();
  length = 0;

  /** The word with a number. */
  value(number: number): number {
    return this.#values[number]!;
  }

  /** The number of a word; -1 where it is not in the table. */
  find(word: number): number {
    return this.findHalves(word | 0, (word / 0x100000000) | 0);
  }

  /** The number of the word with these lower 32 and higher bits; -1 where it is not in the table. */
  findHalves(low: number, high: number): number {
    if (!this.sieve.lets(low >>> SIEVE_FROM)) return -1;
    const hash = hashOf(low, high);
    const slots = this.#slots;
    const mask = slots.length - 1;
    const word = high * 0x100000000 + (low >>> 0);
    for (let at = hash; ; at++) {
      const number = slots[at & mask]! - 1;
      if (number < 0 || this.#values[number] === word) return number;
    }
  }

  /** The number of a word, which is put into the table if it is new. */
  number(word: number): number {
    const known = this.find(word);
    if (known >= 0) return known;
    const number = this.length++;
    if (number === this.#values.length) {
      const more = new Float64Array(number * 2);
      more.set(this.#values);
      this.#values = more;
    }
    this.#values[number] = word;
    // At most half of the slots is taken.
    if (this.length * 2 > this.#slots.length) this.#grow();
    else this.#enter(number, word);
    return number;
  }

  #enter(number: number, word: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = hashOf(word | 0, (word / 0x100000000) | 0);
    let at = hash;
    while (slots[at & mask] !== 0) at++;
    slots[at & mask] = number + 1;
    this.sieve.mark((word | 0) >>> SIEVE_FROM);
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 4);
    for (let number = 0; number < this.length; number++) this.#enter(number, this.#values[number]!);
  }
}

function hashOf(low: number, high: number): number {
  const mixed = Math.imul(low ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 1;
}

/** Goroutines that are one piece of the work. */
const PIECE = 8_192;
/** Numbers in one row of `Occurrences`. */
const CELLS = 3;

/** All occurrences of the wanted words, and of live words on or right below the wanted addresses' pages. */
export class Occurrences {
  readonly table: WordTable;
  /** One row an occurrence, in document order: number of the word, offset of its `0x`, `depth * 2 + live`. */
  #cells: Int32Array;
  length = 0;
  /** Occurrences of goroutine g are `start[g] … start[g + 1]`. */
  readonly start: Int32Array;
  /** page -> occurrences of live words on it. */
  readonly #pages = new Map<number, number[]>();
  /** By the lower bits of a page: whether a lock may be on one like that. */
  readonly #wanted: Uint8Array;
  #selected: { start: Int32Array; items: Int32Array } | undefined;
  #rowOf: Int32Array | undefined;

  /** @param near addresses around which live words count whatever they are. */
  constructor(dump: Dump, table: WordTable, near: readonly number[]) {
    this.table = table;
    this.start = new Int32Array(dump.length + 1);
    this.#cells = new Int32Array(CELLS * 1024);
    const wanted = new Uint8Array(1 << 16);
    for (const address of near)
      for (const page of [Math.floor(address / NEAR), Math.floor(address / NEAR) - 1]) {
        this.#pages.set(page, []);
        wanted[page & 0xffff] = 1;
        for (let inPage = 0; inPage < NEAR; inPage += 1 << SIEVE_FROM)
          table.sieve.mark(((page * NEAR + inPage) | 0) >>> SIEVE_FROM);
      }
    this.#wanted = wanted;
  }

  /** Reads the dump, in pieces. */
  *read(dump: Dump, leaves: Leaves): Steps<this> {
    for (let row = 0; row < dump.length && this.table.length > 0; row += PIECE) {
      this.#some(dump, leaves, row, Math.min(row + PIECE, dump.length));
      yield;
    }
    return this;
  }

  #some(dump: Dump, leaves: Leaves, from: number, to: number): void {
    const { table, start } = this;
    const wanted = this.#wanted;
    const { sieve } = table;
    const words = new Words(dump.text);
    for (let row = from; row < to; row++) {
      const frames = leaves.frames(leaves.of[row]!);
      const base = dump.firstFrame.at(row);
      for (let depth = 0; depth < frames.length; depth++) {
        const node = frames[depth]!;
        if (node.kind !== 'call') continue;
        words.open(argumentsStart(dump, row, node, base + depth), dump.frameEnd.at(base + depth));
        while (words.next(sieve)) {
          const { low } = words;
          let number = table.findHalves(low, words.high);
          if (wanted[(low >>> NEAR_BITS) & 0xffff] === 1 && words.live) {
            const page = this.#pages.get(Math.floor(words.value / NEAR));
            page?.push(this.length);
            if (page && number < 0) number = table.number(words.value);
          }
          if (number >= 0) this.#add(number, words.at, depth * 2 + (words.live ? 1 : 0));
        }
      }
      start[row + 1] = this.length;
    }
  }

  #add(word: number, at: number, seen: number): void {
    const cell = this.length++ * CELLS;
    if (cell === this.#cells.length) {
      const more = new Int32Array(cell * 4);
      more.set(this.#cells);
      this.#cells = more;
    }
    this.#cells[cell] = word;
    this.#cells[cell + 1] = at;
    this.#cells[cell + 2] = seen;
  }

  /** The number of an occurrence's word. */
  word(occurrence: number): number {
    return this.#cells[occurrence * CELLS]!;
  }

  /** The offset of its `0x`. */
  at(occurrence: number): number {
    return this.#cells[occurrence * CELLS + 1]!;
  }

  /** Depth of its frame. */
  depth(occurrence: number): number {
    return this.#cells[occurrence * CELLS + 2]! >> 1;
  }

  /** Whether the traceback is sure of it: no `?` follows. */
  live(occurrence: number): boolean {
    return (this.#cells[occurrence * CELLS + 2]! & 1) === 1;
  }

  /** Occurrences of live words on the page of an address. */
  onPage(page: number): readonly number[] {
    return this.#pages.get(page) ?? [];
  }

  /** Prepares `of` for the words that are marked. Most occurrences are of words that everybody has. */
  select(marked: Uint8Array): void {
    const count = this.table.length;
    const words = new Int32Array(this.length);
    for (let i = 0; i < words.length; i++) words[i] = marked[this.word(i)] === 1 ? this.word(i) : count;
    this.#selected = group(words, count + 1);
  }

  /** Occurrences of a word that was selected, in document order. */
  of(number: number): Int32Array {
    if (!this.#selected) return new Int32Array(0);
    const { start, items } = this.#selected;
    return items.subarray(start[number]!, start[number + 1]!);
  }

  /** The goroutine of each occurrence. */
  get rowOf(): Int32Array {
    if (!this.#rowOf) {
      const rowOf = new Int32Array(this.length);
      const { start } = this;
      for (let row = 0; row + 1 < start.length; row++)
        for (let at = start[row]!; at < start[row + 1]!; at++) rowOf[at] = row;
      this.#rowOf = rowOf;
    }
    return this.#rowOf;
  }
}
