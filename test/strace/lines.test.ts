// Every way in which strace writes a line, one by one: what is read of it.

import { describe, expect, it } from 'vitest';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { said } from '../../server/src/core/text/l10n.js';
import { parse, tell, waitsOf } from './logs.js';

/** Each line in few words: kind, name, whose. */
const read = (text: string): string[] => {
  const trace = parse(text);
  return Array.from({ length: trace.sections.length }, (_, i) => {
    const { kind, label, detail } = trace.sections.at(i);
    return [kind, label, said(detail)].filter(Boolean).join(' ');
  });
};

const LINES: readonly (readonly [string, string, string])[] = [
  ['no prefix', 'read(-1, 0x55765cdbb2e0, 10)            = -1 EBADF (Bad file descriptor)', 'call read'],
  ['pid to a file, padded to five', '455   dup2(4, 9)                        = 9', 'call dup2 455'],
  ['pid to a terminal', '[pid   812] getpid() = 812', 'call getpid 812'],
  ['seven digits of pid', '[pid 3838093] getppid() = 1', 'call getppid 3838093'],
  ['command names', '[pid 123<runc init>] getppid() = 1', 'call getppid 123'],
  ['command names in a file', '12741<shim> getppid() = 1', 'call getppid 12741'],
  ['seconds', '7 09:47:15 getppid() = 1', 'call getppid 7'],
  ['microseconds', '7 09:47:15.953600 getppid() = 1', 'call getppid 7'],
  ['milliseconds', '09:47:15.953 getppid() = 1', 'call getppid'],
  ['epoch', '7 1795427231.309650 getppid() = 1', 'call getppid 7'],
  ['epoch in nanoseconds', '1795427231.309650123 getppid() = 1', 'call getppid'],
  ['relative', '     0.000138 getppid() = 1', 'call getppid'],
  ['relative behind a pid', '14061      0.000138 getppid() = 1', 'call getppid 14061'],
  ['relative in seconds', '14061      0 getppid() = 1', 'call getppid 14061'],
  ['relative behind a time', '10:53:16.986608 (+     0.000548) brk(NULL) = 0x1', 'call brk'],
  [
    'number and address',
    '11:04:15.595700 [  59] [00007f1cb5a35ad7] execve("/bin/x", ["x"], 0x7f /* 4 vars */) = 0',
    'call execve x',
  ],
  ['unknown address', '[????????????????] +++ exited with 3 +++', 'exit exited'],
  ['a journal', 'Nov 23 09:20:01 node strace[812]: 7 getppid() = 1', 'call getppid 7'],
  ['ts', '2026-11-23T10:54:26.196128 getppid() = 1', 'call getppid'],
  ['kubectl logs --timestamps', '2026-11-26T22:10:00.000000001Z 7 22:17:01.131790 getppid() = 1', 'call getppid 7'],
  ['ts before a pid', 'Nov 26 22:10:00 7 22:17:01.131790 getppid() = 1', 'call getppid 7'],
  ['ts before a time', 'Nov 26 22:10:00 22:17:01.131790 getppid() = 1', 'call getppid'],
  ['kubectl logs --prefix', '[pod/tracer-0/strace] [pid   812] 22:17:01 getppid() = 812', 'call getppid 812'],
  ['docker compose', 'tracer-1  | 7 22:17:01.131790 getppid() = 1', 'call getppid 7'],
  ['quotes and colons behind a date', 'Nov 26 22:10:00 write(2, "error: no", 9) = 9', 'call write'],
  ['colours', '\x1b[1mgetppid() = 1', 'call getppid'],
  ['raw arguments', '7 write(0x3, 0x55587545907f, 0x11)  = 0x11', 'call write 7'],
  ['octal result', 'umask(077) = 022', 'call umask'],
  ['a path in the result', 'openat(AT_FDCWD</run/x>, "a", O_RDONLY) = 3</run/x/a> <0.000011>', 'call openat'],
  ['brackets in a path', 'dup2(4<pipe:[1]>, 1</dev/null<char 1:3>>) = 1<pipe:[1]>', 'call dup2'],
  ['a flag in the result', 'fcntl(3, F_GETFL) = 0x2 (flags O_RDWR)', 'call fcntl'],
  ['a struct in the result', 'poll([{fd=3, events=POLLIN}], 1, 100) = 1 ([{fd=3, revents=POLLIN}]) <0.1>', 'call poll'],
  ['time-out', 'poll(NULL, 0, 1500) = 0 (Timeout) <1.501736>', 'call poll'],
  ['injected', 'openat(AT_FDCWD, "x", 0) = -1 EACCES (Permission denied) (INJECTED)', 'call openat'],
  ['restarted', '7 read(3, 0x7f, 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)', 'call read 7'],
  [
    'strings that look like lines',
    '7 write(3, "write(9, \\"x\\", 4 <unfinished ...>\\n) = 4\\n+++", 40) = 40',
    'call write 7',
  ],
  [
    'a path that looks like the end',
    'readlink("./x) = 3", 0x561d502592a0, 40) = -1 ENOENT (No such file or directory)',
    'call readlink',
  ],
  ['parentheses in structs', 'wait4(7, [{WIFEXITED(s) && WEXITSTATUS(s) == 42}], 0, NULL) = 7', 'call wait4'],
  ['comments', 'lseek(3, 3, 0 /* SEEK_SET */) = 3', 'call lseek'],
  ['unknown call', 'syscall_0x1c3(0, 0, 0, 0, 0, 0) = -1 ENOSYS (Function not implemented)', 'call syscall_0x1c3'],
  ['first half', '7 write(8, "x"..., 544 <unfinished ...>', 'call write 7 · unfinished'],
  ['second half', '7 <... write resumed>) = 544', 'call write 7 · resumed'],
  ['second half of strace 4', '[pid 25590] <... select resumed> )      = 0 (Timeout)', 'call select 25590 · resumed'],
  ['killed in it', '7 <... wait4 resumed> <unfinished ...>) = ?', 'call wait4 7 · resumed'],
  [
    'attached while it slept',
    '7 restart_syscall(<... resuming interrupted read ...> <unfinished ...>',
    'call restart_syscall 7 · unfinished',
  ],
  ['signal', '7 --- SIGCHLD {si_signo=SIGCHLD, si_code=CLD_EXITED, si_pid=8} ---', 'signal SIGCHLD 7'],
  ['signal of strace 4', '--- SIGCHLD (Child exited) @ 0 (0) ---', 'signal SIGCHLD'],
  ['stopped', '7 --- stopped by SIGSTOP ---', 'signal SIGSTOP 7'],
  ['core', '7 +++ killed by SIGSEGV (core dumped) +++', 'exit killed 7'],
  ['32 bit', '[ Process PID=14865 runs in 32 bit mode. ]', 'note Process'],
  ['attached', 'strace: Process 13934 attached', 'note attached 13934'],
  ['attached, strace 4', 'Process 25557 attached with 4 threads - interrupt to quit', 'note attached 25557'],
];

