// A log too large for one text, block by block: the lines that matter stay, the others become empty ones, so that every line
// keeps its number.

import { CLASSES } from './classes.js';
import { parseJournal } from './parse.js';

/** The beginning stays whole: how the log is written, its year, how the kubelet started. */
const HEAD = 64 * 1024;
/** One of so many records stays, for the time. */
const ONE_OF = 2000;
/** A dump within the log stays, and all around it. */
const DUMP = /goroutine \d{1,18} (?:gp=\S{1,20} )?(?:m=\S{1,20} )?(?:mp=\S{1,20} )?\[/;

/**
 * Makes a function that takes the blocks of a log one after the other, each of whole lines, and gives the same number of
 * lines for each.
 */
export function sieve(): (block: string) => string {
  let taken = 0;
  let records = 0;
  /** The last event was an ordinary one of PLEG: more of them tell nothing new. */
  let ordinary = false;
  return (block) => {
    const whole = taken < HEAD || DUMP.test(block);
    taken += block.length;
    const journal = parseJournal(block, '');
    const kept: number[] = [];
    let event = 0;
    for (let record = 0; record < journal.length; record++, records++) {
      let keep = whole || records % ONE_OF === 0;
      for (; event < journal.record.length && journal.record.at(event) === record; event++) {
        const pleg = CLASSES[journal.kind.at(event)]!.name === 'pleg-event';
        if (!pleg || !ordinary) keep = true;
        ordinary = pleg;
      }
      if (keep) kept.push(record);
    }
    if (whole) return block;
    const out: string[] = [];
    let next = 0;
    for (let at = 0; at < block.length; ) {
      let end = block.indexOf('\n', at);
      if (end < 0) end = block.length;
      while (next < kept.length && at > journal.endOf(kept[next]!)) next++;
      const inside = next < kept.length && at >= journal.start.at(kept[next]!);
      out.push(inside ? block.slice(at, end) : '');
      at = end + 1;
    }
    // As many line ends as came in.
    return out.join('\n') + (block.endsWith('\n') ? '\n' : '');
  };
}
