// Words of the /proc files.

import type { Article } from '../../format.js';

const SOURCE = 'man proc(5): proc_pid_stack, proc_pid_syscall, proc_pid_fd, proc_pid_status, proc_locks';

export const TERMS: Readonly<Record<string, Article>> = {
  'blocking call': {
    title: 'sleeps in a system call that should end at once',
    text: 'A task sleeps in it only while somebody else does not do his part: reads, accepts, unlocks, or writes to the disk.',
    next: 'Look at the descriptor: `ls -l /proc/PID/fd`, and at `/proc/PID/stack`.',
    source: SOURCE,
  },
  frame: {
    title: 'a function of the kernel',
    text: 'Innermost first. What it waits for stands above; the system call at the bottom.',
    source: SOURCE,
  },
  wchan: { title: 'wait channel', text: 'The function of the kernel in which the task sleeps.', source: SOURCE },
  pid: { title: 'process id', text: 'Of the process or thread.', source: SOURCE },
  'syscall number': {
    title: 'system call',
    text: 'Its number; numbers differ between processors, these are those of x86-64. Behind it the six arguments, then stack and instruction pointer. `running`: not in a call; `-1`: blocked outside of one.',
    source: SOURCE,
  },
  'fd argument': {
    title: 'descriptor',
    text: 'The first argument of this call is a descriptor: `ls -l /proc/PID/fd` tells what it is.',
    source: SOURCE,
  },
  descriptor: { title: 'descriptor', text: 'The number by which the process calls it.', source: SOURCE },
  'read end': { title: 'open for reading', text: 'For a pipe: this process has the reading end.', source: SOURCE },
  'write end': { title: 'open for writing', text: 'For a pipe: this process has the writing end.', source: SOURCE },
  'both ways': { title: 'open both ways', text: 'Sockets and terminals are.', source: SOURCE },
  pipe: {
    title: 'pipe',
    text: 'Whoever has the same number in brackets has the other end: `ls -l /proc/[0-9]*/fd | grep "pipe:\\[N\\]"`.',
    source: SOURCE,
  },
  socket: {
    title: 'socket',
    text: 'Its inode. For a unix socket, the other end has another number: `ss -xp` shows both.',
    source: SOURCE,
  },
  anon_inode: {
    title: 'no file',
    text: 'epoll, eventfd, timerfd, inotify, …: they have no other end.',
    source: SOURCE,
  },
  file: { title: 'file', text: 'A path, as this process sees it. `(deleted)`: its name is gone.', source: SOURCE },
  'locked file': {
    title: 'the locked file',
    text: 'Device (major:minor, hexadecimal) and inode: `find / -xdev -inum N`.',
    source: SOURCE,
  },
  'waits for lock': { title: 'waits for the lock above', text: 'Until the one above lets go of it.', source: SOURCE },
};

