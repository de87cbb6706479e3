// The parts of one text: dumps that follow each other, each with goroutine ids of its own.

import type { Lines } from '../../text/lines.js';
import { NumberSet } from '../../text/numbers.js';
import type { Dump } from './dump.js';

/** Which part the parser is in. Parts are kept in the dump as they end; one without goroutines is none. */
export class Parts {
  readonly #dump: Dump;
  readonly #lines: Lines;
  #seen = new NumberSet(); // goroutine ids of the current part
  #start = 0;
  #first = 0;
  #label = '';
  #author = '';
  #record = 0;

  constructor(dump: Dump, lines: Lines) {
    this.#dump = dump;
    this.#lines = lines;
  }

  /**
   * Enters the goroutine whose header stands at `start`. One whose id the part has already, or from the log record of
   * another author, begins another dump: true.
   */
  enter(id: number, start: number): boolean {
    const { record, author } = this.#lines;
    const another = this.#seen.has(id) || (record !== this.#record && author !== this.#author);
    if (another) this.open(start, author || 'goroutine dump');
    this.#record = record;
    this.#seen.add(id);
    return another;
  }

  /** A part begins here. */
  open(start: number, label: string): void {
    this.close(start);
    this.#start = start;
    this.#first = this.#dump.length;
    this.#label = label;
    this.#author = this.#lines.author;
    this.#record = this.#lines.record;
    this.#seen = new NumberSet();
  }

  /** Keeps the part that ends here, unless no goroutine was in it. */
  close(end: number): void {
    const dump = this.#dump;
    if (dump.length === this.#first) return;
    dump.parts.push({
      label: this.#label || 'goroutine dump',
      span: { start: this.#start, end },
      sections: { start: this.#first, end: dump.length },
    });
  }
}
