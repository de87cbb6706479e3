// What one event says: its time, its process, its words. Read from the text when asked for; nothing is kept.

import { CLASSES } from './classes.js';
import { CALLS } from './knowledge/calls.js';
import { ERRORS } from './knowledge/errors.js';
import { REASONS } from './knowledge/reasons.js';
import type { Journal } from './parse.js';
import { findKlog, isKlog, NONE, Peel, RECORD } from './peel.js';
import { clockAt, goDuration, klogTime, monthOf, NEVER_MS, stampTime } from './time.js';

/** How much of a message is looked at. */
const LONGEST = 8_000;
/** An entry has at most so many fields before its message. */
const MOST_FIELDS = 40;
/** A message that a terminal or a post broke goes on in so many lines. */
const MOST_BROKEN = 3;
/** The year where the log names none. Only its length matters. */
const ANY_YEAR = 2023;
const ANY_LEAP_YEAR = 2024;

export type ErrorName = keyof typeof ERRORS;
export type ReasonName = keyof typeof REASONS | 'torn' | 'other';

/** What a "skipping pod synchronization" or a condition says. */
export interface Reasons {
  readonly names: ReadonlySet<ReasonName>;
  /** Milliseconds since the last relist; undefined where the text is cut or there was none. */
  readonly age: number | undefined;
  readonly thresholdSeconds: number | undefined;
}

export class Events {
  readonly journal: Journal;
  /** The year, where the text names one. */
  readonly yearPrinted: number | undefined;
  readonly year: number;
  readonly #peel: Peel;

  constructor(journal: Journal) {
    this.journal = journal;
    this.#peel = new Peel(journal.text);
    const head = journal.text.slice(0, 65_536);
    const found = /(?:^|[^\d])(20\d\d)-\d\d-\d\d[T ]\d\d:\d\d:|\w{3}, \d\d \w{3} (20\d\d) \d\d:/.exec(head);
    this.yearPrinted = found ? Number(found[1] ?? found[2]) : undefined;
    this.year = this.yearPrinted ?? (/[IWEF]0229 \d\d:/.test(head) ? ANY_LEAP_YEAR : ANY_YEAR);
  }

  get length(): number {
    return this.journal.record.length;
  }

  name(event: number): (typeof CLASSES)[number]['name'] {
    return CLASSES[this.journal.kind.at(event)]!.name;
  }

  record(event: number): number {
    return this.journal.record.at(event);
  }

  /** When it was written, by the program itself where that says so: klog's own time is the true one. */
  time(event: number): number | undefined {
    const { journal } = this;
    const head = journal.head.at(event);
    if (head >= 0) return klogTime(journal.text, head, this.year);
    if (this.name(event) === 'condition') return this.#rowTime(event);
    return this.#jsonTime(this.record(event)) ?? this.#logrusTime(event) ?? this.stamp(event);
  }

  /** When the log took it. */
  stamp(event: number): number | undefined {
    return this.stampOf(this.journal.record.at(event));
  }

