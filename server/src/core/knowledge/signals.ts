// All signals of Linux (x86-64 and arm64): number, what they do by default, what they mean in a trace. Shared by formats.

import type { Article } from '../formats/format.js';

export interface Signal extends Article {
  readonly number: number;
  /** What happens to a process that has not said otherwise. `core`: it ends, with a core dump. */
  readonly action: 'terminate' | 'core' | 'ignore' | 'stop' | 'continue';
}

const KERNEL = 'include/uapi/asm-generic/signal.h, man 7 signal';
const GLIBC = 'glibc sysdeps/unix/sysv/linux/internal-signals.h, nptl(7); Go runtime/os_linux.go';

export const SIGNALS: Readonly<Record<string, Signal>> = {
  SIGHUP: {
    number: 1,
    action: 'terminate',
    title: 'the terminal went away, or: read your configuration again',
    text: 'Sent when the terminal of a session is closed. Daemons use it to read their configuration again.',
    source: KERNEL,
  },
  SIGINT: {
    number: 2,
    action: 'terminate',
    title: 'interrupted from the keyboard',
    text: 'Ctrl-C: goes to every process in the terminal’s foreground group.',
    source: KERNEL,
  },
  SIGQUIT: {
    number: 3,
    action: 'core',
    title: 'quit from the keyboard, with a dump',
    text: '`Ctrl-\\` in a terminal. A Go program prints all its goroutines and ends; a JVM prints its threads and goes on.',
    source: KERNEL,
  },
  SIGILL: {
    number: 4,
    action: 'core',
    title: 'illegal instruction',
    text: 'The processor met an instruction that it does not have: a program built for another processor, damaged memory, or a trap that the compiler put there on purpose.',
    source: KERNEL,
  },
  SIGTRAP: {
    number: 5,
    action: 'core',
    title: 'trap for a debugger',
    text: 'A breakpoint, or a step of a tracer. In an strace log an exec may show it.',
    source: KERNEL,
  },
  SIGABRT: {
    number: 6,
    action: 'core',
    title: 'the program gave up',
    text: 'The process called abort: a failed assertion, damaged heap, an uncaught exception. systemd’s watchdog sends it too.',
    next: 'Read what it wrote to descriptor 2 just before.',
    source: KERNEL,
  },
  SIGBUS: {
    number: 7,
    action: 'core',
    title: 'access to memory that has no store behind it',
    text: 'A mapped file was cut shorter, the disk below failed, or an address is not aligned.',
    next: '`dmesg -T | tail -50`.',
    source: KERNEL,
  },
  SIGFPE: {
    number: 8,
    action: 'core',
    title: 'arithmetic fault',
    text: 'Division by zero, most often.',
    source: KERNEL,
  },
  SIGKILL: {
    number: 9,
    action: 'terminate',
    title: 'killed; can’t be caught',
    text: 'Sent by `kill -9`, by the kernel’s out-of-memory killer, by a container runtime after its grace period. A task in uninterruptible sleep (state D) ends only when its call returns.',
    next: '`dmesg -T | grep -i -E "oom|killed process"`; the log shows no sender: `si_pid` is printed only for signals that are delivered to a handler or end a traced stop.',
    source: KERNEL,
  },
  SIGUSR1: {
    number: 10,
    action: 'terminate',
    title: 'for the program’s own use',
    text: 'dockerd, containerd and CRI-O print their goroutines on it.',
    source: KERNEL,
  },
  SIGSEGV: {
    number: 11,
    action: 'core',
    title: 'access to memory that is not mapped',
    text: 'A bad pointer. `si_addr` in the braces is the address; `SEGV_MAPERR`: nothing is mapped there; `SEGV_ACCERR`: mapped, but not for this access. Go and Java turn some of these into errors of their own and go on.',
    source: KERNEL,
  },
  SIGUSR2: {
    number: 12,
    action: 'terminate',
    title: 'for the program’s own use',
    text: 'Its meaning is the program’s own.',
    source: KERNEL,
  },
  SIGPIPE: {
    number: 13,
    action: 'terminate',
    title: 'wrote to a pipe or socket that nobody reads',
    text: 'Comes with `EPIPE`. The reader has ended or closed its end first.',
    next: 'Look for what happened to the reader.',
    source: KERNEL,
  },
  SIGALRM: {
    number: 14,
    action: 'terminate',
    title: 'an alarm or interval timer ran out',
    text: 'Set by `alarm` or `setitimer`. It interrupts a waiting call: programs use it as a time limit.',
    source: KERNEL,
  },
  SIGTERM: {
    number: 15,
    action: 'terminate',
    title: 'asked to end',
    text: 'The polite request of `kill`, systemd and container runtimes. A process that hangs in a call without a time limit may never get round to it.',
    source: KERNEL,
  },
  SIGSTKFLT: {
    number: 16,
    action: 'terminate',
    title: 'stack fault of a coprocessor',
    text: 'Unused.',
    source: KERNEL,
  },
  SIGCHLD: {
    number: 17,
    action: 'ignore',
    title: 'a child ended, stopped or went on',
    text: '`si_pid` names the child, `si_code` says what happened: `CLD_EXITED` with the exit status, `CLD_KILLED`, `CLD_DUMPED`, `CLD_STOPPED`.',
    source: KERNEL,
  },
  SIGCONT: {
    number: 18,
    action: 'continue',
    title: 'go on after a stop',
    text: 'Continues a stopped process.',
    source: KERNEL,
  },
  SIGSTOP: {
    number: 19,
    action: 'stop',
    title: 'stopped; can’t be caught',
    text: 'The process does nothing until SIGCONT. What it should read piles up: its peers block in writes once the buffers are full.',
    next: '`ps -o pid,stat,wchan:30,args -p <pid>`: state T. `kill -CONT <pid>` lets it go on.',
    source: KERNEL,
  },
  SIGTSTP: {
    number: 20,
    action: 'stop',
    title: 'stopped from the keyboard',
    text: 'Ctrl-Z in a terminal.',
    source: KERNEL,
  },
  SIGTTIN: {
    number: 21,
    action: 'stop',
    title: 'a background process read from its terminal',
    text: 'It stays stopped until it is brought to the foreground.',
    source: KERNEL,
  },
  SIGTTOU: {
    number: 22,
    action: 'stop',
    title: 'a background process wrote to its terminal',
    text: 'It stays stopped until it is brought to the foreground. Also sent when it changes the terminal’s settings.',
    source: KERNEL,
  },
  SIGURG: {
    number: 23,
    action: 'ignore',
    title: 'urgent data on a socket',
    text: 'Go’s runtime sends it to its own threads to interrupt long loops (since 1.14), often, and it means nothing then.',
    source: KERNEL,
  },
  SIGXCPU: {
    number: 24,
    action: 'core',
    title: 'limit on processor time exceeded',
    text: 'The soft limit `RLIMIT_CPU` was reached.',
    source: KERNEL,
  },
  SIGXFSZ: {
    number: 25,
    action: 'core',
    title: 'limit on file size exceeded',
    text: 'The limit `RLIMIT_FSIZE` was reached.',
    source: KERNEL,
  },
  SIGVTALRM: {
    number: 26,
    action: 'terminate',
    title: 'virtual interval timer ran out',
    text: 'Counts processor time of the process.',
    source: KERNEL,
  },
  SIGPROF: {
    number: 27,
    action: 'terminate',
    title: 'profiling timer ran out',
    text: 'A profiler runs in the process. It interrupts waiting calls.',
    source: KERNEL,
  },
  SIGWINCH: {
    number: 28,
    action: 'ignore',
    title: 'the terminal’s size changed',
    text: 'Of no meaning for a hang.',
    source: KERNEL,
  },
  SIGIO: {
    number: 29,
    action: 'terminate',
    title: 'input or output is possible',
    text: 'Asked for with `O_ASYNC`, or a lease on a file is about to be broken.',
    source: KERNEL,
  },
  SIGPWR: {
    number: 30,
    action: 'terminate',
    title: 'power failure',
    text: 'Sent by power supplies’ daemons. Some runtimes use it to stop threads for garbage collection.',
    source: KERNEL,
  },
  SIGSYS: {
    number: 31,
    action: 'core',
    title: 'a call that is not allowed',
    text: 'A seccomp filter caught the call (`SYS_SECCOMP`), or its number does not exist.',
    next: 'The call that stands just before this line is the one that was forbidden.',
    source: KERNEL,
  },
  SIGRTMIN: {
    number: 32,
    action: 'terminate',
    title: 'first real-time signal: thread cancellation',
    text: 'glibc uses it inside for `pthread_cancel` and for timers.',
    source: GLIBC,
  },
  SIGRT_1: {
    number: 33,
    action: 'terminate',
    title: 'second real-time signal: change of user in all threads',
    text: 'glibc and Go use it inside to make setuid, setgid and other calls take effect in every thread. A thread that does not answer blocks the caller.',
    source: GLIBC,
  },
};

