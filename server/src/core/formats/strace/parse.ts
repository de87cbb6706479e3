// How a strace log is spelled: lines to events, kept in number columns. One pass, character by character where it counts (half
// of a large log's lines are never looked at again), and no regular expression or substring for a common line.

import { type Lines, peel } from '../../text/lines.js';
import type { Span } from '../../text/span.js';
import type { Steps } from '../../text/steps.js';
import { CallNames } from './callNames.js';
import { Role } from './calls.js';
import { type Finished, fcntlCommand, finish, namePidfd, sent } from './effects.js';
import { Events } from './events.js';
import { indentOf } from './indent.js';
import { beforeLastLine } from './lastLine.js';
import { Prefix, tornStamp } from './prefix.js';
import { Roster } from './roster.js';
import { DETACHED, SHAPE, Shape } from './shapes.js';
import { SlowCalls } from './slow.js';
import { Kind, Mark, type Task, type World } from './state.js';
import { CLOSED, lifeOf } from './table.js';
import { Tail } from './tail.js';
import { readNumber } from './text.js';

/** Code units in which a log shows how it is indented. */
const HEAD = 16_384;
/** Lines that are one piece of the work. */
const PIECE = 8000;

/** One text. Several that belong together (`log.1246`, `log.1247`) share a world and are read in the order of their times. */
export class Log extends Events {
  readonly world: World;
  text: string;
  readonly scope: string;
  /** Index of this text among those read together. */
  readonly source: number;

  /** Names of calls as they were met. */
  get names(): readonly string[] {
    return this.#calls.names;
  }

  /** Calls that took long. */
  readonly slow: SlowCalls;

  linesTotal = 0;
  linesUnderstood = 0;
  /** The first lines that could not be read. */
  readonly unread: Span[] = [];
  unreadCount = 0;

  /** Time of the latest event in seconds; NaN without times. From a stamp: of the day or the epoch. */
  get clock(): number {
    return this.#prefix.clock;
  }
  /** The same of the first. */
  get firstClock(): number {
    return this.#prefix.firstClock;
  }
  /** The latest event in which a call began or ended by itself; what comes after are only ends. */
  lastCall = -1;
  /** Lines tell the task: `123 ` or `[pid 123] `. */
  get prefixed(): boolean {
    return this.#roster.prefixed;
  }

  readonly #lines: Lines | undefined;
  #position = 0;
  /** Takes back the line that the text ends within, which was read. */
  #takeBack: (() => number) | undefined;
  /** Blanks in front of every line that are not strace's. */
  readonly #indent: number;
  /** Where the first line begins. */
  readonly #torn: number;
  readonly #prefix: Prefix;
  readonly #tail: Tail;
  readonly #calls = new CallNames();
  readonly #roster: Roster;
  #hash2 = 0;
  /** The number of the descriptor that is the first argument. */
  #fd = -1;

  constructor(world: World, text: string, scope: string, source: number, ownTid = -1, lines?: Lines) {
    super(Math.max(64, Math.floor(text.length / 70)));
    this.world = world;
    this.text = text;
    this.scope = scope;
    this.source = source;
    this.#lines = lines;
    this.#indent = lines ? 0 : indentOf(text.slice(0, HEAD));
    this.#torn = tornStamp(text);
    this.#prefix = new Prefix(text);
    this.#tail = new Tail(world.slowSeconds);
    this.#roster = new Roster(this, this.#calls, ownTid);
    this.slow = new SlowCalls(this, this.#calls, world.slowSeconds);
  }

  /** Reads all lines. */
  run(): this {
    while (this.step());
    return this;
  }

  /** More has been written behind the text: it is read next. False where that cannot be: the log has to be read anew. */
  grow(text: string): boolean {
    this.world.goOn();
    // What its first lines are may show only now.
    if (indentOf(text.slice(0, HEAD)) !== this.#indent || tornStamp(text) !== this.#torn) return false;
    if (this.#takeBack) {
      this.#position = this.#takeBack();
      if (this.#position < 0) return false;
      this.#takeBack = undefined;
    }
    this.text = text;
    this.#prefix.text = text;
    return true;
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
    return this.#position >= this.text.length ? Number.POSITIVE_INFINITY : this.#prefix.timeAt(this.#position);
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
      if (last) this.#takeBack = beforeLastLine(this, start, this.#prefix, this.#roster, this.#calls);
      if (end > start && text.charCodeAt(end - 1) === 13) end--;
    }
    this.linesTotal++;
    if (end === start) {
      this.linesUnderstood++;
      return true;
    }
    const from = this.#indent > 0 ? this.#indented(start, end) : start === 0 ? this.#torn : start;
    this.#line(start, from, end, last);
    return true;
  }

  /** Where the line begins behind the blanks that all have. */
  #indented(start: number, end: number): number {
    let at = start;
    const stop = Math.min(end, start + this.#indent);
    for (let c = this.text.charCodeAt(at); at < stop && (c === 32 || c === 9); c = this.text.charCodeAt(++at));
    return at;
  }

  /** The end of the text: times of open calls are read, nothing else is left to do. */
  #finish(): false {
    for (const task of this.world.tasks) if (task.open >= 0 && task.source === this.source) this.#prefix.opened(task);
    this.world.rest();
    return false;
  }

  /** `start` is where the line's event starts (its section), `from` where its strace part does. */
  #line(start: number, from: number, end: number, last: boolean): void {
    const { text } = this;
    const i = this.#prefix.read(from, end);
    let c = text.charCodeAt(i) | 0;
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
        if (this.#call(start, i, j, h, end, last)) return;
      }
    } else if (c === 60 && (text.charCodeAt(i + 1) | 0) === 46) {
      if (this.#resumed(start, i, end)) return;
    }
    this.#other(start, from, i, end, last);
  }