  stampOf(record: number): number | undefined {
    const { journal } = this;
    const peel = this.#read(record);
    if (peel.stampEnd > peel.stamp && peel.shape !== RECORD)
      return stampTime(journal.text, peel.stamp, peel.stampEnd, this.year);
    const start = journal.start.at(record);
    const entry = journal.text.slice(start, Math.min(journal.endOf(record), start + LONGEST));
    const micros = /"?__REALTIME_TIMESTAMP"?(?:=| ?: ?")(\d{15,17})/.exec(entry);
    return micros ? Number(micros[1]) / 1000 : undefined;
  }

  /** The klog time of a record; undefined where it has none. */
  klogOf(record: number): number | undefined {
    const { text } = this.journal;
    const stop = this.journal.endOf(record);
    for (let at = this.journal.start.at(record), line = 0; at < stop && line < MOST_FIELDS; line++) {
      let end = text.indexOf('\n', at);
      if (end < 0 || end > stop) end = stop;
      this.#peel.read(at, end);
      const head = isKlog(text, this.#peel.message) ? this.#peel.message : findKlog(text, at, end);
      if (head >= 0 && head + 21 <= end) return klogTime(text, head, this.year);
      at = end + 1;
    }
    return undefined;
  }

  /** When a record of the kubelet was written, by its own clock; undefined where it does not say. */
  timeOf(record: number): number | undefined {
    return this.klogOf(record) ?? this.#jsonTime(record);
  }

  #read(record: number): Peel {
    const { journal } = this;
    const start = journal.start.at(record);
    let end = journal.text.indexOf('\n', start);
    if (end < 0) end = journal.text.length;
    this.#peel.read(start, end);
    return this.#peel;
  }

  /** `time="2024-10-08T16:18:20.376114Z" level=…`, in front of the message. */
  #logrusTime(event: number): number | undefined {
    const { journal } = this;
    const start = journal.message.at(event);
    const line = journal.text.slice(Math.max(journal.start.at(journal.record.at(event)), start - 160), start);
    const found = /time=\\?"(\d{4}-\d\d-\d\dT[^"\\]{8,36})/.exec(line);
    return found ? stampTime(found[1]!, 0, found[1]!.length, this.year) : undefined;
  }

  /** `Ready   False   Mon, 08 Oct 2018 16:21:22 +0800`: when the kubelet said so. */
  #rowTime(event: number): number | undefined {
    const found = /\w{3}, (\d\d) (\w{3}) (\d{4}) (\d\d:\d\d:\d\d)/.exec(this.words(event).slice(0, 120));
    const month = found ? monthOf(found[2]!) : 0;
    return found && month > 0
      ? Date.UTC(Number(found[3]), month - 1, Number(found[1])) + clockAt(found[4]!, 0)
      : undefined;
  }

  /** `"ts":1753121332053.9302`: milliseconds; seconds in some versions. */
  #jsonTime(record: number): number | undefined {
    const { journal } = this;
    const start = journal.start.at(record);
    const line = journal.text.slice(start, Math.min(journal.endOf(record), start + LONGEST));
    const found = /\\?"ts\\?":(?:\\?"(\d{4}-\d\d-\d\dT[^"\\]{8,30})|(\d{9,14}(?:\.\d{1,9})?))/.exec(line);
    if (found?.[2]) return Number(found[2]) * (Number(found[2]) < 1e11 ? 1000 : 1);
    return found?.[1] ? stampTime(found[1], 0, found[1].length, this.year) : undefined;
  }

  /** The process id in the klog head; 0 where there is none. */
  pid(event: number): number {
    const head = this.journal.head.at(event);
    if (head < 0) return 0;
    const found = /^ {1,12}(\d{1,9}) /.exec(this.journal.text.slice(head + 21, head + 44));
    return found ? Number(found[1]) : 0;
  }

  /** The message in one line, as the program wrote it, JSON's escapes undone. */
  words(event: number): string {
    const { journal } = this;
    const start = journal.message.at(event);
    const record = journal.record.at(event);
    let raw = journal.text.slice(start, Math.min(journal.endOf(record), start + LONGEST));
    if (this.#escaped(event)) raw = unescaped(raw);
    return raw.includes('\n') ? raw.replace(/\r?\n\s{0,40}/g, '') : raw;
  }

  /** The same, with the lines behind it that a terminal's width has broken off. */
  brokenWords(event: number): string {
    const { journal } = this;
    const record = journal.record.at(event);
    let last = record;
    while (last < record + MOST_BROKEN && last + 1 < journal.length) {
      const peel = this.#read(last + 1);
      if (peel.shape !== NONE || isKlog(journal.text, peel.message)) break;
      last++;
    }
    const start = journal.message.at(event);
    return journal.text.slice(start, Math.min(journal.endOf(last), start + LONGEST)).replace(/\r?\n/g, '');
  }

  /** Whether the message stands within a JSON string. */
  #escaped(event: number): boolean {
    const { journal } = this;
    const at = journal.message.at(event);
    return journal.text.charCodeAt(at - 1) === 34 && this.#read(journal.record.at(event)).escaped;
  }

  reasons(event: number): Reasons {
    const words = this.words(event);
    const read = readReasons(words);
    if (!read.names.has('torn')) return read;
    const whole = readReasons(this.brokenWords(event));
    return whole.names.has('torn') ? read : whole;
  }

  /** Name of the call that failed, by CRI; '' where it is none. */
  call(event: number): string {
    if (this.name(event) !== 'call') return '';
    const start = this.journal.message.at(event);
    const word = /^[A-Za-z]{1,40}/.exec(this.journal.text.slice(start, start + 40))?.[0] ?? '';
    return Object.hasOwn(CALLS, word) ? word : '';
  }

  error(event: number): ErrorName | undefined {
    return readError(this.words(event));
  }
}

