// The words for waits, times and certainty. Everything the user reads about them is built from these.

import { plural, t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { Confidence, Wait, WaitKind } from '../trace/trace.js';

/** What stands behind "waits": with the name of what it waits for, or without where the text gives none. */
export const WAITS: Readonly<Record<WaitKind, { readonly named: string; readonly alone: string }>> = {
  mutex: { named: 'for {0}', alone: 'for a mutex' },
  'rwmutex-read': { named: 'to read-lock {0}', alone: 'to read-lock an RWMutex' },
  'rwmutex-write': { named: 'to write-lock {0}', alone: 'to write-lock an RWMutex' },
  waitgroup: { named: 'for {0}', alone: 'in WaitGroup.Wait' },
  cond: { named: 'on {0}', alone: 'on a condition variable' },
  'chan-send': { named: 'to send on {0}', alone: 'to send on a channel' },
  'chan-receive': { named: 'to receive from {0}', alone: 'to receive from a channel' },
  select: { named: 'in select on {0}', alone: 'in select on several channels' },
  io: { named: 'for I/O on {0}', alone: 'for network or pipe I/O' },
  sleep: { named: 'in a sleep', alone: 'in a sleep' },
  rpc: { named: 'for the answer to {0}', alone: 'for the answer to an RPC' },
  dbus: { named: 'for an answer over D-Bus from {0}', alone: 'for an answer over D-Bus' },
  child: { named: 'for {0} to end', alone: 'for a child process to end' },
  syscall: { named: 'in a system call on {0}', alone: 'in a system call' },
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

/** What a holder does, by how sure it is: `{0}` is who or what. */
export const HELD = {
  certain: {
    by: 'held by {0}',
    holds: 'holds {0}',
    serves: 'serves {0}',
    served: 'served by {0}',
    hold: 'hold it',
    read: 'hold read locks',
    which: '{0}, which {1} holds{2}',
    itself: '{0}, which it holds itself{1}',
    oneOf: 'held by one of {0}: {1}',
    servedByOneOf: 'served by one of {0}: {1}',
    isThe: 'is the {0} that is waited for',
    is: '{0}',
  },
  likely: {
    by: 'likely held by {0}',
    holds: 'likely holds {0}',
    serves: 'likely serves {0}',
    served: 'likely served by {0}',
    hold: 'likely hold it',
    read: 'likely hold read locks',
    which: '{0}, which {1} likely holds{2}',
    itself: '{0}, which it likely holds itself{1}',
    oneOf: 'likely held by one of {0}: {1}',
    servedByOneOf: 'likely served by one of {0}: {1}',
    isThe: 'is likely the {0} that is waited for',
    is: 'likely {0}',
  },
  possible: {
    by: 'possibly held by {0}',
    holds: 'possibly holds {0}',
    serves: 'possibly serves {0}',
    served: 'possibly served by {0}',
    hold: 'possibly hold it',
    read: 'possibly hold read locks',
    which: '{0}, which {1} possibly holds{2}',
    itself: '{0}, which it possibly holds itself{1}',
    oneOf: 'possibly held by one of {0}: {1}',
    servedByOneOf: 'possibly served by one of {0}: {1}',
    isThe: 'is possibly the {0} that is waited for',
    is: 'possibly {0}',
  },
} as const satisfies Readonly<Record<Confidence, object>>;

/** What is said of a lock, or of a call, where nobody is known to have it. */
export const nobody = (kind: string): string =>
  kind === 'lock' ? t('nobody here is seen holding it') : t('nobody in the open files is seen serving it');

/** Of who does not wait: what it does. */
export const notWaiting = (): string => t('is not waiting itself');

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
  return isRough(wait) ? t('about {0} {1}', count, unit) : `${count}+ ${unit}`;
}

/** `, the longest 5+ min`; '' as `lasted`. */
export function andLongest(wait: Parameters<typeof lasted>[0]): string {
  const time = lasted(wait);
  return time === '' ? '' : t(', the longest {0}', time);
}

/** Whether it may have waited less long than told, too. */
export const isRough = ({ waiter }: Pick<Wait, 'waiter'>): boolean => readEntity(waiter).kind === 'goroutine';

/** `1 goroutine`, `12 goroutines`. */
export const counted = (count: number, noun: string, several = `${noun}s`): string =>
  plural(count, `{0} ${noun}`, `{0} ${several}`);

/** `a`, `a and b`, `a, b and 4 more`. */
export function listed(items: readonly string[], most = 3, total = items.length): string {
  const shown = items.slice(0, most);
  const rest = total - shown.length;
  if (rest > 0) return andMore(shown.join(', '), rest);
  if (shown.length < 2) return shown.join('');
  return t('{0} and {1}', shown.slice(0, -1).join(', '), shown[shown.length - 1]!);
}

/** `a, b and 4 more` */
export const andMore = (shown: string, rest: number): string =>
  t('{0} and {1} more', shown, rest.toLocaleString('en-US'));

/** `and 3 more locks` */
export const moreLocks = (count: number): string => plural(count, 'and {0} more lock', 'and {0} more locks');