export const STATUS: Readonly<Record<string, Article>> = {
  Name: { title: 'name', text: 'At most 15 letters; a thread may have its own.', source: SOURCE },
  State: {
    title: 'state',
    text: 'R running, S sleeping, D uninterruptible, T stopped, t traced, Z zombie, X dead, I idle.',
    source: SOURCE,
  },
  Tgid: { title: 'process id', text: 'The same for all threads of a process.', source: SOURCE },
  Pid: { title: 'thread id', text: 'For the first thread the process id.', source: SOURCE },
  PPid: { title: 'parent', text: 'Who started it, or took it over.', source: SOURCE },
  TracerPid: { title: 'tracer', text: '0: none. Else the strace or debugger that holds it.', source: SOURCE },
  NSpid: {
    title: 'ids in its pid namespaces',
    text: 'Outermost first: the last one is what the process in its container sees.',
    source: SOURCE,
  },
  NStgid: { title: 'process ids in its pid namespaces', text: 'Outermost first.', source: SOURCE },
  Threads: { title: 'threads', text: 'How many it has.', source: SOURCE },
  SigQ: { title: 'queued signals', text: 'In use and allowed, for its user.', source: SOURCE },
  SigPnd: { title: 'pending for the thread', text: 'A mask of signals that wait to be delivered.', source: SOURCE },
  ShdPnd: { title: 'pending for the process', text: 'A mask of signals that wait to be delivered.', source: SOURCE },
  SigBlk: { title: 'blocked signals', text: 'A mask.', source: SOURCE },
  SigIgn: { title: 'ignored signals', text: 'A mask.', source: SOURCE },
  SigCgt: { title: 'caught signals', text: 'A mask. A Go program catches nearly all.', source: SOURCE },
  VmRSS: { title: 'resident memory', text: 'What is in memory now.', source: SOURCE },
  VmSize: { title: 'virtual memory', text: 'Addresses in use.', source: SOURCE },
  VmSwap: { title: 'swapped out', text: 'Memory that is on disk.', source: SOURCE },
  FDSize: { title: 'room for descriptors', text: 'Not how many are open.', source: SOURCE },
  Seccomp: { title: 'seccomp', text: '0 none, 1 strict, 2 a filter, as containers have.', source: SOURCE },
  NoNewPrivs: { title: 'no new privileges', text: '1: cannot gain any.', source: SOURCE },
  voluntary_ctxt_switches: {
    title: 'times it waited',
    text: 'The same number in the next reading: it has not run since.',
    source: SOURCE,
  },
  nonvoluntary_ctxt_switches: {
    title: 'times it was interrupted',
    text: 'The same number in the next reading: it has not run since.',
    source: SOURCE,
  },
  CoreDumping: {
    title: 'writes a core dump',
    text: '1: it ends, and stands still until that is written.',
    source: SOURCE,
  },
  Kthread: { title: 'kernel thread', text: '1: one of the kernel.', source: SOURCE },
  CapEff: { title: 'capabilities', text: 'In effect, as a mask: `capsh --decode=`.', source: SOURCE },
};

export const STATES: Readonly<Record<string, Article>> = {
  D: {
    title: 'waits in the kernel and cannot be interrupted',
    text: 'Usually for a disk, a network file system or a lock of the kernel. Not even SIGKILL reaches it.',
    source: SOURCE,
  },
  S: {
    title: 'sleeps and can be interrupted',
    text: 'It waits for something; whether it is stuck this does not tell.',
    source: SOURCE,
  },
  R: { title: 'runs, or is ready to run', text: 'It does not wait.', source: SOURCE },
  T: {
    title: 'stopped by a signal',
    text: 'It does nothing and answers nobody until it gets SIGCONT.',
    source: SOURCE,
  },
  t: { title: 'stopped by its tracer', text: 'A debugger or strace holds it.', source: SOURCE },
  Z: { title: 'zombie', text: 'It has ended, and its parent has not asked how.', source: SOURCE },
  X: { title: 'dead', text: 'It is just going.', source: SOURCE },
  I: { title: 'idle thread of the kernel', text: 'It waits for work.', source: SOURCE },
};

export const LOCKS: Readonly<Record<string, Article>> = {
  FLOCK: { title: 'flock lock', text: 'On a whole open file; children and duplicates share it.', source: SOURCE },
  POSIX: {
    title: 'fcntl lock',
    text: 'On a range of a file; belongs to the process, and goes when it closes any descriptor of the file.',
    source: SOURCE,
  },
  OFDLCK: {
    title: 'open file description lock',
    text: 'fcntl with F_OFD_SETLK; belongs to the open file, so the pid is -1.',
    source: SOURCE,
  },
  LEASE: { title: 'lease', text: 'Somebody is told when others open the file.', source: SOURCE },
  ACCESS: { title: 'mandatory lock', text: 'Gone since Linux 5.15.', source: SOURCE },
  DELEG: { title: 'delegation', text: 'Of an NFS server.', source: SOURCE },
};
