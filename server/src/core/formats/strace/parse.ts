// How a strace log is spelled: lines to events, kept in number columns. One pass, character by character where it counts (half
// of a large log's lines are never looked at again), and no regular expression or substring for a common line.

import { ByteColumn, IntColumn, NumberColumn } from '../../text/columns.js';
import { type Lines, peel } from '../../text/lines.js';
import type { Span } from '../../text/span.js';
import type { Steps } from '../../text/steps.js';
import { CallNames } from './callNames.js';
import { Role } from './calls.js';
import { adopt, cloneFlags, type Finished, finish, fork, namePidfd, sent } from './effects.js';
import { DETACHED, SHAPE, Shape } from './shapes.js';
import { isoDay, secondsOfDay, stampOf, zoneEnd } from './stamps.js';
import { Kind, Mark, type Task, type World } from './state.js';
import { CLOSED, FdTable, lifeOf } from './table.js';
import { Tail } from './tail.js';
import { readNumber, within } from './text.js';

/** Lines that are one piece of the work. */
const PIECE = 8000;

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];
const MASK = 4095;

/** One text. Several that belong together (`log.1246`, `log.1247`) share a world and are read in the order of their times. */
export class Log {
  readonly world: World;
  text: string;
  readonly scope: string;
  /** Index of this text among those read together. */
  readonly source: number;

  // Events, in the order of the text.
  readonly start: IntColumn;
  readonly shape: ByteColumn;
  /** Index of the task. */
  readonly task: IntColumn;
  /** Name of the call, index into `names`; -1 for other events. */
  readonly call: IntColumn;
  /** The life of the descriptor that is the first argument; -1. */
  readonly life: IntColumn;
  /** The other half; -1. */
  readonly link: IntColumn;

  /** Names of calls as they were met. */
  get names(): readonly string[] {
    return this.#calls.names;
  }

  /** Calls that took long: first and last event, seconds. */
  readonly slowEvent = new IntColumn(16);
  readonly slowEnd = new IntColumn(16);
  readonly slowSeconds = new NumberColumn(16);

  linesTotal = 0;
  linesUnderstood = 0;
  /** The first lines that could not be read. */
  readonly unread: Span[] = [];
  unreadCount = 0;

  /** Time of the latest line in seconds; NaN without times. From a stamp: of the day or the epoch. */
  get clock(): number {
    if (this.#clockAt >= 0) {
      this.#clock = this.#clockDay + stampOf(this.text, this.#clockAt);
      this.#clockAt = -1;
    }
    return this.#clock;
  }
  firstClock = Number.NaN;
  /** The latest event in which a call began or ended by itself; what comes after are only ends. */
  lastCall = -1;
  /** Lines tell the task: `123 ` or `[pid 123] `. */
  prefixed = false;

  readonly #slowSeconds: number;
  readonly #lines: Lines | undefined;
  readonly #ownTid: number;
  #position = 0;
  #day = 0;
  #lastOfDay = Number.NaN;

  readonly #tail: Tail;
  readonly #calls = new CallNames();
  #hash2 = 0;

  // The task of a line, by tid: a small direct-mapped memory.
  readonly #tids = new Float64Array(MASK + 1).fill(-1);
  readonly #tasks: (Task | undefined)[] = new Array(MASK + 1);
  /** Lines without a pid. */
  #plain: Task | undefined;
  /** The task that strace was attached to. */
  #attached: Task | undefined;
  #attachedMany = false;
  /** Tasks in a fork that has not returned. */
  readonly #forking = new Set<Task>();
  /** The child of each that appeared meanwhile. */
  readonly #provisional = new Map<Task, Task>();
  /** The task whose line was broken last. */
  #torn: Task | undefined;
  readonly #live = new Set<Task>();

  /** The number of the descriptor that is the first argument. */
  #fd = -1;
  // Times in front of the line: they count when it is an event.
  #stamp = Number.NaN;
  #stampAt = -1;
  #lastHour = 0;
  // The clock, or the place of the stamp that tells it.
  #clock = Number.NaN;
  #clockAt = -1;
  #clockDay = 0;
  #relative = Number.NaN;

  constructor(world: World, text: string, scope: string, source: number, ownTid = -1, lines?: Lines) {
    this.world = world;
    this.#slowSeconds = world.slowSeconds;
    this.#tail = new Tail(world.slowSeconds);
    this.text = text;
    this.scope = scope;
    this.source = source;
    this.#ownTid = ownTid;
    this.#lines = lines;
    const expected = Math.max(64, Math.floor(text.length / 70));
    this.start = new IntColumn(expected);
    this.shape = new ByteColumn(expected);
    this.task = new IntColumn(expected);
    this.call = new IntColumn(expected);
    this.life = new IntColumn(expected);
    this.link = new IntColumn(expected);
    this.#capacity = this.start.items.length;
  }

