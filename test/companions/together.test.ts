// Files of one process side by side: whose a stack is, the status beside it tells, if the names leave no doubt.

import { describe, expect, it } from 'vitest';
import { formatById, parseText } from '../../server/src/core/formats/index.js';
import { procFiles } from '../../server/src/core/formats/proc-files/index.js';
import { groupOf } from '../../server/src/core/formats/proc-files/together.js';
import { behind } from '../../server/src/core/investigation/behind.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import type { Trace } from '../../server/src/core/trace/trace.js';

const STACK = '[<0>] sock_alloc_send_pskb+0x156/0x240\n[<0>] ksys_write+0xba/0xe0\n';
const SYSCALL = '1 0x3 0x7ffe70f227f0 0xa8 0x0 0x556bd80fd000 0x21001 0x7ffe70f227e8 0x7f4da334d350\n';
const FD = 'lrwx------ 1 root root 64 Nov 23 11:22 3 -> socket:[1053533]\n';
const status = (pid: number): string => `Name:\trunc\nState:\tS (sleeping)\nTgid:\t${pid}\nPid:\t${pid}\nPPid:\t1\n`;

const open = (files: Record<string, string>): Map<string, Trace> => {
  const names = Object.keys(files);
  const traces = procFiles.together!(names.map((name) => procFiles.parse(files[name]!, `file:///case/${name}`)));
  return new Map(names.map((name, index) => [name, traces[index]!]));
};

describe('the name of the group', () => {
  it.each([
    ['a/status.txt', 'a/'],
    ['a/proc-stack.txt', 'a/'],
    ['a/bus-status.txt', 'a/bus'],
    ['a/notes.md', undefined],
  ])('%s', (scope, group) => expect(groupOf(scope)).toBe(group));
});

describe('together', () => {
  it('lends the process to files of the same name', () => {
    const traces = open({
      'status.txt': status(10900),
      'stack.txt': STACK,
      'fd.txt': FD,
      'syscall.txt': SYSCALL,
      'bus-status.txt': status(10887),
    });
    expect(traces.get('stack.txt')!.facts.waits).toMatchObject([
      { waiter: 'process:10900', call: 'write', state: 'blocked' },
    ]);
    expect(traces.get('syscall.txt')!.facts.waits).toMatchObject([
      { waiter: 'process:10900', on: 'fd:10900/3', fd: 3 },
    ]);
    expect(traces.get('fd.txt')!.facts.same).toEqual([['fd:10900/3', 'socket:1053533']]);
    expect(traces.get('stack.txt')!.problems.map(({ code }) => code)).toEqual(['owner-by-name']);
    expect(traces.get('status.txt')!.problems).toEqual([]);
  });

  it('lends nothing where two processes have the name', () => {
    const traces = open({ 'status.txt': status(10900), 'proc-status.txt': status(7), 'stack.txt': STACK });
    expect(traces.get('stack.txt')!.facts.waits[0]!.waiter).toMatch(/^process:unnamed@/);
  });

  it('leaves a text alone that says whose it is', () => {
    const traces = open({ 'status.txt': status(10900), 'stack.txt': `==> /proc/7/stack <==\n${STACK}` });
    expect(traces.get('stack.txt')!.facts.waits[0]!.waiter).toBe('process:7');
  });

  it('does not reach into another folder', () => {
    const traces = procFiles.together!([
      procFiles.parse(status(10900), 'file:///a/status.txt'),
      procFiles.parse(STACK, 'file:///b/stack.txt'),
    ]);
    expect(traces[1]!.facts.waits[0]!.waiter).toMatch(/^process:unnamed@/);
  });
});

