// Tens of thousands of whatever a format counts: processes, deadlocks, waiters of one thing, things that all have.

import { readFileSync } from 'node:fs';
import { hex, repeat, type Shape } from './shape.js';

const mutex = (id: number, of: number, also = ''): string =>
  `goroutine ${id} [sync.Mutex.Lock, 9 minutes]:\nsync.(*Mutex).Lock(${hex(of * 64)})\n\t/go/mutex.go:90 +0x1\nmain.(*Pool).Get(${hex(of * 64)})\n\t/src/pool.go:41 +0x8f\n${also}\n`;
const held = (of: number): string => `main.(*Pool).With(${hex(of * 64)})\n\t/src/pool.go:52 +0x8f\n`;

const fixture = (name: string): string =>
  readFileSync(new URL(`../../fixtures/goroutine/go1.19/${name}.txt`, import.meta.url), 'utf8');
const CYCLE = fixture('cycle2');
const RECURSIVE = fixture('recursive');
/** The same dump with other goroutines and other objects. */
const again = (dump: string, i: number): string =>
  `${dump
    .replace(/^goroutine (\d+)/gm, (_, id) => `goroutine ${Number(id) + 100 * i}`)
    .replace(
      /0xc000([0-9a-f]{6})\b/g,
      (_, at) => `0xc${(0x1000000 * i + Number.parseInt(at, 16)).toString(16).padStart(9, '0')}`,
    )}\n`;

