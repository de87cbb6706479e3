// How many goroutines have each word of interest: all of a dump's, and those that wait for one lock. The parts of a text are dumps of
// several processes, or of one at several times: each is counted by itself.

import type { Dump } from './dump.js';
import type { Occurrences } from './interest.js';
import type { Portrait } from './suspects.js';

export class WordCounts {
  readonly #total: Tally;
  readonly #locks: Tally;
  readonly #own: Int32Array[];

  /** @param lockOf the lock that each goroutine waits for; -1 for none. */
  constructor(dump: Dump, words: Occurrences, portraits: readonly Portrait[], lockOf: Int32Array) {
    const parts = new Set(portraits.map(({ lock }) => lock.part));
    this.#total = new Tally(parts, words.table.length);
    this.#locks = new Tally(parts, words.table.length);
    const counter = new Counter(words);
    let part = -1;
    for (let row = 0; row < lockOf.length; row++) {
      if (dump.part.at(row) !== part) {
        counter.clear(this.#total, part);
        part = dump.part.at(row);
      }
      if (lockOf[row] === -1 && parts.has(part)) counter.add(row);
    }
    counter.clear(this.#total, part);
    this.#own = portraits.map((portrait) => {
      const { waiters, part } = portrait.lock;
      for (const word of portrait.words.keys()) this.#locks.add(word, part, 1);
      // In document order; those whose lock shows no address may stand behind the others.
      const rows = new Int32Array(waiters.length);
      for (let i = 0; i < rows.length; i++) rows[i] = waiters[i]!.row;
      for (const row of rows.sort()) counter.add(row);
      const own = new Int32Array(portrait.words.size);
      let place = 0;
      for (const word of portrait.words.keys()) own[place++] = counter.count(word);
      counter.clear(this.#total, part);
      return own;
    });
  }

  /** Goroutines of a part that have the word. */
  total(word: number, part: number): number {
    return this.#total.of(word, part);
  }

  /** Locks of a part whose waiters have the word. */
  locks(word: number, part: number): number {
    return this.#locks.of(word, part);
  }

  /** For each word of a lock's portrait, in its order: waiters of the lock that have it. */
  own(lock: number): Int32Array {
    return this.#own[lock]!;
  }
}

/** Numbers by word and part: nearly every dump has one part, and then they stand in a row. */
class Tally {
  readonly #row: Int32Array | undefined;
  readonly #byPart = new Map<number, Map<number, number>>();

  constructor(parts: ReadonlySet<number>, words: number) {
    if (parts.size === 1) this.#row = new Int32Array(words);
    else for (const part of parts) this.#byPart.set(part, new Map());
  }

  of(word: number, part: number): number {
    return this.#row ? this.#row[word]! : (this.#byPart.get(part)?.get(word) ?? 0);
  }

  add(word: number, part: number, count: number): void {
    if (this.#row) this.#row[word]! += count;
    else this.#byPart.get(part)?.set(word, this.of(word, part) + count);
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

  /** Adds the counts to those of a part and begins anew. */
  clear(total: Tally, part: number): void {
    for (const word of this.#touched) {
      total.add(word, part, this.#counts[word]!);
      this.#counts[word] = 0;
    }
    this.#touched.length = 0;
  }
}

/** Goroutines that are told apart for each word: one that prints a word twice counts twice beyond it. */
export const KEPT = 65;
