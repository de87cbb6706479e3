// What is told about threads, locks and the bus.

import type { Article } from '../../format.js';

const MUTEX = 'glibc sysdeps/nptl/bits/struct_mutex.h, nptl/pthread_mutex_lock.c';
const SEAL =
  'src/libsystemd/sd-bus/bus-message.c bus_message_seal of v241; systemd issue 11809, PR 11818 (commit 1f82f5bb4237)';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'The stacks and values are those of the program as gdb stopped it: certain where it has debug symbols. Without them names can be wrong, and values are missing.';

export const NOTES: Readonly<Record<string, Article>> = {
  'cookie-overflow': {
    title: 'cookie {value} is past 0xffffffff: this connection can send nothing more',
    text: 'The cookie of this sd-bus connection is {value}. It counts every message that the program sends, in 64 bits, but on the wire it is a serial of 32 bits: sealing a message now fails with “Operation not supported”, so no call gets a reply and no signal is sent. {doubt}',
    next: '`systemctl daemon-reexec` gives systemd a new connection that counts from 1. Fixed in systemd v242 and in backports (RHEL 7 and 8, Ubuntu 18.04), where the counter starts again at 0x80000000; such a version can not come here, so check `systemctl --version`.',
    source: SEAL,
  },
  'cookie-near': {
    title: 'cookie {value}: {left} messages before 0xffffffff',
    text: 'The cookie of this sd-bus connection is {value}: {left} messages before it no longer fits into the 32 bits of a serial. Before systemd v242 the connection then sends nothing more; later versions go on at 0x80000000, and for them such a value is normal. {doubt}',
    next: 'Look at the version (`systemctl --version`). Before v242: `systemctl daemon-reexec` before the end is reached.',
    source: SEAL,
  },
  'blocked-call': {
    title: '{what} {fd}',
    text: '{who} {what} {fd}.',
    next: 'Find the other end of the descriptor: `ls -l /proc/PID/fd`, `lsof +E -p PID`, `ss -xp`.',
    source: 'man 2 write',
  },
  'no-symbols': {
    title: 'most frames have no names',
    text: 'The program has no symbols that gdb could use, or is a Go program: these stacks tell little.',
    next: 'For Go take its own dump (SIGQUIT, pprof, `kill -USR1` for dockerd and containerd). For C install the debug symbols, or set `DEBUGINFOD_URLS`.',
    source: 'gdb, Backtrace',
  },
  'owner-gone': {
    title: 'the owner {owner} is not among the threads',
    text: 'The owner of {lock} is thread {owner}, which is not among the threads shown: it has ended with the lock held, or the list is not whole.',
    source: MUTEX,
  },
};

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'owner-field': {
    title: 'is its owner',
    text: 'gdb printed `{expression}`: the owner is thread {owner}',
    source: MUTEX,
  },
};

export const UNHELD: Readonly<Record<string, Article>> = {
  'owner-not-printed': {
    title: 'the owner was not printed',
    text: 'A mutex of glibc keeps its owner, but this transcript does not show it.',
    next: 'In gdb: `p ((pthread_mutex_t *) {address})->__data.__owner`; the number is the LWP of a thread.',
    source: MUTEX,
  },
  'no-owner-kept': {
    title: 'nobody is written down',
    text: 'A read-write lock keeps its writer only, and counts its readers.',
    next: 'For a writer: `p ((pthread_rwlock_t *) {address})->__data.__cur_writer`. For readers look at the stacks of the others.',
    source: 'glibc sysdeps/nptl/bits/struct_rwlock.h',
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  threads: {
    title: 'the transcript',
    text: 'threads: {threads} · waiting for locks: {locked} · blocked in all: {blocked}',
    source: 'gdb',
  },
};

export const TERMS: Readonly<Record<string, Article>> = {
  LWP: {
    title: 'thread id',
    text: 'The kernel’s number of the thread, as in `ps -L`, strace and `/proc/PID/task`. The first thread has the number of the process.',
    source: 'gdb, Threads',
  },
  frame: {
    title: 'frame',
    text: 'A call that has not returned; its caller stands below it.',
    source: 'gdb, Backtrace',
  },
  '??': {
    title: 'no name',
    text: 'gdb found no symbol for this address; frames below it may be wrong too.',
    source: 'gdb, Backtrace',
  },
  'lock address': {
    title: 'address of a lock',
    text: 'Who has it: `p ((pthread_mutex_t *) ADDRESS)->__data.__owner` gives the LWP.',
    source: MUTEX,
  },
  place: {
    title: 'place in the source',
    text: 'File and line that the program was built from.',
    source: 'gdb, Backtrace',
  },
  owner: { title: 'owner of the mutex', text: 'The LWP of the thread that has locked it.', source: MUTEX },
  'no owner': { title: 'no owner', text: 'Nobody has this mutex locked.', source: MUTEX },
  cookie: {
    title: 'cookie',
    text: 'How many messages this connection of sd-bus has sent. On the wire it is a serial of 32 bits: 0xffffffff is the last one that fits.',
    source: SEAL,
  },
};
