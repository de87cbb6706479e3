// Documents by the hundred in one investigation: the files of `strace -ff`, of /proc, dump after dump.

import { readFileSync } from 'node:fs';

/** A format, how many documents a piece has, and what the document of a number is called and holds. */
export type DocumentSet = readonly [format: string, n: number, document: (i: number) => readonly [string, string]];

const DUMP = readFileSync(new URL('../../fixtures/goroutine/go1.19/recursive.txt', import.meta.url), 'utf8');

/** By name. */
export const SETS: Readonly<Record<string, DocumentSet>> = {
  'threads, each with a log': [
    'strace',
    100,
    (i) => [
      `file:///t/log.${i + 10}`,
      `10:00:00.${String(i).padStart(6, '0')} clone(child_stack=0x1, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = ${i + 11}\n10:00:01.000000 futex(0x${(i + 4096).toString(16)}, FUTEX_WAIT_PRIVATE, 2, NULL`,
    ],
  ],
  'processes in a line, each with a log and a pipe': [
    'strace',
    100,
    (i) => [
      `file:///t/log.${i + 10}`,
      `10:00:00.${String(i).padStart(6, '0')} pipe2([3, 4], 0) = 0\n10:00:00.900000 clone(child_stack=NULL, flags=SIGCHLD) = ${i + 11}\n10:00:01.000000 read(3, `,
    ],
  ],
  'stacks of processes, all of one name': [
    'proc-files',
    100,
    (i) => [`file:///proc/${i + 10}/stack`, `==> /proc/${i + 10}/stack <==\n[<0>] pipe_wait+0x1/0x2\n`],
  ],
  'dumps with deadlocks': ['goroutine-dump', 15, (i) => [`file:///t/goroutine-stacks-${i}.log`, DUMP]],
  'lists of processes': [
    'process-list',
    50,
    (i) => [`file:///t/ps${i}.txt`, `USER PID PPID STAT WCHAN COMMAND\nroot ${i + 2} ${i + 1} D pipe_w sh\n`],
  ],
  'journals with an outage': [
    'kubelet-journal',
    30,
    (i) => [
      `file:///t/${i}/journal.log`,
      `Oct 08 10:00:00 node-${i} kubelet[11]: E1008 10:00:00.512204 11 kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s"\n`,
    ],
  ],
};
