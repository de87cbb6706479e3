// Excerpts: what matters of a file that is too large for one text, as a small text of the same format. Whoever reads the file line by
// line decides what is kept; where lines are left out, an empty one stands for all of them.

import { ownText } from './own.js';

/** How much an excerpt may have. */
export interface Room {
  readonly lines: number;
  /** UTF-16 code units. */
  readonly size: number;
}

/** So much that VS Code does all for it that it does for a small document (20 MiB, 300,000 lines). */
export const EDITOR_ROOM: Room = { lines: 250_000, size: 16 * 1024 * 1024 };

export interface Excerpt {
  readonly text: string;
  /** The line of the file, from 0, for a line of the text, from 0. An empty line that stands for others: the first of them. */
  lineInFile(line: number): number;
  /** The line of the text that shows a line of the file, or stands for it. */
  lineOfFile(line: number): number;
  /** Lines of the file; how many of them are kept; how many that should have been were too much. */
  readonly lines: number;
  readonly kept: number;
  readonly crowdedOut: number;
}

/** Reads a file that is too large for one text. */
export interface Sieve {
  /** The next block: whole lines, each with its end; the last one may lack it. */
  take(block: string): void;
  end(): Excerpt;
}

/** A line that is kept, or may be. */
export interface Kept {
  /** Counted from 0. */
  readonly line: number;
  text: string;
  /** Nobody wants it any more. */
  gone?: boolean;
}

/** What is worth more comes first: with too many lines, those of the last ranks are left out. */
export type Rank = 0 | 1 | 2 | 3;

export class ExcerptMaker {
  readonly #room: Room;
  readonly #byRank: Map<number, Kept>[] = [new Map(), new Map(), new Map(), new Map()];

  constructor(room: Room) {
    this.#room = room;
  }

  /** Keeps a line, without its end. Said of one line more than once, its best rank counts. */
  keep(kept: Kept, rank: Rank): void {
    this.#byRank[rank]!.set(kept.line, kept);
  }

  /** @param lines of the whole file. */
  make(lines: number): Excerpt {
    const chosen = new Map<number, string>();
    let size = 0;
    let crowdedOut = 0;
    for (const rank of this.#byRank) {
      for (const [line, { text }] of rank) {
        if (chosen.has(line)) continue;
        // A gap takes a line too.
        if (chosen.size * 2 >= this.#room.lines || size + text.length > this.#room.size) {
          crowdedOut++;
          continue;
        }
        chosen.set(line, text);
        size += text.length + 2;
      }
    }
    return new Made(chosen, lines, crowdedOut);
  }
}

class Made implements Excerpt {
  readonly text: string;
  readonly lines: number;
  readonly kept: number;
  readonly crowdedOut: number;
  readonly #numbers: Int32Array;

  constructor(chosen: ReadonlyMap<number, string>, lines: number, crowdedOut: number) {
    const kept = Int32Array.from(chosen.keys()).sort();
    const numbers: number[] = [];
    const out: string[] = [];
    let next = 0;
    for (const line of kept) {
      if (line > next) {
        numbers.push(next);
        out.push('');
      }
      numbers.push(line);
      out.push(chosen.get(line)!);
      next = line + 1;
    }
    if (next < lines) {
      numbers.push(next);
      out.push('');
    }
    this.text = out.length > 0 ? `${out.join('\n')}\n` : '';
    this.#numbers = Int32Array.from(numbers);
    this.lines = lines;
    this.kept = kept.length;
    this.crowdedOut = crowdedOut;
  }

  lineInFile(line: number): number {
    const numbers = this.#numbers;
    if (numbers.length === 0) return 0;
    return numbers[Math.max(0, Math.min(line, numbers.length - 1))]!;
  }

  lineOfFile(line: number): number {
    const numbers = this.#numbers;
    let low = 0;
    let high = numbers.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (numbers[middle]! <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

/** The lines of a block, counted on over all blocks. What is kept of a block must not keep the block in memory. */
export class BlockLines {
  /** Lines met so far. */
  count = 0;
  #mine: Kept[] = [];

  /** Calls back with each line: where it begins, and ends without its line end. */
  each(block: string, use: (start: number, end: number) => void): void {
    for (let at = 0; at < block.length; ) {
      let end = block.indexOf('\n', at);
      if (end < 0) end = block.length;
      use(at, end > at && block.charCodeAt(end - 1) === 13 ? end - 1 : end);
      this.count++;
      at = end + 1;
    }
  }

  /** The present line, which may be kept. */
  line(block: string, start: number, end: number): Kept {
    const kept = { line: this.count, text: block.slice(start, end) };
    this.#mine.push(kept);
    return kept;
  }

  /** After each block. */
  settle(): void {
    for (const kept of this.#mine) kept.text = kept.gone ? '' : ownText(kept.text);
    this.#mine = [];
  }
}
