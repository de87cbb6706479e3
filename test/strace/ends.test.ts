// Who must act for a call to return: named pipes, terminals, datagrams, parts of files, locks that outlive whoever took them.

import { describe, expect, it } from 'vitest';
import { cyclesOf, parse, waitsOf } from './logs.js';

const START = ['7 execve("/bin/x", ["x"], 0x7f /* 4 vars */) = 0', '7 close(9) = 0'];
const FORK = (child: number): string =>
  `7 clone(child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr=0x7f) = ${child}`;
const told = (...lines: string[]): string[] => waitsOf(parse([...START, ...lines].join('\n')));

describe('file locks', () => {
  const OPENS = ['7 openat(AT_FDCWD, "/run/l", O_RDWR) = 3', FORK(8), FORK(9)];

  it('a lock that its taker has closed belongs to the process that has the open file from it', () => {
    expect(
      told(
        '7 openat(AT_FDCWD, "/run/l", O_RDWR) = 3',
        '7 flock(3, LOCK_EX) = 0',
        FORK(8),
        '7 close(3) = 0',
        FORK(9),
        '8 read(0, <unfinished ...>',
        '7 wait4(-1, <unfinished ...>',
        '9 openat(AT_FDCWD, "/run/l", O_RDWR) = 3',
        '9 flock(3, LOCK_SH',
      ).at(-1),
    ).toBe('flock(3) of 9 at 11: blocked, file of line 10, likely by 8');
  });

  it('a process’s own lock is gone when it has closed the file', () => {
    expect(
      told(
        ...OPENS,
        '8 fcntl(3, F_SETLK, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}) = 0',
        '8 close(3) = 0',
        '8 pause( <unfinished ...>',
        '9 fcntl(3, F_SETLKW, {l_type=F_WRLCK, l_whence=SEEK_SET, l_start=0, l_len=0}',
      ).at(-1),
    ).toBe('fcntl(3) of 9 at 9: blocked, file of line 3');
  });

  it('in numbers, as -X raw prints them', () => {
    expect(
      told(
        ...OPENS,
        '8 fcntl(3, 0x6, {l_type=0x1, l_whence=0, l_start=0, l_len=10}) = 0',
        '9 fcntl(3, 0x6, {l_type=0x1, l_whence=0, l_start=20, l_len=10}) = 0',
        '9 fcntl(3, 0x6, {l_type=0x2, l_whence=0, l_start=20, l_len=10}) = 0',
        '8 flock(3, 0x2) = 0',
        '8 flock(3, 0x8) = 0',
        '8 pause( <unfinished ...>',
        '9 flock(3, 0x2 <unfinished ...>',
        '7 fcntl(3, 0x7, {l_type=0, l_whence=0, l_start=5, l_len=20}',
      ).slice(1),
    ).toEqual([
      'flock(3) of 9 at 12: blocked, file of line 3',
      'fcntl(3) of 7 at 13: blocked, file of line 3, certain by 8',
    ]);
  });

  const part = (who: number, command: string, type: string, start: number, length: number, rest = ' = 0'): string =>
    `${who} fcntl(3, ${command}, {l_type=${type}, l_whence=SEEK_SET, l_start=${start}, l_len=${length}}${rest && `)${rest}`}`;

  it('bytes that are locked one by one are different locks', () => {
    const waits = told(
      ...OPENS,
      part(8, 'F_SETLK', 'F_WRLCK', 0, 10),
      part(9, 'F_SETLK', 'F_WRLCK', 100, 10),
      '8 pause( <unfinished ...>',
      '9 pause( <unfinished ...>',
      part(7, 'F_SETLKW', 'F_RDLCK', 105, 20, ''),
    );
    expect(waits.at(-1)).toBe('fcntl(3) of 7 at 10: blocked, file of line 3, certain by 9');
  });

  it('a part that was unlocked again holds nobody up', () => {
    const waits = told(
      ...OPENS,
      part(8, 'F_SETLK', 'F_WRLCK', 0, 100),
      part(8, 'F_SETLK', 'F_UNLCK', 0, 50),
      part(9, 'F_SETLK', 'F_WRLCK', 0, 10),
      '8 pause( <unfinished ...>',
      '9 pause( <unfinished ...>',
      part(7, 'F_SETLKW', 'F_WRLCK', 5, 1, ''),
    );
    expect(waits.at(-1)).toBe('fcntl(3) of 7 at 11: blocked, file of line 3, certain by 9');
  });

  it('two who wait for each other’s part are a deadlock, and neither waits for itself', () => {
    const text = [
      ...START,
      FORK(8),
      '7 openat(AT_FDCWD, "/run/l", O_RDWR) = 3',
      '8 openat(AT_FDCWD, "/run/l", O_RDWR) = 3',
      part(7, 'F_OFD_SETLK', 'F_WRLCK', 0, 1),
      part(8, 'F_OFD_SETLK', 'F_WRLCK', 1, 1),
      `${part(7, 'F_OFD_SETLKW', 'F_WRLCK', 1, 1, '')} <unfinished ...>`,
      part(8, 'F_OFD_SETLKW', 'F_WRLCK', 0, 1, ''),
    ].join('\n');
    expect(waitsOf(parse(text))).toEqual([
      'fcntl(3) of 7 at 8: blocked, file of line 4, certain by 8',
      'fcntl(3) of 8 at 9: blocked, file of line 5, certain by 7',
    ]);
    expect(cyclesOf([parse(text)])).toEqual(['7 8']);
  });
});

