// Cost grows with the size of a log and no faster, whatever is in it.

import { describe, expect, it } from 'vitest';
import { growth, PIECES, TOO_MUCH } from '../growth.js';
import { parse } from './logs.js';

const repeat = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('');

const SHAPES: Readonly<Record<string, { n: number; text: (n: number) => string }>> = {
  'calls of one task': {
    n: 2000,
    text: (n) => repeat(n, (i) => `7 12:00:00.000000 read(3, "x", ${i}) = 1 <0.000010>\n`),
  },
  'a task for every line': { n: 1500, text: (n) => repeat(n, (i) => `${i + 10} read(3,  <unfinished ...>\n`) },
  'threads of one process, all blocked': {
    n: 600,
    text: (n) =>
      repeat(n, (i) => `7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = ${i + 10}\n`) +
      repeat(n, (i) => `${i + 10} write(${i}, "x", 1 <unfinished ...>\n`),
  },
  'forks of a process with many descriptors': {
    n: 400,
    text: (n) =>
      repeat(n, (i) => `7 openat(AT_FDCWD, "/x${i}", O_RDONLY) = ${i + 300}\n`) +
      repeat(n, (i) => `7 clone(child_stack=NULL, flags=SIGCHLD) = ${i + 10000}\n${i + 10000} close(${i + 300}) = 0\n`),
  },
  'pipes between processes, all full': {
    n: 300,
    text: (n) =>
      repeat(
        n,
        (i) =>
          `7 pipe2([${2 * i + 3}, ${2 * i + 4}], O_CLOEXEC) = 0\n7 clone(child_stack=NULL, flags=SIGCHLD) = ${i + 10000}\n${i + 10000} write(${2 * i + 4}, "x", 1 <unfinished ...>\n7 close(${2 * i + 4}) = 0\n`,
      ),
  },
  'connections to one server': {
    n: 300,
    text: (n) =>
      `7 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n7 bind(3, {sa_family=AF_UNIX, sun_path="/s"}, 110) = 0\n7 listen(3, 9) = 0\n${repeat(
        n,
        (i) =>
          `${i + 10} socket(AF_UNIX, SOCK_STREAM, 0) = 3\n${i + 10} connect(3, {sa_family=AF_UNIX, sun_path="/s"}, 110) = 0\n7 accept4(3, NULL, NULL, 0) = ${i + 4}\n${i + 10} read(3,  <unfinished ...>\n`,
      )}`,
  },
  'locks on one file': {
    n: 300,
    text: (n) =>
      repeat(
        n,
        (i) =>
          `${i + 10} openat(AT_FDCWD, "/l", O_RDWR) = 3\n${i + 10} flock(3, LOCK_EX${i ? ' <unfinished ...>' : ') = 0'}\n`,
      ),
  },
  'mutexes, one for each thread': {
    n: 300,
    text: (n) =>
      repeat(
        n,
        (i) =>
          `7 clone(child_stack=0x1, flags=CLONE_VM|CLONE_FILES|CLONE_THREAD) = ${i + 10}\n${i + 10} futex(0x${(i + 4096).toString(16)}, FUTEX_WAIT_PRIVATE, 2, NULL <unfinished ...>\n`,
      ),
  },
  'a chain of forks': { n: 600, text: (n) => repeat(n, (i) => `${i + 10} vfork() = ${i + 11}\n`) },
  'one line': { n: 40_000, text: (n) => `7 write(3, "${'x\\'.repeat(n)}` },
  'one line of brackets': { n: 20_000, text: (n) => `7 write(3, ${'[{(<"'.repeat(n)}` },
  'one line of flags': { n: 5000, text: (n) => `7 open("x", ${'O_RDWR|'.repeat(n)}O_EXCL) = 3\n7 read(3, ` },
  'lines that are none': { n: 4000, text: (n) => `7 read(3, "", 0) = 0\n${repeat(n, (i) => `words ${i}\n`)}` },
  'broken lines': { n: 1000, text: (n) => repeat(n, (i) => `write(2, "a"..., ${i}some words\nmore\n) = ${i}\n`) },
  'names that nobody knows': { n: 1500, text: (n) => repeat(n, (i) => `7 call_${i}(1) = 0\n`) },
  'messages on a bus': {
    n: 400,
    text: (n) =>
      `7 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n7 connect(3, {sa_family=AF_UNIX, sun_path="/run/dbus/system_bus_socket"}, 110) = 0\n${repeat(n, () => '7 write(3, "l\\1\\0\\1\\0\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0", 16) = 16\n')}`,
  },
};

/** Reads the text, with all that a trace says. */
function read(text: string): void {
  const trace = parse(text);
  expect(trace.facts.waits.length).toBeLessThanOrEqual(trace.sections.length);
  trace.outline?.length;
  trace.folds?.length;
  for (let i = 0; i < trace.sections.length; i += 7) trace.inside(i);
}

describe('cost grows with the log', () => {
  for (const [name, { n, text }] of Object.entries(SHAPES))
    it(name, () => {
      const [piece, whole] = [text(n), text(PIECES * n)];
      expect(
        growth(
          () => read(whole),
          () => read(piece),
        ),
      ).toBeLessThan(TOO_MUCH);
    });
});
