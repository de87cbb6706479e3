// Logs too large for one text: the excerpt tells of the same calls, descriptors and peers as the whole log.

import { describe, expect, it } from 'vitest';
import { sieve } from '../../server/src/core/formats/strace/sieve.js';
import { EDITOR_ROOM, type Excerpt } from '../../server/src/core/text/excerpt.js';
import { markExcerpt } from '../../server/src/core/trace/builder.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { cyclesOf, parse, recorded, waitsOf } from './logs.js';

/** The text in blocks of some lines, with hardly anything kept for being first or last. */
function sieved(text: string, block: number): Excerpt {
  const one = sieve(EDITOR_ROOM, {}, { block, tail: 60, head: 1 });
  const lines = text.split(/(?<=\n)/);
  for (let at = 0; at < lines.length; at += 3) one.take(lines.slice(at, at + 3).join(''));
  return one.end();
}

function read(excerpt: Excerpt, name: string): Trace {
  const trace = parse(excerpt.text, name);
  markExcerpt(trace, excerpt);
  return trace;
}

const fileLines = (excerpt: Excerpt): string[] =>
  excerpt.text.split('\n').flatMap((line, at) => (line === '' ? [] : [`${excerpt.lineInFile(at) + 1}: ${line}`]));

describe('the excerpt of a log', () => {
  it.each(recorded.map(({ name, text }) => [name, text] as const))('%s tells the same', (name, text) => {
    const whole = parse(text, name);
    const lines = new Set(text.split('\n').map((line, at) => `${at + 1}: ${line.replace(/\r$/, '')}`));
    for (const block of [200, 1500, 10_000]) {
      const excerpt = sieved(text, block);
      const trace = read(excerpt, name);
      expect({ block, waits: waitsOf(trace) }).toEqual({ block, waits: waitsOf(whole) });
      expect({ block, cycles: cyclesOf([trace]) }).toEqual({ block, cycles: cyclesOf([whole]) });
      expect(fileLines(excerpt).filter((line) => !lines.has(line))).toEqual([]);
    }
  });

  it('keeps who has an end of a pipe, through many calls and children that matter to nobody', () => {
    const noise = (from: number): string =>
      Array.from({ length: 400 }, (_, i) => {
        const tid = 1000 + from * 400 + i;
        return `10 openat(AT_FDCWD, "/f", O_RDONLY) = 9\n10 read(9, "", 10) = 0\n10 close(9) = 0\n10 clone(child_stack=NULL, flags=SIGCHLD) = ${tid}\n${tid} close(4) = 0\n${tid} exit_group(0) = ?\n${tid} +++ exited with 0 +++\n`;
      }).join('');
    const text = [
      '10 execve("/bin/reader", ["reader"], 0x1 /* 3 vars */) = 0\n10 pipe2([3, 4], 0) = 0\n',
      noise(0),
      '10 clone(child_stack=NULL, flags=SIGCHLD) = 11\n11 execve("/bin/writer", ["writer"], 0x1 /* 3 vars */) = 0\n',
      noise(1),
      '10 clone(child_stack=NULL, flags=SIGCHLD) = 12\n12 close(4) = 0\n12 close(3) = 0\n12 pause( <unfinished ...>\n',
      noise(2),
      '10 close(4) = 0\n10 read(3,  <unfinished ...>\n11 nanosleep({tv_sec=1000, tv_nsec=0}, ',
    ].join('');
    const excerpt = sieved(text, 4000);
    expect(waitsOf(read(excerpt, 'log'))).toEqual(waitsOf(parse(text, 'log')));
    expect(waitsOf(read(excerpt, 'log'))[1]).toBe('read(3) of 10 at 8410: blocked, pipe of line 2, certain by 11');
    expect(excerpt.kept).toBeLessThan(150);
  });

  it('keeps slow calls, what they were on, and when that was closed', () => {
    const noise = '10 getpid() = 10 <0.000010>\n'.repeat(3000);
    const text = `${noise}10 openat(AT_FDCWD, "/slow", O_RDONLY) = 7 <0.000010>\n${noise}10 fsync(7) = 0 <42.000000>\n${noise}10 close(7) = 0 <0.000010>\n${noise}`;
    const excerpt = sieved(text, 4000);
    expect(fileLines(excerpt).filter((line) => !line.includes('getpid'))).toEqual([
      '3001: 10 openat(AT_FDCWD, "/slow", O_RDONLY) = 7 <0.000010>',
      '6002: 10 fsync(7) = 0 <42.000000>',
      '9003: 10 close(7) = 0 <0.000010>',
    ]);
    expect(excerpt.lines).toBe(12_003);
    const [slow] = read(excerpt, 'log').facts.waits.filter(({ state }) => state === 'slow');
    expect(slow).toMatchObject({ call: 'fsync', seconds: 42, target: { name: '/slow' } });
  });

  it('bounds what it keeps, says how much had no room, and names nobody for what it forgot', () => {
    const many = Array.from({ length: 200_000 }, (_, i) => `${i + 100} pause( <unfinished ...>\n`).join('');
    const text = `10 execve("/bin/x", ["x"], 0x1 /* 3 vars */) = 0\n10 pipe2([3, 4], 0) = 0\n10 clone(child_stack=NULL, flags=SIGCHLD) = 11\n11 close(3) = 0\n${many}10 close(4) = 0\n10 read(3,  <unfinished ...>\n11 pause( <unfinished ...>\n`;
    const one = sieve(EDITOR_ROOM, {}, { block: 200_000, tail: 60, head: 1 });
    for (let at = 0; at < text.length; at += 100_000) one.take(text.slice(at, at + 100_000));
    const excerpt = one.end();
    expect(excerpt.crowdedOut).toBeGreaterThan(5_000);
    const read = parse(excerpt.text, 'log');
    const { holds, waits } = read.facts;
    expect(waits.filter(({ call }) => call === 'read')).toHaveLength(1);
    expect(holds.filter(({ confidence }) => confidence !== 'possible')).toEqual([]);
  });
});