describe('a robust mutex', () => {
  it('names its owner', () => {
    expect(
      told(FORK(8), '8 pause( <unfinished ...>', `7 futex(0x7fa73a31b000, FUTEX_WAIT, ${0x80000000 + 8}, NULL`).at(-1),
    ).toBe('futex of 7 at 5: blocked, likely by 8');
  });

  it('nobody is named for the word of another library’s lock', () => {
    const last = (word: number): string | undefined =>
      told(FORK(8), '8 pause( <unfinished ...>', `7 futex(0x7fa73a31b000, FUTEX_WAIT_PRIVATE, ${word}, NULL`).at(-1);
    expect(last(0x80000008)).not.toContain(' by ');
    expect(last(0xffffffff)).not.toContain(' by ');
  });
});

describe('a named pipe', () => {
  const FIFO = '7 mknodat(AT_FDCWD, "/run/f", S_IFIFO|0644) = 0';

  it('is read where another process has opened it for writing', () => {
    expect(
      told(
        FIFO,
        FORK(8),
        '8 openat(AT_FDCWD, "/run/f", O_WRONLY <unfinished ...>',
        '7 openat(AT_FDCWD, "/run/f", O_RDONLY) = 3',
        '8 <... openat resumed>) = 3',
        '8 flock(4, LOCK_EX <unfinished ...>',
        '7 read(3, ',
      ).at(-1),
    ).toBe('read(3) of 7 at 9: blocked, fifo of line 6, likely by 8');
  });

  it('another reader is not who must write', () => {
    expect(
      told(
        FIFO,
        FORK(8),
        '8 openat(AT_FDCWD, "/run/f", O_RDONLY) = 3',
        '8 pause( <unfinished ...>',
        '7 openat(AT_FDCWD, "/run/f", O_RDWR) = 3',
        '7 read(3, ',
      ).at(-1),
    ).toBe('read(3) of 7 at 8: blocked, fifo of line 7');
  });
});

