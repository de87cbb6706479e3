// The calls by which a log shows that a process runs Go.

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