describe('one text with what several programs printed', () => {
  const text = [
    '$ ps -ef',
    'UID        PID  PPID  C STIME TTY          TIME CMD',
    'root      5023     1  0 22:53 ?        00:00:00 ./app pipe',
    '$ lsof -p 5023',
    'COMMAND  PID USER   FD   TYPE DEVICE SIZE/OFF  NODE NAME',
    'writer  5023 root    4w  FIFO   0,15      0t0 81131 pipe',
    '$ ss -xp',
    'Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process',
    'u_str ESTAB 0      214016             * 83514            * 83513 users:(("sender",pid=5037,fd=4))',
    '$ gdb -p 5023',
    'Thread 1 (Thread 0x7f9088631740 (LWP 5023) "writer"):',
    '#0  0x00007f90886b9f7b in write () from /lib/x86_64-linux-gnu/libc.so.6',
    '#1  0x000055822af7f213 in main () at app.c:13',
    '',
  ].join('\n');

  it('is read by each of its formats, and each takes its own lines', () => {
    const traces = parseText(text, 'ticket.txt');
    const rows = Object.fromEntries(
      traces.map((trace) => [
        trace.format,
        Array.from({ length: trace.sections.length }, (_, i) => trace.sections.at(i).label),
      ]),
    );
    expect(rows).toEqual({
      'process-list': ['columns', 'process 5023'],
      lsof: ['columns', 'writer 5023 4w'],
      'socket-list': ['columns', 'sender 5037 · 83514'],
      gdb: ['thread 5023 writer'],
    });
  });
});

describe('odd ways to print them', () => {
  const only = (text: string): Trace => {
    const traces = parseText(text, 'odd.txt');
    expect(traces).toHaveLength(1);
    return traces[0]!;
  };

  it('gdb -batch: the command line tells what the values are', () => {
    const trace = only(
      `# gdb -p 1 -batch -ex 'frame function manager_loop' -ex "p /x bus->cookie"\n[Thread debugging using libthread_db enabled]\n$1 = 0x1000001b3\n[Inferior 1 (process 1) detached]\n`,
    );
    expect(trace.format).toBe('gdb');
    expect(trace.facts.notes).toMatchObject([{ code: 'cookie-overflow', severity: 'error', entity: 'process:1' }]);
  });

  it('gdb: a value past 32 bits that is no cookie says nothing', () => {
    expect(only('(gdb) p /x bus->cookies_seen\n$1 = 0x1000001b3\n(gdb) p size\n$2 = 4294967731\n').facts.notes).toEqual(
      [],
    );
  });

  it('gdb: the cookie of v242 and later, past half of its range, is no warning', () => {
    expect(only('(gdb) p /x bus->cookie\n$1 = 0x80001234\n').facts.notes).toEqual([]);
  });

  it('gdb: the owner of another mutex is not taken for that of the contended one', () => {
    const stack = (lwp: number, lock: string): string =>
      `Thread 2 (Thread 0x7f0 (LWP ${lwp})):\n#0  __lll_lock_wait (futex=0x55aa) at lowlevellock.c:49\n#1  pthread_mutex_lock (mutex=0x${lock} <pool+40>) at pthread_mutex_lock.c:93\n#2  0x1 in take () at a.c:1\n\n`;
    const text = `${stack(7, '5500')}${stack(8, '5540').replace('pool+40', 'pool+104')}(gdb) p pool.other.__data.__owner\n$1 = 9\n`;
    const { holds, unheld } = only(text).facts;
    expect(holds).toEqual([]);
    expect(unheld.map(({ reason }) => reason)).toEqual(['owner-not-printed', 'owner-not-printed']);
  });

  it('/proc: a loop’s headings tell whose the stacks are', () => {
    const trace = only(`== 1234 ==\n${STACK}--- pid 77 (dockerd)\n[<0>] anon_pipe_write+0x1/0x2\n`);
    expect(trace.facts.waits.map(({ waiter }) => waiter)).toEqual(['process:1234', 'process:77']);
  });

  it('dbus-monitor: no claim where no reply is shown at all', () => {
    const call = (serial: number): string =>
      `method call time=15429359${serial}.1 sender=:1.5 -> destination=org.freedesktop.systemd1 serial=${serial} path=/; interface=a.b; member=Get\n`;
    const { waits, notes } = only(`${call(20)}${call(60)}`).facts;
    expect(waits).toEqual([]);
    expect(notes!.map(({ code }) => code)).toEqual(['no-replies-shown']);
  });

  it('kernel log: a journal’s lines are taken for the reports in them only', () => {
    const text =
      'Nov 23 09:20:01 node-3 kubelet[812]: I1123 09:20:01.1 skipping pod synchronization\nNov 23 09:21:01 node-3 kubelet[812]: more\nNov 23 09:21:02 node-3 kubelet[812]: more\nNov 23 09:22:14 node-3 kernel: INFO: task runc:15581 blocked for more than 120 seconds.\nNov 23 09:22:14 node-3 kernel: Call Trace:\nNov 23 09:22:14 node-3 kernel:  rpc_wait_bit_killable+0x1e/0x90\nNov 23 09:22:15 node-3 kubelet[812]: ok\nNov 23 09:22:16 node-3 kernel: docker0: port 1 entered blocking state\n';
    const log = formatById('kernel-log')!;
    expect(log.occurs!(text)).toBe(true);
    const trace = log.parse(text, 'journal');
    expect(trace.sections.length).toBe(1);
    expect(trace.facts.waits).toMatchObject([{ waiter: 'process:15581', seconds: 120, state: 'blocked' }]);
    expect(trace.facts.notes).toMatchObject([{ code: 'hung-task', severity: undefined }]);
  });
});