describe('a terminal', () => {
  it('is read by the program that has its other side', () => {
    for (const side of ['ioctl(3, TIOCGPTPEER, 0x102) = 4', 'openat(AT_FDCWD, "/dev/pts/5", O_RDWR|O_NOCTTY) = 4'])
      expect(
        told(
          '7 openat(AT_FDCWD, "/dev/ptmx", O_RDWR) = 3',
          '7 ioctl(3, TIOCGPTN, [5]) = 0',
          '7 ioctl(3, TIOCSPTLCK, [0]) = 0',
          `7 ${side}`,
          FORK(8),
          '8 close(3) = 0',
          '7 close(4) = 0',
          '7 wait4(8, <unfinished ...>',
          '8 write(4, "yyy"..., 4096',
        ),
      ).toEqual([
        'wait4 of 7 at 10: blocked, certain by 8',
        'write(4) of 8 at 11: blocked, tty of line 6, certain by 7',
      ]);
  });
});

describe('datagrams', () => {
  const SERVER = [
    FORK(8),
    '8 socket(AF_UNIX, SOCK_DGRAM, 0) = 3',
    '8 bind(3, {sa_family=AF_UNIX, sun_path="/run/log"}, 110) = 0',
    '8 openat(AT_FDCWD, "/nfs/x", O_RDONLY <unfinished ...>',
    '7 socket(AF_UNIX, SOCK_DGRAM, 0) = 3',
  ];

  it('wait for whoever has the socket of that address', () => {
    expect(told(...SERVER, '7 sendto(3, "x", 1, 0, {sa_family=AF_UNIX, sun_path="/run/log"}, 110').at(-1)).toBe(
      'sendto(3) of 7 at 8: blocked, unix of line 7, likely by 8',
    );
    expect(
      told(
        ...SERVER,
        '7 sendmsg(3, {msg_name={sa_family=AF_UNIX, sun_path="/run/log"}, msg_namelen=110, msg_iov=[{iov_base="x", iov_len=1}], msg_iovlen=1, msg_controllen=0, msg_flags=0}, 0',
      ).at(-1),
    ).toBe('sendmsg(3) of 7 at 8: blocked, unix of line 7, likely by 8');
    expect(
      told(...SERVER, '7 connect(3, {sa_family=AF_UNIX, sun_path="/run/log"}, 110) = 0', '7 send(3, "x", 1, 0').at(-1),
    ).toBe('send(3) of 7 at 9: blocked, unix of line 8, likely by 8');
  });

  it('a text that looks like an address is none', () => {
    expect(
      told(...SERVER, '7 sendto(3, "{sa_family=AF_UNIX, sun_path=\\"/run/log\\"}", 40, 0, NULL, 0').at(-1),
    ).not.toContain(' by ');
  });
});

describe('a pipe', () => {
  it('whose writing end only the reader itself has', () => {
    const text = [
      ...START,
      '7 pipe([3, 4]) = 0',
      FORK(8),
      '8 close(3) = 0',
      '8 +++ exited with 0 +++',
      '7 read(3, ',
    ].join('\n');
    expect(waitsOf(parse(text))).toEqual(['read(3) of 7 at 7: blocked, pipe of line 3, likely by 7']);
    expect(cyclesOf([parse(text)])).toEqual(['7']);
  });

  it('of several that have an end, the one that has to end before the others can', () => {
    expect(
      told(
        '7 pipe([3, 4]) = 0',
        FORK(8),
        '7 close(4) = 0',
        '8 clone(child_stack=NULL, flags=SIGCHLD) = 9',
        '8 wait4(9, <unfinished ...>',
        '9 execve("/bin/sleep", ["sleep"], 0x7f /* 4 vars */) = 0',
        '9 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=600, tv_nsec=0}, <unfinished ...>',
        '7 read(3, ',
      ).at(-1),
    ).toBe('read(3) of 7 at 10: blocked, pipe of line 3, likely by 9');
  });

  it('select names its descriptors, not what -y shows behind them', () => {
    expect(
      told(
        '7 pipe([3<pipe:[77]>, 4<pipe:[77]>]) = 0',
        FORK(8),
        '7 close(4<pipe:[77]>) = 0',
        '8 flock(5, LOCK_EX <unfinished ...>',
        '7 pselect6(4, [3<pipe:[77]>], NULL, NULL, NULL, NULL',
      ).at(-1),
    ).toBe('pselect6(3) of 7 at 7: blocked, pipe of line 3, certain by 8');
  });
});