describe('lines', () => {
  it.each(LINES)('%s', (_, line, expected) => {
    expect(read(`${line}\n`)).toEqual([expected]);
  });

  it('what belongs to the line above makes no line of its own', () => {
    const trace = parse(
      '7 read(3, "l\\1", 2) = 2\n | 00000  6c 01        l. |\n > /lib/x.so(read+0xd) [0xf82ad]\n % time     seconds  usecs/call     calls    errors syscall\n'.replace(
        ' %',
        '%',
      ),
    );
    expect(trace.sections.length).toBe(1);
    expect(trace.lines).toEqual({ total: 4, understood: 4 });
  });

  it('a line that strace itself broke is one call', () => {
    const text =
      'clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLDstrace: Process 8 attached\n, child_tidptr=0x7f) = 8\n[pid 8] pause( <unfinished ...>\n[pid 7] wait4(8, ';
    expect(read(text)).toEqual([
      'call clone 7 · cut',
      'call clone 7 · resumed',
      'call pause 8 · unfinished',
      'call wait4 7 · cut',
    ]);
    expect(waitsOf(parse(text))).toEqual(['pause of 8 at 3: blocked', 'wait4 of 7 at 4: blocked, certain by 8']);
  });

  it('the rest of a time is no thread', () => {
    expect(read('37 getppid() = 1\n22:16:43.714951 getpid() = 9\n')).toEqual(['call getppid', 'call getpid']);
    expect(read('138 getppid() = 1\n     0.000100 getpid() = 9\n')).toEqual(['call getppid', 'call getpid']);
    expect(read('37 getppid() = 1\n37 22:16:43.714951 getpid() = 37\n')).toEqual(['call getppid 37', 'call getpid 37']);
    expect(read('37 getppid() = 1\nprinted\n37 getpid() = 37\n')).toEqual(['call getppid 37', 'call getpid 37']);
  });

  it('the output of the program in a line', () => {
    const trace = parse('write(2, "WARN"..., 13WARN waiting\n) = 13\nread(0, ');
    expect(waitsOf(trace)).toEqual(['read(0) of ? at 3: blocked, unknown']);
    expect(trace.lines.understood).toBe(3);
  });
});

