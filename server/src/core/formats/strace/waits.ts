// What a call that did not return waits for: the descriptor and the side of it, a process, a lock, a time. By the call's name and
// the arguments that the line shows (man 2 of each).

import type { Topic, WaitKind } from '../../trace/trace.js';
import { ROLES, Role } from './calls.js';
import type { Task } from './state.js';
import { readNumber, splitArguments, withoutPaths } from './text.js';
import { fdOf, isSocket, type View } from './view.js';

export interface Waiting {
  /** Article of kind `wait`. */
  readonly topic: string;
  readonly kind: WaitKind;
  /**
   * `busy`: a call that is to end soon. `rest`: one that may rest for ever in a healthy program: an event loop, a pause.
   * `short`: it ends by itself after a while.
   */
  readonly mood: 'busy' | 'rest' | 'short';
  readonly fd?: number;
  /** The life of that descriptor; -1. */
  readonly life: number;
  /** What has to happen at the other end of it. */
  readonly needs?: 'read' | 'write' | 'accept' | 'unlock';
  /** Awaited: a process or thread, or any child (-1). */
  readonly pid?: number;
  readonly awaits?: 'child' | 'thread' | 'vfork';
  readonly futex?: {
    readonly address: string;
    readonly value: number;
    readonly locked: boolean;
    /** The thread that has the lock, where its word says so. */
    readonly owner?: number;
  };
  /** A file that is opened. */
  readonly path?: string;
  /** The time after which it ends by itself, in seconds; undefined: none, or not shown. */
  readonly timeout?: number;
  /** The call whose restart it is. */
  readonly restarts?: string;
}

export const topicOf = (name: string): Topic => ({ kind: 'wait', name });

const READ = /^(?:p?readv?2?|pread64|preadv2?|recv(?:from|msg|mmsg|mmsg_time64)?)$/;
const WRITE = /^(?:p?writev?2?|pwrite64|pwritev2?|send(?:to|msg|mmsg)?)$/;

/** A timespec or timeval in seconds: `{tv_sec=60, tv_nsec=0}`, `{1, 0}` (strace 4); undefined for NULL and what is not shown. */
export function secondsOf(word: string | undefined): number | undefined {
  if (word === undefined) return undefined;
  const named = /tv_sec=(-?\d+), tv_(n|u)sec=(\d+)/.exec(word);
  if (named) return Number(named[1]) + Number(named[3]) / (named[2] === 'n' ? 1e9 : 1e6);
  const old = /^\{(\d+), (\d+)\}/.exec(word);
  return old ? Number(old[1]) + Number(old[2]) / 1e9 : undefined;
}

