// A dump that a log holds in one line, as a text of its own to read: `\n` and `\t` become line ends and tabs. Places in it
// lead back to the log.

import { IntColumn } from './columns.js';
import { peel, WrappedLines } from './lines.js';
import type { Span } from './span.js';

export interface Readable {
  readonly text: string;
  /** The place in the log of a place in the text. */
  sourceOf(offset: number): number;
  /** What of the log it was made of: from the first line of it to the last. */
  readonly span: Span;
}

const BACKSLASH = 92;
const HASH = 35;
const QUOTE = 34;
/** So many entries at most: journald cuts after 48 KiB, and a dump may be large. */
const MOST_ENTRIES = 4096;

/**
 * The dump that is escaped into the line at the offset, unescaped; undefined where the line holds none. Entries that journald cut
 * are joined, in the middle of a word too.
 *
 * Example input:  `… msg="=== BEGIN goroutine stack dump ===\ngoroutine 34 [running]:\nmain.f(0x1)\n\tmain.go:384 +0x7c"`
 * Example output: the same in four lines
 */
export function readableAt(text: string, offset: number): Readable | undefined {
  const begin = text.lastIndexOf('\n', Math.max(0, offset - 1)) + 1;
  let end = lineEnd(text, begin);
  const lines = new WrappedLines(text.slice(begin, end));
  if (!lines.next() || !lines.escaped) return undefined;
  const { depth } = lines.escaped;
  let { torn } = lines.escaped;
  const out: string[] = [];
  let size = 0;
  // Where pieces that were copied as they stand begin: in the text, and in the log.
  const made = new IntColumn();
  const from = new IntColumn();
  const piece = (start: number, stop: number): void => {
    if (stop <= start) return;
    made.push(size);
    from.push(start);
    out.push(text.slice(start, stop));
    size += stop - start;
  };
  const single = (at: number, c: string): void => {
    made.push(size);
    from.push(at);
    out.push(c);
    size++;
  };
  const take = (start: number, stop: number): void => {
    let copied = start;
    for (let at = start; at < stop; ) {
      const c = text.charCodeAt(at);
      if (depth === 0 ? c !== HASH : c !== BACKSLASH) {
        at++;
        continue;
      }
      if (depth === 0) {
        const octal = /^#(01[12])/.exec(text.slice(at, at + 4));
        if (!octal) {
          at++;
          continue;
        }
        piece(copied, at);
        single(at, octal[1] === '012' ? '\n' : '\t');
        at += 4;
        copied = at;
        continue;
      }
      let run = at;
      while (run < stop && text.charCodeAt(run) === BACKSLASH) run++;
      const next = text.charCodeAt(run);
      if (run - at === depth && (next === 110 || next === 116)) {
        piece(copied, at);
        single(at, next === 110 ? '\n' : '\t');
        at = run + 1;
        copied = at;
      } else if (next === QUOTE) {
        piece(copied, at);
        copied = run;
        at = run + 1;
      } else at = run;
    }
    piece(copied, stop);
  };
  take(begin + lines.start, begin + lines.escaped.end);
  for (let entry = 0; torn && entry < MOST_ENTRIES; entry++) {
    const start = end + 1;
    const peeled = peel(text, start);
    if (start >= text.length || peeled?.author !== lines.author) break;
    end = lineEnd(text, start);
    const message = peeled.start;
    take(message, end);
    torn = end - message >= 48 * 1024 - 3;
  }
  return {
    text: out.join(''),
    span: { start: begin, end },
    sourceOf(place) {
      let low = 0;
      let high = made.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (made.at(middle) <= place) low = middle;
        else high = middle - 1;
      }
      return high < 0 ? begin : Math.min(end, from.at(low) + Math.max(0, place - made.at(low)));
    },
  };
}

function lineEnd(text: string, start: number): number {
  let end = text.indexOf('\n', start);
  if (end < 0) end = text.length;
  return end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
}