describe('what is blocked', () => {
  const blocked = (text: string): string[] => waitsOf(parse(text));

  it('an unfinished call that resumes later is not', () => {
    expect(blocked('7 write(3, "x", 1 <unfinished ...>\n8 getppid() = 1\n7 <... write resumed>) = 1\n')).toEqual([]);
  });

  it('a call of a task that ended is not', () => {
    expect(
      blocked(
        '7 read(3,  <unfinished ...>\n8 exit_group(0) = ?\n7 <... read resumed>) = ?\n7 +++ exited with 0 +++\n8 +++ exited with 0 +++\n',
      ),
    ).toEqual([]);
  });

  it('a call that lasted until the process was killed from outside is', () => {
    expect(blocked('7 read(3,  <unfinished ...>\n7 <... read resumed>) = ?\n7 +++ killed by SIGKILL +++\n')).toEqual([
      'read(3) of 7 at 1: blocked, unknown',
    ]);
  });

  it('a call that a program’s own fault ended is not', () => {
    const text =
      '7 read(3,  <unfinished ...>\n8 kill(7, SIGKILL) = 0\n7 <... read resumed>) = ?\n7 +++ killed by SIGKILL +++\n8 +++ exited with 0 +++\n';
    expect(blocked(text)).toEqual(['read(3) of 7 at 1: ended, unknown']);
  });

  it('a torn line that shows what the call gave back is not', () => {
    expect(blocked('7 read(3, "abc"..., 4')).toEqual([]);
    expect(blocked('7 read(3, ')).toEqual(['read(3) of 7 at 1: blocked, unknown']);
    expect(blocked('7 brk(')).toEqual([]);
  });

  it('a loop that times out is at rest, beside a write that is not', () => {
    const loop = '8 select(0, NULL, NULL, NULL, {1, 0}) = 0 (Timeout)\n';
    expect(
      blocked(
        `7 write(4, "x", 1 <unfinished ...>\n${loop.repeat(3)}8 select(0, NULL, NULL, NULL, {1, 0} <unfinished ...>\n`,
      ),
    ).toEqual(['write(4) of 7 at 1: blocked, unknown', 'select of 8 at 5: idle']);
  });

  it('an event loop with a listening socket is at rest', () => {
    const text =
      '7 socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3\n7 listen(3, 9) = 0\n7 epoll_create1(0) = 4\n7 epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN}) = 0\n7 clone(child_stack=NULL, flags=SIGCHLD) = 8\n8 epoll_wait(4,  <unfinished ...>\n7 epoll_wait(4,  <unfinished ...>\n';
    expect(parse(text).facts.waits.map(({ state }) => state)).toEqual(['idle', 'idle']);
  });

  it('since the first try, where signals interrupted it', () => {
    const trace = parse(
      '12:00:00.000000 write(4, "x", 1) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)\n12:00:02.000000 --- SIGALRM {si_signo=SIGALRM} ---\n12:00:02.000010 rt_sigreturn({mask=[]}) = 1\n12:00:02.500000 write(4, "x", 1',
    );
    expect(trace.facts.waits.map(({ seconds, section }) => [seconds, section])).toEqual([[2.5, 3]]);
  });

  it('over midnight', () => {
    const trace = parse('7 23:59:59.000000 read(3,  <unfinished ...>\n8 00:00:01.000000 getppid() = 1\n');
    expect(trace.facts.waits[0]?.seconds).toBe(2);
  });

  it('deltas add up', () => {
    const trace = parse(
      '7      0.000000 read(3,  <unfinished ...>\n8      1.500000 getppid() = 1\n8      0.500000 getppid() = 1\n',
    );
    expect(trace.facts.waits[0]?.seconds).toBe(2);
  });

  it('a number closed by exec, or kept', () => {
    const text = (flag: string): string =>
      `7 pipe2([3, 4], ${flag}) = 0\n7 clone(child_stack=NULL, flags=SIGCHLD) = 8\n8 execve("/bin/x", [], NULL) = 0\n8 pause( <unfinished ...>\n7 close(3) = 0\n7 write(4, "x", 1 <unfinished ...>\n`;
    expect(blocked(text('0'))[1]).toBe('write(4) of 7 at 6: blocked, pipe of line 1, certain by 8');
    expect(blocked(text('O_CLOEXEC'))[1]).toBe('write(4) of 7 at 6: blocked, pipe of line 1');
  });

  it('descriptors up to 2^31', () => {
    expect(blocked('7 pipe2([2147483646, 2147483647], 0) = 0\n7 write(2147483647, "x", 1 <unfinished ...>\n')).toEqual([
      'write(2147483647) of 7 at 2: blocked, pipe of line 1',
    ]);
  });

  it('nobody is named where two may be', () => {
    const text =
      '7 pipe2([3, 4], 0) = 0\n7 clone(child_stack=NULL, flags=SIGCHLD) = 8\n7 clone(child_stack=NULL, flags=SIGCHLD) = 9\n8 pause( <unfinished ...>\n9 pause( <unfinished ...>\n7 close(3) = 0\n7 write(4, "x", 1 <unfinished ...>\n';
    const trace = parse(text);
    expect(trace.facts.holds.map(({ confidence }) => confidence)).toEqual(['possible', 'possible']);
  });
});

