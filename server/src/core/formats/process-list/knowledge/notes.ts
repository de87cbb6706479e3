// What is told about processes in a listing.

import type { Article } from '../../format.js';

const STATE = 'fs/proc/array.c task_state_array';

/** How sure its notes are, where they do not say themselves. */
export const SURE =
  'That it was so in the moment in which it was taken is certain. For how long it has been so, one listing does not tell: take a second one.';

export const NOTES: Readonly<Record<string, Article>> = {
  uninterruptible: {
    title: 'uninterruptible wait in {where}',
    text: '{program} (pid {pid}) was in an uninterruptible wait of the kernel ({where}) when the listing was taken. One listing does not tell for how long.',
    next: 'Take a second listing: if it is still there, look at `/proc/{pid}/stack` and at `dmesg`.',
    source: STATE,
  },
  'waits-in-kernel': {
    title: '{what}',
    text: '{program} (pid {pid}) {what} ({where}).',
    source: 'include/linux/sched.h, /proc/PID/wchan',
  },
  stopped: {
    title: 'stopped by a signal',
    text: '{program} (pid {pid}) is stopped by a signal: it answers nobody until it gets SIGCONT.',
    next: 'Find out who stopped it (a debugger, a job control shell, `docker pause` of old versions); `kill -CONT {pid}` lets it go on.',
    source: STATE,
  },
  traced: {
    title: 'held by a tracer',
    text: '{program} (pid {pid}) was held by a debugger or by strace at this moment.',
    source: STATE,
  },
  zombies: {
    title: '{count} not reaped by process {parent}',
    text: 'Process {parent} has {count} ended children that it has not asked for (zombies).',
    next: 'A few for a moment are normal. If they stay or grow, look at what process {parent} waits for.',
    source: STATE,
  },
  'zombies-unknown': {
    title: '{count} not reaped',
    text: 'There are {count} ended processes that nobody has asked for (zombies). The listing has no PPID column, so whose children they are is unknown.',
    next: 'Take the listing with the parent: `ps -eo pid,ppid,stat,wchan:32,cmd`.',
    source: STATE,
  },
};

export const NOTE_PLACES: Readonly<Record<string, Article>> = {
  zombie: { title: 'another zombie', text: 'another of its zombies', source: STATE },
};

export const EVIDENCE: Readonly<Record<string, Article>> = {
  'names-container': {
    title: 'has the container’s id among its arguments',
    text: '`{program}` was started with this container’s id',
    source: 'man runc; containerd runtime/v2/README.md',
  },
  runs: {
    title: 'is that program',
    text: 'the listing has `{program}` as a running process ({count} in all)',
    source: 'github.com/containerd/go-runc runc.go',
  },
};

export const SUMMARIES: Readonly<Record<string, Article>> = {
  processes: {
    title: 'the listing',
    text: 'processes: {processes} · uninterruptible: {hung} · otherwise blocked in the kernel: {waiting} · stopped: {stopped} · zombies: {zombies}',
    source: 'man ps',
  },
};
