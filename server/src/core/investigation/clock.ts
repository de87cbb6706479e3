// When waits began, by the clocks of several files: each text's waits are counted back from the moment that it was taken at. All
// times are local ones of the machine as printed; what lacks a date is compared within a day.

import type { Taken, Trace, Wait } from '../trace/trace.js';

const DAY = 86_400;
const YEAR = 365 * DAY;

/** A moment as printed. */
export interface Moment {
  /** Seconds since 1970 as if the printed clock were UTC; without a year since its beginning, without a date since midnight. */
  readonly seconds: number;
  readonly known: 'year' | 'date' | 'time';
}

/** When something began: not before and not after, both included. */
export interface Began {
  readonly earliest: Moment;
  readonly latest: Moment;
}

/** Reads `2026-11-25 23:56:24.5`, `11-25 23:56:24`, `23:56:24`, and klog's `1125 23:56:24`. */
export function momentOf(text: string): Moment | undefined {
  const found = /^(?:(?:(\d{4})-)?(\d\d)-?(\d\d) )?(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)$/.exec(text);
  if (!found) return undefined;
  const [, year, month, day, hour, minute, second] = found;
  const time = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  if (month === undefined) return { seconds: time, known: 'time' };
  // Without a year: 2001, which has no leap day.
  const midnight = Date.UTC(Number(year ?? 2001), Number(month) - 1, Number(day)) / 1000;
  return { seconds: midnight + time, known: year === undefined ? 'date' : 'year' };
}

export const later = (moment: Moment, seconds: number): Moment => ({ ...moment, seconds: moment.seconds + seconds });

/** Seconds from one moment to another, as far as both are known: within a day, or a year, the shorter way round. */
export function between(from: Moment, to: Moment): number {
  if (from.known === 'year' && to.known === 'year') return to.seconds - from.seconds;
  if (from.known === 'time' || to.known === 'time') return around(to.seconds - from.seconds, DAY);
  return around(inYear(to) - inYear(from), YEAR);
}

/** Seconds since the year began. */
function inYear({ seconds }: Moment): number {
  return seconds - Date.UTC(new Date(seconds * 1000).getUTCFullYear(), 0, 1) / 1000;
}

function around(seconds: number, whole: number): number {
  const rest = ((seconds % whole) + whole) % whole;
  return rest > whole / 2 ? rest - whole : rest;
}

/** `23:56:24`, with the date where it is known: `11-25 23:56:24`. */
export function momentText(moment: Moment, date: boolean): string {
  const text = new Date(Math.floor(moment.seconds) * 1000).toISOString();
  return date && moment.known !== 'time' ? `${text.slice(5, 10)} ${text.slice(11, 19)}` : text.slice(11, 19);
}

/** When the moment was that a section's waits are counted back from. */
export const takenAt = (trace: Trace, section: number): Taken | undefined =>
  trace.facts.taken?.find(({ sections }) => sections.start <= section && section < sections.end);

/** When the wait began; undefined where its text tells no time or no duration. */
export function began(trace: Trace, wait: Wait): Began | undefined {
  if (wait.seconds === undefined) return undefined;
  const taken = takenAt(trace, wait.section);
  const at = taken && momentOf(taken.at);
  if (!at) return undefined;
  const middle = later(at, -wait.seconds);
  return { earliest: later(middle, -taken.within), latest: later(middle, taken.within) };
}

/** The middle of it: when it began, as told. */
export const middleOf = ({ earliest, latest }: Began): Moment => later(earliest, between(earliest, latest) / 2);

/** By how many seconds all of `first` lies before all of `second`; 0 where they may be at one time or the other way round. */
export const surelyBefore = (first: Began, second: Began): number =>
  Math.max(0, between(first.latest, second.earliest));

/** Programs stamp their lines a little late: only what is further apart, in seconds, is out of order. */
export const CLOCKS_APART = 2;