  // --- calls ---

  #call(start: number, nameStart: number, paren: number, hash: number, end: number, last: boolean): boolean {
    const { text, world } = this;
    const prefix = this.#prefix;
    const tail = this.#tail;
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
      !prefix.timed &&
      prefix.tid < 0 &&
      this.length > 0
    )
      return false;
    const task = this.#roster.of(prefix.tid);
    this.linesUnderstood++;
    const event = this.length;
    prefix.tick();
    this.lastCall = event;
    this.#roster.calls(task);
    task.last = event;
    if (task.first < 0) this.#first(task, event);
    task.endedIn = -1;
    if (task.delayed >= 0) this.slow.delayed(task, this.clock);

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
    this.push(start, shape, task.index, call, life, -1);

    if (shape === Shape.call) {
      task.open = -1;
      if (task === this.#roster.torn) this.#roster.torn = undefined;
      if (tail.seconds >= this.slow.from && !tail.question) this.slow.add(event, event, tail.seconds);
      if (this.#tail.delayedMark) {
        task.delayed = event;
        task.delayedTime = this.clock;
      }
      if (tail.interrupted(text)) this.slow.interrupted(task, event, call, this.clock, args);
      else if (task.interrupted >= 0) this.slow.goesOn(task, call, args, true);
      if (this.#tail.question && role !== Role.exits) {
        task.endedIn = event;
        task.endedInTime = this.clock;
      }
      if (role > Role.uses) this.#effect(task, role, call, life, event, event, text, args, this.#tail.argsEnd);
      return true;
    }
    task.open = event;
    task.openCall = call;
    prefix.begin(task);
    task.openArgs = args;
    task.openArgsEnd = this.#tail.argsEnd;
    task.torn = (shape & SHAPE) === Shape.cut;
    if (task.torn) {
      this.#roster.torn = task;
      const note =
        this.#tail.argsEnd < end
          ? NOTE.exec(text.slice(this.#tail.argsEnd, Math.min(end, this.#tail.argsEnd + 120)))
          : undefined;
      if (note) this.#noted(note);
    }
    if (task.interrupted >= 0) this.slow.goesOn(task, call, args, false);
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
        this.#roster.forks(task);
        return;
      case Role.flock:
        world.locks.push(source, event);
        return;
      case Role.fcntl:
        if (fcntlCommand(text.slice(args, Math.min(task.openArgsEnd, args + 200))).includes('SETLK'))
          world.locks.push(source, event);
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
        if (task.tid < 0 && tid > 0) this.#roster.bind(task, tid);
        return;
      }
      case Role.forks:
        this.#roster.forked(task, call, event, text.slice(args, end), this.#result(), this.#tail.printed(this.text));
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

  // --- second halves ---

  #resumed(start: number, at: number, end: number): boolean {
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
    const task = this.#roster.of(this.#prefix.tid, call);
    this.linesUnderstood++;
    const shape = this.#tail.read(text, rest, end, false);
    this.#second(start, task, call, rest, shape);
    return true;
  }

  /** The second half of the task's open call: its `resumed` line, or what follows where the first half was broken. */
  #second(start: number, task: Task, call: number, rest: number, shape: number): void {
    const { text, world } = this;
    const prefix = this.#prefix;
    const tail = this.#tail;
    const event = this.length;
    const head = task.open;
    const known = head >= 0 && task.openCall === call;
    this.push(start, Shape.resumed, task.index, call, -1, known ? head : -1);
    task.last = event;
    if (task.first < 0) this.#first(task, event);
    prefix.tick();
    if (!tail.question) this.lastCall = event;
    if (task === this.#roster.torn) this.#roster.torn = undefined;
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
    const seconds = tail.seconds >= 0 ? tail.seconds : this.clock - prefix.opened(task);
    const role = this.#calls.roles[call]!;
    if (seconds >= this.slow.from && !tail.question) this.slow.add(head, event, seconds);
    if (tail.interrupted(text)) this.slow.interrupted(task, head, call, prefix.opened(task), task.openArgs);
    else if (task.interrupted >= 0) this.slow.goesOn(task, call, task.openArgs, true);
    if (this.#tail.question && role !== Role.exits) {
      task.endedIn = head;
      task.endedInTime = prefix.opened(task);
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

  #other(start: number, from: number, at: number, end: number, last: boolean): void {
    const { text } = this;
    const c = text.charCodeAt(at);
    if (c === 43 && text.startsWith('+++ ', at)) {
      this.#exit(start, at, end);
      return;
    }
    if (c === 45 && text.startsWith('--- ', at) && /^--- (?:SIG|stopped by |RT_|SI)/.test(text.slice(at, at + 16))) {
      this.#simple(start, Shape.signal);
      return;
    }
    if (c === 91 && text.startsWith('[ Process PID=', at)) {
      this.#simple(start, Shape.mode);
      return;
    }
    const note = NOTE.exec(text.slice(at, Math.min(end, at + 120)));
    if (note) {
      this.#note(start, note);
      return;
    }
    // The rest of a broken line, and what the program printed in between.
    const { torn } = this.#roster;
    if (torn?.alive && torn.open >= 0) {
      const rest = text.slice(at, Math.min(end, at + 40));
      if (
        /^ ?<(?:unfinished|detached) \.\.\.>/.test(rest) ||
        /^ {1,3}<(?:unfinished|detached)/.test(text.slice(from, Math.min(end, from + 40)))
      ) {
        torn.torn = false;
        this.#roster.torn = undefined;
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
    if (from - start <= this.#indent) {
      const peeled = peel(text, from);
      if (peeled && peeled.start > from && peeled.start < end) {
        this.#line(start, peeled.start, end, last);
        return;
      }
      if (text.charCodeAt(from) === 27) {
        const coloured = /^(?:\x1b\[[0-9;]{0,20}m)+/.exec(text.slice(from, from + 64));
        if (coloured) {
          this.#line(start, from + coloured[0].length, end, last);
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
  #simple(start: number, shape: number): Task {
    const task = this.#roster.of(this.#prefix.tid);
    this.linesUnderstood++;
    this.#prefix.tick();
    if (task.first < 0) this.#first(task, this.length);
    task.last = this.length;
    this.push(start, shape, task.index, -1, -1, -1);
    return task;
  }

  #exit(start: number, at: number, end: number): void {
    const event = this.length;
    const task = this.#simple(start, Shape.exit);
    const fate = this.text.slice(at + 4, Math.min(end, at + 80)).replace(/ \+{0,3}\s*$/, '');
    if (fate.startsWith('superseded')) {
      // The thread that called execve goes on under this number.
      const heir = this.world.byTid.get(Number(/\d+/.exec(fate)?.[0] ?? -1));
      this.#ends(task, 'superseded', event);
      this.#roster.superseded(task, heir);
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
      task.endedInTime = this.#prefix.opened(task);
      task.open = -1;
    }
    this.#roster.ended(task);
  }

  #note(start: number, note: RegExpExecArray): void {
    const task = this.#noted(note);
    this.linesUnderstood++;
    this.push(start, Shape.note, task.index, -1, -1, -1);
  }

  #noted(note: RegExpExecArray): Task {
    return this.#roster.noted(Number(note[1]), note[2] === 'attached');
  }

  /** The task's first line: with -ff it stands in another text than the call that made it. */
  #first(task: Task, event: number): void {
    task.first = event;
    task.source = this.source;
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
