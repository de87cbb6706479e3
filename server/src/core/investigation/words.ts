// The words for waits, times and certainty. Everything the user reads about them is built from these.

import { readEntity } from '../trace/entity.js';
import type { Confidence, Wait, WaitKind } from '../trace/trace.js';

/** What stands behind "waits": with the name of what it waits for, or without where the text gives none. */
export const WAITS: Readonly<Record<WaitKind, { named: (name: string) => string; alone: string }>> = {
  mutex: { named: (name) => `for ${name}`, alone: 'for a mutex' },
  'rwmutex-read': { named: (name) => `to read-lock ${name}`, alone: 'to read-lock an RWMutex' },
  'rwmutex-write': { named: (name) => `to write-lock ${name}`, alone: 'to write-lock an RWMutex' },
  waitgroup: { named: (name) => `for ${name}`, alone: 'in WaitGroup.Wait' },
  cond: { named: (name) => `on ${name}`, alone: 'on a condition variable' },
  'chan-send': { named: (name) => `to send on ${name}`, alone: 'to send on a channel' },
  'chan-receive': { named: (name) => `to receive from ${name}`, alone: 'to receive from a channel' },
  select: { named: (name) => `in select on ${name}`, alone: 'in select on several channels' },
  io: { named: (name) => `for I/O on ${name}`, alone: 'for network or pipe I/O' },
  sleep: { named: () => 'in a sleep', alone: 'in a sleep' },
  rpc: { named: (name) => `for the answer to ${name}`, alone: 'for the answer to an RPC' },
  dbus: { named: (name) => `for an answer over D-Bus from ${name}`, alone: 'for an answer over D-Bus' },
  child: { named: (name) => `for ${name} to end`, alone: 'for a child process to end' },
  syscall: { named: (name) => `in a system call on ${name}`, alone: 'in a system call' },
};

/** Waits whose end is in another program's hands. */
export const OUTSIDE: ReadonlySet<WaitKind> = new Set(['rpc', 'dbus', 'child', 'io', 'syscall']);

/** What to do about a wait that nothing in the open files explains further. */
export const NEXT: Readonly<Partial<Record<WaitKind, string>>> = {
  rpc: 'Take a dump of the program that serves this call, at the same time, and open it too: the chain goes on there.',
  dbus: 'Look at the program on the other side of the bus: `busctl list`, then `busctl status` of the name; for systemd, `strace -p 1` and its journal.',
  child:
    'Look at the child process: `ps -ef --forest`, its state in `/proc/PID/stack` and `/proc/PID/wchan`, `strace -f -p PID`.',
  io: 'Find out who is on the other side of the connection or pipe: `ss -p`, `lsof -p PID`.',
  syscall: 'Look at the thread in the kernel: `cat /proc/PID/task/TID/stack`, `strace -f -p PID`.',
  'chan-send': 'Find the goroutine that should receive from this channel: it is gone or waits itself.',
  'chan-receive': 'Find the goroutine that should send on this channel: it is gone or waits itself.',
  select: 'Read the select statement at the frame that waits: each of its channels needs somebody on the other side.',
  waitgroup: 'Find the goroutines that should call Done: they were usually created by the same function.',
  cond: 'Find who should call Signal or Broadcast.',
  mutex:
    'Take a second dump a minute later: a holder that works on shows other frames, one that hangs shows the same ones.',
};

/** What a holder does, by how sure it is. */
export const HELD: Readonly<Record<Confidence, { by: string; holds: string; serves: string; served: string }>> = {
  certain: { by: 'held by', holds: 'holds', serves: 'serves', served: 'served by' },
  likely: { by: 'likely held by', holds: 'likely holds', serves: 'likely serves', served: 'likely served by' },
  possible: {
    by: 'possibly held by',
    holds: 'possibly holds',
    serves: 'possibly serves',
    served: 'possibly served by',
  },
};

export const NOBODY = 'nobody here is seen holding it';
export const UNSERVED = 'nobody in the open files is seen serving it';

/** Whole days, hours and minutes, rounded down. `2 h 5 min`, `45 s`. */
export function duration(seconds: number): string {
  const s = Math.floor(seconds);
  if (s < 60) return `${s} s`;
  const minutes = Math.floor(s / 60);
  if (minutes < 120) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  const unit = (count: number, name: string): string => (count > 0 ? ` ${count} ${name}` : '');
  if (hours < 48) return `${hours} h${unit(minutes % 60, 'min')}`;
  return `${Math.floor(hours / 24)} d${unit(hours % 24, 'h')}`;
}

/**
 * How long a wait has lasted, short, for titles: `5+ min`, at least so long. The minutes of a goroutine are no lower bound, they are
 * counted from a garbage collection (markroot in mgcmark.go): `about 5 min`. '' where the time is unknown, or too short to mean anything.
 */
export function lasted(wait: Pick<Wait, 'waiter' | 'seconds'> | undefined): string {
  if (wait?.seconds === undefined || wait.seconds < 1) return '';
  const [count, unit] = duration(wait.seconds).split(' ') as [string, string];
  return isRough(wait) ? `about ${count} ${unit}` : `${count}+ ${unit}`;
}

/** `, the longest 5+ min`; '' as `lasted`. */
export function andLongest(wait: Parameters<typeof lasted>[0]): string {
  const time = lasted(wait);
  return time === '' ? '' : `, the longest ${time}`;
}

/** Whether it may have waited less long than told, too. */
export const isRough = ({ waiter }: Pick<Wait, 'waiter'>): boolean => readEntity(waiter).kind === 'goroutine';

/** `1 goroutine`, `12 goroutines`. */
export const counted = (count: number, noun: string, plural = `${noun}s`): string =>
  `${count.toLocaleString('en-US')} ${count === 1 ? noun : plural}`;

/** `a`, `a and b`, `a, b and 4 more`. */
export function listed(items: readonly string[], most = 3, total = items.length): string {
  const shown = items.slice(0, most);
  const rest = total - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest.toLocaleString('en-US')} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown[shown.length - 1]}`;
}
