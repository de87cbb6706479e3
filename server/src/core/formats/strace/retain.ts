// Which events of a log must stay so that the tasks, descriptors and open calls at its end come out of them again, and which are worth
// to be read by themselves.

import { ROLES, Role } from './calls.js';
import { GO_CALLS } from './goCalls.js';
import type { Log } from './parse.js';
import { SHAPE, Shape } from './shapes.js';
import { Kind } from './state.js';
import { type FdTable, lifeOf } from './table.js';
import { endsWithLog } from './view.js';

/** What is at the end comes out of it. */
export const STATE = 1;
/** It belongs into the excerpt, whatever comes later. */
export const OUT = 2;

/** So many of the latest events of each living task. */
const LAST_OF_TASK = 20;
/** Of each connection or pipe that is open: the first calls, and each task's latest. */
const FIRST_OF_LIFE = 3;
const LAST_OF_LIFE = 3;
/** For the latest, so many calls on it are looked at. */
const MOST_LOOKED = 1000;
/** The latest calls on a D-Bus connection: with more than these, from the beginning of a message on. */
const LAST_OF_BUS = 4000;
const LAST_LOCKS = 500;
const LAST_PASSED = 200;
const LAST_OF_FUTEX = 50;
/** Events after which a new task has a line of its own, if it ever has. */
const SOON = 5000;
/** Marks of Go of a process: two are enough to know it. */
const GO_MARKS = 4;
/** One event of so many stays, for the time. */
const ONE_OF = 5000;
/** Slow calls of one round, and calls that ended with their task. */
const MOST_SLOW = 2000;
const MOST_ENDED = 200;

const SIGNALS = /SIG(?:KILL|TERM|STOP|ABRT|QUIT|CONT)\b/;

export interface Retained {
  /** `STATE` and `OUT` by event. */
  readonly keep: Uint8Array;
  /** By event: how much it is missed; 0 is most. What closes and ends comes before what opens: half of it would name the wrong holder. */
  readonly rank: Uint8Array;
}

/** `told`: events that are in the excerpt already. */
export function retain(log: Log, told: readonly number[]): Retained {
  return new Retaining(log, told).run();
}

class Retaining {
  readonly #log: Log;
  readonly #keep: Uint8Array;
  readonly #rank: Uint8Array;
  /** By call. */
  readonly #roles: readonly number[];
  readonly #go: readonly (RegExp | undefined)[];
  readonly #namesSocket: readonly boolean[];
  /** Tasks that are there at the end: alive, or killed with the log. */
  readonly #there: Uint8Array;
  /** Lives that a living task has, and those that they are copies of. */
  readonly #live: Uint8Array;
  /** Open files of such lives, and their other ends. */
  readonly #files: Uint8Array;
  /** Why a task and a process stay: `STATE`, `OUT`. */
  readonly #task: Uint8Array;
  readonly #process: Uint8Array;

  constructor(log: Log, told: readonly number[]) {
    const { world } = log;
    this.#log = log;
    this.#keep = new Uint8Array(log.length);
    this.#rank = new Uint8Array(log.length).fill(1);
    for (const event of told) this.#keep[event] = OUT;
    this.#roles = log.names.map((name) => ROLES.get(name) ?? Role.none);
    this.#go = log.names.map((name) => GO_CALLS.get(name));
    this.#namesSocket = log.names.map((name) => name === 'getsockname');
    this.#live = new Uint8Array(world.lifeOpen.length);
    this.#files = new Uint8Array(world.kind.length);
    this.#there = Uint8Array.from(world.tasks, (task) => Number(task.alive || endsWithLog(task, log)));
    this.#task = new Uint8Array(world.tasks.length);
    this.#process = new Uint8Array(world.processes.length);
  }

  run(): Retained {
    this.#lives();
    this.#open();
    this.#noteworthy();
    this.#makers();
    this.#latest();
    this.#conversations();
    this.#futexes();
    this.#pins();
    this.#relevant();
    this.#changes();
    this.#relevant();
    this.#tasks();
    return { keep: this.#keep, rank: this.#rank };
  }

  /** Keeps an event and its other half. */
  #mark(event: number, flags: number, rank: number): void {
    if (event < 0) return;
    this.#keep[event]! |= flags;
    this.#rank[event] = Math.min(this.#rank[event]!, rank);
    const other = this.#log.link.at(event);
    if (other < 0) return;
    this.#keep[other]! |= flags;
    this.#rank[other] = Math.min(this.#rank[other]!, rank);
  }