const ERROR_ROWS = Object.entries(ERRORS) as readonly (readonly [ErrorName, { readonly words: readonly string[] }])[];
const REASON_ROWS = Object.entries(REASONS) as readonly (readonly [
  ReasonName,
  { readonly words: readonly string[] },
])[];

/** What went wrong with a call, as its error says. */
export function readError(words: string): ErrorName | undefined {
  for (const [name, row] of ERROR_ROWS) if (row.words.some((word) => words.includes(word))) return name;
  return undefined;
}

const SEEN = 'pleg was last seen active ';
const THRESHOLD = 'threshold is ';
const UNHEALTHY = 'PLEG is not healthy';

/**
 * The reasons in a message.
 *
 * Example input:  `[container runtime is down PLEG is not healthy: pleg was last seen active 21m18.877402888s ago; threshold is 3m0s]`
 * Example output: down, stale; 1278877.402888 ms; 180 s
 */
export function readReasons(words: string): Reasons {
  const names = new Set<ReasonName>();
  for (const [name, row] of REASON_ROWS) if (row.words.some((word) => words.includes(word))) names.add(name);
  let age: number | undefined;
  let thresholdSeconds: number | undefined;
  if (names.has('stale')) {
    const from = words.indexOf(SEEN) + SEEN.length;
    const to = words.indexOf(' ago', from);
    age = words.indexOf(SEEN) < 0 || to < 0 ? undefined : goDuration(words.slice(from, to));
    const threshold = words.indexOf(THRESHOLD, from);
    if (threshold >= 0) {
      const printed = /^[\dhms.]{2,20}/.exec(words.slice(threshold + THRESHOLD.length))?.[0] ?? '';
      const ms = goDuration(printed.replace(/\.+$/, ''));
      if (ms !== undefined) thresholdSeconds = ms / 1000;
    }
    if (age !== undefined && age > NEVER_MS) {
      // The zero time: no relist yet. (To subtract it would give nonsense.)
      names.delete('stale');
      names.add('never');
      age = undefined;
    } else if (age === undefined) names.add('torn');
  } else if (words.includes(UNHEALTHY) && !names.has('never') && !names.has('events')) names.add('torn');
  if (names.size === 0) names.add('other');
  return { names, age, thresholdSeconds };
}

/** Undoes the escapes of a JSON string, once. */
function unescaped(raw: string): string {
  return raw.replace(/\\(["\\/nrt])/g, (_, c: string) => (c === 'n' ? '\n' : c === 'r' || c === 't' ? ' ' : c));
}

/** The first 64 hex digits in a row: a container's or sandbox's id. */
export function containerIn(words: string): { id: string; at: number } | undefined {
  let run = 0;
  for (let at = 0; at < words.length; at++) {
    const c = words.charCodeAt(at);
    const hex = (c >= 48 && c <= 57) || (c >= 97 && c <= 102);
    run = hex ? run + 1 : 0;
    if (run === 64) {
      const next = words.charCodeAt(at + 1);
      if ((next >= 48 && next <= 57) || (next >= 97 && next <= 102)) continue;
      return { id: words.slice(at - 63, at + 1), at: at - 63 };
    }
  }
  return undefined;
}
