// Why nobody is named as a lock's holder: what the text lacks.

import { type Dump, GROUP, TORN } from './dump.js';
import type { Suspect } from './judge.js';
import type { Lock } from './locks.js';

/** Scores closer than this are as good as equal. */
export const CLOSE = 0.3;

/** The name of an article of kind `unheld`; undefined where somebody is named, or one of the candidates stands out. */
export function unheldReason(dump: Dump, lock: Lock, suspects: readonly Suspect[]): string | undefined {
  const [first, second] = suspects;
  if (!first && lock.waiters.every(({ row }) => dump.flags.at(row) & GROUP)) return 'counts-only';
  if (first) {
    const unsure = first.confidence === 'possible' && second !== undefined && first.score - second.score < CLOSE;
    return unsure ? 'too-close' : undefined;
  }
  if (isCut(dump, lock.part)) return 'cut-off';
  const unknown = lock.address < 0 && lock.waiters.every(({ receiver }) => receiver < 0);
  return unknown ? 'no-address' : 'no-candidate';
}

/** Whether a dump ends in the middle: a header or a frame that is not whole, or the `...` of an excerpt, is its last line. */
export function isCut(dump: Dump, part: number): boolean {
  const { span, sections } = dump.parts[part] ?? { span: undefined, sections: { start: 0, end: dump.length } };
  const last = sections.end - 1;
  if (last < 0 || !span) return false;
  if (dump.flags.at(last) & TORN) return true;
  const { first, end } = dump.frameRows(last);
  if (end > first && dump.placeStart.at(end - 1) < 0 && !(dump.flags.at(last) & GROUP)) {
    // gccgo and posts print no locations at all: then a frame without one is whole.
    for (let frame = 0; frame < Math.min(64, dump.frameStart.length); frame++)
      if (dump.placeStart.at(frame) >= 0) return true;
  }
  return /\n\s{0,8}(?:\.{3,6}|…)\s*$/.test(dump.text.slice(Math.max(span.start, span.end - 40), span.end));
}
