// Logs that grow: what was read of the beginning is taken over, and the whole says what it says when it is read at once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../server/src/core/formats/format.js';
import { type Beginning, parseText, readText } from '../../server/src/core/formats/index.js';
import { journal } from '../../server/src/core/formats/journal/index.js';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { SourceText } from '../../server/src/core/text/source.js';
import { finish } from '../../server/src/core/text/steps.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { isGrowth } from '../../server/src/host/edited.js';
import { recorded } from '../strace/logs.js';
import { told } from '../told.js';

const sample = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../samples/node-not-ready', name), 'utf8');

/** Reads the text in parts that end there, each with what the one before it gave. */
function grown(format: Format, text: string, ends: readonly number[]): Trace {
  let before: Trace | undefined;
  for (const end of [...ends, text.length]) before = finish(format.read!(text.slice(0, end), 'log', {}, before));
  return before!;
}

/** Where so many parts of about as many lines end. */
function wholeLines(text: string, parts: number): number[] {
  const lines = text.split(/(?<=\n)/);
  return Array.from({ length: parts - 1 }, (_, part) => {
    return lines.slice(0, Math.ceil((lines.length * (part + 1)) / parts)).join('').length;
  });
}

/** Places within the lines that follow those, at another part of each line. */
function withinLines(text: string, parts: number): number[] {
  return wholeLines(text, parts).map((start, part) => {
    const end = text.indexOf('\n', start);
    return start + Math.floor(((end < 0 ? text.length : end) - start) * (((part * 7 + 3) % 10) / 10));
  });
}

/** Everything that a journal may be written as, and records of several lines. */
const EXPORT = ['a', 'b', 'c']
  .map(
    (word, at) =>
      `__CURSOR=s=${word}\n__REALTIME_TIMESTAMP=169675${at}000000000\n_COMM=kubelet\nMESSAGE=I1008 10:00:0${at}.000000 11 kubelet.go:2412] Skipping pod synchronization - [PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s]\n\n`,
  )
  .join('');
const SEVERAL = Array.from(
  { length: 9 },
  (_, at) =>
    `Oct 08 10:00:0${at} node-3 kubelet[11]: E1008 10:00:0${at}.512204 11 kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active 3m${at}s ago; threshold is 3m0s"\n  more of it\nnothing of ours\n\n`,
).join('');

