// The line that a log ends within: a call under way, as a rule. When more is written behind it, it is read anew, and what it changed has
// to be taken back first. Only what such a call changes can be: after any other line the whole log is read anew.

import type { CallNames } from './callNames.js';
import { Role } from './calls.js';
import type { Log } from './parse.js';
import type { Prefix } from './prefix.js';
import type { Roster } from './roster.js';
import { SHAPE, Shape } from './shapes.js';
import { Mark, type World } from './state.js';

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

/** What a call that merely begins makes none of. */
const made = ({ tasks, processes, byTid, kind, lifeOpen }: World): readonly number[] => [
  tasks.length,
  processes.length,
  byTid.size,
  kind.length,
  lifeOpen.length,
];

/**
 * Asked before the line that begins at `start` is read. What it returns makes the log as it was, and returns where the line begins; -1
 * where the line changed more than can be taken back, and then it does nothing.
 */
export function beforeLastLine(
  log: Log,
  start: number,
  prefix: Prefix,
  roster: Roster,
  { names, roles }: CallNames,
): () => number {
  const { world, slow, unread, length: event, linesTotal, linesUnderstood, lastCall, unreadCount } = log;
  const restorePrefix = prefix.saved();
  const tasks = world.tasks.length <= MOST_TASKS ? world.tasks.map((task) => ({ ...task })) : undefined;
  const counts = made(world);
  const [known, unreadThen, slowThen, buses] = [names.length, unread.length, slow.event.length, world.bus.size];
  const torn = roster.torn !== undefined;

  /** The event is a call under way that changed nothing but its task. */
  const merelyBegan = (): boolean => {
    const shape = log.shape.at(event) & SHAPE;
    if (shape !== Shape.cut && shape !== Shape.unfinished) return false;
    const call = log.call.at(event);
    const role = roles[call];
    if (role === undefined || CHANGES.has(role)) return false;
    // Whether a word is a call's can depend on its being new.
    if (role === Role.none && call >= known && !roster.prefixed) return false;
    // More digits of a descriptor may come, and passed descriptors are noted.
    return !/\(\d{1,10}$|SCM_RIGHTS|Process \d/.test(log.text.slice(start));
  };

  const takeMessageBack = (): void => {
    const life = log.life.at(event);
    if (life < 0) return;
    const opened = world.lifeOpen.at(life);
    const messages = world.bus.get(opened);
    if (messages?.at(-2) !== log.source || messages.at(-1) !== event) return;
    messages.length -= 2;
    if (world.bus.size === buses) return;
    world.bus.delete(opened);
    world.marks.set(opened, world.marks.at(opened) & ~Mark.bus);
  };

  return () => {
    if (!tasks || torn || made(world).some((count, at) => count !== counts[at])) return -1;
    const began = log.length > event;
    if (began ? log.length > event + 1 || !merelyBegan() : names.length > known) return -1;
    if (began) {
      const task = log.task.at(event);
      Object.assign(world.tasks[task]!, tasks[task]);
      takeMessageBack();
    }
    roster.torn = undefined;
    restorePrefix();
    Object.assign(log, { length: event, linesTotal, linesUnderstood, lastCall, unreadCount });
    unread.length = unreadThen;
    for (const column of [slow.event, slow.end, slow.seconds]) column.length = slowThen;
    return start;
  };
}