describe('a server’s master', () => {
  const SERVERS = [
    '7 socket(AF_UNIX, SOCK_STREAM, 0) = 3',
    '7 bind(3, {sa_family=AF_UNIX, sun_path="/run/s"}, 110) = 0',
    '7 listen(3, 9) = 0',
    FORK(8),
    FORK(9),
    '8 accept(3, NULL, NULL <unfinished ...>',
  ];

  it('rests while its workers do', () => {
    expect(told(...SERVERS, '7 wait4(-1, <unfinished ...>', '9 accept(3, NULL, NULL')).toEqual([
      'accept(3) of 8 at 8: idle, unix of line 3',
      'wait4 of 7 at 9: idle, possible by 8',
      'accept(3) of 9 at 10: idle, unix of line 3',
    ]);
  });

  it('rests where strace was attached, and does not tell whose children they are', () => {
    const waits = (...lines: string[]): string[] => waitsOf(parse(lines.join('\n'))).map((wait) => wait.split(',')[0]!);
    const workers = ['8 accept(3, NULL, NULL <unfinished ...>', '9 accept(3, NULL, NULL <unfinished ...>'];
    expect(waits(...workers, '7 wait4(-1, ')).toContain('wait4 of 7 at 3: idle');
    expect(waits('7 wait4(-1, <unfinished ...>', ...workers, '10 flock(5, LOCK_EX')).toContain(
      'wait4 of 7 at 1: blocked',
    );
    expect(waits('7 wait4(-1, ')).toEqual(['wait4 of 7 at 1: blocked']);
  });

  it('and a loop in a shell, whose child sleeps for a moment', () => {
    const sleep = (seconds: number): string[] =>
      told(
        FORK(8),
        '7 wait4(-1, <unfinished ...>',
        '8 execve("/bin/sleep", ["sleep"], 0x7f /* 4 vars */) = 0',
        `8 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=${seconds}, tv_nsec=0}, `,
      ).map((wait) => wait.split(',')[0]!);
    expect(sleep(1)).toEqual(['wait4 of 7 at 4: idle', 'clock_nanosleep of 8 at 6: idle']);
    expect(sleep(600)).toEqual(['wait4 of 7 at 4: blocked', 'clock_nanosleep of 8 at 6: blocked']);
  });

  it('waits for a child that polls: it sleeps for a moment again and again', () => {
    const nap = '8 clock_nanosleep(CLOCK_REALTIME, 0, {tv_sec=0, tv_nsec=100000000}, ';
    expect(
      told(FORK(8), '7 wait4(8, <unfinished ...>', `${nap}NULL) = 0`, `${nap}NULL) = 0`, `${nap}NULL) = 0`, nap)[0],
    ).toBe('wait4 of 7 at 4: blocked, certain by 8');
  });

  it('is held up where one of them is', () => {
    expect(told(...SERVERS, '7 wait4(-1, <unfinished ...>', '9 flock(5, LOCK_EX')[1]).toBe(
      'wait4 of 7 at 9: blocked, possible by 8',
    );
  });
});

describe('several that strace was attached to', () => {
  it('are processes: one that waits for another does not wait for itself', () => {
    const text = [
      'strace: Process 7 attached',
      'strace: Process 8 attached',
      '[pid     8] --- stopped by SIGSTOP ---',
      '[pid     7] wait4(8, ',
    ].join('\n');
    expect(waitsOf(parse(text))).toEqual(['wait4 of 7 at 4: blocked, certain by 8']);
    expect(cyclesOf([parse(text)])).toEqual([]);
  });
});
