// Functions of the C library and of the bus libraries, by their plain name: what waiting in them means.

import type { WaitKind, WaitState } from '../../../trace/trace.js';
import type { Article } from '../../format.js';

export interface CallRow extends Article {
  /** Of several in a stack the highest says what it waits for. */
  readonly rank: number;
  /** Absent: the function alone does not wait. */
  readonly kind?: WaitKind;
  readonly state?: WaitState;
  /** Arguments that hold the lock’s address. */
  readonly lock?: readonly string[];
  /** Waits only where it has called another function. */
  readonly inner?: true;
  /** Its futex holds the number of the thread that is waited for. */
  readonly joins?: true;
  /** Has a descriptor among its arguments. */
  readonly fd?: true;
  /** The system call that it is. */
  readonly system?: string;
}

const ROWS: readonly (readonly [names: string, row: CallRow])[] = [
  [
    'pthread_mutex_lock pthread_mutex_timedlock pthread_mutex_clocklock pthread_mutex_lock_full mutex_lock_full',
    {
      title: 'waits for a mutex',
      text: 'Another thread has it. glibc keeps the owner in the mutex.',
      next: 'Print the owner: `p ((pthread_mutex_t *) ADDRESS)->__data.__owner`; the number is the LWP of a thread.',
      source: 'glibc nptl/pthread_mutex_lock.c',
      rank: 90,
      kind: 'mutex',
      state: 'blocked',
      lock: ['mutex', 'm', 'futex'],
      inner: true,
    },
  ],
  [
    'lll_lock_wait lll_lock_wait_private lll_mutex_lock_optimized lll_timedlock_wait',
    {
      title: 'waits for a low-level lock of glibc',
      text: 'What a mutex is made of; also used inside of malloc and stdio.',
      next: 'Print the owner: `p ((pthread_mutex_t *) ADDRESS)->__data.__owner`.',
      source: 'glibc nptl/lowlevellock.c',
      rank: 80,
      kind: 'mutex',
      state: 'blocked',
      lock: ['mutex', 'futex'],
    },
  ],
  [
    'pthread_rwlock_rdlock pthread_rwlock_rdlock_full pthread_rwlock_timedrdlock',
    {
      title: 'waits to read-lock',
      text: 'A writer has the lock, or waits for it.',
      source: 'glibc nptl/pthread_rwlock_common.c',
      rank: 90,
      kind: 'rwmutex-read',
      state: 'blocked',
      lock: ['rwlock'],
      inner: true,
    },
  ],
  [
    'pthread_rwlock_wrlock pthread_rwlock_wrlock_full pthread_rwlock_timedwrlock',
    {
      title: 'waits to write-lock',
      text: 'A reader or another writer has the lock.',
      source: 'glibc nptl/pthread_rwlock_common.c',
      rank: 90,
      kind: 'rwmutex-write',
      state: 'blocked',
      lock: ['rwlock'],
      inner: true,
    },
  ],
  [
    'pthread_join pthread_timedjoin_np pthread_clockjoin_ex',
    {
      title: 'waits for a thread to end',
      text: 'The usual rest of a main thread.',
      source: 'glibc nptl/pthread_join_common.c',
      rank: 70,
      kind: 'child',
      state: 'idle',
      joins: true,
    },
  ],
  [
    'pthread_cond_wait pthread_cond_timedwait pthread_cond_clockwait pthread_cond_wait_common',
    {
      title: 'waits on a condition',
      text: 'Until another thread signals it: the usual rest of a worker.',
      source: 'glibc nptl/pthread_cond_wait.c',
      rank: 70,
      kind: 'cond',
      state: 'idle',
    },
  ],
  [
    'sem_wait sem_timedwait sem_clockwait new_sem_wait_slow do_futex_wait',
    {
      title: 'waits for a semaphore',
      text: 'Until another thread or process posts it.',
      source: 'glibc nptl/sem_waitcommon.c',
      rank: 65,
      kind: 'cond',
      state: 'blocked',
    },
  ],
  [
    'sd_bus_call sd_bus_call_method sd_bus_call_methodv sd_bus_get_property sd_bus_set_property bus_call_method',
    {
      title: 'waits for an answer over D-Bus',
      text: 'A call of sd-bus that blocks until the reply comes, or 25 seconds have passed.',
      next: 'Look at the program that owns the name: `busctl status NAME`.',
      source: 'src/libsystemd/sd-bus/sd-bus.c sd_bus_call',
      rank: 85,
      kind: 'dbus',
      state: 'blocked',
    },
  ],
  [
    'dbus_connection_send_with_reply_and_block dbus_pending_call_block dbus_connection_block_pending_call',
    {
      title: 'waits for an answer over D-Bus',
      text: 'A call of libdbus that blocks until the reply comes, or 25 seconds have passed.',
      next: 'Look at the program that owns the name.',
      source: 'dbus/dbus-connection.c',
      rank: 85,
      kind: 'dbus',
      state: 'blocked',
    },
  ],
  [
    'g_dbus_connection_call_sync g_dbus_proxy_call_sync g_dbus_connection_send_message_with_reply_sync',
    {
      title: 'waits for an answer over D-Bus',
      text: 'A call of GLib that blocks until the reply comes, or 25 seconds have passed.',
      next: 'Look at the program that owns the name.',
      source: 'gio/gdbusconnection.c',
      rank: 85,
      kind: 'dbus',
      state: 'blocked',
    },
  ],
  [
    'sd_event_wait sd_event_run sd_event_loop sd_bus_wait bus_poll g_main_loop_run g_main_context_iteration g_main_context_iterate uv_run event_base_loop manager_loop',
    {
      title: 'an event loop at rest',
      text: 'It waits for the next event. Whether it ought to answer somebody, this does not tell.',
      source: 'src/libsystemd/sd-event/sd-event.c',
      rank: 60,
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'sd_bus_process process_message process_reply bus_message_seal sd_bus_send bus_send_internal',
    {
      title: 'sends or handles a message of the bus',
      text: 'Inside of sd-bus.',
      source: 'src/libsystemd/sd-bus/sd-bus.c',
      rank: 10,
    },
  ],
  [
    'write writev pwrite pwritev send sendto sendmsg sendmmsg',
    {
      title: 'waits to write',
      text: 'The other end does not read, or the device does not take it.',
      next: 'Find the other end of the descriptor: `ls -l /proc/PID/fd`.',
      source: 'man 2 write',
      rank: 40,
      kind: 'io',
      state: 'blocked',
      fd: true,
      system: 'write',
    },
  ],
  [
    'connect',
    {
      title: 'waits for a connection',
      text: 'The server has not accepted.',
      source: 'man 2 connect',
      rank: 40,
      kind: 'io',
      state: 'blocked',
      fd: true,
      system: 'connect',
    },
  ],
  [
    'flock fcntl lockf',
    {
      title: 'waits for a file lock',
      text: 'Another process has it.',
      next: '`cat /proc/locks`',
      source: 'man 2 flock',
      rank: 40,
      kind: 'syscall',
      state: 'blocked',
      fd: true,
      system: 'flock',
    },
  ],
  [
    'fsync fdatasync sync syncfs',
    {
      title: 'waits for the disk',
      text: 'Until everything is written.',
      source: 'man 2 fsync',
      rank: 40,
      kind: 'syscall',
      state: 'blocked',
      fd: true,
      system: 'fsync',
    },
  ],
  [
    'read readv pread recv recvfrom recvmsg recvmmsg getline fgets',
    {
      title: 'waits to read',
      text: 'Nothing has come yet.',
      source: 'man 2 read',
      rank: 40,
      kind: 'io',
      state: 'idle',
      fd: true,
      system: 'read',
    },
  ],
  [
    'poll ppoll select pselect epoll_wait epoll_pwait',
    {
      title: 'waits for events',
      text: 'An event loop at rest, or a client that waits for an answer.',
      source: 'man 2 poll',
      rank: 35,
      kind: 'io',
      state: 'idle',
    },
  ],
  [
    'accept accept4',
    {
      title: 'waits for a connection',
      text: 'A server at rest.',
      source: 'man 2 accept',
      rank: 40,
      kind: 'io',
      state: 'idle',
      fd: true,
      system: 'accept',
    },
  ],
  [
    'nanosleep clock_nanosleep sleep usleep',
    {
      title: 'sleeps',
      text: 'The program asked for a pause.',
      source: 'man 2 nanosleep',
      rank: 40,
      kind: 'sleep',
      state: 'idle',
    },
  ],
  [
    'sigwait sigwaitinfo sigtimedwait sigsuspend pause do_sigwait',
    {
      title: 'waits for a signal',
      text: 'A program at rest.',
      source: 'man 3 sigwait',
      rank: 40,
      kind: 'sleep',
      state: 'idle',
    },
  ],
  [
    'wait4 waitpid waitid wait',
    {
      title: 'waits for a child process',
      text: 'Until it ends.',
      source: 'man 2 wait4',
      rank: 40,
      kind: 'child',
      state: 'idle',
    },
  ],
  [
    'futex_wait futex_abstimed_wait futex_abstimed_wait_common futex_abstimed_wait_cancelable futex_wait_cancelable futex_abstimed_wait_common64',
    {
      title: 'waits in a futex',
      text: 'What locks, conditions and joins are made of: the caller tells which.',
      source: 'glibc nptl/futex-internal.c',
      rank: 5,
    },
  ],
  [
    'syscall clone3 clone start_thread libc_start_main libc_start_call_main _start',
    {
      title: 'part of the C library or the start of the program',
      text: 'Nothing to see here.',
      source: 'glibc',
      rank: 0,
    },
  ],
];

export const CALLS: Readonly<Record<string, CallRow>> = Object.fromEntries(
  ROWS.flatMap(([names, row]) => names.split(' ').map((name) => [name, row])),
);
