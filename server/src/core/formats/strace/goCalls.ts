// The calls by which a log shows that a process runs Go.

import type { View } from './view.js';

/** Calls by which a Go runtime is known; a capturing match alone is enough. Sources: runtime/os_linux.go, netpoll_epoll.go, proc.go. */
export const GO_CALLS: ReadonlyMap<string, RegExp> = new Map([
  ['futex', /futex\(0xc[04][0-9a-f]{8},()/],
  ['nanosleep', /nanosleep\(\{tv_sec=0, tv_nsec=20000\}/],
  ['pselect6', /pselect6\(0, NULL, NULL, NULL, \{(?:tv_sec=)?0, (?:tv_nsec=)?20000\}/],
  ['sched_getaffinity', /sched_getaffinity\(0, 8192,()/],
  ['epoll_pwait', /epoll_pwait\(\d+(?:<[^>\n]*>)?, \[.*\], 128, (?:0|-1|\d+), NULL, 0\)/],
  ['openat', /hugepage\/hpage_pmd_size()/],
  ['mmap', /mmap\(0xc000000000,()/],
]);

/** So many calls of a process are looked at. */
const MOST_GO = 5000;

/** Marks of the Go runtime in each process, from one look through all calls: from two on it is one. */
export function readGoMarks({ world, logs }: View): Uint8Array {
  const marks = new Uint8Array(world.processes.length);
  const looked = new Uint16Array(world.processes.length);
  for (const log of logs) {
    const patterns = log.names.map((name) => GO_CALLS.get(name));
    for (let event = 0; event < log.length; event++) {
      const pattern = patterns[log.call.at(event)];
      if (!pattern) continue;
      const { index } = world.tasks[log.task.at(event)]!.process;
      if (marks[index]! >= 2 || looked[index]! >= MOST_GO) continue;
      looked[index]!++;
      const start = log.start.at(event);
      const found = pattern.exec(log.text.slice(start, Math.min(log.text.length, start + 200)));
      if (found) marks[index]! += found[1] === undefined ? 1 : 2;
    }
  }
  return marks;
}
