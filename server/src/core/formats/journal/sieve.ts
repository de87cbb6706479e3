// A log too large for one text, block by block: what tells of the kubelet stays, and of the rest one line in many, for the time.

import { type Excerpt, ExcerptMaker, type Room, type Sieve } from '../../text/excerpt.js';
import { PlainLines } from '../../text/lines.js';
import { CLASSES } from './classes.js';
import { parseJournal } from './parse.js';

/** The beginning stays whole: how the log is written, its year, how the kubelet started. */
const HEAD = 64 * 1024;
/** One of so many records stays, for the time. */
const ONE_OF = 2000;
/** A dump within the log stays, and all around it. */
const DUMP = /goroutine \d{1,18} (?:gp=\S{1,20} )?(?:m=\S{1,20} )?(?:mp=\S{1,20} )?\[/;

export const sieve = (room: Room): Sieve => new JournalSieve(room);

class JournalSieve implements Sieve {
  readonly #made: ExcerptMaker;
  /** Of the file, so far. */
  #lines = 0;
  #taken = 0;
  #records = 0;
  /** The last event was an ordinary one of PLEG: more of them tell nothing new. */
  #ordinary = false;

  constructor(room: Room) {
    this.#made = new ExcerptMaker(room);
  }

  take(block: string): void {
    const head = this.#taken < HEAD;
    const whole = head || DUMP.test(block);
    this.#taken += block.length;
    const journal = parseJournal(block, '');
    /** The records that stay, and whether they tell something. */
    const kept: { record: number; tells: boolean }[] = [];
    let event = 0;
    for (let record = 0; record < journal.length; record++, this.#records++) {
      let tells = false;
      for (; event < journal.record.length && journal.record.at(event) === record; event++) {
        const pleg = CLASSES[journal.kind.at(event)]!.name === 'pleg-event';
        if (!pleg || !this.#ordinary) tells = true;
        this.#ordinary = pleg;
      }
      if (tells || this.#records % ONE_OF === 0) kept.push({ record, tells });
    }
    let next = 0;
    for (const lines = new PlainLines(block); lines.next(); this.#lines++) {
      const { start, end } = lines;
      while (next < kept.length && start > journal.endOf(kept[next]!.record)) next++;
      const inside = kept[next] !== undefined && start >= journal.start.at(kept[next]!.record);
      if (!inside && !whole) continue;
      const rank = head || (inside && kept[next]!.tells) ? 0 : whole ? 1 : 2;
      this.#made.keep(this.#lines, block.slice(start, end), rank);
    }
  }

  end(): Excerpt {
    return this.#made.make(this.#lines);
  }
}