/** By name. */
export const MANY: Readonly<Record<string, Shape>> = {
  'process-list: processes of one parent': [
    'process-list',
    1250,
    (n) =>
      `USER PID PPID STAT WCHAN COMMAND\nroot 1 0 S - init\n${repeat(n, (i) => `root ${i + 2} 1 ${i % 3 ? 'S' : 'D'} pipe_w sh${i % 7}\n`)}`,
  ],
  'process-list: zombies of one parent': [
    'process-list',
    1000,
    (n) =>
      `USER PID PPID STAT WCHAN COMMAND\nroot 1 0 D - init\n${repeat(n, (i) => `root ${i + 2} 1 Z - [sh] <defunct>\n`)}`,
  ],
  'process-list: threads of one process': [
    'process-list',
    1000,
    (n) =>
      `UID PID PPID LWP C NLWP STIME TTY TIME CMD\n${repeat(n, (i) => `root 7 1 ${i + 7} 0 ${n} 22:53 ? 00:00:00 app\n`)}`,
  ],
  'goroutine-dump: cycles of two': [
    'goroutine-dump',
    60,
    (n) =>
      repeat(n, (i) => mutex(2 * i + 2, 2 * i + 1, held(2 * i + 2)) + mutex(2 * i + 3, 2 * i + 2, held(2 * i + 1))),
  ],
  'goroutine-dump: real cycles of two': ['goroutine-dump', 20, (n) => repeat(n, (i) => again(CYCLE, i))],
  'goroutine-dump: readers that ask again, each with a writer': [
    'goroutine-dump',
    30,
    (n) => repeat(n, (i) => again(RECURSIVE, i)),
  ],
  'goroutine-dump: one cycle of all': [
    'goroutine-dump',
    120,
    (n) => repeat(n, (i) => mutex(i + 2, i + 1, held(((i + 1) % n) + 1))),
  ],
  'strace: cycles of two': [
    'strace',
    60,
    (n) =>
      repeat(
        n,
        (i) =>
          `${2 * i + 10} openat(AT_FDCWD, "/a${i}", O_RDWR) = 3\n${2 * i + 10} flock(3, LOCK_EX) = 0\n${2 * i + 11} openat(AT_FDCWD, "/b${i}", O_RDWR) = 3\n${2 * i + 11} flock(3, LOCK_EX) = 0\n${2 * i + 10} openat(AT_FDCWD, "/b${i}", O_RDWR) = 4\n${2 * i + 11} openat(AT_FDCWD, "/a${i}", O_RDWR) = 4\n${2 * i + 10} flock(4, LOCK_EX <unfinished ...>\n${2 * i + 11} flock(4, LOCK_EX <unfinished ...>\n`,
      ),
  ],
  'gdb: cycles of two': [
    'gdb',
    60,
    (n) =>
      repeat(2 * n, (i) => {
        const [own, other] = [hex(64 * i + 64), hex(64 * (i ^ 1) + 64)];
        return `Thread ${i + 1} (Thread 0x7f00${(i + 4096).toString(16)} (LWP ${i + 2}) "sh"):\n#0  __lll_lock_wait (futex=${other}, private=0) at lowlevellock.c:52\n#1  0x00007f in ___pthread_mutex_lock (mutex=${other}) at pthread_mutex_lock.c:93\n#2  0x01 in f (mine=${own}) at a.c:3\n\n(gdb) p *(pthread_mutex_t *) ${other}\n$${i + 1} = {__data = {__lock = 2, __count = 0, __owner = ${(i ^ 1) + 2}}}\n`;
      }),
  ],
  'proc-files: cycles of two': [
    'proc-files',
    80,
    (n) =>
      repeat(
        2 * n,
        (i) =>
          `${i + 1}: FLOCK ADVISORY WRITE ${i + 2} 08:01:${i + 1} 0 EOF\n${i + 1}: -> FLOCK ADVISORY WRITE ${(i ^ 1) + 2} 08:01:${i + 1} 0 EOF\n`,
      ),
  ],
  'goroutine-dump: waiters of one lock, its holder and another': [
    'goroutine-dump',
    2000,
    (n) =>
      `goroutine 1 [select]:\n${held(1)}\n${repeat(n, (i) => `goroutine ${i + 2} [semacquire]:\nsync.(*Mutex).Lock(${hex(64)})\n\t/go/mutex.go:90 +0x1\n\n`)}`,
  ],
  'goroutine-dump: locks that all frames name': [
    'goroutine-dump',
    60,
    (n) =>
      repeat(n, (i) =>
        mutex(
          i + 2,
          i + 1,
          repeat(8, (k) => held(((i * 31 + k * 7) % n) + 1)),
        ),
      ),
  ],
  'strace: descriptors that all processes share': [
    'strace',
    120,
    (n) =>
      repeat(n, (i) => `7 openat(AT_FDCWD, "/x${i}", O_RDWR) = ${i + 3}\n`) +
      repeat(n, (i) => `7 clone(child_stack=0x1, flags=CLONE_FILES|SIGCHLD) = ${i + 10_000}\n`) +
      repeat(n, (i) => `${i + 10_000} flock(${i + 3}, LOCK_EX <unfinished ...>\n`),
  ],
  'strace: pipes that all children inherit': [
    'strace',
    60,
    (n) =>
      repeat(n, (i) => `7 pipe2([${2 * i + 3}, ${2 * i + 4}], 0) = 0\n`) +
      repeat(n, (i) => `7 clone(child_stack=NULL, flags=SIGCHLD) = ${i + 10_000}\n`) +
      repeat(n, (i) => `${i + 10_000} read(${2 * i + 3},  <unfinished ...>\n`),
  ],
  'lsof: pipes that all have open': [
    'lsof',
    25,
    (n) =>
      `COMMAND PID USER FD TYPE DEVICE SIZE/OFF NODE NAME\n${repeat(n * 16, (i) => `sh ${(i >> 4) + 2} root ${(i & 15) + 3}${i & 1 ? 'r' : 'w'} FIFO 0,13 0t0 ${4711 + (i & 15)} pipe\n`)}`,
  ],
  'socket-list: sockets that all have open': [
    'socket-list',
    40,
    (n) =>
      `Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\n${repeat(n, (i) => `u_str ESTAB 0 ${i + 9000} * ${i + 1} * ${(i ^ 1) + 1} users:(${repeat(16, (k) => `${k ? ',' : ''}("sh",pid=${k + 2},fd=${i + 3})`)})\n`)}`,
  ],
  'proc-files: waiters of one lock': [
    'proc-files',
    500,
    (n) =>
      `1: FLOCK ADVISORY WRITE 2 08:01:4711 0 EOF\n${repeat(n, (i) => `1: -> FLOCK ADVISORY WRITE ${i + 3} 08:01:4711 0 EOF\n`)}`,
  ],
  'kernel-log: tasks that wait for one owner': [
    'kernel-log',
    150,
    (n) =>
      repeat(
        n,
        (i) =>
          `[${100 + i}.000001] INFO: task sh${i}:${i + 3} blocked for more than 120 seconds.\n[${100 + i}.000002] INFO: task sh${i}:${i + 3} is blocked on a mutex likely owned by task one:2.\n[${100 + i}.000003] task:sh${i} state:D stack:0 pid:${i + 3} ppid:1\n`,
      ),
  ],
  'busctl: names of one connection': [
    'busctl',
    500,
    (n) =>
      `NAME PID PROCESS USER CONNECTION UNIT SESSION DESCRIPTION\n${repeat(n, (i) => `org.example.n${i} 2 sh root :1.1 a.service - -\n`)}`,
  ],
  'dbus-monitor: calls to many names': [
    'dbus-monitor',
    400,
    (n) =>
      repeat(
        n,
        (i) =>
          `method call time=1728404486.${String(i % 1e6).padStart(6, '0')} sender=:1.${i} -> destination=org.example.n${i} serial=1 path=/a; interface=a.b; member=C\n`,
      ),
  ],
};
