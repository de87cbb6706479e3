// The line that a log ends within: a call under way, as a rule. When more is written behind it, it is read anew, and what it changed has
// to be taken back first. Only what such a call changes can be: after any other line the whole log is read anew.

import type { CallNames } from './callNames.js';
import { Role } from './calls.js';
import type { Log } from './parse.js';
import type { Prefix } from './prefix.js';
import type { Roster } from './roster.js';
import { SHAPE, Shape } from './shapes.js';
import { Mark } from './state.js';

/** With more tasks than this the log is read anew. */
const MOST_TASKS = 5_000;

/** Calls whose beginning changes more than their task: descriptors, locks, who is forked. */
const CHANGES = new Set<number>([
  Role.closes,
  Role.closeRange,
  Role.forks,
  Role.execs,
  Role.exits,
  Role.flock,
  Role.fcntl,
  Role.connects,
  Role.unshares,
]);

/** How a log is before its last line. */
export class LastLine {
  readonly #log: Log;
  readonly #start: number;
  readonly #roster: Roster;
  readonly #calls: CallNames;
  readonly #prefix: () => void;
  readonly #tasks: readonly object[] | undefined;
  readonly #counts: readonly number[];
  readonly #length: number;
  readonly #names: number;
  readonly #understood: number;
  readonly #lastCall: number;
  readonly #unread: number;
  readonly #unreadCount: number;
  readonly #slow: number;
  readonly #buses: number;
  readonly #torn: boolean;

  /** @param start where the line begins. */
  constructor(log: Log, start: number, prefix: Prefix, roster: Roster, calls: CallNames) {
    const { tasks } = log.world;
    this.#log = log;
    this.#start = start;
    this.#roster = roster;
    this.#calls = calls;
    this.#prefix = prefix.saved();
    this.#tasks = tasks.length <= MOST_TASKS ? tasks.map((task) => ({ ...task })) : undefined;
    this.#counts = this.#countsNow();
    this.#length = log.length;
    this.#names = calls.names.length;
    this.#understood = log.linesUnderstood;
    this.#lastCall = log.lastCall;
    this.#unread = log.unread.length;
    this.#unreadCount = log.unreadCount;
    this.#slow = log.slow.event.length;
    this.#buses = log.world.bus.size;
    this.#torn = roster.torn !== undefined;
  }

  /** What a call that merely begins makes none of. */
  #countsNow(): number[] {
    const { tasks, processes, byTid, kind, lifeOpen } = this.#log.world;
    return [tasks.length, processes.length, byTid.size, kind.length, lifeOpen.length];
  }

  /** Makes the log as it was. Returns where the line begins; -1 where it changed more than can be taken back, and then nothing is done. */
  takeBack(): number {
    const log = this.#log;
    const { world, slow } = log;
    const event = this.#length;
    if (!this.#tasks || this.#torn || this.#countsNow().some((count, at) => count !== this.#counts[at])) return -1;
    const began = log.length > event;
    if (began ? log.length > event + 1 || !this.#merelyBegan(event) : this.#calls.names.length > this.#names) return -1;
    if (began) {
      const task = log.task.at(event);
      Object.assign(world.tasks[task]!, this.#tasks[task]);
      this.#takeMessageBack(event);
    }
    this.#roster.torn = undefined;
    this.#prefix();
    log.length = event;
    log.linesTotal--;
    log.linesUnderstood = this.#understood;
    log.lastCall = this.#lastCall;
    log.unread.length = this.#unread;
    log.unreadCount = this.#unreadCount;
    for (const column of [slow.event, slow.end, slow.seconds]) column.length = this.#slow;
    return this.#start;
  }

  /** The event is a call under way that changed nothing but its task. */
  #merelyBegan(event: number): boolean {
    const log = this.#log;
    const shape = log.shape.at(event) & SHAPE;
    if (shape !== Shape.cut && shape !== Shape.unfinished) return false;
    const call = log.call.at(event);
    const role = this.#calls.roles[call];
    if (role === undefined || CHANGES.has(role)) return false;
    // Whether a word is a call's can depend on its being new.
    if (role === Role.none && call >= this.#names && !this.#roster.prefixed) return false;
    const line = log.text.slice(this.#start);
    // More digits of a descriptor may come, and passed descriptors are noted.
    return !/\(\d{1,10}$|SCM_RIGHTS|Process \d/.test(line);
  }

  #takeMessageBack(event: number): void {
    const { world, life, source } = this.#log;
    if (life.at(event) < 0) return;
    const opened = world.lifeOpen.at(life.at(event));
    const messages = world.bus.get(opened);
    if (messages?.at(-2) !== source || messages.at(-1) !== event) return;
    messages.length -= 2;
    if (world.bus.size === this.#buses) return;
    world.bus.delete(opened);
    world.marks.set(opened, world.marks.at(opened) & ~Mark.bus);
  }
}
