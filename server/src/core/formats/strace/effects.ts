// What a finished call does to the world: descriptors that come, go and change, tasks that begin and end. Calls that do nothing
// of the kind never come here.

import { CLOEXEC, Role } from './calls.js';
import { Kind, Mark, type Process, type Task, type World } from './state.js';
import { CLOSED, entry, type FdTable, lifeOf, NONE } from './table.js';
import { plainString, readNumber, readString, splitArguments, within } from './text.js';

/** A finished call. `text` from `start` to `end` are its arguments: of the document, or joined from two halves. */
export interface Finished {
  readonly task: Task;
  readonly name: string;
  readonly role: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** The result as a number; NaN where it has none (`?`, an error is -1). */
  readonly result: number;
  /** The errno's name; ''. */
  readonly error: string;
  readonly source: number;
  /** The event where it began, and the one with its result. */
  readonly event: number;
  readonly resultEvent: number;
}

const CLONE_FILES = 0x400;
const CLONE_THREAD = 0x10000;

export function finish(world: World, call: Finished): void {
  const { task, role, text, start, end, result, source, event } = call;
  switch (role) {
    case Role.opens: {
      if (!(result >= 0)) return;
      const args = text.slice(start, end);
      open(
        world,
        call,
        call.name === 'mq_open' ? Kind.made : Kind.file,
        result,
        CLOEXEC.test(args) || cloexecRaw(call, args),
      );
      return;
    }
    case Role.makes: {
      if (!(result >= 0)) return;
      const args = text.slice(start, end);
      if (call.name === 'seccomp' && !args.includes('NEW_LISTENER')) return;
      if (
        call.name === 'bpf' &&
        !/^BPF_(?:PROG_LOAD|MAP_CREATE|BTF_LOAD|\w+_GET_FD_BY_ID|OBJ_GET|LINK_CREATE)/.test(args)
      )
        return;
      const kind = call.name.startsWith('epoll') ? Kind.epoll : Kind.made;
      open(
        world,
        call,
        kind,
        result,
        call.name === 'pidfd_open' || call.name === 'io_uring_setup' || CLOEXEC.test(args),
      );
      return;
    }
    case Role.signalfd: {
      if (result >= 0 && /^(?:-1|0xffffffff)\b/.test(text.slice(start, start + 12)))
        open(world, call, Kind.made, result, CLOEXEC.test(text.slice(start, end)));
      return;
    }
    case Role.socket:
      if (result >= 0) {
        const args = text.slice(start, end);
        const made = open(world, call, Kind.socket, result, CLOEXEC.test(args));
        if (args.includes('SOCK_NONBLOCK')) world.mark(made, Mark.nonblocking);
      }
      return;
    case Role.pair:
      if (result === 0) pair(world, call);
      return;
    case Role.accepts: {
      const fd = readNumber(text, start, end);
      const listener = world.life(task, fd, source, event);
      if (listener >= 0) world.mark(world.lifeOpen.at(listener), Mark.listening);
      if (!(result >= 0)) return;
      const made = open(world, call, Kind.socket, result, CLOEXEC.test(text.slice(start, end)));
      world.mark(made, Mark.accepted);
      if (listener >= 0) world.peer.set(made, world.lifeOpen.at(listener));
      return;
    }
    case Role.dups: {
      if (!(result >= 0)) return;
      const from = readNumber(text, start, end);
      if (from === result) return;
      copy(world, call, from, result, call.name === 'dup3' && CLOEXEC.test(text.slice(start, end)));
      return;
    }
    case Role.fcntl:
      fcntl(world, call);
      return;
    case Role.ioctl: {
      if (!(result >= 0)) return;
      const args = text.slice(start, Math.min(end, start + 200));
      const fd = readNumber(text, start, end);
      if (args.includes('TIOCGPT')) pseudoTerminal(world, call, args, world.life(task, fd, source, event));
      else if (/, ?FIOCLEX\b/.test(args)) setCloexec(task.table, fd, true);
      else if (/, ?FIONCLEX\b/.test(args)) setCloexec(task.table, fd, false);
      else if (/, ?FIONBIO, \[1\]/.test(args)) {
        const life = world.life(task, fd, source, event);
        if (life >= 0) world.mark(world.lifeOpen.at(life), Mark.nonblocking);
      }
      return;
    }
    case Role.closeRange:
      closeRange(call);
      return;
    case Role.execs:
      if (result === 0) exec(world, call);
      return;
    case Role.connects:
    case Role.names: {
      const life = world.life(task, readNumber(text, start, end), source, event);
      if (life < 0) return;
      const opened = world.lifeOpen.at(life);
      if (call.name === 'listen') {
        if (result === 0) {
          world.mark(opened, Mark.listening);
          world.listeners.push(opened);
        }
        return;
      }
      if (result !== 0 && call.error !== 'EINPROGRESS' && call.error !== 'EAGAIN' && !Number.isNaN(result)) return;
      world.namedEvent.set(opened, event);
      world.namedSource.set(opened, source);
      if (call.name === 'connect') {
        world.mark(opened, Mark.connected);
        if (/sun_path=@?"[^"]{0,200}(?:bus|systemd\/private)/.test(text.slice(start, Math.min(end, start + 400)))) {
          world.mark(opened, Mark.bus);
          if (!world.bus.has(opened)) world.bus.set(opened, []);
        }
      }
      return;
    }
    case Role.receives:
      received(world, call);
      return;
    case Role.sends:
      sent(world, call);
      return;
    case Role.epollCtl: {
      if (result !== 0) return;
      const args = splitArguments(text, start, end, 4);
      if (args.length < 3) return;
      const epoll = world.life(task, readNumber(text, start, end), source, event);
      const fd = readNumber(text, args[2]!.start, args[2]!.end);
      if (epoll < 0 || Number.isNaN(fd)) return;
      const opened = world.lifeOpen.at(epoll);
      world.kind.set(opened, Kind.epoll);
      let watched = world.watches.get(opened);
      if (!watched) {
        watched = new Map();
        world.watches.set(opened, watched);
      }
      if (text.startsWith('EPOLL_CTL_DEL', args[1]!.start)) watched.delete(fd);
      else watched.set(fd, world.life(task, fd, source, event));
      return;
    }
    case Role.unshares:
      if (result === 0 && text.slice(start, end).includes('CLONE_FILES')) task.table = task.table.copy();
      return;
    case Role.getfd: {
      if (!(result >= 0)) return;
      const args = splitArguments(text, start, end, 3);
      if (args.length < 2) return;
      const fd = readNumber(text, args[1]!.start, args[1]!.end);
      const owner = pidfdTask(world, task, readNumber(text, start, end));
      const theirs = owner?.table.get(fd) ?? NONE;
      const opened =
        theirs >= 0 ? world.lifeOpen.at(lifeOf(theirs)) : world.newOpen(Kind.unknown, source, event, call.resultEvent);
      const life = world.newLife(opened, result, source, event, theirs >= 0 ? lifeOf(theirs) : -1);
      task.table.set(result, entry(life, true));
      return;
    }
    case Role.prctl:
      if (text.startsWith('PR_SET_NAME', start)) {
        const quote = within(text, '"', start, end);
        const printed = quote >= 0 && quote < end ? readString(text, quote, end) : undefined;
        if (printed) task.process.name = nameOf(task, plainString(printed.bytes));
      }
      return;
    case Role.kills:
      if (result === 0 && /SIG(?:KILL|TERM|INT)/.test(text.slice(start, end)))
        world.killed.add(readNumber(text, start, end));
      return;
    case Role.mkfifo:
      if (result === 0 && (call.name === 'mkfifo' || text.slice(start, end).includes('S_IFIFO'))) {
        const quote = within(text, '"', start, end);
        const printed = quote >= 0 && quote < end ? readString(text, quote, end) : undefined;
        if (printed && !printed.cut) world.fifos.add(printed.bytes);
      }
      return;
  }
}

