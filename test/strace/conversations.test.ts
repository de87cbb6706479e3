// Requests on stream sockets whose answer is not in the log: when that is said, and above all when it is not.

import { describe, expect, it } from 'vitest';
import { parse } from './logs.js';

/** Lines of one process, a second apart. */
const log = (...lines: string[]): string =>
  lines.map((line, at) => `7 10:00:${String(at).padStart(2, '0')}.000000 ${line}\n`).join('');

/** `code at line: what it says of it`. */
const told = (text: string): string[] => {
  const { facts, sections } = parse(text);
  return (facts.notes ?? [])
    .filter(({ code }) => /^(?:unanswered|owes|never)/.test(code))
    .map(({ code, section, severity, related }) =>
      [
        `${code} ${severity} at ${text.slice(0, sections.at(section).head.start).split('\n').length}`,
        ...related
          .filter(({ name }) => name === 'request')
          .map(({ span }) => `request ${text.slice(0, span.start).split('\n').length}`),
      ].join(', '),
    );
};

const CONNECT = [
  'execve("/bin/client", ["client"], 0x7f /* 4 vars */) = 0',
  'socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 3',
  'connect(3, {sa_family=AF_UNIX, sun_path="/run/shop.sock"}, 17) = 0',
  'epoll_create1(EPOLL_CLOEXEC) = 4',
  'epoll_ctl(4, EPOLL_CTL_ADD, 3, {events=EPOLLIN, data={u32=3, u64=3}}) = 0',
];
const REST = ['epoll_wait(4, '];
const ASKS = 'write(3, "GET /b", 6) = 6';
const NOTHING = 'read(3, 0x7ffd0000, 4096) = -1 EAGAIN (Resource temporarily unavailable)';

