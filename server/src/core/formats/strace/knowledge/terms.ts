// The words and marks of an strace log itself.

import type { Article } from '../../format.js';

export const TERMS: Readonly<Record<string, Article>> = {
  pid: {
    title: 'process or thread',
    text: 'The number of the thread that made the call (with `-f` every thread has one; a process’ first thread has the process’ own). Missing where only one thread is being traced: such a line belongs to the only one alive. Numbers are used again after their owner has ended.',
    source: 'strace src/strace.c printleader',
  },
  'pid-comm': {
    title: 'name of the thread',
    text: 'Its name when the line was printed (`-Y`), at most 15 characters. A thread may rename itself with `PR_SET_NAME`.',
    source: 'strace src/strace.c, option --decode-pids=comm',
  },
  time: {
    title: 'when the call began',
    text: 'The time at which the call began; on a resumed line, at which it ended. `-t`: seconds; `-tt`: microseconds; `-ttt`: seconds since 1970. Without a date it starts anew at midnight.',
    source: 'strace src/strace.c printleader',
  },
  relative: {
    title: 'since the line before',
    text: 'Seconds since the line before this one, of whichever thread (`-r`). The wait stands on the line after the call that waited.',
    source: 'strace src/strace.c, option -r',
  },
  duration: {
    title: 'time in the call',
    text: 'Seconds between entry and return (`-T`). Only calls that returned have it: what is blocked still has none.',
    source: 'strace src/syscall.c, option -T',
  },
  number: {
    title: 'number of the call',
    text: 'The call’s number in the kernel (`-n`); it differs from machine to machine.',
    source: 'strace, option -n',
  },
  ip: {
    title: 'instruction pointer',
    text: 'The address in the program from which the call was made (`-i`).',
    source: 'strace, option -i',
  },
  unfinished: {
    title: 'goes on further down',
    text: 'Another thread’s line came in between before this call returned. This is not a hang: it is one only if no line `resumed` of the same thread follows.',
    source: 'strace src/syscall.c',
  },
  resumed: {
    title: 'second half of a call',
    text: 'The rest of a call whose beginning stands further up, at the same thread’s `unfinished`. Results that the kernel writes into arguments are here; the time, if any, is that of the return.',
    source: 'strace src/syscall.c',
  },
  detached: {
    title: 'strace let go here',
    text: 'strace stopped watching while the call was under way: with Ctrl-C, or by `-b execve`. The call was waiting at that time.',
    source: 'strace src/strace.c detach',
  },
  interrupted: {
    title: 'goes on with an interrupted call',
    text: 'strace attached while the thread was in this wait already (or it had been stopped for a moment). The name behind `interrupted` is reliable only if the call’s beginning stands in this log: right after attaching strace has seen no call, and prints `read` for whatever it is.',
    source: 'strace src/syscall.c; kernel/signal.c restart_syscall',
  },
  question: {
    title: 'no result',
    text: 'The call has no result: normal for exit, `exit_group` and a restarted call; else the thread was ended in it.',
    source: 'strace src/syscall.c',
  },
  killed: {
    title: 'ended by a signal',
    text: 'The thread or process was ended by this signal. A call without a result before it was blocked until then.',
    source: 'strace src/strace.c',
  },
  exited: {
    title: 'ended',
    text: 'The thread or process ended by itself, with this status. 0 is success; 128 plus a number often means a signal in a shell.',
    source: 'strace src/strace.c',
  },
  stopped: {
    title: 'stopped by a signal',
    text: 'It does nothing until SIGCONT. Whoever talks to it may hang meanwhile.',
    source: 'strace src/strace.c',
  },
  superseded: {
    title: 'replaced by another thread’s exec',
    text: 'Another thread of the process called execve: all threads but one vanish, and that one goes on under the process’ number.',
    source: 'strace src/strace.c',
  },
  'signal-line': {
    title: 'a signal was delivered',
    text: 'Before the thread went on, this signal was delivered to it. The braces say who sent it: `si_pid` and `si_uid` for kill, `si_addr` for a fault.',
    source: 'strace src/strace.c print_stopped; man 2 sigaction',
  },
  attached: {
    title: 'strace began to watch it',
    text: 'A thread is being traced from here on: strace was attached to it, or its parent was traced with `-f`. What it did before is not in the log, and how long it has waited already is not known.',
    source: 'strace src/strace.c',
  },
  'detached-note': {
    title: 'strace stopped watching it',
    text: 'From here on the log says nothing of this thread.',
    source: 'strace src/strace.c detach',
  },
  mode: {
    title: 'another kind of program',
    text: 'The process runs a program of another machine type from here on (32 bit, x32): call numbers and structures differ.',
    source: 'strace src/strace.c',
  },
  'summary-table': {
    title: 'table of counts',
    text: 'Calls by name (`-c`, `-C`): share of time, seconds, microseconds for each call, how many calls and errors. Seconds are time in the system unless `-w` was given: then a wait counts too. Calls that never returned are not in it.',
    source: 'strace src/count.c',
  },
  stack: {
    title: 'where the program made the call',
    text: 'A frame of the program’s stack at the call above (`-k`): file, function and offset, address. Innermost first.',
    source: 'strace src/unwind.c',
  },
  dump: {
    title: 'the bytes in full',
    text: 'All bytes that were read or written by the call above (`-e read=`, `-e write=`): offset, hexadecimal, characters. Nothing is cut here, whatever `-s` says.',
    source: 'strace src/util.c dumpstr',
  },
  'path-fd': {
    title: 'what the descriptor is',
    text: 'Printed by `-y` or `-yy` at the time of the call: a path, `pipe:[inode]`, `socket:[inode]`, `anon_inode:[…]`; with `-yy` protocol and both ends. A unix socket prints its own inode first, its peer’s second. Equal inodes are the same pipe or socket, in other processes and logs too.',
    source: 'strace src/util.c printfd',
  },
  injected: {
    title: 'made by strace, not by the kernel',
    text: 'The result was put there by strace itself (`-e inject=`): the call was not made, or its result was replaced.',
    source: 'strace, option -e inject',
  },
  delayed: {
    title: 'slowed by strace',
    text: 'strace held the call up on purpose (`-e inject=…:delay_enter=`). The delay is not in the time that `-T` prints.',
    source: 'strace, option -e inject',
  },
  'cut-string': {
    title: 'the string goes on',
    text: 'strace shows 32 bytes of a string unless told otherwise (`-s`). The call’s result tells how long it was.',
    source: 'strace, option -s',
  },
  fd: {
    title: 'a descriptor',
    text: 'Number {fd}. What it is does not stand in this log: it was opened before the log began or by a call that was not traced.',
    source: 'man 2 open',
  },
  descriptor: { title: 'a descriptor', text: 'Number {fd}: {what}.', source: 'man 2 open' },
  'unknown-syscall': {
    title: 'a call that strace does not know',
    text: 'The kernel has a call by this number that is newer than this strace; or the program made one that does not exist (`ENOSYS`). A newer strace knows its name.',
    source: 'strace src/syscall.c',
  },
  address: {
    title: 'an address',
    text: 'Of memory in the traced program. Equal addresses in one process are the same thing; for a futex, the same lock. In another process it is something else, except in shared memory.',
    source: 'strace',
  },
  'futex-word': {
    title: 'a word in memory that threads wait for',
    text: 'The address of a lock, a condition variable or a runtime’s own word. Equal addresses in one process are the same one; in another process only if the memory is shared. The kernel does not know whose lock it is, and the log does not tell.',
    next: '`gdb -p <pid>`, then `p ((pthread_mutex_t*)<address>)->__data.__owner` prints the thread id of a mutex’s holder (default mutexes of glibc).',
    source: 'kernel/futex, glibc nptl/lowlevellock.h',
  },
  'dbus-message': {
    title: 'a D-Bus message',
    text: 'Read from the bytes: {message}. Cut off, {missing}. Words with “probably” are completed from their length and beginning. The serial counts the messages of this side of the connection; a call and its reply are tied by it.',
    source: 'D-Bus specification, message protocol',
  },
};
