// The letters in STAT and S.

import type { Article } from '../../format.js';

const SOURCE = 'man ps, PROCESS STATE CODES; fs/proc/array.c task_state_array';

export const STATES: Readonly<Record<string, Article>> = {
  D: {
    title: 'waits in the kernel and cannot be interrupted',
    text: 'Usually for a disk, a network file system or a lock of the kernel. No signal reaches it, not even SIGKILL, until that wait ends. It adds one to the load average. A process that is in D again and again may just be busy with its disk.',
    next: 'See where: `cat /proc/PID/stack` (as root), `ps -o pid,stat,wchan:32,cmd -p PID`. After two minutes the kernel reports it itself: `dmesg | grep -A30 "blocked for more than"`.',
    source: SOURCE,
  },
  S: {
    title: 'sleeps and can be interrupted',
    text: 'It waits for something: work, an answer, a lock, a child. Whether it is stuck, this letter does not tell; the wait channel or its own stacks do.',
    source: SOURCE,
  },
  R: {
    title: 'runs, or is ready to run',
    text: 'It does not wait. One that is so in every listing keeps a processor busy.',
    source: SOURCE,
  },
  Z: {
    title: 'zombie: has ended, and its parent has not asked how',
    text: 'It holds no memory and no files, only its place in the table of processes. Nothing can kill it: it is dead. It goes when its parent calls wait, or when the parent ends.',
    next: 'Look at the parent: why does it not reap its children? A parent that hangs leaves zombies behind it.',
    source: SOURCE,
  },
  T: {
    title: 'stopped by a signal',
    text: 'SIGSTOP, or Ctrl-Z on a terminal. It does nothing and answers nobody until it gets SIGCONT; whoever waits for it waits as long.',
    next: 'If nobody means it to stand still: `kill -CONT PID`.',
    source: SOURCE,
  },
  t: { title: 'stopped by its tracer', text: 'A debugger or strace holds it at this moment.', source: SOURCE },
  I: {
    title: 'idle thread of the kernel',
    text: 'It waits for work and does not count for the load average.',
    source: SOURCE,
  },
  X: { title: 'dead', text: 'It is just going.', source: SOURCE },
  W: { title: 'paging', text: 'Only in very old kernels.', source: SOURCE },
};

export const TERMS: Readonly<Record<string, Article>> = {
  container: {
    title: 'a container’s id',
    text: '64 hex digits; logs of the kubelet, dockerd and containerd name containers by it, or by its first 12.',
    source: 'moby pkg/stringid',
  },
};