describe('a log that grows', () => {
  it.each([
    ...recorded.map(({ name, text }) => [name, strace, text] as const),
    ['the sample’s strace', strace, sample('runc.strace')] as const,
    ['the sample’s journal', journal, sample('journal.log')] as const,
    ['a journal for export', journal, EXPORT] as const,
    ['records of several lines', journal, SEVERAL] as const,
  ])('%s', (_, format, text) => {
    const whole = told(format.parse(text, 'log'));
    for (const parts of [2, 3, 7]) expect(told(grown(format, text, wholeLines(text, parts)))).toEqual(whole);
    for (const parts of [2, 3, 7, 23]) expect(told(grown(format, text, withinLines(text, parts)))).toEqual(whole);
  });

  const PLEG =
    'kubelet.go:2412] "Skipping pod synchronization" err="PLEG is not healthy: pleg was last seen active 3m4s ago"';
  it.each([
    ['a field behind what is no record', '__CURSOR\nSYSLOG_IDENTIFIER=kubelet\n'],
    [
      'who wrote a record, told behind its first line',
      '__CURSOR=a\nSYSLOG_IDENTIFIER=kubelet\n__CURSOR=b\n_COMM=runc\n',
    ],
    [
      'a record that is open',
      `__CURSOR=a\n${`__CURSOR=b\\nMESSAGE=E1008 16:21:26.512204 1174 ${PLEG}\\n\n`.repeat(2)}__CURSOR=c\n`,
    ],
  ])('at any place: %s', (_, text) => {
    const whole = told(journal.parse(text, 'log'));
    for (let one = 0; one <= text.length; one++)
      for (let other = one; other <= text.length; other += 7)
        expect(told(grown(journal, text, [one, other])), `${one}, ${other}`).toEqual(whole);
  });

  /** What a call that merely begins changes, before it is known how it goes on. */
  const BEGUN = String.raw`
7 23:59:58.100000 openat(AT_FDCWD, "/run/lock", O_RDWR) = 3 <0.000010>
7 23:59:58.200000 socket(AF_UNIX, SOCK_STREAM, 0) = 4 <0.000010>
7 23:59:58.300000 connect(4, {sa_family=AF_UNIX, sun_path="/run/dbus/system_bus_socket"}, 30) = 0 <0.000010>
7 23:59:58.400000 sendmsg(4, {msg_name=NULL, msg_iov=[{iov_base="l\1\0\1\0\0\0\0\1\0\0\0m\0\0\0\1\1o\0\25\0\0\0/org/freedesktop/DBus", iov_len=128}], msg_iovlen=1}, 0) = 128 <0.000010>
7 23:59:58.500000 recvmsg(4, {msg_iov=[{iov_base="l\2\1\1\4\0\0\0\1\0\0\0", iov_len=24}]}, 0) = 24 <0.000010>
7 23:59:58.600000 socketpair(AF_UNIX, SOCK_STREAM, 0, [5, 6]) = 0 <0.000010>
7 23:59:58.700000 sendmsg(5, {msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[3]}]}, 0) = 1 <0.000010>
7 23:59:58.800000 recvmsg(6, {msg_control=[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[8]}]}, 0) = 1 <0.000010>
7 23:59:58.900000 flock(3, LOCK_EX) = 0 <0.000010>
7 23:59:59.000000 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD) = 9 <0.000010>
9 23:59:59.100000 flock(3, LOCK_EX <unfinished ...>
7 23:59:59.200000 futex(0x55d0c0ffee10, FUTEX_WAIT_PRIVATE, 2, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
7 23:59:59.300000 --- SIGCHLD {si_signo=SIGCHLD} ---
7 00:00:02.400000 futex(0x55d0c0ffee10, FUTEX_WAIT_PRIVATE, 2, NULL) = 0 <3.000010>
7 00:00:05.500000 read(8,  <unfinished ...>
the program says something
9 00:00:05.600000 <... flock resumed>) = 0 <6.500000>
9 00:00:05.650000 getpid() = 9 (DELAYED)
9 00:00:09.700000 close(3) = 0 <0.000010>
7 00:00:09.800000 <... read resumed>"x", 1) = 1 <4.300000>
9 00:00:09.900000 exit_group(0) = ?
9 00:00:10.000000 +++ exited with 0 +++
7 00:00:10.100000 execve("/bin/true", ["true"], 0x7ffd /* 3 vars */) = 0 <0.000010>
7 00:00:10.200000 wait4(-1, `.trimStart();
  /** The call that was interrupted goes on; times that count from the line before; a message that nobody has answered. */
  const AGAIN = `7 00:00:11.000000 futex(0x55d0c0ffee10, FUTEX_WAIT_PRIVATE, 2, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
7 00:00:11.500000 --- SIGCHLD {si_signo=SIGCHLD} ---
7 00:00:14.000000 futex(0x55d0c0ffee10, FUTEX_WAIT_PRIVATE, 2, NULL`;
  const RELATIVE = `     0.000000 socket(AF_UNIX, SOCK_STREAM, 0) = 4
     1.500000 read(4, "x", 1) = 1
     2.500000 flock(4, LOCK_EX) = 0
     0.250000 read(4, `;
  const ASKED = String.raw`7 socket(AF_UNIX, SOCK_STREAM, 0) = 4
7 write(4, "l\1\0\1\0\0\0\0\1\0\0\0m\0\0\0\1\1o\0\25\0\0\0/org/freedesktop/DBus\0\0\0\2\1s\0\24\0\0\0org.freedesktop.DBus\0\0\0\0\3\1s\0\5\0\0\0Hello\0\0\0", 128) = 128
7 read(4, `;
  const POLLED = `7 clone(child_stack=NULL, flags=SIGCHLD) = 9
7 poll([{fd=5, events=POLLIN}], 1, 1000 <unfinished ...>
9 getpid() = 9
7 <... poll resumed>) = 0 (Timeout)
7 poll([{fd=300, events=POLLIN}], 1, 1000 <unfinished ...>
9 read(6, "x", 1) = 1
9 read(301, "x", 1) = 1
7 <... poll resumed>) = 0 (Timeout)
9 read(5,  <unfinished ...>
7 read(6, `;
  it.each([
    ['calls of many kinds', BEGUN],
    ['without numbers of threads', BEGUN.replace(/^\d /gm, '')],
    ['a call that goes on', `${BEGUN.slice(0, -'7 00:00:10.200000 wait4(-1, '.length)}${AGAIN}`],
    ['relative times', RELATIVE],
    ['a message', ASKED],
    ['descriptors that are only polled', POLLED],
  ])('within any line: %s', (_, text) => {
    const whole = told(strace.parse(text, 'log'));
    for (let end = 0; end < text.length; end++)
      expect(told(grown(strace, text, [end])), text.slice(0, end).slice(-60)).toEqual(whole);
  });

  it('of several formats, which begin at any time', () => {
    const short = (text: string): string => text.split('\n').slice(0, 60).join('\n');
    const parts = {
      log: `${short(sample('runc.strace'))}\n`,
      journal: SEVERAL,
      listing: sample('ps.txt'),
      sockets: sample('ss.txt'),
      dump: `a line of nobody\n\ngoroutine 7 [sync.Mutex.Lock, 3 minutes]:\nsync.(*Mutex).Lock(0xc000010000)\n\t/go/sync/mutex.go:90 +0x1\n\n`,
      hung: 'Oct 08 10:00:00 n kernel: INFO: task runc:7 blocked for more than 120 seconds.\nOct 08 10:00:00 n kernel: Call Trace:\nOct 08 10:00:00 n kernel:  schedule+0x1/0x2\n',
    };
    const [hung, trace] = [parts.hung.slice(0, 79), parts.hung.slice(79)];
    for (const [format, text] of [
      [strace, parts.log + parts.dump + parts.journal + parts.listing + parts.sockets],
      [strace, parts.log + parts.sockets + parts.log + parts.dump],
      [journal, parts.journal + parts.dump + parts.journal],
      [journal, parts.journal + hung + parts.journal + trace + parts.journal],
    ] as const) {
      const whole = parseText(text, 'log', format);
      expect(whole.length).toBeGreaterThan(1);
      for (const ends of [wholeLines(text, 9), withinLines(text, 9), withinLines(text, 40)]) {
        let before: Beginning | undefined;
        for (const end of [...ends, text.length])
          before = { length: end, traces: finish(readText(text.slice(0, end), 'log', format, {}, before)) };
        expect(before!.traces.map(told)).toEqual(whole.map(told));
      }
    }
  });

  it('was changed only at its end, whatever the editor replaces', () => {
    const source = new SourceText('one\ntwo');
    const grows = (from: [number, number], to: [number, number], text: string): boolean =>
      isGrowth(source, [
        { range: { start: { line: from[0], character: from[1] }, end: { line: to[0], character: to[1] } }, text },
      ]);
    expect(grows([1, 3], [1, 3], ' more')).toBe(true);
    expect(grows([1, 0], [1, 3], 'two more\nthree')).toBe(true);
    expect(grows([1, 0], [1, 3], 'tow')).toBe(false);
    expect(grows([1, 0], [1, 0], 'two')).toBe(false);
    expect(grows([0, 0], [1, 3], 'one\ntwo\n')).toBe(true);
    expect(grows([0, 0], [1, 3], 'one')).toBe(false);
    expect(isGrowth(source, [{ text: 'one\ntwo\n' }])).toBe(false);
  });

  it('does not read its beginning again', () => {
    const labels = (trace: Trace): string[] => [0, 1].map((at) => trace.sections.at(at).label);
    const log = finish(strace.read!('10 getpid() = 1\n', 'log'));
    // Another text of the same length: who looked at it again would see that.
    expect(labels(finish(strace.read!('10 getuid() = 1\n10 getgid() = 1\n', 'log', {}, log)))).toEqual([
      'getpid',
      'getgid',
    ]);
    // Nor where that ends within a line.
    const cut = finish(strace.read!('10 getpid() = 1\n10 wait4(-1, ', 'log'));
    const waited = finish(strace.read!('10 getuid() = 1\n10 wait4(-1, NULL, 0, NULL) = 7\n', 'log', {}, cut));
    expect(labels(waited)).toEqual(['getpid', 'wait4']);
    expect(waited.facts.waits).toEqual([]);
    const line = (who: string): string => `Oct 08 10:00:00 node-3 ${who}[11]: a word\n`;
    const before = finish(journal.read!(line('one') + line('two'), 'log'));
    const after = finish(journal.read!(line('red') + line('two') + line('ten'), 'log', {}, before));
    expect([0, 1, 2].map((at) => after.sections.at(at).detail)).toEqual(['one', 'two', 'ten']);
  });
});
