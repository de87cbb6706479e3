// What a log tells of the world while it is read: tasks, processes, descriptors. Descriptors are rows of number columns (a log
// opens a million files); tasks are objects.

import { ByteColumn, IntColumn } from '../../text/columns.js';
import { SLOW_SECONDS } from '../format.js';
import { CLOSED, entry, type FdTable, lifeOf, NONE } from './table.js';

/** A place in one of the texts that are read together. */
export interface Place {
  /** Index of the text. */
  readonly source: number;
  /** Event in it. */
  readonly event: number;
}

export interface Process {
  readonly index: number;
  /** The thread group id; -1 where no line tells it. */
  pid: number;
  name: string;
  parent: Process | undefined;
  readonly children: Process[];
  readonly tasks: Task[];
  /** Descriptors that were there before the log began: number -> life. Shared by all that descend from one first process. */
  initial: Map<number, number>;
  /** Its number in the pid namespace of its parent, where that differs. */
  nsPid: number;
  /** Marks of the Go runtime were seen. */
  go: number;
  /** Its start is in the log (forked in it or exec'd), so that its descriptors are known. */
  whole: boolean;
}

export interface Task {
  readonly index: number;
  /** -1 where no line tells it. */
  tid: number;
  process: Process;
  table: FdTable;
  /** Events: the first and the latest line of it. */
  source: number;
  first: number;
  last: number;
  /** The event of the call it is in; -1 in none. */
  open: number;
  /** Name (id) and entry time of that call. */
  openCall: number;
  openTime: number;
  /** Place and day of the stamp that tells the time, as long as nobody asked; -1. */
  openAt: number;
  openDay: number;
  /** First code unit behind the `(` of the open call, and the end of what was printed of its arguments. */
  openArgs: number;
  openArgsEnd: number;
  /** The open call lacks the `<unfinished ...>` mark: its rest comes without a `resumed` one. */
  torn: boolean;
  alive: boolean;
  /** How it ended: `exited`, `killed by SIGKILL`, `superseded`, `detached`; '' while it lives. */
  fate: string;
  fateEvent: number;
  /** The call that it was in when it ended: event, -1 for none. */
  endedIn: number;
  endedInTime: number;
  /** The call that made it: the creator's event. */
  made: Place | undefined;
  parent: Task | undefined;
  /** Its parent is guessed: the only fork under way when it appeared. */
  provisional: boolean;
  /** The call that a signal interrupted and that goes on as `restart_syscall`, or again: event, -1 for none. */
  interrupted: number;
  interruptedTime: number;
  interruptedCall: number;
  /** Runs of the same call that timed out, one after the other: call (id) and count. */
  loopCall: number;
  loops: number;
  /** A call whose line says that strace delayed it: event and entry time. */
  delayed: number;
  delayedTime: number;
}

/** What an open file is. */
export const Kind = {
  unknown: 0,
  file: 1,
  pipeRead: 2,
  pipeWrite: 3,
  socket: 4,
  made: 5,
  fifo: 6,
  epoll: 7,
} as const;

/** Marks of a descriptor. */
export const Mark = {
  connected: 1,
  listening: 2,
  accepted: 4,
  bus: 8,
  nonblocking: 16,
  received: 32,
  used: 64,
  pair: 128,
} as const;

export class World {
  /** A finished call counts as slow from so many seconds on. */
  readonly slowSeconds: number;
  readonly tasks: Task[] = [];
  readonly processes: Process[] = [];
  /** Living tasks by tid. */
  readonly byTid = new Map<number, Task>();

  // Open file descriptions: what dup, fork and SCM_RIGHTS share.
  readonly kind = new ByteColumn();
  readonly marks = new ByteColumn();
  /** The other end of a pipe, socketpair or pseudo-terminal; the listener of an accepted socket; -1. */
  readonly peer = new IntColumn();
  /** The event that made it, its text, and the event with its result (other than the first for resumed calls); -1 before the log. */
  readonly madeEvent = new IntColumn();
  readonly madeSource = new IntColumn();
  readonly madeEnd = new IntColumn();
  /** The event that gave it an address: connect, bind; -1. */
  readonly namedEvent = new IntColumn();
  readonly namedSource = new IntColumn();

  // Lives of descriptor numbers: from open or dup to close, in a process and its children.
  readonly lifeOpen = new IntColumn();
  readonly lifeEvent = new IntColumn();
  readonly lifeSource = new IntColumn();
  readonly lifeFd = new IntColumn();
  /** The life that it is a copy of; -1. */
  readonly lifeFrom = new IntColumn();
  /** Event of its first use, where it was there before the log. */
  readonly lifeSeen = new IntColumn();