  /** How many events there are. */
  length = 0;
  #capacity = 0;

  /** A row of all columns: one test for room, where each column's own would be six. */
  #push(start: number, shape: number, task: number, call: number, life: number, link: number): void {
    const row = this.length;
    if (row === this.#capacity) this.#grow();
    this.start.items[row] = start;
    this.shape.items[row] = shape;
    this.task.items[row] = task;
    this.call.items[row] = call;
    this.life.items[row] = life;
    this.link.items[row] = link;
    this.length = row + 1;
  }

  #grow(): void {
    const size = Math.max(64, this.#capacity * 2);
    for (const column of [this.start, this.task, this.call, this.life, this.link])
      column.items = grown(column.items, new Int32Array(size));
    this.shape.items = grown(this.shape.items, new Uint8Array(size));
    this.#capacity = size;
  }

  /** Reads all lines. */
  run(): this {
    while (this.step());
    return this;
  }

  /** More has been written behind the text, which ended with a whole line: it is read next. */
  grow(text: string): void {
    this.text = text;
  }

  /** The same in pieces. */
  *runInPieces(): Steps<this> {
    while (this.#some()) yield;
    return this;
  }

  #some(): boolean {
    for (let left = PIECE; left > 0; left--) if (!this.step()) return false;
    return true;
  }

  /** The time in front of the next line; NaN where it has none, infinity at the end. */
  nextTime(): number {
    const { text } = this;
    if (this.#position >= text.length) return Number.POSITIVE_INFINITY;
    const found = /^(?:(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)|(\d{9,11}(?:\.\d{1,9})?)) /.exec(
      text.slice(this.#position, this.#position + 32),
    );
    if (!found) return Number.NaN;
    if (found[4] !== undefined) return Number(found[4]);
    const day = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]);
    return this.#day + (day < this.#lastOfDay - 43200 ? 86400 : 0) + day;
  }

  /** Reads one line; false at the end. */
  step(): boolean {
    const { text } = this;
    let start: number;
    let end: number;
    let last: boolean;
    if (this.#lines) {
      if (!this.#lines.next()) return this.#finish();
      start = this.#lines.start;
      end = this.#lines.end;
      last = end >= text.length;
    } else {
      start = this.#position;
      if (start >= text.length) return this.#finish();
      end = text.indexOf('\n', start);
      last = end < 0;
      if (last) end = text.length;
      this.#position = end + 1;
      if (end > start && text.charCodeAt(end - 1) === 13) end--;
    }
    this.linesTotal++;
    if (end === start) {
      this.linesUnderstood++;
      return true;
    }
    this.#line(start, start, end, last);
    return true;
  }

  /** The end of the text: times of open calls are read, nothing else is left to do. */
  #finish(): false {
    for (const task of this.world.tasks) if (task.open >= 0 && task.source === this.source) this.#opened(task);
    return false;
  }

  /** `start` is where the line's event starts (its section), `from` where its strace part does. */
  #line(start: number, from: number, end: number, last: boolean): void {
    const { text } = this;
    let i = from;
    let c = text.charCodeAt(i) | 0;
    let tid = -1;
    let stamp = Number.NaN;
    let relative = Number.NaN;
    let stampAt = -1;

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

    c = text.charCodeAt(i) | 0;
    if ((c >= 97 && c <= 122) || c === 95) {
      let h = 0;
      let g = 0;
      let j = i;
      for (; (c >= 97 && c <= 122) || c === 95 || (c >= 48 && c <= 57); c = text.charCodeAt(++j) | 0) {
        h = (Math.imul(h, 31) + c) | 0;
        g = Math.imul(g ^ c, 0x01000193);
      }
      this.#hash2 = g;
      if (c === 40 && j < end && j - i <= 40) {
        if (this.#call(start, i, j, h, end, last, tid)) return;
      }
    } else if (c === 60 && (text.charCodeAt(i + 1) | 0) === 46) {
      if (this.#resumed(start, i, end, tid)) return;
    }
    this.#other(start, from, i, end, last, tid);
  }

  #tick(): void {
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

  /** When the task's open call began. */
  #opened(task: Task): number {
    if (task.openAt >= 0) {
      task.openTime = task.openDay + stampOf(this.text, task.openAt);
      task.openAt = -1;
    }
    return task.openTime;
  }

  // --- calls ---

