// Whose a line of a log is. Lines tell the number of their thread, or do not (one thread only was traced then, or strace had not begun
// to tell); children appear before the call that made them returns.

import type { CallNames } from './callNames.js';
import { Role } from './calls.js';
import { adopt, cloneFlags, fork } from './effects.js';
import type { Task, World } from './state.js';
import { FdTable } from './table.js';

/** Which log it is: its text may grow. */
interface Here {
  readonly world: World;
  readonly text: string;
  readonly source: number;
}

/** The task of a line, by tid: a small direct-mapped memory. */
const MASK = 4095;

export class Roster {
  /** Lines tell the task: `123 ` or `[pid 123] `. */
  prefixed = false;
  /** The task whose line was broken last. */
  torn: Task | undefined;
  readonly #log: Here;
  readonly #calls: CallNames;
  /** The thread that all of the log is about; -1. */
  readonly #ownTid: number;
  readonly #tids = new Float64Array(MASK + 1).fill(-1);
  readonly #tasks: (Task | undefined)[] = new Array(MASK + 1);
  /** Lines without a pid. */
  #plain: Task | undefined;
  /** The task that strace was attached to. */
  #attached: Task | undefined;
  #attachedMany = false;
  /** A line of a task was there. */
  #begun = false;
  /** Tasks in a fork that has not returned. */
  readonly #forking = new Set<Task>();
  /** The child of each that appeared meanwhile. */
  readonly #provisional = new Map<Task, Task>();
  readonly #live = new Set<Task>();

  constructor(log: Here, calls: CallNames, ownTid: number) {
    this.#log = log;
    this.#calls = calls;
    this.#ownTid = ownTid;
  }

  /** The task of a line; `tid` as it tells it, or -1; `resuming`: the call whose second half it has. */
  of(tid: number, resuming = -1): Task {
    this.#begun = true;
    return tid >= 0 ? this.#numbered(tid, resuming) : this.#plainTask(resuming);
  }

  /** The task is in a fork from now on. */
  forks(task: Task): void {
    this.#forking.add(task);
  }

  /** The task makes its next call: where it was in a fork, the log does not show the end of that. */
  calls(task: Task): void {
    if (this.#forking.size > 0 && task.open >= 0) this.#forking.delete(task);
  }

  /** A fork returned. `args`: its arguments; `result`, and what is printed of it and right behind. */
  forked(task: Task, call: number, event: number, args: string, result: number, printed: string): void {
    const { world, source } = this.#log;
    this.#forking.delete(task);
    if (!(result > 0)) return;
    const flags = cloneFlags(this.#calls.names[call]!, args);
    // = 4 /* 12744 in strace's PID NS */
    const comment = /\/\* (\d{1,10}) in strace's PID NS/.exec(printed);
    const tid = comment ? Number(comment[1]) : result;
    let child = world.byTid.get(tid);
    if (!child && !comment) {
      // The number is one of another pid namespace: a child that appeared meanwhile is it.
      child = this.#provisional.get(task);
      if (child && (!child.alive || !child.provisional)) child = undefined;
      if (child && child.tid !== tid) child.process.nsPid = tid;
    } else if (comment && child) child.process.nsPid = result;
    if (child?.alive && (child.provisional || (child.first < 0 && !child.parent)))
      adopt(world, child, task, flags, event);
    else if (!child) fork(world, task, tid, flags, source, event);
    if (child && comment) child.process.nsPid = result;
  }

  /** strace says that it follows a task from now on, or no longer. */
  noted(tid: number, attached: boolean): Task {
    const { world } = this.#log;
    let task = world.byTid.get(tid);
    if (attached) {
      if (!task) {
        const parent =
          this.#forking.size === 1
            ? first(this.#forking)
            : this.torn && this.#isFork(this.torn)
              ? this.torn
              : undefined;
        // Several -p: each is a process, as far as anybody knows.
        if (!parent && this.#attached && !this.#begun) this.#attachedMany = true;
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

  /** The task has ended: its number is free. */
  ended(task: Task): void {
    this.#live.delete(task);
    if (task === this.#plain) this.#plain = undefined;
    if (task === this.torn) this.torn = undefined;
    if (this.#log.world.byTid.get(task.tid) === task) this.#log.world.byTid.delete(task.tid);
    const slot = task.tid & MASK;
    if (this.#tids[slot] === task.tid) this.#tids[slot] = -1;
    this.#forking.delete(task);
  }

  /** The thread that called execve goes on as `task`, whose number it takes. */
  superseded(task: Task, heir: Task | undefined): void {
    if (!heir || heir === task) return;
    const { byTid } = this.#log.world;
    byTid.delete(heir.tid);
    heir.tid = task.tid;
    byTid.set(task.tid, heir);
    this.#tids.fill(-1);
  }

  /** The task has this number, unless another one has it. */
  bind(task: Task, tid: number): void {
    const other = this.#log.world.byTid.get(tid);
    if (other && other !== task) return;
    task.tid = tid;
    if (task.process.pid < 0) task.process.pid = tid;
    this.#log.world.byTid.set(tid, task);
  }

  #isFork(task: Task): boolean {
    return task.open >= 0 && this.#calls.roles[task.openCall] === Role.forks;
  }

  /** The living task with the number; `resuming`: the call whose second half the line has. */
  #numbered(tid: number, resuming = -1): Task {
    const slot = tid & MASK;
    if (this.#tids[slot] === tid) return this.#tasks[slot]!;
    let task = this.#log.world.byTid.get(tid);
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
        this.bind(plain, tid);
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
    const flags = cloneFlags(
      this.#calls.names[parent.openCall] ?? '',
      this.#log.text.slice(parent.openArgs, parent.openArgsEnd),
    );
    const child = fork(this.#log.world, parent, tid, flags, this.#log.source, parent.open);
    child.provisional = true;
    this.#provisional.set(parent, child);
    return child;
  }

  /** A task whose beginning the log does not have. With one `Process N attached`, it is a thread of that process. */
  #newcomer(tid: number): Task {
    const leader = this.#attached;
    if (leader?.alive && !this.#attachedMany)
      return this.#log.world.newTask(tid, leader.process, leader.table, this.#log.source);
    return this.#log.world.newTask(tid, this.#log.world.newProcess(tid, undefined), new FdTable(), this.#log.source);
  }

  /** The task of a line without a number: the only one, or the one whose call the line resumes. */
  #plainTask(resuming = -1): Task {
    if (this.#ownTid >= 0 && !this.prefixed) {
      if (!this.#plain) {
        this.#plain =
          this.#log.world.byTid.get(this.#ownTid) ??
          this.#log.world.newTask(
            this.#ownTid,
            this.#log.world.newProcess(this.#ownTid, undefined),
            new FdTable(),
            this.#log.source,
          );
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
    const task = this.#log.world.newTask(
      -1,
      this.#log.world.newProcess(-1, undefined),
      new FdTable(),
      this.#log.source,
    );
    this.#live.add(task);
    this.#plain = task;
    return task;
  }
}

const first = <T>(set: ReadonlySet<T>): T | undefined => {
  for (const one of set) return one;
  return undefined;
};
