// Times and durations as logs print them. Instants are milliseconds since 1970 as if the printed clock were UTC: only their
// differences mean something, and printing one gives back what stands in the log.

import { isClock } from './peel.js';

const DAY = 86_400_000;
const HALF_YEAR = 183 * DAY;

const two = (text: string, at: number): number => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48;

/** `hh:mm:ss.ffffff` at the place as milliseconds since midnight, with fractions. */
export function clockAt(text: string, at: number): number {
  let ms = ((two(text, at) * 60 + two(text, at + 3)) * 60 + two(text, at + 6)) * 1000;
  if (text.charCodeAt(at + 8) === 46 || text.charCodeAt(at + 8) === 44) {
    let unit = 100;
    for (let stop = at + 9; stop < at + 18; stop++) {
      const value = text.charCodeAt(stop) - 48;
      if (!(value >= 0 && value <= 9)) break;
      ms += value * unit;
      unit /= 10;
    }
  }
  return ms;
}

/** The instant of a klog head (`E0413 10:53:52.844381`) in a year. */
export function klogTime(text: string, head: number, year: number): number {
  return Date.UTC(year, two(text, head + 1) - 1, two(text, head + 3)) + clockAt(text, head + 6);
}

/** The later minus the earlier, where the year is not printed: over New Year's Eve too. */
export function between(from: number, to: number): number {
  const ms = to - from;
  return ms < -HALF_YEAR ? ms + 365 * DAY : ms;
}

const pad = (value: number, width: number): string => String(value).padStart(width, '0');

/** `1008 16:18:22.376`: month and day, and the time to the millisecond (cut, not rounded). */
export function klogText(ms: number): string {
  const date = new Date(Math.floor(ms));
  return `${pad(date.getUTCMonth() + 1, 2)}${pad(date.getUTCDate(), 2)} ${clockText(ms)}`;
}

/** `16:18:22.376` */
export function clockText(ms: number): string {
  const date = new Date(Math.floor(ms));
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map((part) => pad(part, 2)).join(':');
  return `${clock}.${pad(date.getUTCMilliseconds(), 3)}`;
}

/** `16:18:22`, for titles. */
export const shortClock = (ms: number): string => clockText(ms).slice(0, 8);

/** Twelve months by their first letters, in the languages that logs have been met in. */
const MONTHS: Readonly<Record<string, number>> = {
  jan: 1,
  feb: 2,
  mar: 3,
  apr: 4,
  may: 5,
  jun: 6,
  jul: 7,
  aug: 8,
  sep: 9,
  oct: 10,
  nov: 11,
  dec: 12,
  janv: 1,
  févr: 2,
  fév: 2,
  mars: 3,
  avril: 4,
  avr: 4,
  mai: 5,
  juin: 6,
  juil: 7,
  août: 8,
  sept: 9,
  déc: 12, // fr
  mär: 3,
  mrz: 3,
  okt: 10,
  dez: 12, // de
  ene: 1,
  abr: 4,
  ago: 8,
  dic: 12, // es
  fev: 2,
  set: 9,
  out: 10, // pt
  gen: 1,
  mag: 5,
  giu: 6,
  lug: 7,
  ott: 10, // it
  mrt: 3,
  mei: 5, // nl
  янв: 1,
  фев: 2,
  мар: 3,
  апр: 4,
  май: 5,
  мая: 5,
  июн: 6,
  июл: 7,
  авг: 8,
  сен: 9,
  окт: 10,
  ноя: 11,
  дек: 12, // ru
  sty: 1,
  lut: 2,
  kwi: 4,
  maj: 5,
  cze: 6,
  lip: 7,
  sie: 8,
  wrz: 9,
  paź: 10,
  lis: 11,
  gru: 12, // pl
}; // prettier-ignore

/** The month that a word names; 0 where it names none that is known. `juin`, `Apr`, `12月`. */
export function monthOf(word: string): number {
  const number = /^(\d{1,2})[^\d]?/.exec(word);
  if (number) return Number(number[1]);
  const lower = word.toLowerCase().replace(/\.$/, '');
  return own(lower) ?? own(lower.slice(0, 4)) ?? own(lower.slice(0, 3)) ?? 0;
}

const own = (word: string): number | undefined => (Object.hasOwn(MONTHS, word) ? MONTHS[word] : undefined);

/** The instant of a stamp of any shape; undefined where it has no date and none is given. */
export function stampTime(text: string, start: number, end: number, year: number): number | undefined {
  const stamp = text.slice(start, Math.min(end, start + 48));
  const iso = /(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d{1,9})?)/.exec(stamp);
  if (iso) return Date.UTC(Number(iso[1]), Number(iso[2]) - 1, Number(iso[3])) + clockAt(iso[4]!, 0);
  const short = /^(\S{1,12}) {0,3}(\d{1,2})[^\d\s]? (\d\d:\d\d:\d\d(?:\.\d{1,9})?)/.exec(stamp);
  if (short) {
    const month = monthOf(short[1]!);
    return month > 0 ? Date.UTC(year, month - 1, Number(short[2])) + clockAt(short[3]!, 0) : undefined;
  }
  const unix = /^(\d{9,11}\.\d{1,9})/.exec(stamp);
  if (unix) return Number(unix[1]) * 1000;
  const monotonic = /^\[ {0,9}(\d{1,9}\.\d{1,9})\]/.exec(stamp);
  if (monotonic) return Number(monotonic[1]) * 1000;
  return isClock(stamp, 0) ? clockAt(stamp, 0) : undefined;
}

const UNITS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  µs: 0.001,
  μs: 0.001,
  us: 0.001,
  ns: 0.000001,
};

/**
 * A duration as Go prints it, in milliseconds; undefined where it is none. White space inside is a terminal's.
 *
 * Example input:  `2h33m12.704970756s`
 * Example output: 9192704.970756
 */
export function goDuration(printed: string): number | undefined {
  const text = printed.length > 80 ? '' : printed.replace(/\s+/g, '');
  let ms = 0;
  let read = 0;
  for (const part of text.matchAll(/(\d{1,9}(?:\.\d{1,12})?)(h|ms|m|[uµμ]s|ns|s)/g)) {
    if (part.index !== read) return undefined;
    ms += Number(part[1]) * UNITS[part[2]!]!;
    read += part[0].length;
  }
  return read > 0 && read === text.length ? ms : undefined;
}

/**
 * What `time.Since` the zero time prints: the largest duration there is, 292 years. It means "never".
 * time/time.go: `Sub` saturates.
 */
export const NEVER_MS = 200 * 365 * DAY;
