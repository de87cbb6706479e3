// What stands in front of a line's event: who (`123 `, `[pid 123] `), when (-t, -tt, -ttt, -r), -n and -i; and the log's clock, which
// follows those times.

import { isoDay, secondsOfDay, stampOf, zoneEnd } from './stamps.js';
import type { Task } from './state.js';
import { within } from './text.js';

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];

/**
 * Where the first line goes on behind a number that is the rest of a time, torn with the beginning of the log: the lines below it tell
 * no thread, and they would if any did. 0 where there is none.
 */
export function tornStamp(text: string): number {
  const number = /^\d{1,8} +/.exec(text.slice(0, 40));
  if (!number) return 0;
  for (let at = text.indexOf('\n'), looked = 0; at >= 0 && looked < 5; at = text.indexOf('\n', at + 1), looked++) {
    const line = text.slice(at + 1, at + 80);
    if (/^\d{1,8}(?: |<)/.test(line)) return 0;
    if (/^(?:\d\d:\d\d:\d\d|\d{9,11}\.\d| +\d{1,6}\.\d{3,9} |[a-z_]\w{1,39}\(|<\.\.\. )/.test(line))
      return number[0].length;
  }
  return 0;
}

export class Prefix {
  text: string;
  /** The number of the line's thread; -1 where it tells none. */
  tid = -1;
  /** Time of the first line that is an event; NaN. */
  firstClock = Number.NaN;
  // Times in front of the line: they count when it is an event.
  #stamp = Number.NaN;
  #stampAt = -1;
  #relative = Number.NaN;
  #day = 0;
  #lastOfDay = Number.NaN;
  #lastHour = 0;
  // The clock, or the place of the stamp that tells it.
  #clock = Number.NaN;
  #clockAt = -1;
  #clockDay = 0;

  constructor(text: string) {
    this.text = text;
  }

  /** What makes it as it is now. */
  saved(): () => void {
    const [day, lastOfDay, lastHour] = [this.#day, this.#lastOfDay, this.#lastHour];
    const [clock, clockAt, clockDay, firstClock] = [this.#clock, this.#clockAt, this.#clockDay, this.firstClock];
    return () => {
      [this.#day, this.#lastOfDay, this.#lastHour] = [day, lastOfDay, lastHour];
      [this.#clock, this.#clockAt, this.#clockDay, this.firstClock] = [clock, clockAt, clockDay, firstClock];
    };
  }

  /** Time of the latest event in seconds; NaN without times. From a stamp: of the day or the epoch. */
  get clock(): number {
    if (this.#clockAt >= 0) {
      this.#clock = this.#clockDay + stampOf(this.text, this.#clockAt);
      this.#clockAt = -1;
    }
    return this.#clock;
  }

  /** Whether the line says when. */
  get timed(): boolean {
    return this.#stampAt >= 0 || !Number.isNaN(this.#stamp) || !Number.isNaN(this.#relative);
  }

  /** Reads what stands in front of the line from `from` to `end`. Returns where its event begins. */
  read(from: number, end: number): number {
    const inner = (this.text.charCodeAt(from + 4) | 0) === 45 ? this.#dated(from, end) : from;
    const stamp = this.#stamp;
    const event = this.#when(this.#who(inner, end), end);
    // The log around it tells when, where strace does not.
    if (inner > from && this.#stampAt < 0 && Number.isNaN(this.#stamp)) this.#stamp = stamp;
    return event;
  }

  /**
   * Behind an ISO date and time, which are never strace's own (`kubectl logs --timestamps`): what follows begins as any line does.
   * Without them where the line begins.
   */
  #dated(from: number, end: number): number {
    const { text } = this;
    const day = isoDay(text, from);
    if (Number.isNaN(day)) return from;
    const found = /^\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)? /.exec(
      text.slice(from + 11, Math.min(end, from + 50)),
    );
    if (!found) return from;
    this.#day = day;
    this.#lastOfDay = Number.NaN;
    this.#stamp = day + secondsOfDay(text, from + 11);
    return from + 11 + found[0].length;
  }

  #who(from: number, end: number): number {
    const { text } = this;
    let i = from;
    let c = text.charCodeAt(i) | 0;
    let tid = -1;

    // [pid 123] or [pid 123<name>]
    if (c === 91) {
      if ((text.charCodeAt(i + 1) | 0) === 112 && text.startsWith('[pid ', i)) {
        let j = i + 5;
        while ((text.charCodeAt(j) | 0) === 32) j++;
        let n = 0;
        const digits = j;
        for (c = text.charCodeAt(j) | 0; c >= 48 && c <= 57; c = text.charCodeAt(++j) | 0) n = (n * 10 + c - 48) | 0;
        if (j > digits && j - digits <= 10) {
          if (c === 60) {
            const close = within(text, '>] ', j, end);
            j = close >= 0 && close < end ? close + 1 : end;
          }
          if ((text.charCodeAt(j) | 0) === 93) {
            tid = n;
            i = j + 1;
            while ((text.charCodeAt(i) | 0) === 32) i++;
          }
        }
      }
    } else if (c >= 48 && c <= 57) {
      let n = 0;
      let j = i;
      for (; c >= 48 && c <= 57; c = text.charCodeAt(++j) | 0) n = (n * 10 + c - 48) | 0;
      if (j - i <= 8) {
        if (c === 32) {
          tid = n;
          i = j + 1;
          while ((text.charCodeAt(i) | 0) === 32) i++;
        } else if (c === 60) {
          const close = within(text, '> ', j, end);
          if (close >= 0 && close < end) {
            tid = n;
            i = close + 2;
            while ((text.charCodeAt(i) | 0) === 32) i++;
          }
        }
      }
    }
    this.tid = tid;
    return i;
  }

  #when(from: number, end: number): number {
    const { text } = this;
    let i = from;
    let c: number;
    let stamp = Number.NaN;
    let relative = Number.NaN;
    let stampAt = -1;
    // Times, -n and -i, in any order that strace has.
    for (;;) {
      c = text.charCodeAt(i) | 0;
      if (c >= 48 && c <= 57) {
        let n = 0;
        let j = i;
        for (; c >= 48 && c <= 57; c = text.charCodeAt(++j) | 0) n = (n * 10 + c - 48) | 0;
        const whole = j - i;
        if (c === 58 && whole === 2) {
          // HH:MM:SS.uuuuuu, the commonest
          if (
            (text.charCodeAt(j + 13) | 0) === 32 &&
            (text.charCodeAt(j + 6) | 0) === 46 &&
            (text.charCodeAt(j + 3) | 0) === 58
          ) {
            // Read when asked for: with -T hardly any is. The hour tells of midnight.
            if (n + 12 < this.#lastHour) this.#day += 86400;
            this.#lastHour = n;
            this.#lastOfDay = n * 3600;
            stampAt = i;
            i = j + 14;
            c = text.charCodeAt(i) | 0;
            // Nothing but a call follows in most logs.
            if (c >= 97 && c <= 122) break;
            continue;
          }
          // HH:MM:SS
          let day = n * 3600;
          if ((text.charCodeAt(j + 3) | 0) !== 58) break;
          day += ((text.charCodeAt(j + 1) | 0) * 10 + (text.charCodeAt(j + 2) | 0) - 528) * 60;
          day += (text.charCodeAt(j + 4) | 0) * 10 + (text.charCodeAt(j + 5) | 0) - 528;
          j += 6;
          if (Number.isNaN(day)) break;
          c = text.charCodeAt(j) | 0;
          if (c === 46 || c === 44) {
            let f = 0;
            const point = j++;
            for (c = text.charCodeAt(j) | 0; c >= 48 && c <= 57; c = text.charCodeAt(++j) | 0)
              f = (f * 10 + c - 48) | 0;
            day += f / (POWERS[j - point - 1] ?? 1e9);
          }
          if (c !== 32) break;
          // Midnight.
          if (day < this.#lastOfDay - 43200) this.#day += 86400;
          this.#lastOfDay = day;
          stamp = this.#day + day;
          i = j + 1;
        } else if (c === 46) {
          let f = 0;
          const point = j++;
          for (c = text.charCodeAt(j) | 0; c >= 48 && c <= 57; c = text.charCodeAt(++j) | 0) f = (f * 10 + c - 48) | 0;
          if (c !== 32 || j - point > 13) break;
          const value = n + f / POWERS[j - point - 1]!;
          if (whole >= 9) stamp = value;
          else relative = value;
          i = j + 1;
        } else if (c === 32) {
          if (whole >= 9) stamp = n;
          else relative = n;
          i = j + 1;
        } else if (c === 45 && whole === 4) {
          // A date before the time: 2026-11-23T10:54:26.196128 (ts, journals, Docker)
          const day = isoDay(text, i);
          if (Number.isNaN(day)) break;
          this.#day = day;
          this.#lastOfDay = Number.NaN;
          i += 11;
          const zone = zoneEnd(text, i, end);
          if (zone >= 0) {
            const at = secondsOfDay(text, i);
            if (Number.isNaN(at)) break;
            stamp = day + at;
            i = zone;
          }
        } else break;
        while ((text.charCodeAt(i) | 0) === 32) i++;
      } else if (c === 32) {
        // -r without a pid, or a line that belongs to another: a stack, a dump, the rest of a broken line.
        let j = i + 1;
        while ((text.charCodeAt(j) | 0) === 32) j++;
        const d = text.charCodeAt(j) | 0;
        if (d >= 48 && d <= 57 && j - i >= 2) i = j;
        else break;
      } else if (c === 40 && (text.charCodeAt(i + 1) | 0) === 43) {
        // (+     0.000548)
        const close = within(text, ') ', i, Math.min(end, i + 40));
        if (close < 0 || close >= end) break;
        relative = Number(text.slice(i + 2, close));
        i = close + 2;
      } else if (c === 91) {
        // [  59] and [00007f70fc1e2ad7]
        const next = text.charCodeAt(i + 1) | 0;
        if (!(next === 32 || next === 63 || (next >= 48 && next <= 57) || (next >= 97 && next <= 102))) break;
        const close = within(text, '] ', i, Math.min(end, i + 24));
        if (close < 0 || close >= end || close - i > 18) break;
        if (text.startsWith('[ Process', i)) break;
        i = close + 2;
      } else break;
    }
    this.#stamp = stamp;
    this.#relative = relative;
    this.#stampAt = stampAt;
    return i;
  }

  /** The line is an event: its time counts. */
  tick(): void {
    if (this.#stampAt >= 0) {
      this.#clockAt = this.#stampAt;
      this.#clockDay = this.#day;
    } else if (!Number.isNaN(this.#stamp)) {
      this.#clock = this.#stamp;
      this.#clockAt = -1;
    } else if (!Number.isNaN(this.#relative)) {
      const before = this.clock;
      this.#clock = (Number.isNaN(before) ? 0 : before) + this.#relative;
      this.#clockAt = -1;
    } else return;
    if (Number.isNaN(this.firstClock)) this.firstClock = this.clock;
  }

  /** The task's call begins now. */
  begin(task: Task): void {
    task.openAt = this.#clockAt;
    if (this.#clockAt >= 0) task.openDay = this.#clockDay;
    else task.openTime = this.#clock;
  }

  /** When the task's open call began. */
  opened(task: Task): number {
    if (task.openAt >= 0) {
      task.openTime = task.openDay + stampOf(this.text, task.openAt);
      task.openAt = -1;
    }
    return task.openTime;
  }

  /** The time in front of the line at `at`, which is the next one; NaN where it has none. */
  timeAt(at: number): number {
    const found = /^(?:(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)|(\d{9,11}(?:\.\d{1,9})?)) /.exec(
      this.text.slice(at, at + 32),
    );
    if (!found) return Number.NaN;
    if (found[4] !== undefined) return Number(found[4]);
    const day = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]);
    return this.#day + (day < this.#lastOfDay - 43200 ? 86400 : 0) + day;
  }
}
