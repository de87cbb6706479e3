// Things in things without an end, in whatever a format nests: no real file has it, and nothing forbids it.

import { repeat, type Shape } from './shape.js';

/** Text that opens something so many times, and closes it as often. */
const nested = (n: number, open: string, inner: string, close: string): string =>
  open.repeat(n) + inner + close.repeat(n);

/** Bytes as strace prints them. */
const bytes = (values: readonly number[]): string =>
  values.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
const BUS =
  '7 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n7 connect(3, {sa_family=AF_UNIX, sun_path="/run/dbus/system_bus_socket"}, 30) = 0\n';
const u32 = (n: number): number[] => [n & 255, (n >> 8) & 255, (n >> 16) & 255, (n >>> 24) & 255];
/** A D-Bus method call with an array of arrays, and so on; a signature has at most 255 letters. */
const deepCall = (depth: number): string => {
  const signature = [...'a'.repeat(depth), 'y'].map((letter) => letter.charCodeAt(0));
  const field = [8, 1, 103, 0, signature.length, ...signature, 0];
  const padded = [...field, ...Array.from({ length: (8 - (field.length % 8)) % 8 }, () => 0)];
  const body = Array.from({ length: depth }, (_, i) => u32(4 * (depth - 1 - i))).flat();
  return bytes([108, 1, 0, 1, ...u32(body.length), ...u32(1), ...u32(field.length), ...padded, ...body]);
};

/** By name. */
export const DEEP: Readonly<Record<string, Shape>> = {
  'goroutine-dump: arguments in braces': [
    'goroutine-dump',
    20_000,
    (n) => `goroutine 1 [select]:\nmain.f(${nested(n, '{', '0x1', '}')})\n\t/src/a.go:7 +0x1\n`,
  ],
  'goroutine-dump: a function in functions': [
    'goroutine-dump',
    5000,
    (n) => `goroutine 1 [select]:\nmain.f${'.func1.(*T[...])'.repeat(n)}(0x1)\n\t/src/a.go:7 +0x1\n`,
  ],
  'goroutine-dump: types of types': [
    'goroutine-dump',
    10_000,
    (n) => `goroutine 1 [select]:\nmain.(*T${nested(n, '[', 'int', ']')}).f(0x1)\n\t/src/a.go:7 +0x1\n`,
  ],
  'strace: a struct in structs': ['strace', 20_000, (n) => `7 ioctl(3, 0x1, ${nested(n, '{a=', '1', '}')}) = 0\n`],
  'strace: arrays, structs and calls in one another': [
    'strace',
    10_000,
    (n) => `7 ioctl(3, 0x1, ${nested(n, '[{f(', '1', ')}]')} <unfinished ...>\n`,
  ],
  'strace: decoded descriptors in descriptors': [
    'strace',
    10_000,
    (n) => `7 read(3${nested(n, '<UNIX:[1->', '2', ']>')}, "", 1) = 0\n`,
  ],
  'strace: resumed within resumed': [
    'strace',
    1500,
    (n) =>
      repeat(n, (i) => `${i + 10} read(3,  <unfinished ...>\n`) +
      repeat(n, (i) => `${n - i + 9} <... read resumed>"", 1) = 0\n`),
  ],
  'strace: messages with arrays in arrays': [
    'strace',
    40,
    (n) => BUS + repeat(n, (i) => `7 write(3, "${deepCall((i * 7) % 250)}", 900) = 900\n`),
  ],
  'strace: one message of many fields': [
    'strace',
    4000,
    (n) =>
      `${BUS}7 write(3, "${bytes([108, 1, 0, 1, ...u32(0), ...u32(1), ...u32(8 * n)])}${bytes([1, 1, 111, 0, 0, 0, 0, 0]).repeat(n)}", 99999) = 99999\n`,
  ],
  'kubelet-journal: errors in errors': [
    'kubelet-journal',
    10_000,
    (n) =>
      `Oct 08 10:00:00 node-3 kubelet[11]: E1008 10:00:00.512204 11 kubelet.go:2412] "Skipping pod synchronization" err="${nested(n, '[rpc error: (', 'x', ')]')}"\n`,
  ],
  'kubelet-journal: quotes in quotes': [
    'kubelet-journal',
    14,
    (n) =>
      repeat(
        n,
        (i) =>
          `Oct 08 10:00:00 node-3 kubelet[11]: {"log":"${'\\'.repeat(2 ** (i % 14))}"x","time":"2026-10-08T10:00:00Z"}\n`,
      ),
  ],
  'kubelet-journal: JSON in JSON': [
    'kubelet-journal',
    10_000,
    (n) => `{"MESSAGE":${nested(n, '[{"a":', '1', '}]')}}\n`,
  ],
  'process-list: a tree that is all depth': [
    'process-list',
    250,
    (n) =>
      `USER PID PPID STAT WCHAN COMMAND\n${repeat(n, (i) => `root ${i + 2} ${i + 1} D pipe_w ${'  '.repeat(i % 200)}\\_ sh\n`)}`,
  ],
  'dbus-monitor: containers in containers': [
    'dbus-monitor',
    1500,
    (n) =>
      `method call time=1728404486.000001 sender=:1.1 -> destination=a.b serial=1 path=/a; interface=a.b; member=C\n${nested(n, '   array [\n      struct {\n', '   byte 1\n', '      }\n   ]\n')}`,
  ],
  'dbus-monitor: variants in variants': [
    'dbus-monitor',
    10_000,
    (n) =>
      `method call time=1728404486.000001 sender=:1.1 -> destination=a.b serial=1 path=/a; interface=a.b; member=C\n   ${'variant '.repeat(n)}   byte 1\n`,
  ],
  'dbus-monitor: JSON in JSON': [
    'dbus-monitor',
    10_000,
    (n) =>
      `{"type":"method_call","endian":"l","flags":0,"version":1,"cookie":1,"timestamp-realtime":1795649923578725,"sender":":1.5","destination":"a.b","path":"/a","interface":"a.b","member":"C","payload":{"type":"v","data":${nested(n, '[', '1', ']')}}}\n`,
  ],
  'gdb: a struct in structs': [
    'gdb',
    10_000,
    (n) =>
      `Thread 1 (Thread 0x7f0000001000 (LWP 2) "sh"):\n#0  __lll_lock_wait (futex=${nested(n, '{a = ', '1', '}')}) at a.c:3\n`,
  ],
  'gdb: templates of templates': [
    'gdb',
    10_000,
    (n) => `Thread 1 (Thread 0x7f0000001000 (LWP 2) "sh"):\n#0  f${nested(n, '<(', 'int', ')>')} (a=1) at a.c:3\n`,
  ],
  'socket-list: users in users': [
    'socket-list',
    10_000,
    (n) =>
      `Netid State Recv-Q Send-Q Local Address:Port Peer Address:Port Process\nu_str ESTAB 0 9 * 1 * 2 users:(${nested(n, '(("sh",pid=1,fd=3)', '', ')')})\n`,
  ],
};
