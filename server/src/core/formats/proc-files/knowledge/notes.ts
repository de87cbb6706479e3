// What is told about processes and locks.

import type { Article } from '../../format.js';

const STATE = 'fs/proc/array.c task_state_array';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'That it was so in the moment in which it was taken is certain. For how long it has been so, one listing does not tell: take a second one.';

export const NOTES: Readonly<Record<string, Article>> = {
  'waits-in-kernel': {
    title: '{what}',
    text: '{who} {what} ({where}).',
    source: '/proc/PID/stack, man proc_pid_stack',
  },
  stopped: {
    title: 'stopped by a signal',
    text: '{name} (pid {pid}) is stopped by a signal: it answers nobody until it gets SIGCONT.',
    next: 'Find out who stopped it; `kill -CONT {pid}` lets it go on.',
    source: STATE,
  },
  traced: {
    title: 'held by tracer {tracer}',
    text: '{name} (pid {pid}) was held by its tracer (pid {tracer}).',
    source: STATE,
  },
  uninterruptible: {
    title: 'in an uninterruptible wait',
    text: '{name} (pid {pid}) was in an uninterruptible wait of the kernel.',
    next: 'See where: `cat /proc/{pid}/stack` as root.',
    source: STATE,
  },
  zombie: {
    title: 'zombie: not reaped by its parent',
    text: '{name} (pid {pid}) has ended, and its parent has not asked how.',
    next: 'Look at the parent (PPid).',
    source: STATE,
  },
};

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'locks-table': {
    title: 'has the lock',
    text: 'the kernel’s table of locks has it as the holder ({type} {mode})',
    source: 'fs/locks.c lock_get_status',
  },
  'pipe-reader': {
    title: 'has the reading end',
    text: 'it has the reading end of the pipe open',
    source: 'man proc_pid_fd',
  },
  'pipe-writer': {
    title: 'has the writing end',
    text: 'it has the writing end of the pipe open',
    source: 'man proc_pid_fd',
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  files: {
    title: 'the files',
    text: 'entries of /proc: {files} · blocked in the kernel: {blocked} · file locks held: {locks}',
    source: 'man proc(5)',
  },
};

export const PROBLEMS: Readonly<Record<string, Article>> = {
  'owner-by-name': {
    title: 'whose it is, only the file’s name tells',
    text: 'This text does not say whose it is. It is taken for that of process {pid}, because {from} lies beside it under the same name.',
    sure: 'A guess from the names of the files: what is told of that process rests on it.',
    source: 'the names of the files',
  },
};
