// A log too large for one text, block by block: what the calls at its end are about stays, with all that tells whose descriptors are
// whose, and what took long.
//
// Each round reads what was kept so far and the next block as one log, and keeps the lines from which the same tasks, descriptors and
// open calls come out again. Who is at the other end of a pipe is told by those who have closed it as much as by those who have not:
// where the line that made a descriptor stays, so does every line that closes it.

import { type Excerpt, ExcerptMaker, type Rank, type Room, type Sieve } from '../../text/excerpt.js';
import { ownText } from '../../text/own.js';
import type { ReadOptions } from '../format.js';
import { Log } from './parse.js';
import { OUT, retain, STATE } from './retain.js';
import { World } from './state.js';

interface Sizes {
  /** UTF-16 code units that are read at once, beside what was kept. */
  readonly block: number;
  /** The last part waits for the end: there the log stays whole. */
  readonly tail: number;
  /** Lines at the beginning that stay whole: how the log is written, what was started. */
  readonly head: number;
}

const SIZES: Sizes = { block: 8 * 1024 * 1024, tail: 256 * 1024, head: 200 };
/** A block is at least so many times what was kept, so that reading that again costs little. */
const TIMES_KEPT = 2;
/** The next round needs no more than so many lines and code units: a log of a million threads that all stand in a call is read too. */
const MOST_KEPT = { lines: 50_000, size: 4 * 1024 * 1024 };
/** More lines that follow an event (a stack, a dump of bytes) than so many are left out. */
const MOST_FOLLOWING = 200;

/** @param sizes other ones, to see much of it with little text. */
export const sieve = (room: Room, options: ReadOptions = {}, sizes = SIZES): Sieve =>
  new LogSieve(room, options, sizes);

/** A line that the next round needs. */
interface Kept {
  /** Of the file, from 0. */
  readonly line: number;
  readonly text: string;
  /** It is in the excerpt already. */
  readonly told: boolean;
  readonly rank: Rank;
}

class LogSieve implements Sieve {
  readonly #made: ExcerptMaker;
  readonly #slowSeconds: number | undefined;
  readonly #sizes: Sizes;
  #kept: readonly Kept[] = [];
  #keptSize = 0;
  #waiting: string[] = [];
  #waitingSize = 0;
  /** Lines of the file before those that wait. */
  #lines = 0;

  constructor(room: Room, { slowSeconds }: ReadOptions, sizes: Sizes) {
    this.#made = new ExcerptMaker(room);
    this.#slowSeconds = slowSeconds;
    this.#sizes = sizes;
  }

  take(block: string): void {
    this.#waiting.push(block);
    this.#waitingSize += block.length;
    const { block: least, tail } = this.#sizes;
    if (this.#waitingSize < Math.max(least, this.#keptSize * TIMES_KEPT) + tail) return;
    const text = this.#waiting.join('');
    const cut = text.lastIndexOf('\n', text.length - tail) + 1;
    if (cut === 0) return;
    this.#waiting = [text.slice(cut)];
    this.#waitingSize = text.length - cut;
    this.#round(text.slice(0, cut), false);
  }

  end(): Excerpt {
    this.#round(this.#waiting.join(''), true);
    this.#waiting = [];
    return this.#made.make(this.#lines);
  }

  #round(block: string, last: boolean): void {
    const before = this.#kept;
    const text = before.length > 0 ? `${before.map((kept) => kept.text).join('\n')}\n${block}` : block;
    const log = new Log(new World(this.#slowSeconds), text, '', 0).run();
    const eventAt = (line: number, event: number): boolean => event < log.length && log.start.at(event) <= line;
    const told: number[] = [];
    let event = -1;
    let at = 0;
    for (const kept of before) {
      while (eventAt(at, event + 1)) event++;
      if (kept.told && event >= 0) told.push(event);
      at += kept.text.length + 1;
    }
    const { keep, rank } = retain(log, told);
    const tailFrom = last ? text.length - this.#sizes.tail : Number.POSITIVE_INFINITY;

    const next: Kept[] = [];
    let size = 0;
    let following = 0;
    event = -1;
    let start = 0;
    let index = 0;
    for (; start < text.length; index++) {
      let end = text.indexOf('\n', start);
      if (end < 0) end = text.length;
      if (eventAt(start, event + 1)) following = 0;
      while (eventAt(start, event + 1)) event++;
      const old = before[index];
      const line = old ? old.line : this.#lines + index - before.length;
      const flags = event >= 0 && following++ <= MOST_FOLLOWING ? keep[event]! : 0;
      const head = line < this.#sizes.head;
      const tells = last && flags !== 0 ? true : (flags & OUT) !== 0 || head || (start >= tailFrom && !old);
      if (tells || (flags & STATE) !== 0) {
        const own = old ? old.text : ownText(text.slice(start, text[end - 1] === '\r' ? end - 1 : end));
        if (tells && !old?.told) this.#made.keep(line, own, head ? 0 : flags !== 0 ? (rank[event]! as Rank) : 1);
        if ((flags & STATE) !== 0) {
          next.push({ line, text: own, told: tells || old?.told === true, rank: rank[event]! as Rank });
          size += own.length + 1;
        }
      }
      start = end + 1;
    }
    this.#lines += index - before.length;
    this.#kept = this.#bounded(next, size);
    this.#keptSize = this.#kept === next ? size : this.#kept.reduce((sum, { text }) => sum + text.length + 1, 0);
  }

  /** What made descriptors goes first, so that nobody is named for what others have closed; then the oldest. */
  #bounded(kept: readonly Kept[], size: number): readonly Kept[] {
    const fits = (lines: number, units: number): boolean => lines <= MOST_KEPT.lines && units <= MOST_KEPT.size;
    if (fits(kept.length, size)) return kept;
    const calls = kept.filter(({ rank }) => rank === 0);
    let from = calls.length;
    for (let units = 0; from > 0 && fits(calls.length - from + 1, units + calls[from - 1]!.text.length + 1); from--)
      units += calls[from - 1]!.text.length + 1;
    const bounded = calls.slice(from);
    const told = (all: readonly Kept[]): number => all.reduce((sum, one) => sum + Number(one.told), 0);
    this.#made.leaveOut(kept.length - told(kept) - (bounded.length - told(bounded)));
    return bounded;
  }
}
