// Logs of programs whose end is known (test/fixtures/strace/programs.c): what is blocked, on what, since which line, by whom.

import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../server/src/core/formats/index.js';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { said } from '../../server/src/core/text/l10n.js';
import { cyclesOf, parse, read, recorded, waitsOf } from './logs.js';

describe('recorded logs', () => {
  it.each(recorded.map(({ name, text }) => [name, text] as const))(
    '%s is recognised, and every line of it is read',
    (name, text) => {
      expect(detectFormat(text)?.id).toBe('strace');
      const { lines, problems } = parse(text, name);
      expect(lines.understood).toBe(lines.total);
      expect(problems).toEqual([]);
    },
  );

  it('two processes that write to each other: a deadlock', () => {
    const trace = parse(read('cycle.strace'));
    expect(waitsOf(trace)).toEqual([
      'write(4) of 15964 at 42: blocked, pipe of line 30, certain by 15965',
      'write(6) of 15965 at 45: blocked, pipe of line 31, certain by 15964',
    ]);
    expect(cyclesOf([trace])).toEqual(['15964 15965']);
  });

  it('a chain: wait4, file lock, a holder that sleeps', () => {
    const trace = parse(read('lockchain-y.strace'));
    expect(waitsOf(trace)).toEqual([
      'clock_nanosleep of 16082 at 41: blocked',
      'wait4 of 16077 at 45: blocked, certain by 16083',
      'flock(5) of 16083 at 48: blocked, file of line 47, certain by 16082',
    ]);
    expect(cyclesOf([trace])).toEqual([]);
  });

  it('the same from one file for each process', () => {
    const files = recorded.filter(({ name }) => name.startsWith('lockchain-ff'));
    const traces = strace.together!(files.map(({ name, text }) => parse(text, name)));
    expect(traces.map((trace) => waitsOf(trace, traces))).toEqual([
      ['wait4 of 16734 at 34: blocked, certain by 16736'],
      ['clock_nanosleep of 16735 at 6: blocked'],
      // Its path is relative, so that it may be another directory's.
      ['flock(5) of 16736 at 4: blocked, file of line 3, likely by 16735'],
    ]);
  });

  it('a request that a server read and never answered', () => {
    const trace = parse(read('request.strace'));
    expect(waitsOf(trace)).toEqual([
      'recvfrom(3) of 16180 at 47: blocked, unix of line 40, likely by 16181',
      'clock_nanosleep of 16181 at 49: blocked',
    ]);
  });

  it('the same where -yy shows both ends', () => {
    const trace = parse(read('request-yy.strace'));
    expect(waitsOf(trace)).toEqual([
      'recvfrom(3) of 16218 at 49: blocked, unix of line 42, certain by 16219',
      'clock_nanosleep of 16219 at 51: blocked',
    ]);
  });

  it('two threads and two mutexes; the log does not print owners, so it is likely only', () => {
    const trace = parse(read('abba.strace'));
    expect(waitsOf(trace)).toEqual([
      'futex of 16329 at 62: blocked, certain by 16330',
      'futex of 16330 at 67: blocked, likely by 16331',
      'futex of 16331 at 69: blocked, likely by 16330',
    ]);
    expect(cyclesOf([trace])).toEqual(['16330 16331']);
  });

  it('a number that was five things: the last one counts', () => {
    const trace = parse(read('reuse.strace'));
    expect(waitsOf(trace)).toEqual([
      'write(4) of 16394 at 45: blocked, pipe of line 40, certain by 16395',
      'pause of 16395 at 49: idle',
    ]);
  });

  it('a descriptor that came through a socket', () => {
    const trace = parse(read('passed.strace'));
    expect(waitsOf(trace)).toEqual([
      'write(4) of 16622 at 44: blocked, pipe of line 42, certain by 16623',
      'pause of 16623 at 46: idle',
    ]);
  });

  it('nothing is blocked in a program that ended; what took long is told', () => {
    const trace = parse(read('finished.strace'));
    expect(waitsOf(trace)).toEqual([]);
    expect(trace.facts.waits.map(({ call, state, seconds }) => [call, state, seconds])).toEqual([
      ['clock_nanosleep', 'slow', 1.200152],
      ['read', 'slow', 1.200438],
    ]);
    // What sleeps as long as it was asked to is no news.
    expect(trace.facts.notes?.map(({ code, values }) => [code, values.where, said(values.what!)])).toEqual([
      ['slow', 'read(3)', 'read end of the pipe made at line 30'],
    ]);
  });
});