  /** The text of an event, up to so many code units. */
  #line(event: number, most: number): string {
    const { start, text } = this.#log;
    const from = start.at(event);
    const line = text.slice(from, from + most);
    const end = line.indexOf('\n');
    return end < 0 ? line : line.slice(0, end);
  }

  /** What the living have open. */
  #lives(): void {
    const { world } = this.#log;
    const live = this.#live;
    const seen = new Set<FdTable>();
    for (const task of world.tasks) {
      if (!this.#there[task.index] || seen.has(task.table)) continue;
      seen.add(task.table);
      task.table.each(0, Number.POSITIVE_INFINITY, (_, value) => {
        live[lifeOf(value)] = 1;
      });
    }
    for (const queue of world.inFlight.values())
      for (const lives of queue) for (const life of lives) if (life >= 0) live[life] = 1;
    // A copy comes after what it is a copy of.
    for (let life = live.length - 1; life >= 0; life--) {
      const from = world.lifeFrom.at(life);
      if (live[life] && from >= 0) live[from] = 1;
    }
    for (let life = 0; life < live.length; life++) if (live[life]) this.#files[world.lifeOpen.at(life)] = 1;
    for (let open = this.#files.length - 1; open >= 0; open--) {
      const peer = world.peer.at(open);
      if (this.#files[open] && peer >= 0) this.#files[peer] = 1;
    }
  }

  /** Calls under way, and those that ended with their task. */
  #open(): void {
    let ended = 0;
    for (const task of this.#log.world.tasks) {
      if (this.#there[task.index]) {
        for (const event of [task.open, task.interrupted, task.delayed, task.endedIn]) this.#mark(event, STATE, 0);
        this.#mark(task.first, STATE, 1);
      } else if (task.endedIn >= 0 && task.fate.startsWith('killed') && ended++ < MOST_ENDED)
        this.#mark(task.endedIn, OUT, 1);
    }
  }

  /** What is worth to be told of any place in the log. */
  #noteworthy(): void {
    const log = this.#log;
    const count = Math.min(log.slow.event.length, MOST_SLOW);
    for (let i = 0; i < count; i++) {
      this.#mark(log.slow.event.at(i), OUT, 1);
      this.#mark(log.slow.end.at(i), OUT, 1);
    }
    for (let event = 0; event < log.length; event++) {
      if (event % ONE_OF === 0) this.#mark(event, OUT, this.#keep[event] ? 1 : 2);
      const call = log.call.at(event);
      if (call >= 0 && this.#roles[call] === Role.kills && SIGNALS.test(this.#line(event, 120)))
        this.#mark(event, OUT, 1);
    }
  }

  /** The lines that made what is open. */
  #makers(): void {
    const { world } = this.#log;
    for (let life = 0; life < this.#live.length; life++) {
      const open = world.lifeOpen.at(life);
      const first = this.#files[open] === 1 && world.lifeEvent.at(life) === world.madeEvent.at(open);
      if (!this.#live[life] && !first) continue;
      this.#mark(world.lifeEvent.at(life), STATE, 1);
    }
    for (let open = 0; open < this.#files.length; open++) {
      if (!this.#files[open]) continue;
      this.#mark(world.madeEvent.at(open), STATE, 1);
      this.#mark(world.madeEnd.at(open), STATE, 1);
      this.#mark(world.namedEvent.at(open), STATE, 1);
    }
  }

  /** First and latest events: of tasks, of what they have open, of epoll's lists. */
  #latest(): void {
    const log = this.#log;
    const { world } = log;
    const ofTask = new Int32Array(world.tasks.length);
    const firsts = new Uint8Array(this.#live.length);
    const modes = new Uint8Array(this.#live.length);
    const seen = new Uint16Array(this.#live.length);
    const lasts = new Map<number, number>();
    const watched = new Set<number>();
    const marks = new Uint8Array(world.processes.length);
    let passed = 0;
    for (let event = 0; event < log.length; event++) {
      const life = log.life.at(event);
      if (life >= 0 && this.#live[life] && this.#isStream(life) && firsts[life]! < FIRST_OF_LIFE) {
        firsts[life]!++;
        this.#mark(event, STATE, 1);
      }
      const call = log.call.at(event);
      if (call < 0) continue;
      const { process, index } = world.tasks[log.task.at(event)]!;
      if (!this.#there[index]) continue;
      const role = this.#roles[call]!;
      const go = marks[process.index]! < GO_MARKS && (this.#go[call]?.test(this.#line(event, 200)) ?? false);
      if (go) marks[process.index]!++;
      const names = (role === Role.prctl && this.#line(event, 100).includes('PR_SET_NAME')) || role === Role.ownTid;
      if (go || names || role === Role.mkfifo) this.#mark(event, STATE, 1);
    }
    for (let event = log.length - 1; event >= 0; event--) {
      const index = log.task.at(event);
      const there = this.#there[index] === 1;
      if (there && ofTask[index]! < LAST_OF_TASK) {
        ofTask[index]!++;
        this.#mark(event, STATE, 1);
      }
      const life = log.life.at(event);
      const call = log.call.at(event);
      if (call < 0 || life < 0 || !this.#files[world.lifeOpen.at(life)]) continue;
      const role = this.#roles[call]!;
      if (there && seen[life]! < MOST_LOOKED && this.#isStream(life)) {
        seen[life]!++;
        const key = life * world.tasks.length + index;
        const count = lasts.get(key) ?? 0;
        if (count < LAST_OF_LIFE) {
          lasts.set(key, count + 1);
          this.#mark(event, STATE, 1);
        }
      }
      switch (role) {
        case Role.connects:
        case Role.names:
          this.#mark(event, STATE, 1);
          break;
        case Role.epollCtl: {
          const found = /EPOLL_CTL_(ADD|MOD|DEL), (\d{1,9})/.exec(this.#line(event, 200));
          const fd = Number(found?.[2] ?? -1);
          const key = world.lifeOpen.at(life) * 2 ** 30 + fd;
          if (!found || watched.has(key)) break;
          watched.add(key);
          const target = world.watches.get(world.lifeOpen.at(life))?.get(fd) ?? -1;
          if (found[1] !== 'DEL' && target >= 0 && this.#live[target]) this.#mark(event, STATE, 1);
          break;
        }
        case Role.fcntl:
        case Role.ioctl:
          if (modes[life]! < 2 && /F_SETF[LD]|FION?CLEX|FIONBIO|TIOCGPT/.test(this.#line(event, 200))) {
            modes[life]!++;
            this.#mark(event, STATE, 1);
          }
          break;
        case Role.sends:
        case Role.receives:
          if (passed < LAST_PASSED && this.#line(event, 4000).includes('SCM_RIGHTS')) {
            passed++;
            this.#mark(event, STATE, 1);
          }
          break;
        case Role.none:
          if (this.#namesSocket[call]) this.#mark(event, STATE, 1);
          break;
      }
    }
  }

  /** Has the file two ends? */
  #isStream(life: number): boolean {
    const kind = this.#log.world.kind.at(this.#log.world.lifeOpen.at(life));
    return kind !== Kind.file && kind !== Kind.epoll;
  }

  /** D-Bus connections and file locks. */
  #conversations(): void {
    const { world } = this.#log;
    for (const [open, calls] of world.bus) {
      if (!this.#files[open]) continue;
      const from = Math.max(0, calls.length - 2 * LAST_OF_BUS);
      for (let i = from; i + 1 < calls.length; i += 2) this.#mark(calls[i + 1]!, STATE, 1);
    }
    const locks = new Map<number, number>();
    for (let i = world.locks.length - 1; i > 0; i -= 2) {
      const event = world.locks[i]!;
      const life = this.#log.life.at(event);
      if (life < 0 || !this.#files[world.lifeOpen.at(life)]) continue;
      const count = locks.get(life) ?? 0;
      locks.set(life, count + 1);
      if (count < LAST_LOCKS) this.#mark(event, STATE, 0);
    }
  }

  /** What was done to the futexes that somebody waits for. */
  #futexes(): void {
    const log = this.#log;
    const id = log.names.indexOf('futex');
    if (id < 0) return;
    const addressOf = (event: number): string => /futex\((0x[0-9a-f]{1,16})/.exec(this.#line(event, 160))?.[1] ?? '';
    const waited = new Map<string, number>();
    for (const { index, open, endedIn, process } of log.world.tasks) {
      const at = open >= 0 ? open : endedIn;
      if (this.#there[index] && at >= 0 && log.call.at(at) === id) waited.set(`${process.index} ${addressOf(at)}`, 0);
    }
    if (waited.size === 0) return;
    for (let event = log.length - 1; event >= 0; event--) {
      if (log.call.at(event) !== id || (log.shape.at(event) & SHAPE) === Shape.resumed) continue;
      const key = `${log.world.tasks[log.task.at(event)]!.process.index} ${addressOf(event)}`;
      const count = waited.get(key);
      if (count === undefined || count >= LAST_OF_FUTEX) continue;
      waited.set(key, count + 1);
      this.#mark(event, STATE, 1);
    }
  }

  /** The line that made the descriptor of a call that is told. */
  #pins(): void {
    const log = this.#log;
    const { world } = log;
    for (let event = log.length - 1; event >= 0; event--) {
      if (!(this.#keep[event]! & OUT) || log.life.at(event) < 0) continue;
      for (let life = log.life.at(event); life >= 0; life = world.lifeFrom.at(life)) {
        const maker = world.lifeEvent.at(life);
        if (maker >= 0 && !(this.#keep[maker]! & OUT)) this.#mark(maker, OUT, 1);
      }
    }
  }

  /** Tasks and processes that stay: the living, those of whom something stays, and whoever made them. */
  #relevant(): void {
    const log = this.#log;
    const { tasks } = log.world;
    for (let event = 0; event < log.length; event++) this.#task[log.task.at(event)]! |= this.#keep[event]!;
    for (let index = tasks.length - 1; index >= 0; index--) {
      const task = tasks[index]!;
      // A child that has no line yet may get one soon; without -f none ever does.
      const expected = task.first >= 0 || (task.made?.event ?? -1) >= log.length - SOON;
      if (this.#there[index] && expected) this.#task[index]! |= STATE;
      if (task.parent) this.#task[task.parent.index]! |= this.#task[index]!;
    }
    for (const task of tasks) this.#process[task.process.index]! |= this.#task[task.index]!;
  }

  /** What the processes that stay did to their tables. */
  #changes(): void {
    const log = this.#log;
    const { world } = log;
    for (let event = 0; event < log.length; event++) {
      const why = this.#process[world.tasks[log.task.at(event)]!.process.index]!;
      if (!why) continue;
      if ((log.shape.at(event) & SHAPE) === Shape.note) this.#mark(event, why, 0);
      const call = log.call.at(event);
      if (call < 0) continue;
      switch (this.#roles[call]) {
        case Role.closes: {
          const life = log.life.at(event);
          if (life < 0) break;
          const maker = world.lifeEvent.at(life);
          const kept = maker >= 0 ? this.#keep[maker]! : this.#live[life] ? STATE : 0;
          if (kept) this.#mark(event, kept, 0);
          break;
        }
        case Role.dups:
          // Onto a number that may have been open.
          if (log.names[call] !== 'dup') this.#mark(event, why, 0);
          break;
        case Role.execs:
        case Role.closeRange:
        case Role.unshares:
          this.#mark(event, why, 0);
          break;
      }
    }
  }

  /** How the tasks that stay began and ended. */
  #tasks(): void {
    const { tasks } = this.#log.world;
    for (let index = tasks.length - 1; index >= 0; index--) {
      const { made, first, parent, fateEvent } = tasks[index]!;
      // Whoever is born in a line that stays has an end that stays: else it would seem to live, with all that its parent had open.
      const why = this.#task[index]! | (made ? this.#keep[made.event]! : 0);
      if (!why) continue;
      if (parent) this.#task[parent.index]! |= why;
      this.#mark(made?.event ?? first, why, 0);
      this.#mark(fateEvent, why, 0);
    }
  }
}