/** What an open call waits for. */
export function waitingOf(view: View, task: Task, source: number, event: number): Waiting {
  const log = view.log(source);
  const name = log.nameOf(event);
  const args = view.arguments(source, event);
  const words = splitArguments(args.text, args.start, args.end, 8).map(({ start, end }) =>
    args.text.slice(start, Math.min(end, start + 4096)),
  );
  const life = lifeAt(view, source, event);
  const fd = words[0] !== undefined && /^(?:0x)?\d/.test(words[0]) ? fdOf(words[0]) : undefined;
  const onFd = { life, ...(fd !== undefined && { fd }) };
  const none = { life: -1 };
  const kind = life >= 0 ? view.opened(view.world.lifeOpen.at(life)).kind : 'unknown';

  if (READ.test(name) || name === 'mq_timedreceive') return { ...reading(kind), ...onFd, needs: 'write' };
  if (WRITE.test(name) || name === 'mq_timedsend') {
    const topic =
      kind === 'pipe' || kind === 'fifo'
        ? 'write-pipe'
        : isSocket(kind)
          ? 'write-socket'
          : kind === 'tty'
            ? 'write-tty'
            : kind === 'file'
              ? 'write-file'
              : 'write-fd';
    return { topic, kind: 'io', mood: 'busy', ...onFd, needs: 'read' };
  }
  switch (name) {
    case 'sendfile':
    case 'sendfile64':
      return {
        topic: isSocket(kind) ? 'write-socket' : 'write-pipe',
        kind: 'io',
        mood: 'busy',
        ...onFd,
        needs: 'read',
      };
    case 'splice':
    case 'tee':
    case 'copy_file_range': {
      // The output where the input is a file, else the input.
      const out = words[2] !== undefined ? fdOf(words[name === 'tee' ? 1 : 2]!) : Number.NaN;
      if (kind === 'file' && out >= 0) {
        const to = view.world.life(task, out, source, event);
        return { topic: 'write-pipe', kind: 'io', mood: 'busy', fd: out, life: to, needs: 'read' };
      }
      return { ...reading(kind), ...onFd, needs: 'write' };
    }
    case 'accept':
    case 'accept4':
      return { topic: 'accept', kind: 'io', mood: 'rest', ...onFd, needs: 'accept' };
    case 'connect':
      return { topic: 'connect', kind: 'io', mood: 'busy', ...onFd, needs: 'accept' };
    case 'fsync':
    case 'fdatasync':
    case 'syncfs':
    case 'sync_file_range':
      return { topic: 'fsync', kind: 'io', mood: 'busy', ...onFd };
    case 'flock':
      return { topic: 'flock', kind: 'syscall', mood: 'busy', ...onFd, needs: 'unlock' };
    case 'fcntl':
    case 'fcntl64':
      return { topic: 'fcntl-lock', kind: 'syscall', mood: 'busy', ...onFd, needs: 'unlock' };
    case 'open':
    case 'openat':
    case 'openat2':
    case 'creat': {
      const quoted =
        /"((?:[^"\\]|\\.){0,4096})"/.exec(words[name === 'open' || name === 'creat' ? 0 : 1] ?? '')?.[1] ?? '';
      return {
        topic: view.world.fifos.has(quoted) ? 'open-fifo' : 'open-file',
        kind: 'io',
        mood: 'busy',
        ...none,
        path: quoted,
      };
    }
    case 'wait4':
    case 'waitpid': {
      const pid = words[0] === undefined ? Number.NaN : processNumber(words[0]);
      return pid > 0
        ? { topic: 'wait-child', kind: 'child', mood: 'busy', ...none, pid, awaits: 'child' }
        : { topic: 'wait-any-child', kind: 'child', mood: 'busy', ...none, pid: -1, awaits: 'child' };
    }
    case 'waitid': {
      const type = words[0] ?? '';
      if (type.includes('P_PIDFD')) {
        const fd = fdOf(words[1] ?? '');
        return {
          topic: 'wait-child',
          kind: 'child',
          mood: 'busy',
          fd,
          life: view.world.life(task, fd, source, event),
          pid: 0,
          awaits: 'child',
        };
      }
      const pid = type.includes('P_PID') && words[1] !== undefined ? processNumber(words[1]) : -1;
      return {
        topic: pid > 0 ? 'wait-child' : 'wait-any-child',
        kind: 'child',
        mood: 'busy',
        ...none,
        pid,
        awaits: 'child',
      };
    }
    case 'vfork':
      return { topic: 'vfork', kind: 'child', mood: 'busy', ...none, awaits: 'vfork' };
    case 'clone':
    case 'clone3':
      return /CLONE_VFORK/.test(args.text.slice(args.start, args.end))
        ? { topic: 'vfork', kind: 'child', mood: 'busy', ...none, awaits: 'vfork' }
        : { topic: 'other', kind: 'syscall', mood: 'busy', ...none };
    case 'futex':
    case 'futex_time64':
    case 'futex_wait':
    case 'futex_waitv':
      return futex(words);
    case 'poll':
    case 'ppoll':
    case 'ppoll_time64':
      return polling(view, task, source, event, words, name);
    case 'select':
    case '_newselect':
    case 'pselect6':
    case 'pselect6_time64':
      return selecting(view, task, source, event, words);
    case 'epoll_wait':
    case 'epoll_pwait':
    case 'epoll_pwait2':
    case 'epoll_wait_old': {
      const timeout = name === 'epoll_pwait2' ? secondsOf(words[3]) : milliseconds(words[3]);
      return {
        topic: 'epoll',
        kind: 'select',
        mood: timeout === undefined ? 'rest' : 'short',
        ...onFd,
        ...(timeout !== undefined && { timeout }),
      };
    }
    case 'io_uring_enter':
    case 'io_getevents':
    case 'io_pgetevents':
      return { topic: 'io-uring', kind: 'io', mood: 'rest', ...onFd };
    case 'nanosleep':
    case 'clock_nanosleep':
    case 'clock_nanosleep_time64': {
      const timeout = secondsOf(words[name === 'nanosleep' ? 0 : 2]);
      return { topic: 'sleep', kind: 'sleep', mood: 'short', ...none, ...(timeout !== undefined && { timeout }) };
    }
    case 'pause':
    case 'rt_sigsuspend':
    case 'sigsuspend':
      return { topic: 'pause', kind: 'sleep', mood: 'rest', ...none };
    case 'rt_sigtimedwait':
    case 'rt_sigtimedwait_time64': {
      const timeout = secondsOf(words[2]);
      return {
        topic: 'sigwait',
        kind: 'sleep',
        mood: timeout === undefined ? 'rest' : 'short',
        ...none,
        ...(timeout !== undefined && { timeout }),
      };
    }
    case 'semop':
    case 'semtimedop':
    case 'semtimedop_time64':
      return { topic: 'semaphore', kind: 'syscall', mood: 'busy', ...none };
    case 'msgrcv':
    case 'msgsnd':
      return { topic: 'msgqueue', kind: 'syscall', mood: name === 'msgrcv' ? 'rest' : 'busy', ...none };
    case 'restart_syscall': {
      const restarts = /resuming interrupted (\w+)/.exec(args.text.slice(args.start, args.end))?.[1] ?? '';
      // Only calls with an end of their own go on as restart_syscall (kernel: restart_block).
      return { topic: 'restart', kind: 'syscall', mood: 'short', ...none, restarts };
    }
    case 'execve':
    case 'execveat':
    case 'exit':
    case 'exit_group':
      return { topic: 'exit', kind: 'syscall', mood: 'busy', ...none };
  }
  const role = ROLES.get(name);
  if (role === Role.closes) return { topic: 'close', kind: 'io', mood: 'busy', ...onFd };
  return {
    topic: /stat|access|readlink|chdir|getdents|statfs/.test(name) ? 'stat' : 'other',
    kind: 'syscall',
    mood: 'busy',
    ...onFd,
  };
}