/** A thread's own name is not the process's. */
const nameOf = (task: Task, name: string): string => {
  threadNames.set(task, name);
  return task.process.tasks[0] === task ? name : task.process.name;
};
const threadNames = new WeakMap<Task, string>();

/** The name of a thread: its own, else its process's; ''. */
export const taskName = (task: Task): string => threadNames.get(task) ?? task.process.name;

/** A new open file with a life of its first number. */
function open(world: World, call: Finished, kind: number, fd: number, cloexec: boolean): number {
  const opened = world.newOpen(kind, call.source, call.event, call.resultEvent);
  const life = world.newLife(opened, fd, call.source, call.event);
  call.task.table.set(fd, entry(life, cloexec));
  return opened;
}

/** -e raw: O_CLOEXEC is a bit of the flags. */
function cloexecRaw(call: Finished, args: string): boolean {
  if (args.includes('O_')) return false;
  const words = args.split(',');
  const flags = Number((words[call.name === 'open' ? 1 : 2] ?? '').trim());
  return Number.isInteger(flags) && (flags & 0x80000) !== 0;
}

function pair(world: World, call: Finished): void {
  const { text, start, end } = call;
  const args = text.slice(start, end);
  const list = args.lastIndexOf('[', args.includes('<') ? firstList(args) : args.length);
  if (list < 0) return;
  const [one, two] = splitArguments(args, list + 1, closing(args, list + 1), 2);
  if (!one || !two) return;
  const a = readNumber(args, one.start, one.end);
  const b = readNumber(args, two.start, two.end);
  if (!(a >= 0) || !(b >= 0)) return;
  const cloexec = CLOEXEC.test(args);
  const socket = call.name === 'socketpair';
  const first = open(world, call, socket ? Kind.socket : Kind.pipeRead, a, cloexec);
  const second = open(world, call, socket ? Kind.socket : Kind.pipeWrite, b, cloexec);
  world.peer.set(first, second);
  world.peer.set(second, first);
  const marks = Mark.pair | (/(?:SOCK|O)_NONBLOCK/.test(args) ? Mark.nonblocking : 0);
  world.mark(first, marks);
  world.mark(second, marks);
}