/** Other names of the same signals. */
export const SIGNAL_ALIASES: Readonly<Record<string, string>> = {
  SIGIOT: 'SIGABRT',
  SIGCLD: 'SIGCHLD',
  SIGPOLL: 'SIGIO',
  SIGUNUSED: 'SIGSYS',
  SIGRT_0: 'SIGRTMIN',
};

/** Real-time signals above `SIGRT_1`: `SIGRT_n` has the number 32 + n, up to 64. */
export const REAL_TIME: Article = {
  title: 'a real-time signal',
  text: 'Without a meaning of its own: the program or its runtime defines it. Several are queued, not merged. Ends the process by default. strace counts from the kernel’s first one (32), glibc’s `SIGRTMIN` is `SIGRT_2`. systemd understands several: `SIGRTMIN+n` there is `SIGRT_` and n + 2 here.',
  source: 'include/uapi/asm-generic/signal.h, man 7 signal, strace src/signal.c, man 1 systemd',
};

/** What the default actions are called in words. */
export const ACTIONS: Readonly<Record<Signal['action'], string>> = {
  terminate: 'By default it ends the process.',
  core: 'By default it ends the process and writes a core dump.',
  ignore: 'By default it is ignored.',
  stop: 'By default it stops the process.',
  continue: 'By default it lets a stopped process go on.',
};
