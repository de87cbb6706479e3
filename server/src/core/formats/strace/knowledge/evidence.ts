// Why a thread or process is named as the one that must act, why nobody is, and what a log cannot tell.

import type { Article } from '../../format.js';

type Articles = Readonly<Record<string, Article>>;

export const EVIDENCE: Articles = {
  'pipe-end': {
    title: 'has the other end of the pipe',
    text: 'it has the other end of the pipe open: {what}',
    source: 'fs/pipe.c',
  },
  'socket-peer': {
    title: 'is the peer of the socket',
    text: 'its socket is the peer: {what}',
    source: 'net/unix/af_unix.c, strace -yy, ss',
  },
  'socket-pair': {
    title: 'has the other socket of the pair',
    text: 'it has the other socket of the pair: {what}',
    source: 'man 2 socketpair',
  },
  accepted: {
    title: 'accepted the connection',
    text: 'it accepted this connection: {what}',
    source: 'man 2 accept',
  },
  listener: { title: 'listens at that address', text: 'it listens at that address: {what}', source: 'man 2 listen' },
  bound: {
    title: 'has the socket of that address',
    text: 'it has the socket to which this goes: {what}',
    source: 'man 2 bind, man 7 unix',
  },
  'fifo-end': {
    title: 'opened the other end of the named pipe',
    text: 'it opened the named pipe for the other direction: {what}',
    source: 'man 7 fifo',
  },
  'pty-end': {
    title: 'has the program side of the terminal',
    text: 'it has the side of the terminal from which what is written here is read: {what}',
    source: 'man 7 pty',
  },
  'own-end': {
    title: 'has the other end itself',
    text: 'nobody but the waiter itself has the other end of the pipe in this log, so that it waits for itself: {what}',
    source: 'man 7 pipe',
  },
  'same-inode': {
    title: 'has the same pipe open',
    text: 'it has a descriptor of the same inode {inode}; which direction that is, the log does not tell',
    source: 'fs/pipe.c',
  },
  'lock-granted': {
    title: 'was given the lock',
    text: 'it was given the lock on this file at line {line} and has not released it',
    source: 'man 2 flock, man 2 fcntl',
  },
  'lock-inherited': {
    title: 'has the open file that is locked',
    text: 'the lock on this file, taken at line {line}, belongs to an open file that it still has; whoever took it has closed it',
    source: 'man 2 flock, man 2 fcntl (open file description locks)',
  },
  'lock-word': {
    title: 'is named in the lock’s word',
    text: 'the word that is waited for, as the call prints it, has its thread id: a robust mutex says who holds it',
    source: 'linux/futex.h FUTEX_TID_MASK, man 2 get_robust_list',
  },
  child: {
    title: 'is the child that is waited for',
    text: 'it is the child that is waited for, and alive',
    source: 'kernel/fork.c',
  },
  'child-any': {
    title: 'is a living child',
    text: 'it is a child of the waiter, and alive',
    source: 'kernel/exit.c do_wait',
  },
  joined: {
    title: 'is the thread that is waited for',
    text: 'the word that is waited for holds its thread id, which the kernel clears when it ends',
    source: 'glibc nptl/pthread_join_common.c',
  },
  'only-other-thread': {
    title: 'is the only other thread',
    text: 'no other thread of the process is left that could wake it',
    source: 'kernel/futex',
  },
  'woke-last': {
    title: 'woke a waiter on it before',
    text: 'it was the last to wake a waiter on this address, at line {line}',
    source: 'kernel/futex',
  },
  'process-thread': {
    title: 'is a thread of that process',
    text: 'it is a thread of the process that is waited for',
    source: 'kernel/exit.c',
  },
  pidfd: {
    title: 'is the process behind the descriptor',
    text: 'the descriptor that is waited for stands for it, since line {line}',
    source: 'man 2 pidfd_open',
  },
  'vfork-child': {
    title: 'is the child of the vfork',
    text: 'it was made at line {line}, and its parent goes on only when it has started another program',
    source: 'man 2 vfork',
  },
  'reader-seen': {
    title: 'reads the other end',
    text: 'it has read from the other end, last at line {line}',
    source: 'fs/pipe.c',
  },
};

export const UNHELD: Articles = {
  'pipe-no-reader': {
    title: 'nobody in this log has the other end',
    text: 'No process of this log has the other end of the pipe: it belongs to one that was not traced, or was opened before the log began.',
    next: '`ls -l /proc/[0-9]*/fd 2>/dev/null | grep <inode>` on the machine, or `lsof +E`.',
    source: 'fs/pipe.c',
  },
  'peer-not-in-log': {
    title: 'the peer is not in this log',
    text: 'The process at the other end of the socket was not traced.',
    next: '`ss -xp` on the machine names it, or put the output of `ss -xp` beside this file.',
    source: 'man 8 ss',
  },
  'lock-owner-unknown': {
    title: 'the log does not name the lock’s owner',
    text: 'A free lock is taken without a system call, so the log shows who waits and not who has it.',
    next: '`gdb -p <pid>`, `p ((pthread_mutex_t*)<address>)->__data.__owner`; or `thread apply all bt`.',
    source: 'glibc nptl/pthread_mutex_lock.c',
  },
  'file-lock-unknown': {
    title: 'nobody in this log was given the lock',
    text: 'No call of this log was given a lock on this file that is still kept: it was taken before the log began, or by a process that was not traced.',
    next: '`lslocks -o COMMAND,PID,TYPE,MODE,M,PATH,BLOCKER` names the holder on the machine.',
    source: 'fs/locks.c, man 8 lslocks',
  },
  'no-child': {
    title: 'no living child in this log',
    text: 'The log shows no child of this process that is still alive: it began before the log, or was not traced (`-f` is missing).',
    next: '`ps --ppid <pid> -o pid,stat,wchan:30,args`.',
    source: 'kernel/exit.c do_wait',
  },
};

export const PROBLEMS: Articles = {
  'unread-line': {
    title: 'a line that is no strace',
    text: 'Lines that are no strace output stand in this log: {count}. Most likely the program’s own output, written to the same place.',
    next: 'Record into a file of its own: `strace -o log.strace …`.',
    source: 'strace src/strace.c',
  },
  'cut-head': {
    title: 'the beginning is missing',
    text: 'The log begins in the middle: calls are resumed whose beginning is not there, and descriptors are used whose opening is not there.',
    source: 'strace src/strace.c',
  },
  'broken-line': {
    title: 'a call in pieces',
    text: 'Something else was written in the middle of a call, which goes on further down.',
    next: 'Record into a file of its own: `strace -o log.strace …`.',
    source: 'strace src/strace.c',
  },
};