/** Where the list of the two numbers starts: a `[` at the beginning of an argument. */
const firstList = (args: string): number => {
  for (let at = args.indexOf('['); at >= 0; at = args.indexOf('[', at + 1))
    if (at === 0 || args[at - 1] === ' ') return at;
  return args.length;
};

/** The `]` that ends the list; paths have brackets of their own. */
const closing = (args: string, from: number): number => {
  let depth = 0;
  for (let i = from; i < args.length; i++) {
    if (args[i] === '[') depth++;
    else if (args[i] === ']' && depth-- === 0) return i;
  }
  return args.length;
};

/** The program side of a terminal tells its number, or gives a descriptor of the other side: glibc's openpty. */
function pseudoTerminal(world: World, call: Finished, args: string, life: number): void {
  if (life < 0) return;
  const master = world.lifeOpen.at(life);
  const number = /TIOCGPTN\b[^[]{0,20}\[(\d{1,10})\]/.exec(args)?.[1];
  if (number !== undefined) world.ptys.set(`/dev/pts/${number}`, master);
  else if (args.includes('TIOCGPTPEER')) world.peer.set(open(world, call, Kind.file, call.result, false), master);
}

/** A copy of a descriptor under another number. */
function copy(world: World, call: Finished, from: number, to: number, cloexec: boolean): void {
  const { task, source, event } = call;
  const life = world.life(task, from, source, event);
  const opened = life >= 0 ? world.lifeOpen.at(life) : world.newOpen(Kind.unknown, source, -1, -1);
  task.table.set(to, entry(world.newLife(opened, to, source, event, life), cloexec));
}

function setCloexec(table: FdTable, fd: number, cloexec: boolean): void {
  const found = table.get(fd);
  if (found >= 0) table.set(fd, entry(lifeOf(found), cloexec));
}

/** Commands as -X raw and -e raw print them (asm-generic/fcntl.h). */
const FCNTL: Readonly<Record<string, string>> = {
  '0': 'F_DUPFD',
  '0x0': 'F_DUPFD',
  '0x2': 'F_SETFD',
  '0x4': 'F_SETFL',
  '0x6': 'F_SETLK',
  '0x7': 'F_SETLKW',
  '0x25': 'F_OFD_SETLK',
  '0x26': 'F_OFD_SETLKW',
  '0x406': 'F_DUPFD_CLOEXEC',
};

/** What a fcntl does, of its arguments: `3, F_SETLK, …`, `3, 0x6 /* F_SETLK *\/, …`, `3, 0x6, …`. */
export function fcntlCommand(args: string): string {
  const word = /, (?:0x[0-9a-f]+ \/\* )?(F_\w+|0x[0-9a-f]+|0\b)/.exec(args)?.[1] ?? '';
  return FCNTL[word] ?? word;
}

function fcntl(world: World, call: Finished): void {
  const { task, text, start, end, result, source, event } = call;
  if (!(result >= 0)) return;
  const args = text.slice(start, Math.min(end, start + 5000));
  const fd = readNumber(text, start, end);
  const command = fcntlCommand(args);
  if (command === 'F_DUPFD') copy(world, call, fd, result, false);
  else if (command === 'F_DUPFD_CLOEXEC') copy(world, call, fd, result, true);
  else if (command === 'F_SETFD') setCloexec(task.table, fd, /FD_CLOEXEC|, 0x1$/.test(args));
  else if (command === 'F_SETFL') {
    const life = world.life(task, fd, source, event);
    if (life < 0) return;
    const opened = world.lifeOpen.at(life);
    const marks = world.marks.at(opened) & ~Mark.nonblocking;
    world.marks.set(opened, args.includes('O_NONBLOCK') ? marks | Mark.nonblocking : marks);
  } else if (/^F_(?:OFD_)?SETLK/.test(command)) world.locks.push(source, call.event);
}

function closeRange(call: Finished): void {
  const { task, text, start, end, result } = call;
  if (result !== 0) return;
  const args = splitArguments(text, start, end, 3);
  if (args.length < 2) return;
  const first = readNumber(text, args[0]!.start, args[0]!.end);
  let last = readNumber(text, args[1]!.start, args[1]!.end);
  if (last < 0) last = 0xffffffff;
  const flags = args[2] ? text.slice(args[2].start, args[2].end) : '';
  if (flags.includes('UNSHARE')) task.table = task.table.copy();
  const cloexec = flags.includes('CLOEXEC');
  const open: [number, number][] = [];
  task.table.each(first, last, (fd, value) => open.push([fd, value]));
  for (const [fd, value] of open) task.table.set(fd, cloexec ? entry(lifeOf(value), true) : CLOSED);
  // Numbers from before the log that were never seen are closed too.
  if (!cloexec)
    for (let fd = Math.max(0, first); fd <= last && fd < 256; fd++)
      if (task.table.get(fd) === NONE) task.table.set(fd, CLOSED);
}

function exec(world: World, call: Finished): void {
  const { task, text, start, end } = call;
  // A table shared with another process, or with threads that end now, becomes the task's own.
  if (task.process.tasks.length > 1 || task.parent?.table === task.table) task.table = task.table.copy();
  task.table.exec();
  for (const other of task.process.tasks)
    if (other !== task && other.alive) {
      other.alive = false;
      other.fate ||= 'exec';
      other.open = -1;
      if (world.byTid.get(other.tid) === other) world.byTid.delete(other.tid);
    }
  const quote = within(text, '"', start, end);
  if (quote < 0 || quote >= end) return;
  const printed = readString(text, quote, end);
  if (!printed) return;
  const path = plainString(printed.bytes);
  task.process.name = path.slice(path.lastIndexOf('/') + 1);
  threadNames.delete(task);
  task.process.go = 0;
  task.process.whole = true;
}

/** A connection that gave or took descriptors: numbers of `cmsg_data=[5, 6]`. */
function passed(text: string, start: number, end: number): number[] {
  const fds: number[] = [];
  const slice = text.slice(start, Math.min(end, start + 65536));
  for (let at = slice.indexOf('SCM_RIGHTS'); at >= 0; at = slice.indexOf('SCM_RIGHTS', at + 10)) {
    const list = slice.indexOf('cmsg_data=[', at);
    if (list < 0) break;
    const from = list + 11;
    for (const { start: a, end: b } of splitArguments(slice, from, closing(slice, from), 253)) {
      const fd = readNumber(slice, a, b);
      if (fd >= 0) fds.push(fd);
    }
  }
  return fds;
}

function received(world: World, call: Finished): void {
  const { task, text, start, end, result, source, event } = call;
  const life = world.life(task, readNumber(text, start, end), source, event);
  if (life < 0 || !(result >= 0)) return;
  const args = text.slice(start, end);
  if (!args.includes('SCM_RIGHTS')) return;
  const opened = world.lifeOpen.at(life);
  const peer = world.peer.at(opened);
  const sent = peer >= 0 ? world.inFlight.get(peer)?.shift() : undefined;
  const cloexec = args.includes('MSG_CMSG_CLOEXEC');
  passed(text, start, end).forEach((fd, index) => {
    const theirs = sent?.[index] ?? -1;
    // The numbers stand on the line with the result.
    const got =
      theirs >= 0 ? world.lifeOpen.at(theirs) : world.newOpen(Kind.unknown, source, call.resultEvent, call.resultEvent);
    world.mark(got, Mark.received);
    task.table.set(fd, entry(world.newLife(got, fd, source, call.resultEvent, theirs), cloexec));
  });
}

/** Descriptors on their way; called when the sending call begins, because the receiver may print first. */
export function sent(world: World, call: Pick<Finished, 'task' | 'text' | 'start' | 'end' | 'source' | 'event'>): void {
  const { task, text, start, end, source, event } = call;
  if (!text.slice(start, end).includes('SCM_RIGHTS')) return;
  const life = world.life(task, readNumber(text, start, end), source, event);
  if (life < 0) return;
  const lives = passed(text, start, end).map((fd) => world.life(task, fd, source, event));
  const opened = world.lifeOpen.at(life);
  const queue = world.inFlight.get(opened);
  if (queue) queue.push(lives);
  else world.inFlight.set(opened, [lives]);
}

/** The task behind a pidfd, where the log shows how it was made. */
export function pidfdTask(world: World, task: Task, fd: number): Task | undefined {
  const found = task.table.get(fd);
  return found >= 0 ? pidfds.get(world)?.get(world.lifeOpen.at(lifeOf(found))) : undefined;
}
const pidfds = new WeakMap<World, Map<number, Task>>();

/** Notes whom a new pidfd stands for. */
export function namePidfd(world: World, task: Task, fd: number, pid: number): void {
  const found = task.table.get(fd);
  const target = world.byTid.get(pid);
  if (found < 0 || !target) return;
  let map = pidfds.get(world);
  if (!map) {
    map = new Map();
    pidfds.set(world, map);
  }
  map.set(world.lifeOpen.at(lifeOf(found)), target);
}

/** What the flags of a clone say. Printed as words or, with -e raw, as a number. */
export function cloneFlags(name: string, args: string): { thread: boolean; files: boolean } {
  if (name === 'fork' || name === 'vfork') return { thread: false, files: false };
  const words = /flags=(?:0x[0-9a-f]+ \/\* )?([A-Z_|0-9a-fx]+)/.exec(args)?.[1];
  if (words !== undefined) return { thread: words.includes('CLONE_THREAD'), files: words.includes('CLONE_FILES') };
  const raw = Number(/^0x[0-9a-f]+/.exec(args)?.[0] ?? 0);
  return { thread: (raw & CLONE_THREAD) !== 0, files: (raw & CLONE_FILES) !== 0 };
}

/** A new task of a fork. */
export function fork(
  world: World,
  parent: Task,
  tid: number,
  flags: { thread: boolean; files: boolean },
  source: number,
  event: number,
): Task {
  const process: Process = flags.thread ? parent.process : world.newProcess(tid, parent.process);
  const table = flags.files ? parent.table : parent.table.copy();
  const child = world.newTask(tid, process, table, source);
  child.parent = parent;
  if (event >= 0) child.made = { source: parent.source, event };
  return child;
}

/** Moves a task to the parent that turned out to be its own. */
export function adopt(
  world: World,
  child: Task,
  parent: Task,
  flags: { thread: boolean; files: boolean },
  event: number,
): void {
  child.provisional = false;
  child.made = { source: parent.source, event };
  if (child.parent === parent && flags.thread === (child.process === parent.process)) return;
  const before = child.process;
  before.tasks.splice(before.tasks.lastIndexOf(child), 1);
  if (!before.tasks.length && before.parent)
    before.parent.children.splice(before.parent.children.lastIndexOf(before), 1);
  child.parent = parent;
  child.process = flags.thread ? parent.process : world.newProcess(child.tid, parent.process);
  child.process.tasks.push(child);
  child.table = flags.files ? parent.table : parent.table.copy();
}