/** The life of the first argument; a close has let it go already. */
export function lifeAt(view: View, source: number, event: number): number {
  return view.log(source).life.at(event);
}

function reading(kind: string): Pick<Waiting, 'topic' | 'kind' | 'mood'> {
  switch (kind) {
    case 'pipe':
    case 'fifo':
      return { topic: 'read-pipe', kind: 'io', mood: 'busy' };
    case 'unix':
    case 'tcp':
    case 'udp':
    case 'socket':
      return { topic: 'read-socket', kind: 'io', mood: 'busy' };
    case 'netlink':
      return { topic: 'read-socket', kind: 'io', mood: 'rest' };
    case 'tty':
      return { topic: 'read-tty', kind: 'io', mood: 'rest' };
    case 'file':
      return { topic: 'read-file', kind: 'io', mood: 'busy' };
    case 'eventfd':
    case 'signalfd':
    case 'timerfd':
    case 'inotify':
      return { topic: `read-${kind}`, kind: 'io', mood: 'rest' };
  }
  return { topic: 'read-fd', kind: 'io', mood: 'busy' };
}

/** `4<runc>`, with a comment that tells the number as strace sees it: that one. */
export function processNumber(word: string): number {
  const own = /\/\* (\d{1,10}) in strace's PID NS/.exec(word)?.[1];
  if (own !== undefined) return Number(own);
  return readNumber(word, 0, word.length);
}

const FUTEX_WAIT_RAW = new Set([0, 6, 9, 11]);

const FUTEX_WAITERS = 0x80000000;
const FUTEX_OWNER_DIED = 0x40000000;

