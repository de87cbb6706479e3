// A text read in pieces, grown part by part, or too large for one text: it must say what it says when it is read at once.

import type { Format } from '../../server/src/core/formats/format.js';
import { sieve as goroutineSieve } from '../../server/src/core/formats/goroutine/sieve.js';
import { type Beginning, formatById, parseText, readText } from '../../server/src/core/formats/index.js';
import { sieve as straceSieve } from '../../server/src/core/formats/strace/sieve.js';
import { EDITOR_ROOM, type Sieve } from '../../server/src/core/text/excerpt.js';
import { finish } from '../../server/src/core/text/steps.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { told } from '../told.js';
import { check } from './properties.js';

/** Sieves that keep little, so that much is left out of little text. */
const SIEVES: Readonly<Record<string, () => Sieve>> = {
  strace: () => straceSieve(EDITOR_ROOM, {}, { block: 500, tail: 60, head: 1 }),
  'goroutine-dump': () => goroutineSieve(EDITOR_ROOM, {}, { ofStack: 1, ofLock: 1, ofSharing: 2, waiting: 500 }),
};

/** Checks a text of a format. */
export function examineParts(text: string, id: string): void {
  const format = formatById(id);
  if (!format) return;
  const whole = JSON.stringify(parseText(text, 'log', format).map(told));
  for (const ends of [[], wholeLines(text), ANYWHERE.map((part) => Math.floor(text.length * part))])
    check(JSON.stringify(grown(format, text, ends).map(told)) === whole, `${id}: in pieces it says something else`, {
      ends,
      text,
    });
  if (format.sieve) examineExcerpt(SIEVES[id]?.() ?? format.sieve(EDITOR_ROOM), format, text);
}

/** Parts of a text: its beginning may end within a line. */
const ANYWHERE = [0.19, 0.42, 0.61, 0.87];

/** Where a third of the lines ends, and two thirds. */
function wholeLines(text: string): number[] {
  const lines = text.split(/(?<=\n)/);
  return [1 / 3, 2 / 3].map((part) => lines.slice(0, Math.floor(lines.length * part)).join('').length);
}

/** Reads the text up to each of the ends, with what the part before gave. */
function grown(format: Format, text: string, ends: readonly number[]): readonly Trace[] {
  let before: Beginning | undefined;
  for (const end of [...ends, text.length])
    before = { length: end, traces: finish(readText(text.slice(0, end), 'log', format, {}, before)) };
  return before!.traces;
}

function examineExcerpt(sieve: Sieve, format: Format, text: string): void {
  const lines = text.split(/(?<=\n)/);
  for (let at = 0; at < lines.length; at += 5) sieve.take(lines.slice(at, at + 5).join(''));
  const excerpt = sieve.end();
  const own = (line: string): string => line.replace(/[\r\n]+$/, '');
  for (const [at, line] of excerpt.text.split('\n').entries()) {
    const there = lines[excerpt.lineInFile(at)] ?? '';
    check(line === '' || own(line) === own(there), `${format.id}: an excerpt has a line that its file has not`, {
      line,
      there,
    });
  }
  const trace = format.parse(excerpt.text, 'log');
  check(trace.sections.length >= 0 && trace.facts.waits.length >= 0, `${format.id}: an excerpt cannot be read`);
}