  /** Messages on what looks like a D-Bus connection: description -> events (source, event alternating). */
  readonly bus = new Map<number, number[]>();
  /** flock and fcntl lock calls in order: source, event. */
  readonly locks: number[] = [];
  /** Processes that a traced task killed. */
  readonly killed = new Set<number>();
  /** Paths made by mkfifo. */
  readonly fifos = new Set<string>();
  /** The program sides of pseudo-terminals: path of the terminal -> description. */
  readonly ptys = new Map<string, number>();
  /** Sockets that listen: description, in order. */
  readonly listeners: number[] = [];
  /** What an epoll watches: description -> descriptor number -> life. */
  readonly watches = new Map<number, Map<number, number>>();
  /** Descriptors sent with SCM_RIGHTS, in order, not yet received: lives by description of the sending socket. */
  readonly inFlight = new Map<number, number[][]>();

  /** What was noted only to answer questions about the text's end: numbers of descriptors that no line before it has. */
  #asked: { readonly numbers: (readonly [Task, number])[]; readonly opens: number; readonly lives: number } | undefined;

  constructor(slowSeconds = SLOW_SECONDS) {
    this.slowSeconds = slowSeconds;
  }

  /** All of the text has been read: what follows are questions. */
  rest(): void {
    this.#asked = { numbers: [], opens: this.kind.length, lives: this.lifeOpen.length };
  }

  /** More of the text is read: what was noted for questions is forgotten. */
  goOn(): void {
    const asked = this.#asked;
    if (!asked) return;
    this.#asked = undefined;
    for (const [task, fd] of asked.numbers) {
      task.table.set(fd, NONE);
      if ((task.process.initial.get(fd) ?? -1) >= asked.lives) task.process.initial.delete(fd);
    }
    const { kind, marks, peer, madeEvent, madeSource, madeEnd, namedEvent, namedSource } = this;
    for (const column of [kind, marks, peer, madeEvent, madeSource, madeEnd, namedEvent, namedSource])
      column.length = asked.opens;
    const { lifeOpen, lifeEvent, lifeSource, lifeFd, lifeFrom, lifeSeen } = this;
    for (const column of [lifeOpen, lifeEvent, lifeSource, lifeFd, lifeFrom, lifeSeen]) column.length = asked.lives;
  }

  newProcess(pid: number, parent: Process | undefined): Process {
    const process: Process = {
      index: this.processes.length,
      pid,
      name: parent?.name ?? '',
      parent,
      children: [],
      tasks: [],
      initial: parent?.initial ?? new Map(),
      nsPid: -1,
      go: 0,
      whole: parent !== undefined,
    };
    parent?.children.push(process);
    this.processes.push(process);
    return process;
  }

  newTask(tid: number, process: Process, table: FdTable, source: number): Task {
    const task: Task = {
      index: this.tasks.length,
      tid,
      process,
      table,
      source,
      first: -1,
      last: -1,
      open: -1,
      openCall: -1,
      openTime: Number.NaN,
      openAt: -1,
      openDay: 0,
      openArgs: 0,
      openArgsEnd: 0,
      torn: false,
      alive: true,
      fate: '',
      fateEvent: -1,
      endedIn: -1,
      endedInTime: Number.NaN,
      made: undefined,
      parent: undefined,
      provisional: false,
      interrupted: -1,
      interruptedTime: Number.NaN,
      interruptedCall: -1,
      loopCall: -1,
      loops: 0,
      delayed: -1,
      delayedTime: Number.NaN,
    };
    this.tasks.push(task);
    process.tasks.push(task);
    if (tid >= 0) this.byTid.set(tid, task);
    return task;
  }

  /** A new open file; returns its index. */
  newOpen(kind: number, source: number, event: number, end: number): number {
    const index = this.kind.length;
    this.kind.push(kind);
    this.marks.push(0);
    this.peer.push(-1);
    this.madeEvent.push(event);
    this.madeSource.push(source);
    this.madeEnd.push(end);
    this.namedEvent.push(-1);
    this.namedSource.push(-1);
    return index;
  }

  newLife(open: number, fd: number, source: number, event: number, from = -1): number {
    const index = this.lifeOpen.length;
    this.lifeOpen.push(open);
    this.lifeFd.push(fd);
    this.lifeSource.push(source);
    this.lifeEvent.push(event);
    this.lifeFrom.push(from);
    this.lifeSeen.push(-1);
    return index;
  }

  mark(open: number, mark: number): void {
    this.marks.set(open, this.marks.at(open) | mark);
  }

  /** The life of a number in a task's table; one from before the log begins with its first use. -1 for a closed one. */
  life(task: Task, fd: number, source: number, event: number): number {
    const found = task.table.get(fd);
    if (found >= 0) return lifeOf(found);
    if (found === CLOSED || fd < 0) return -1;
    const { initial } = task.process;
    let life = initial.get(fd);
    this.#asked?.numbers.push([task, fd]);
    if (life === undefined) {
      life = this.newLife(this.newOpen(Kind.unknown, source, -1, -1), fd, source, -1);
      this.lifeSeen.set(life, event);
      initial.set(fd, life);
    }
    task.table.set(fd, entry(life, false));
    return life;
  }
}
