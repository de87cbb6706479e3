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
  /** Lines of the file; how many of them are kept; how many that should have been were too much. */
  readonly lines: number;
  readonly kept: number;
  readonly crowdedOut: number;
  /** Sections (goroutines) that are left out because others like them are kept. */
  readonly alike: number;
}

/** Reads a file that is too large for one text. */
export interface Sieve {
  /**
   * The next block: whole lines, each with its end; the last one may lack it.
   * @param bytes the block's bytes, where it is ASCII and they are at hand; not to be kept.
   */
  take(block: string, bytes?: Uint8Array): void;
  end(): Excerpt;
}

interface Kept {
  /** Counted from 0. */
  readonly line: number;
  readonly text: string;
}

/** What is worth more comes first: with too many lines, those of the last ranks are left out. */
export type Rank = 0 | 1 | 2;

export class ExcerptMaker {
  readonly #room: Room;
  readonly #byRank: readonly Kept[][] = [[], [], []];
  #leftOut = 0;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Keeps a line, counted from 0, without its end; once. What is kept of a block does not keep the block in memory. */
  keep(line: number, text: string, rank: Rank): void {
    this.#byRank[rank]!.push({ line, text: ownText(text) });
  }

  /** Keeps lines that follow each other and are in no block's memory. */
  keepAll(first: number, lines: readonly string[], rank: Rank): void {
    for (const [at, text] of lines.entries()) this.#byRank[rank]!.push({ line: first + at, text });
  }

  /** So many lines that should have been kept were too much for whoever reads the file. */
  leaveOut(lines: number): void {
    this.#leftOut += lines;
  }

  /** @param lines of the whole file. */
  make(lines: number, alike = 0): Excerpt {
    const chosen = new Map<number, string>();
    let size = 0;
    let crowdedOut = this.#leftOut;
    for (const rank of this.#byRank) {
      for (const { line, text } of rank) {
        // A gap takes a line too.
        if (chosen.size * 2 >= this.#room.lines || size + text.length > this.#room.size) {
          crowdedOut++;
          continue;
        }
        chosen.set(line, text);
        size += text.length + 2;
      }
    }
    return new Made(chosen, lines, crowdedOut, alike);
  }
}

class Made implements Excerpt {
  readonly text: string;
  readonly lines: number;
  readonly kept: number;
  readonly crowdedOut: number;
  readonly alike: number;
  readonly #numbers: Int32Array;

  constructor(chosen: ReadonlyMap<number, string>, lines: number, crowdedOut: number, alike: number) {
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
    this.alike = alike;
  }

  lineInFile(line: number): number {
    const numbers = this.#numbers;
    if (numbers.length === 0) return 0;
    return numbers[Math.max(0, Math.min(line, numbers.length - 1))]!;
  }
}
