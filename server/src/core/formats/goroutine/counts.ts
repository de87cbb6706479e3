// How many goroutines have each word of interest: all of them, and those that wait for one lock.

import type { Occurrences } from './interest.js';
import type { Portrait } from './suspects.js';

export class WordCounts {
  readonly #total: Int32Array;
  readonly #locks: Int32Array;
  readonly #own: Int32Array[];

  /** @param lockOf the lock that each goroutine waits for; -1 for none. */
  constructor(words: Occurrences, portraits: readonly Portrait[], lockOf: Int32Array) {
    this.#total = new Int32Array(words.table.length);
    this.#locks = new Int32Array(words.table.length);
    const counter = new Counter(words);
    for (let row = 0; row < lockOf.length; row++) if (lockOf[row] === -1) counter.add(row);
    counter.clear(this.#total);
    this.#own = portraits.map((portrait) => {
      for (const word of portrait.words.keys()) this.#locks[word]!++;
      // In document order; those whose lock shows no address may stand behind the others.
      const { waiters } = portrait.lock;
      const rows = new Int32Array(waiters.length);
      for (let i = 0; i < rows.length; i++) rows[i] = waiters[i]!.row;
      for (const row of rows.sort()) counter.add(row);
      const own = new Int32Array(portrait.words.size);
      let place = 0;
      for (const word of portrait.words.keys()) own[place++] = counter.count(word);
      counter.clear(this.#total);
      return own;
    });
  }

  /** Goroutines that have the word. */
  total(word: number): number {
    return this.#total[word]!;
  }

  /** Locks whose waiters have the word. */
  locks(word: number): number {
    return this.#locks[word]!;
  }

  /** For each word of a lock's portrait, in its order: waiters of the lock that have it. */
  own(lock: number): Int32Array {
    return this.#own[lock]!;
  }
}

/** Counts goroutines by word. */
class Counter {
  readonly #words: Occurrences;
  readonly #counts: Int32Array;
  /** 1 + the goroutine that was counted last. */
  readonly #last: Int32Array;
  readonly #touched: number[] = [];

  constructor(words: Occurrences) {
    this.#words = words;
    this.#counts = new Int32Array(words.table.length);
    this.#last = new Int32Array(words.table.length);
  }

  add(row: number): void {
    const words = this.#words;
    const end = words.start[row + 1]!;
    for (let i = words.start[row]!; i < end; i++) {
      const number = words.word(i);
      if (this.#last[number] === row + 1) continue;
      if (this.#counts[number] === 0) this.#touched.push(number);
      this.#counts[number]!++;
      if (this.#counts[number]! <= KEPT) this.#last[number] = row + 1;
    }
  }

  count(word: number): number {
    return this.#counts[word]!;
  }

  /** Adds the counts to `total` and begins anew. */
  clear(total: Int32Array): void {
    for (const word of this.#touched) {
      total[word]! += this.#counts[word]!;
      this.#counts[word] = 0;
    }
    this.#touched.length = 0;
  }
}

/** Goroutines that are told apart for each word: one that prints a word twice counts twice beyond it. */
export const KEPT = 65;