describe('file locks', () => {
  const TABLE =
    '1: FLOCK  ADVISORY  WRITE 95 fe:00:2335514 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 93 fe:00:2335514 0 EOF\n' +
    '2: FLOCK  ADVISORY  WRITE 93 fe:00:2335513 0 EOF\n2: -> FLOCK  ADVISORY  READ 95 fe:00:2335513 0 EOF\n';
  const LOG = '95 flock(3</run/A>, LOCK_SH <unfinished ...>\n93 flock(4</run/B>, LOCK_EX';

  it('of whoever waits in two texts, the one counts that knows the holder, and nobody counts twice', () => {
    const graph = buildGraph([parseText(LOG, 'a.strace')[0]!, parseText(TABLE, 'locks.txt')[0]!]);
    expect(graph.cycles.map(({ members }) => members.toSorted())).toEqual([['process:93', 'process:95']]);
    expect(behind(graph).of('process:93')).toBe(1);
    expect(behind(graph).of('thread:93')).toBe(1);
  });

  it('lslocks with the columns that we ask for', () => {
    const listing =
      'COMMAND   PID  TYPE MODE   M PATH                     BLOCKER\n' +
      'h          95 FLOCK READ*  0 /run/A                       93\n' +
      'h          93 FLOCK WRITE  0 /run/A \n';
    const { facts } = parseText(listing, 'lslocks.txt')[0]!;
    expect(facts.waits).toMatchObject([{ waiter: 'process:95', on: 'lock:/run/A', state: 'blocked' }]);
    expect(facts.holds).toMatchObject([{ holder: 'process:93', of: 'lock:/run/A' }]);
    const graph = buildGraph([parseText(LOG, 'a.strace')[0]!, parseText(listing, 'lslocks.txt')[0]!]);
    expect(graph.waitersOf('lock:/run/A')).toHaveLength(1);
    expect(graph.holdersOf('lock:/run/A').map(({ hold }) => hold.holder)).toEqual(['process:93']);
  });
});

describe('TCP connections within the machine', () => {
  const LISTING =
    'State  Recv-Q Send-Q  Local Address:Port  Peer Address:Port Process\n' +
    'LISTEN 0      5           127.0.0.1:39517      0.0.0.0:*     users:(("h",pid=100,fd=3))\n' +
    'ESTAB  0      4163072     127.0.0.1:53960    127.0.0.1:39517 users:(("h",pid=98,fd=3))\n' +
    'ESTAB  128512 0           127.0.0.1:39517    127.0.0.1:53960 users:(("h",pid=100,fd=4))\n';
  const blocker = (log: string): unknown =>
    buildGraph([parseText(log, 'a.strace')[0]!, parseText(LISTING, 'ss.txt')[0]!]).blockerOf('thread:98');

  it('end at whoever has the socket with the two addresses turned round', () => {
    expect(blocker('98 write(3, "x", 65536')).toBe('process:100');
    expect(blocker('98 write(3<TCP:[127.0.0.1:53960->127.0.0.1:39517]>, "x", 65536')).toBe('process:100');
    expect(
      blocker(
        '98 socket(AF_INET, SOCK_STREAM, 0) = 3\n98 connect(3, {sa_family=AF_INET, sin_port=htons(39517), sin_addr=inet_addr("127.0.0.1")}, 16) = 0\n98 write(3, "x", 65536',
      ),
    ).toBe('process:100');
    expect(blocker('98 write(4, "x", 65536')).toBeUndefined();
  });
});