describe('requests on D-Bus', () => {
  const connect =
    '7 socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3\n7 connect(3, {sa_family=AF_UNIX, sun_path="/run/dbus/system_bus_socket"}, 30) = 0\n';
  const call =
    '7 12:00:00.000000 sendmsg(3, {msg_iov=[{iov_base="l\\1\\0\\1\\0\\0\\0\\0\\2\\0\\0\\0\\222\\0\\0\\0\\3\\1s\\0\\22\\0\\0\\0StartTra"..., iov_len=168}], msg_iovlen=1}, 0) = 168\n';
  const reply = (serial: number): string =>
    `7 recvmsg(3, {msg_iov=[{iov_base="l\\2\\1\\1\\0\\0\\0\\0\\7\\0\\0\\0\\10\\0\\0\\0\\5\\1u\\0\\${serial.toString(8)}\\0\\0\\0", iov_len=24}], msg_iovlen=1}, 0) = 24\n`;
  const notes = (text: string): unknown =>
    parse(text).facts.notes?.map(({ code, values }) => [
      code,
      ...[values.method, values.destination, values.serial].map((value) => value && said(value)),
    ]);

  it('one that was never answered, as far as the bytes go', () => {
    expect(notes(`${connect}${call}7 12:00:30.000000 getppid() = 1\n`)).toEqual([
      ['unanswered', 'probably StartTransientUnit', 'probably org.freedesktop.systemd1', '2'],
    ]);
  });

  it('one that was answered', () => expect(notes(`${connect}${call}${reply(2)}`)).toEqual([]));

  it('an answer to another one does not count', () =>
    expect(notes(`${connect}${call}${reply(3)}`)).toEqual([
      ['unanswered', 'probably StartTransientUnit', 'probably org.freedesktop.systemd1', '2'],
    ]));

  it('who waits for the answer waits for the bus name', () => {
    const trace = parse(`${connect}${call}7 12:00:01.000000 poll([{fd=3, events=POLLIN}], 1, 25000 <unfinished ...>\n`);
    const wait = trace.facts.waits[0]!;
    expect([tell(trace, wait), wait.kind, wait.on]).toEqual([
      'poll(3) of 7 at 4: blocked, unix of line 2',
      'dbus',
      'bus:org.freedesktop.systemd1',
    ]);
  });

  it('a connection that was closed waits for nothing', () =>
    expect(notes(`${connect}${call}7 close(3) = 0\n`)).toEqual([]));

  it('the handshake that nobody answers', () => {
    const text = `${connect}7 sendto(3, "\\0AUTH EXTERNAL 30\\r\\n", 19, 0, NULL, 0) = 19\n7 poll([{fd=3, events=POLLIN}], 1, -1`;
    expect(parse(text).facts.notes?.map(({ code }) => code)).toEqual(['never-returned', 'unanswered-auth']);
  });
});

describe('several files', () => {
  it('are one only where their names say so', () => {
    const traces = [parse('read(3, ', 'a.strace'), parse('read(3, ', 'b.strace')];
    expect(strace.together!(traces)).toEqual(traces);
  });
});