describe('a client', () => {
  it('that never tried to read, but polls the connection among others: where it asked by HTTP', () => {
    const poll = 'poll([{fd=3, events=POLLIN}, {fd=5, events=POLLIN}], 2, 1000';
    const ask = (text: string): string =>
      `sendto(3, "${text}", ${text.length}, MSG_NOSIGNAL, NULL, 0) = ${text.length}`;
    const connect = CONNECT.slice(0, 3);
    expect(told(log(...connect, ask('GET /x HTTP/1.1'), `${poll}) = 0 (Timeout)`, poll))).toEqual([
      'unanswered-stream information at 4',
    ]);
    expect(told(log(...connect, ask('<30>a line'), `${poll}) = 0 (Timeout)`, poll))).toEqual([]);
  });

  it('that rests in its event loop behind a request', () => {
    expect(told(log(...CONNECT, ASKS, NOTHING, ...REST))).toEqual(['unanswered-stream information at 6']);
    expect(told(log(...CONNECT, 'write(3, "GET /a", 6) = 6', 'read(3, "yes", 4096) = 3', ASKS, ...REST))).toEqual([
      'unanswered-stream information at 8',
    ]);
  });

  it('over TCP', () => {
    const tcp = [
      ...CONNECT.slice(0, 1),
      'socket(AF_INET, SOCK_STREAM, IPPROTO_TCP) = 3',
      'connect(3, {sa_family=AF_INET, sin_port=htons(8080), sin_addr=inet_addr("192.0.2.7")}, 16) = -1 EINPROGRESS (Operation now in progress)',
      ...CONNECT.slice(3),
    ];
    expect(told(log(...tcp, ASKS, NOTHING, ...REST))).toEqual(['unanswered-stream information at 6']);
  });

  it('that waits in the read itself: said once, with the request as another place', () => {
    expect(told(log(...CONNECT, ASKS, 'read(3, '))).toEqual(['never-returned warning at 7, request 6']);
    expect(told(log(...CONNECT, ASKS, 'poll([{fd=3, events=POLLIN}], 1, -1'))).toEqual([
      'never-returned warning at 7, request 6',
    ]);
  });

  it('whose write has not returned', () => {
    expect(told(log(...CONNECT, NOTHING, 'write(3, "GET /b", 6'))).toEqual(['never-returned warning at 7']);
  });

  it('of Go, whose threads park wherever they like', () => {
    const go = [CONNECT[0]!, 'sched_getaffinity(0, 8192, [0 1]) = 8', ...CONNECT.slice(1)];
    const parked = 'futex(0x5a1000, FUTEX_WAIT_PRIVATE, 0, NULL';
    expect(told(log(...go, ASKS, NOTHING, parked))).toEqual(['unanswered-stream information at 7']);
    expect(told(log(...CONNECT, ASKS, NOTHING, parked)).filter((one) => !one.startsWith('never'))).toEqual([]);
  });

  it('on which somebody depends who is stuck', () => {
    const parent = [
      '6 10:00:00.000000 execve("/bin/sh", ["sh"], 0x7f /* 4 vars */) = 0',
      '6 10:00:00.000000 fork() = 7',
      '6 10:00:00.000000 wait4(7,  <unfinished ...>',
    ];
    expect(told(`${parent.join('\n')}\n${log(...CONNECT, ASKS, NOTHING, ...REST)}`)).toEqual([
      'never-returned warning at 3',
      'unanswered-stream warning at 9',
    ]);
  });

  const dgram = CONNECT.map((line) => line.replace('SOCK_STREAM', 'SOCK_DGRAM'));
  const display = CONNECT.map((line) => line.replace('/run/shop.sock', '/tmp/.X11-unix/X0'));
  const quiet: readonly (readonly [string, string[]])[] = [
    ['got its answer', [...CONNECT, ASKS, 'read(3, "yes", 4096) = 3', NOTHING, ...REST]],
    ['never looked for an answer', [...CONNECT, ASKS, ...REST]],
    ['found the other end gone', [...CONNECT, ASKS, 'read(3, "", 4096) = 0', ...REST]],
    ['found the connection broken', [...CONNECT, NOTHING, 'write(3, "GET /b", 6) = -1 EPIPE (Broken pipe)', ...REST]],
    ['sent a part only', [...CONNECT, NOTHING, 'write(3, "GET /b", 60) = 6', ...REST]],
    ['has closed it', [...CONNECT, ASKS, NOTHING, 'close(3) = 0', ...REST]],
    ['reads no more', [...CONNECT, ASKS, NOTHING, 'shutdown(3, SHUT_RDWR) = 0', ...REST]],
    ['has ended', [...CONNECT, ASKS, NOTHING, 'exit_group(0) = ?', '+++ exited with 0 +++']],
    ['does something else', [...CONNECT, ASKS, NOTHING, 'openat(AT_FDCWD, "/x", O_RDONLY']],
    ['watches it no more', [...CONNECT, ASKS, NOTHING, 'epoll_ctl(4, EPOLL_CTL_DEL, 3, NULL) = 0', ...REST]],
    ['was spoken to first', [...CONNECT, 'read(3, "job", 4096) = 3', 'write(3, "done", 4) = 4', NOTHING, ...REST]],
    ['sends datagrams', [...dgram, ASKS, NOTHING, ...REST]],
    ['draws', [...display, ASKS, NOTHING, ...REST]],
    ['hides what it sends', [...CONNECT, 'write(3, "\\27\\3\\3\\0\\30xyz", 29) = 29', NOTHING, ...REST]],
    [
      'acknowledged settings of HTTP/2',
      [
        ...CONNECT,
        'write(3, "PRI *", 5) = 5',
        'read(3, "x", 9) = 1',
        'write(3, "\\0\\0\\0\\4\\1\\0\\0\\0\\0", 9) = 9',
        NOTHING,
        ...REST,
      ],
    ],
    ['shows no bytes', [...CONNECT, 'write(3, ""..., 6) = 6', NOTHING, ...REST]],
    ['uses io_uring', [...CONNECT, 'io_uring_setup(8, {flags=0}) = 9', ASKS, NOTHING, ...REST]],
  ];
  it.each(quiet)('nothing is said of one that %s', (_, lines) => {
    expect(told(log(...lines)).filter((one) => !one.startsWith('never'))).toEqual([]);
  });

  it('nor of a pair, nor where the log ends sooner than an answer must have come', () => {
    const pair = ['socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 5]) = 0', ...CONNECT.slice(3), ASKS, NOTHING, ...REST];
    expect(told(log(CONNECT[0]!, ...pair))).toEqual([]);
    const soon = log(...CONNECT, ASKS, NOTHING, ...REST).replace(/10:00:\d\d/g, '10:00:00');
    expect(told(soon)).toEqual([]);
    // Without times nobody can tell.
    expect(told(soon.replace(/10:00:00\.0+ /g, ''))).toEqual(['unanswered-stream information at 6']);
  });

  it('whose answer came to another thread while it wrote', () => {
    const text = log(...CONNECT, 'read(3,  <unfinished ...>', ASKS, '<... read resumed>"yes", 4096) = 3', ...REST);
    expect(told(text.replace(/^7 (.*(?:read\(3|read resumed))/gm, '8 $1'))).toEqual([]);
  });
});

describe('a server', () => {
  const SERVE = [
    'execve("/bin/server", ["server"], 0x7f /* 4 vars */) = 0',
    'socket(AF_UNIX, SOCK_STREAM, 0) = 3',
    'bind(3, {sa_family=AF_UNIX, sun_path="/run/shop.sock"}, 17) = 0',
    'listen(3, 5) = 0',
    'accept(3, NULL, NULL) = 4',
    'read(4, "GET /a", 4096) = 6',
    'write(4, "yes", 3) = 3',
    'accept(3, NULL, NULL) = 5',
    'read(5, "GET /b", 4096) = 6',
  ];

  it('that has read a request and wrote nothing', () => {
    expect(told(log(...SERVE, 'accept(3, NULL, NULL'))).toEqual(['owes-answer information at 9']);
  });

  const quiet: readonly (readonly [string, string[]])[] = [
    ['has answered', [...SERVE, 'write(5, "yes", 3) = 3', 'accept(3, NULL, NULL']],
    ['never answers anybody', [...SERVE.filter((line) => !line.startsWith('write')), 'accept(3, NULL, NULL']],
    ['has closed it', [...SERVE, 'close(5) = 0', 'accept(3, NULL, NULL']],
    ['reads on', [...SERVE, 'read(5, ']],
    ['spoke first', [...SERVE.slice(0, -1), 'write(5, "hello", 5) = 5', SERVE.at(-1)!, 'accept(3, NULL, NULL']],
  ];
  it.each(quiet)('nothing is said of one that %s', (_, lines) => {
    expect(told(log(...lines)).filter((one) => !one.startsWith('never'))).toEqual([]);
  });
});