function futex(words: readonly string[]): Waiting {
  const address = /^0x[0-9a-f]+/.exec(words[0] ?? '')?.[0] ?? '';
  const op = words[1] ?? '';
  const value = readNumber(words[2] ?? '', 0, 24);
  const timeout = secondsOf(words[3]);
  const raw = /^0x[0-9a-f]+/.exec(op)?.[0];
  const waits = /WAIT|LOCK_PI/.test(op) || (raw !== undefined && FUTEX_WAIT_RAW.has(Number(raw) & 0x7f));
  const base = { kind: 'mutex' as const, life: -1 };
  if (/LOCK_PI/.test(op))
    return { ...base, topic: 'futex-lock', mood: 'busy', futex: { address, value, locked: true } };
  // A robust mutex: the word is its owner's thread id, and a bit that others wait (linux/futex.h). glibc has no private ones
  // (pthread_mutex_lock.c); other words with that bit are (Rust's locks and parked threads).
  if (waits && value >= FUTEX_WAITERS && !op.includes('PRIVATE') && timeout === undefined) {
    const owner = value % FUTEX_OWNER_DIED;
    return { ...base, topic: 'futex-lock', mood: 'busy', futex: { address, value, locked: true, owner } };
  }
  // pthread_join: the word is the thread's id, which the kernel clears at its end (glibc pthread_join_common.c).
  if (
    waits &&
    value > 2 &&
    value < FUTEX_OWNER_DIED &&
    timeout === undefined &&
    !op.includes('PRIVATE') &&
    words.length >= 3
  )
    return {
      ...base,
      kind: 'child',
      topic: 'futex-join',
      mood: 'busy',
      pid: value,
      awaits: 'thread',
      futex: { address, value, locked: false },
    };
  // 2: a mutex that others wait for (glibc lowlevellock.h); anything else is a condition, a semaphore, a runtime's parking place.
  const locked = waits && value === 2 && !op.includes('BITSET');
  if (timeout !== undefined)
    return { ...base, topic: 'futex-timeout', mood: 'short', timeout, futex: { address, value, locked } };
  return {
    ...base,
    topic: locked ? 'futex-lock' : 'futex',
    mood: locked ? 'busy' : 'rest',
    futex: { address, value, locked },
  };
}

const milliseconds = (word: string | undefined): number | undefined => {
  if (word === undefined) return undefined;
  const value = readNumber(word, 0, word.length);
  return value >= 0 ? value / 1000 : undefined;
};

function polling(
  view: View,
  task: Task,
  source: number,
  event: number,
  words: readonly string[],
  name: string,
): Waiting {
  const timeout = name === 'poll' ? milliseconds(words[2]) : secondsOf(words[2]);
  const entries = [
    ...(words[0] ?? '').matchAll(/\{fd=(-?\d{1,10})(?:<[^{}]{0,4096}?>)?(?:, events=([A-Z|0-9x a-f/*]{0,200}))?/g),
  ];
  const fds = entries.filter(([, fd]) => Number(fd) >= 0);
  return many(
    view,
    task,
    source,
    event,
    'poll',
    fds.map(([, fd, events]) => ({
      fd: Number(fd),
      write: /POLLOUT/.test(events ?? '') && !/POLLIN/.test(events ?? ''),
    })),
    timeout,
  );
}

function selecting(view: View, task: Task, source: number, event: number, words: readonly string[]): Waiting {
  const set = (word: string | undefined): number[] =>
    word?.startsWith('[') ? [...withoutPaths(word).matchAll(/(?:\[| )(\d{1,10})/g)].map(([, fd]) => Number(fd)) : [];
  const timeout = secondsOf(words[4]);
  const fds = [
    ...set(words[1]).map((fd) => ({ fd, write: false })),
    ...set(words[2]).map((fd) => ({ fd, write: true })),
  ];
  return many(view, task, source, event, 'select', fds, timeout);
}

function many(
  view: View,
  task: Task,
  source: number,
  event: number,
  topic: string,
  fds: readonly { fd: number; write: boolean }[],
  timeout: number | undefined,
): Waiting {
  const short = timeout !== undefined;
  const base = { kind: 'select' as const, ...(short && { timeout }) };
  if (fds.length === 1) {
    const { fd, write } = fds[0]!;
    const found = view.world.life(task, fd, source, event);
    const kind = found >= 0 ? view.opened(view.world.lifeOpen.at(found)).kind : 'unknown';
    const rests = /^(?:timerfd|signalfd|inotify|eventfd|netlink|tty|epoll)$/.test(kind);
    return {
      ...base,
      topic: topic === 'poll' ? (write ? 'poll-write' : 'poll-read') : topic,
      mood: short ? 'short' : rests ? 'rest' : 'busy',
      fd,
      life: found,
      needs: write ? 'read' : 'write',
    };
  }
  return { ...base, topic, mood: short ? 'short' : 'rest', life: -1 };
}
