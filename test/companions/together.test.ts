// Files of one process side by side: whose a stack is, the status beside it tells, if the names leave no doubt.

import { describe, expect, it } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';
import { procFiles } from '../../server/src/core/formats/proc-files/index.js';
import { groupOf } from '../../server/src/core/formats/proc-files/together.js';
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
