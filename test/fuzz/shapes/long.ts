// One line of megabytes, in each format: no real file has it, and nothing forbids it.

import type { Shape } from './shape.js';

/** Code units of a piece of a long line: the whole is a line of 5 MB. */
const LONG = (5 * 1024 * 1024) / 16;

/** What stands before a long line and begins it, the unit that it is made of, and what ends it, by format. */
const LINES: Readonly<Record<string, readonly [before: string, unit: string, after?: string]>> = {
  'goroutine-dump': ['goroutine 1 [select]:\nmain.(*T).f(', '0xc000012345, {0x1?, ', ')\n\t/src/a.go:7 +0x1\n'],
  'kubelet-journal': [
    'Oct 08 10:00:00 node-3 kubelet[11]: E1008 10:00:00.512204 11 kubelet.go:2412] "Skipping pod synchronization" ',
    'err="[PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s]" ',
  ],
  strace: ['7 ioctl(3, ', '[{iov_base="a\\"b\\\\", flags=A|B, '],
  'process-list': ['USER PID PPID STAT WCHAN COMMAND\nroot 2 1 D pipe_w sh ', '-c "a b" \\_ '],
  lsof: [
    'COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\nsh 2 root 1w FIFO 0,13 0t0 4711 ',
    'pipe type=STREAM ->INO=1 ',
  ],
  'socket-list': [
    'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nu_str ESTAB 0 9000 * 1 * 2 users:(',
    '("sh",pid=7,fd=3),',
    ')',
  ],
  'proc-files': ['/proc/5023/fd:\ntotal 0\nl-wx------ 1 root root 64 Nov 25 22:53 4 -> ', 'pipe:[81131] -> '],
  busctl: [
    'NAME PID PROCESS USER CONNECTION UNIT SESSION DESCRIPTION\n:1.0 1 systemd root :1.0 init.scope - ',
    'org.freedesktop.systemd1 - ',
  ],
  'dbus-monitor': [
    'method call time=1728404486.000001 sender=:1.1 -> destination=org.freedesktop.systemd1 serial=1 path=/a; interface=a.b; member=C\n   string "',
    'a "b\\" ; member=D ',
  ],
  gdb: [
    'Thread 1 (Thread 0x7f0000001000 (LWP 2) "sh"):\n#0  __lll_lock_wait (futex=',
    '{a = (b *) 0x55aa <c>, ',
    ') at a.c:3\n',
  ],
  'kernel-log': [
    '[100.000001] INFO: task sh:2 blocked for more than 120 seconds.\n[100.000002] Call Trace:\n[100.000003]  ',
    'pipe_wait+0x1/0x2 ',
  ],
};

/** A line of 5 MB in each format. */
export const LONG_LINES: Readonly<Record<string, Shape>> = Object.fromEntries(
  Object.entries(LINES).map(([format, [before, unit, after = '\n']]): [string, Shape] => [
    `${format}: one line of 5 MB`,
    [format, Math.ceil(LONG / unit.length), (n) => before + unit.repeat(n) + after],
  ]),
);