  #call(
    start: number,
    nameStart: number,
    paren: number,
    hash: number,
    end: number,
    last: boolean,
    tid: number,
  ): boolean {
    const { text, world } = this;
    const args = paren + 1;
    const shape = this.#tail.read(text, args, end, last);
    const known = this.names.length;
    const call = this.#calls.id(text, hash, this.#hash2, nameStart, paren);
    const role = this.#calls.roles[call]!;
    // A word with parentheses that no strace prints: the program's own output.
    if (
      shape === Shape.cut &&
      this.#tail.argsEnd === end &&
      call === known &&
      role === Role.none &&
      !last &&
      this.#stampAt < 0 &&
      Number.isNaN(this.#stamp) &&
      Number.isNaN(this.#relative) &&
      tid < 0 &&
      this.length > 0
    )
      return false;
    const task = tid >= 0 ? this.#taskOf(tid) : this.#plainTask();
    this.linesUnderstood++;
    const event = this.length;
    this.#tick();
    this.lastCall = event;
    // A fork whose end the log does not show.
    if (this.#forking.size > 0 && task.open >= 0) this.#forking.delete(task);
    task.last = event;
    if (task.first < 0) this.#first(task, event);
    task.endedIn = -1;
    if (task.delayed >= 0) this.#delayedBy(task);

    // The descriptor that is its first argument.
    let life = -1;
    this.#fd = -1;
    if (role >= Role.uses) {
      const d = text.charCodeAt(args) | 0;
      if (d >= 48 && d <= 57 && USES_FD[role] === 1) {
        let n = d - 48;
        let k = args + 1;
        let c = text.charCodeAt(k) | 0;
        if (c === 120 && n === 0) n = readNumber(text, args, end);
        else for (; c >= 48 && c <= 57; c = text.charCodeAt(++k) | 0) n = (n * 10 + c - 48) | 0;
        this.#fd = n;
        const found = task.table.get(n);
        life = found >= 0 ? lifeOf(found) : world.life(task, n, this.source, event);
      }
    }
    this.#push(start, shape, task.index, call, life, -1);

    if (shape === Shape.call) {
      task.open = -1;
      if (task === this.#torn) this.#torn = undefined;
      if (this.#tail.seconds >= this.#slowSeconds && !this.#tail.question) this.#slow(event, event, this.#tail.seconds);
      if (this.#tail.delayedMark) {
        task.delayed = event;
        task.delayedTime = this.clock;
      }
      if (this.#tail.errorStart) this.#interrupt(task, event, call, this.clock, args);
      else if (task.interrupted >= 0) this.#goesOn(task, call, args, true);
      if (this.#tail.question && role !== Role.exits) {
        task.endedIn = event;
        task.endedInTime = this.clock;
      }
      if (role > Role.uses) this.#effect(task, role, call, life, event, event, text, args, this.#tail.argsEnd);
      return true;
    }
    task.open = event;
    task.openCall = call;
    task.openAt = this.#clockAt;
    if (this.#clockAt >= 0) task.openDay = this.#clockDay;
    else task.openTime = this.#clock;
    task.openArgs = args;
    task.openArgsEnd = this.#tail.argsEnd;
    task.torn = (shape & SHAPE) === Shape.cut;
    if (task.torn) {
      this.#torn = task;
      const note =
        this.#tail.argsEnd < end
          ? NOTE.exec(text.slice(this.#tail.argsEnd, Math.min(end, this.#tail.argsEnd + 120)))
          : undefined;
      if (note) this.#noted(note);
    }
    if (task.interrupted >= 0) this.#goesOn(task, call, args, false);
    if (role > Role.uses) this.#begins(task, role, call, life, event, args);
    return true;
  }

  /** What happens when a call begins, not when it ends. */
  #begins(task: Task, role: number, call: number, life: number, event: number, args: number): void {
    const { world, source, text } = this;
    switch (role) {
      case Role.closes:
        if (this.#fd >= 0) task.table.set(this.#fd, CLOSED);
        return;
      case Role.forks:
        this.#forking.add(task);
        return;
      case Role.flock:
        world.locks.push(source, event);
        return;
      case Role.fcntl:
        if (text.slice(args, task.openArgsEnd).includes('SETLK')) world.locks.push(source, event);
        return;
      case Role.sends:
        sent(world, { task, text, start: args, end: task.openArgsEnd, source, event });
        this.#message(life, role, event, args, task.openArgsEnd);
        return;
      case Role.reads:
      case Role.writes:
      case Role.receives:
        this.#message(life, role, event, args, task.openArgsEnd);
        return;
      case Role.connects:
        // A connection under way has its address already.
        finish(world, this.#finished(task, role, call, event, event, text, args, task.openArgsEnd, Number.NaN, ''));
        return;
    }
  }

  /** What a finished call does. `text` from `args` to `end` are its arguments. */
  #effect(
    task: Task,
    role: number,
    call: number,
    life: number,
    event: number,
    resultEvent: number,
    text: string,
    args: number,
    end: number,
  ): void {
    const { world } = this;
    switch (role) {
      case Role.reads:
      case Role.writes:
        if (event === resultEvent) this.#message(life, role, event, args, end);
        return;
      case Role.closes:
        // A close that fails with EINTR or EIO still closes (close(2)).
        if (event === resultEvent && this.#fd >= 0) task.table.set(this.#fd, CLOSED);
        return;
      case Role.futex:
      case Role.exits:
      case Role.restart:
        return;
      case Role.flock:
        if (event === resultEvent) world.locks.push(this.source, event);
        return;
      case Role.ownTid: {
        const tid = this.#result();
        if (task.tid < 0 && tid > 0) this.#bind(task, tid);
        return;
      }
      case Role.forks:
        this.#forked(task, call, event, text, args, end);
        return;
      case Role.sends:
        if (event === resultEvent) {
          sent(world, { task, text, start: args, end, source: this.source, event });
          this.#message(life, role, event, args, end);
        }
        return;
      case Role.receives:
        if (event === resultEvent) this.#message(life, role, event, args, end);
        break;
    }
    const result = this.#result();
    finish(world, this.#finished(task, role, call, event, resultEvent, text, args, end, result, this.#error()));
    if (role === Role.makes && result >= 0 && this.names[call] === 'pidfd_open')
      namePidfd(world, task, result, readNumber(text, args, args + 12));
  }

  #finished(
    task: Task,
    role: number,
    call: number,
    event: number,
    resultEvent: number,
    text: string,
    start: number,
    end: number,
    result: number,
    error: string,
  ): Finished {
    return {
      task,
      name: this.names[call]!,
      role,
      text,
      start,
      end,
      result,
      error,
      source: this.source,
      event,
      resultEvent,
    };
  }

  /** The result as a number; a path may follow it. In another pid namespace: strace's own number for it. */
  #result(): number {
    return this.#tail.question ? Number.NaN : readNumber(this.text, this.#tail.resultStart, this.#tail.resultEnd);
  }

  #error(): string {
    return this.#tail.errorStart ? this.text.slice(this.#tail.errorStart, this.#tail.errorEnd) : '';
  }

  /** Keeps what may be part of a conversation on D-Bus. */
  #message(life: number, role: number, event: number, args: number, end: number): void {
    if (life < 0) return;
    const { world, text } = this;
    const opened = world.lifeOpen.at(life);
    const marks = world.marks.at(opened);
    if (!(marks & Mark.bus)) {
      const kind = world.kind.at(opened);
      if ((kind !== Kind.unknown && kind !== Kind.socket) || role === Role.reads || role === Role.receives) return;
      // The first bytes of a message: byte order, type, flags, version; or of the handshake.
      let quote = args;
      const stop = Math.min(end, args + 200);
      while (quote < stop && (text.charCodeAt(quote) | 0) !== 34) quote++;
      if (quote >= stop || !looksLikeBus(text, quote + 1, end)) return;
      world.mark(opened, Mark.bus);
      if (!world.bus.has(opened)) world.bus.set(opened, []);
    }
    world.bus.get(opened)?.push(this.source, event);
  }

  #forked(task: Task, call: number, event: number, text: string, args: number, end: number): void {
    const { world } = this;
    this.#forking.delete(task);
    const printed = this.#result();
    if (!(printed > 0)) return;
    const flags = cloneFlags(this.names[call]!, text.slice(args, end));
    // = 4 /* 12744 in strace's PID NS */
    const comment = /\/\* (\d{1,10}) in strace's PID NS/.exec(
      this.text.slice(this.#tail.resultStart, this.#tail.resultEnd + 60),
    );
    const tid = comment ? Number(comment[1]) : printed;
    let child = world.byTid.get(tid);
    if (!child && !comment) {
      // The number is one of another pid namespace: a child that appeared meanwhile is it.
      child = this.#provisional.get(task);
      if (child && (!child.alive || !child.provisional)) child = undefined;
      if (child && child.tid !== tid) child.process.nsPid = tid;
    } else if (comment && child) child.process.nsPid = printed;
    if (child?.alive && (child.provisional || (child.first < 0 && !child.parent)))
      adopt(world, child, task, flags, event);
    else if (!child) fork(world, task, tid, flags, this.source, event);
    if (child && comment) child.process.nsPid = printed;
  }

  // --- second halves ---

  #resumed(start: number, at: number, end: number, tid: number): boolean {
    const { text } = this;
    if ((text.charCodeAt(at + 3) | 0) !== 46 || (text.charCodeAt(at + 4) | 0) !== 32) return false;
    let j = at + 5;
    let h = 0;
    let g = 0;
    let c = text.charCodeAt(j) | 0;
    for (; (c >= 97 && c <= 122) || c === 95 || (c >= 48 && c <= 57); c = text.charCodeAt(++j) | 0) {
      h = (Math.imul(h, 31) + c) | 0;
      g = Math.imul(g ^ c, 0x01000193);
    }
    this.#hash2 = g;
    // ` resumed>`
    if (
      c !== 32 ||
      (text.charCodeAt(j + 1) | 0) !== 114 ||
      (text.charCodeAt(j + 8) | 0) !== 62 ||
      (text.charCodeAt(j + 7) | 0) !== 100
    )
      return false;
    const call = this.#calls.id(text, h, g, at + 5, j);
    const rest = j + 9;
    const task = tid >= 0 ? this.#taskOf(tid, call) : this.#plainTask(call);
    this.linesUnderstood++;
    const shape = this.#tail.read(text, rest, end, false);
    this.#second(start, task, call, rest, shape);
    return true;
  }

  /** The second half of the task's open call: its `resumed` line, or what follows where the first half was broken. */
  #second(start: number, task: Task, call: number, rest: number, shape: number): void {
    const { text, world } = this;
    const event = this.length;
    const head = task.open;
    const known = head >= 0 && task.openCall === call;
    this.#push(start, Shape.resumed, task.index, call, -1, known ? head : -1);
    task.last = event;
    if (task.first < 0) this.#first(task, event);
    this.#tick();
    if (!this.#tail.question) this.lastCall = event;
    if (task === this.#torn) this.#torn = undefined;
    if (!known) {
      // Its first half is before the log.
      if (this.#tail.question && this.#calls.roles[call] !== Role.exits) {
        task.endedIn = event;
        task.endedInTime = Number.NaN;
      }
      return;
    }
    this.link.items[head] = event;
    if (shape !== Shape.call) return; // broken again
    task.open = -1;
    const seconds = this.#tail.seconds >= 0 ? this.#tail.seconds : this.clock - this.#opened(task);
    const role = this.#calls.roles[call]!;
    if (seconds >= this.#slowSeconds && !this.#tail.question) this.#slow(head, event, seconds);
    if (this.#tail.errorStart) this.#interrupt(task, head, call, this.#opened(task), task.openArgs);
    else if (task.interrupted >= 0) this.#goesOn(task, call, task.openArgs, true);
    if (this.#tail.question && role !== Role.exits) {
      task.endedIn = head;
      task.endedInTime = this.#opened(task);
    }
    if (role <= Role.uses) return;
    const life = this.life.at(head);
    if (
      role === Role.reads ||
      role === Role.writes ||
      role === Role.closes ||
      role === Role.futex ||
      role === Role.sends ||
      role === Role.flock
    )
      return;
    // Arguments that the first half did not have come with the second.
    const joined = text.slice(task.openArgs, task.openArgsEnd) + text.slice(rest, Math.max(rest, this.#tail.argsEnd));
    this.#effect(task, role, call, life, head, event, joined, 0, joined.length);
    if (role === Role.execs && !world.tasks[task.index]!.alive) task.alive = true;
  }

  // --- everything else ---

  #other(start: number, from: number, at: number, end: number, last: boolean, tid: number): void {
    const { text } = this;
    const c = text.charCodeAt(at);
    if (c === 43 && text.startsWith('+++ ', at)) {
      this.#exit(start, at, end, tid);
      return;
    }
    if (c === 45 && text.startsWith('--- ', at) && /^--- (?:SIG|stopped by |RT_|SI)/.test(text.slice(at, at + 16))) {
      this.#simple(start, Shape.signal, tid);
      return;
    }
    if (c === 91 && text.startsWith('[ Process PID=', at)) {
      this.#simple(start, Shape.mode, tid);
      return;
    }
    const note = NOTE.exec(text.slice(at, Math.min(end, at + 120)));
    if (note) {
      this.#note(start, note);
      return;
    }
    // The rest of a broken line, and what the program printed in between.
    const torn = this.#torn;
    if (torn?.alive && torn.open >= 0) {
      const rest = text.slice(at, Math.min(end, at + 40));
      if (
        /^ ?<(?:unfinished|detached) \.\.\.>/.test(rest) ||
        /^ {1,3}<(?:unfinished|detached)/.test(text.slice(from, Math.min(end, from + 40)))
      ) {
        torn.torn = false;
        this.#torn = undefined;
        const head = torn.open;
        this.shape.set(head, rest.includes('detached') ? Shape.unfinished | DETACHED : Shape.unfinished);
        this.linesUnderstood++;
        return;
      }
      const shape = this.#tail.read(text, from, end, last);
      if (shape === Shape.call) {
        this.linesUnderstood++;
        this.#second(start, torn, torn.openCall, from, shape);
        return;
      }
    }
    if (
      (text.charCodeAt(from) === 32 &&
        (text.startsWith(' > ', from) || text.startsWith(' | ', from) || text.startsWith(' * ', from))) ||
      isTable(text, from, end)
    ) {
      this.linesUnderstood++;
      return;
    }
    // A log's prefix before it?
    if (start === from) {
      const peeled = peel(text, start);
      if (peeled && peeled.start > start && peeled.start < end) {
        this.#line(start, peeled.start, end, last);
        return;
      }
      if (text.charCodeAt(start) === 27) {
        const coloured = /^(?:\x1b\[[0-9;]{0,20}m)+/.exec(text.slice(start, start + 64));
        if (coloured) {
          this.#line(start, start + coloured[0].length, end, last);
          return;
        }
      }
    }
    if (torn) this.linesUnderstood++;
    else {
      this.unreadCount++;
      if (this.unread.length < 200) this.unread.push({ start, end });
    }
  }

  /** An event that changes nothing. */
  #simple(start: number, shape: number, tid: number): Task {
    const task = tid >= 0 ? this.#taskOf(tid) : this.#plainTask();
    this.linesUnderstood++;
    this.#tick();
    if (task.first < 0) this.#first(task, this.length);
    task.last = this.length;
    this.#push(start, shape, task.index, -1, -1, -1);
    return task;
  }

  #exit(start: number, at: number, end: number, tid: number): void {
    const event = this.length;
    const task = this.#simple(start, Shape.exit, tid);
    const fate = this.text.slice(at + 4, Math.min(end, at + 80)).replace(/ \+{0,3}\s*$/, '');
    if (fate.startsWith('superseded')) {
      // The thread that called execve goes on under this number.
      const heir = this.world.byTid.get(Number(/\d+/.exec(fate)?.[0] ?? -1));
      this.#ends(task, 'superseded', event);
      if (heir && heir !== task) {
        this.world.byTid.delete(heir.tid);
        heir.tid = task.tid;
        this.world.byTid.set(task.tid, heir);
        this.#tids.fill(-1);
      }
      return;
    }
    this.#ends(task, fate, event);
  }

  #ends(task: Task, fate: string, event: number): void {
    task.alive = false;
    task.fate = fate;
    task.fateEvent = event;
    if (task.open >= 0) {
      task.endedIn = task.open;
      task.endedInTime = this.#opened(task);
      task.open = -1;
    }
    this.#live.delete(task);
    if (task === this.#plain) this.#plain = undefined;
    if (task === this.#torn) this.#torn = undefined;
    if (this.world.byTid.get(task.tid) === task) this.world.byTid.delete(task.tid);
    const slot = task.tid & MASK;
    if (this.#tids[slot] === task.tid) this.#tids[slot] = -1;
    this.#forking.delete(task);
  }

  #note(start: number, note: RegExpExecArray): void {
    const task = this.#noted(note);
    this.linesUnderstood++;
    this.#push(start, Shape.note, task.index, -1, -1, -1);
  }

  /** strace says that it follows a task from now on, or no longer. */
  #noted(note: RegExpExecArray): Task {
    const { world } = this;
    const tid = Number(note[1]);
    const attached = note[2] === 'attached';
    let task = world.byTid.get(tid);
    if (attached) {
      if (!task) {
        const parent =
          this.#forking.size === 1
            ? first(this.#forking)
            : this.#torn && this.#isFork(this.#torn)
              ? this.#torn
              : undefined;
        task = parent ? this.#child(parent, tid) : this.#newcomer(tid);
        if (!parent) {
          if (this.#attached) this.#attachedMany = true;
          else this.#attached = task;
        }
      }
      this.#live.add(task);
    } else if (task) {
      task.fate ||= 'detached';
      if (this.#plain === task || this.#live.size <= 1) this.#plain = task;
    }
    return task ?? this.#plainTask();
  }

  // --- tasks ---

  /** The task's first line: with -ff it stands in another text than the call that made it. */
  #first(task: Task, event: number): void {
    task.first = event;
    task.source = this.source;
  }

  #isFork(task: Task): boolean {
    return task.open >= 0 && this.#calls.roles[task.openCall] === Role.forks;
  }

  /** The living task with the number; `resuming`: the call whose second half the line has. */
  #taskOf(tid: number, resuming = -1): Task {
    const slot = tid & MASK;
    if (this.#tids[slot] === tid) return this.#tasks[slot]!;
    let task = this.world.byTid.get(tid);
    if (!task) task = this.#appears(tid, resuming);
    this.prefixed = true;
    this.#live.add(task);
    this.#tids[slot] = tid;
    this.#tasks[slot] = task;
    return task;
  }

  #appears(tid: number, resuming: number): Task {
    const plain = this.#plain;
    if (plain && plain.tid < 0 && plain.alive) {
      // Lines without a number came first: they were this one's, unless it is a child of theirs.
      const child = this.#forking.has(plain) && resuming < 0;
      if (!child) {
        this.#bind(plain, tid);
        return plain;
      }
    }
    const parent = first(this.#forking);
    if (parent && resuming < 0) {
      // The next unknown child is the next one's.
      if (this.#forking.size > 1) {
        this.#forking.delete(parent);
        this.#forking.add(parent);
      }
      return this.#child(parent, tid);
    }
    return this.#newcomer(tid);
  }

  /** A child whose fork has not returned yet. */
  #child(parent: Task, tid: number): Task {
    const flags = cloneFlags(this.names[parent.openCall] ?? '', this.text.slice(parent.openArgs, parent.openArgsEnd));
    const child = fork(this.world, parent, tid, flags, this.source, parent.open);
    child.provisional = true;
    this.#provisional.set(parent, child);
    return child;
  }

  /** A task whose beginning the log does not have. With one `Process N attached`, it is a thread of that process. */
  #newcomer(tid: number): Task {
    const leader = this.#attached;
    if (leader?.alive && !this.#attachedMany) return this.world.newTask(tid, leader.process, leader.table, this.source);
    return this.world.newTask(tid, this.world.newProcess(tid, undefined), new FdTable(), this.source);
  }

  #bind(task: Task, tid: number): void {
    const other = this.world.byTid.get(tid);
    if (other && other !== task) return;
    task.tid = tid;
    if (task.process.pid < 0) task.process.pid = tid;
    this.world.byTid.set(tid, task);
  }

  /** The task of a line without a number: the only one, or the one whose call the line resumes. */
  #plainTask(resuming = -1): Task {
    if (this.#ownTid >= 0 && !this.prefixed) {
      if (!this.#plain) {
        this.#plain =
          this.world.byTid.get(this.#ownTid) ??
          this.world.newTask(this.#ownTid, this.world.newProcess(this.#ownTid, undefined), new FdTable(), this.source);
        this.#live.add(this.#plain);
      }
      return this.#plain;
    }
    if (this.#live.size === 1) {
      for (const task of this.#live) this.#plain = task;
      return this.#plain!;
    }
    if (resuming >= 0 && this.#plain?.openCall !== resuming)
      for (const task of this.#live) if (task.open >= 0 && task.openCall === resuming) return task;
    if (this.#plain?.alive) return this.#plain;
    for (const task of this.#live) {
      this.#plain = task;
      return task;
    }
    const task = this.world.newTask(-1, this.world.newProcess(-1, undefined), new FdTable(), this.source);
    this.#live.add(task);
    this.#plain = task;
    return task;
  }

  // --- slow, interrupted and delayed calls ---

  #slow(event: number, end: number, seconds: number): void {
    this.slowEvent.push(event);
    this.slowEnd.push(end);
    this.slowSeconds.push(seconds);
  }

  /** A signal interrupted the call: if it is made again, it began here. */
  #interrupt(task: Task, event: number, call: number, time: number, args: number): void {
    const { text } = this;
    const c = text.charCodeAt(this.#tail.errorStart + 1);
    // EINTR and ERESTART…
    const interrupted =
      (c === 73 && text.startsWith('EINTR', this.#tail.errorStart)) ||
      (c === 82 && text.startsWith('ERESTART', this.#tail.errorStart));
    if (!interrupted) {
      if (task.interrupted >= 0) this.#goesOn(task, call, args, true);
      return;
    }
    if (task.interrupted >= 0 && this.#same(task, call, args)) return;
    task.interrupted = event;
    task.interruptedTime = time;
    task.interruptedCall = call;
    task.loops = 0;
  }

  /** Whether a call is the interrupted one again. */
  #same(task: Task, call: number, args: number): boolean {
    if (this.#calls.roles[call] === Role.restart) return true;
    if (call !== task.interruptedCall || task.source !== this.source) return false;
    const { text } = this;
    const before = text.indexOf('(', this.start.at(task.interrupted)) + 1;
    for (let k = 0; k < 48; k++) {
      const c = text.charCodeAt(args + k);
      if (c !== text.charCodeAt(before + k)) return false;
      if (c === 44 || c === 10 || c === 41 || Number.isNaN(c)) break;
    }
    return true;
  }

  #goesOn(task: Task, call: number, args: number, finished: boolean): void {
    if (this.#same(task, call, args)) {
      if (finished) task.interrupted = -1;
      return;
    }
    // A handler's calls come in between; a program that goes on with something else has given up.
    if (call === task.interruptedCall || ++task.loops > 16) task.interrupted = -1;
  }

  /** The call before was delayed by strace (`inject=…:delay_exit`): the next line tells how long. */
  #delayedBy(task: Task): void {
    const seconds = this.clock - task.delayedTime;
    const event = task.delayed;
    task.delayed = -1;
    const known = this.slowEvent.length > 0 && this.slowEvent.at(this.slowEvent.length - 1) === event;
    if (!known && seconds >= this.#slowSeconds * DELAYED_PART) this.#slow(event, event, seconds);
  }

  /** The time in front of an event, as its line shows it, without days counted; NaN where it shows none. */
  timeOf(event: number): number {
    const start = this.start.at(event);
    const line = this.text.slice(start, Math.min(this.text.length, start + 80));
    const found = /(?:^|[ \]T])(?:(\d\d):(\d\d):(\d\d(?:\.\d{1,9})?)|(\d{9,11}\.\d{1,9})) /.exec(line);
    if (!found) return Number.NaN;
    if (found[4] !== undefined) return Number(found[4]);
    const time = Number(found[1]) * 3600 + Number(found[2]) * 60 + Number(found[3]);
    // On the day on which the log ends, or the one before.
    const day = Math.floor(this.clock / 86400) * 86400;
    return day + time > this.clock ? day + time - 86400 : day + time;
  }

  /** The name of an event's call; ''. */
  nameOf(event: number): string {
    const id = this.call.at(event);
    return id < 0 ? '' : this.names[id]!;
  }
}

const first = <T>(set: ReadonlySet<T>): T | undefined => {
  for (const one of set) return one;
  return undefined;
};

function grown<A extends Int32Array | Uint8Array>(from: A, to: A): A {
  to.set(from);
  return to;
}

/** What strace delays on request is worth a mention from this part of a slow call's time on. */
const DELAYED_PART = 0.5;

/** Roles whose first argument is a descriptor. */
const USES_FD = Uint8Array.from({ length: 40 }, (_, role) =>
  Number(
    [
      Role.uses,
      Role.reads,
      Role.writes,
      Role.accepts,
      Role.dups,
      Role.fcntl,
      Role.ioctl,
      Role.closes,
      Role.connects,
      Role.names,
      Role.receives,
      Role.sends,
      Role.epollCtl,
      Role.flock,
      Role.getfd,
      Role.opens,
      Role.signalfd,
    ].some((one) => one === role),
  ),
);

const NOTE = /^(?:strace: )?Process (\d{1,10}) (attached|detached)/;

/** Lines of the table that -c and -C print. */
function isTable(text: string, start: number, end: number): boolean {
  const c = text.charCodeAt(start);
  if (c === 37) return text.startsWith('% time', start);
  if (c === 45) return text.startsWith('------', start);
  if (c !== 32 && c !== 49) return false;
  return /^(?: {1,2}\d{1,2}|100)\.\d\d +\d+\.\d{6} /.test(text.slice(start, Math.min(end, start + 40)));
}

/** The first bytes of a D-Bus message or handshake, as printed. */
function looksLikeBus(text: string, at: number, end: number): boolean {
  const c = text.charCodeAt(at);
  if (c === 108 || c === 66)
    return text.charCodeAt(at + 1) === 92 && /^\\[1-4]\\[0-7]\\1/.test(text.slice(at + 1, Math.min(end, at + 8)));
  if (c === 65) return text.startsWith('AUTH', at);
  if (c !== 92) return false;
  return /^(?:\\0AUTH|\\x00\\x41\\x55\\x54\\x48|\\x41\\x55\\x54\\x48|\\x(?:6c|42)\\x0[1-4]\\x0[0-7]\\x01)/.test(
    text.slice(at, Math.min(end, at + 24)),
  );
}

/** The thread that a file of `strace -ff -o log` is about, by its name: `log.1247`; -1. */
export function tidOfScope(scope: string): number {
  const found = /\.(\d{1,10})(?:\.(?:log|txt|strace))?$/.exec(scope);
  return found ? Number(found[1]) : -1;
}
