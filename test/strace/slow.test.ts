// From how many seconds on a finished call counts as slow: what the reader says, one log or the files of one process tree.

import { describe, expect, it } from 'vitest';
import type { ReadOptions } from '../../server/src/core/formats/format.js';
import { parseText, together } from '../../server/src/core/formats/index.js';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { said } from '../../server/src/core/text/l10n.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { readReadOptions } from '../../server/src/host/host.js';

const LOG = `7 10:00:00.000000 execve("/bin/x", ["x"], 0x7f /* 4 vars */) = 0 <0.000300>
7 10:00:00.100000 fsync(3) = 0 <0.250000>
7 10:00:01.000000 read(4,  <unfinished ...>
8 10:00:01.500000 getpid() = 8 <0.000010>
7 10:00:03.500000 <... read resumed>"x", 1) = 1
7 10:00:04.000000 fdatasync(3) = 0 <0.999000>
7 10:00:09.000000 getpid() = 7 <0.000010>
`;

const slowOf = ({ facts }: Trace): string[] =>
  facts.waits.flatMap(({ call, seconds, state }) =>
    state === 'slow' ? [`${call} ${Number(seconds?.toFixed(6))}`] : [],
  );
const notesOf = ({ facts }: Trace): string[] =>
  (facts.notes ?? []).flatMap(({ code, values }) => (code === 'slow' ? [`${values.where} ${values.seconds}`] : []));

describe('the threshold', () => {
  const rows: readonly [string, ReadOptions, string[]][] = [
    ['is one second', {}, ['read 2.5']],
    [
      'may be less: by -T and by the times of both halves',
      { slowSeconds: 0.25 },
      ['fsync 0.25', 'read 2.5', 'fdatasync 0.999'],
    ],
    ['counts from itself on', { slowSeconds: 0.2501 }, ['read 2.5', 'fdatasync 0.999']],
    ['may be more', { slowSeconds: 2.6 }, []],
  ];
  it.each(rows)('%s', (_, options, expected) => {
    const trace = strace.parse(LOG, 'log', undefined, options);
    expect(slowOf(trace)).toEqual(expected);
    expect(notesOf(trace)).toHaveLength(expected.length);
    expect(said(trace.facts.summary!.values.slow!)).toBe(
      ['', '1 slow call', '2 slow calls', '3 slow calls'][expected.length],
    );
  });

  it('reaches a log that is found by its content', () => {
    expect(parseText(LOG, 'log', undefined, { slowSeconds: 0.9 }).flatMap(slowOf)).toEqual([
      'read 2.5',
      'fdatasync 0.999',
    ]);
  });

  it('reaches calls that strace itself delayed', () => {
    const delayed = `7 10:00:00.000000 read(3, "x", 1) = 1 (DELAYED)
7 10:00:00.700000 getpid() = 7
`;
    const told = (slowSeconds: number): string[] => slowOf(strace.parse(delayed, 'log', undefined, { slowSeconds }));
    expect([told(1), told(3)]).toEqual([['read 0.7'], []]);
  });

  it('is kept when files of one tree are read as one', () => {
    const files = {
      'trace.7': `10:00:00.000000 clone(child_stack=NULL, flags=SIGCHLD) = 8 <0.0001>
10:00:01.000000 fsync(3) = 0 <0.300000>
`,
      'trace.8': `10:00:00.500000 fsync(3) = 0 <0.400000>
`,
    };
    const read = (options: ReadOptions): string[][] =>
      together(
        Object.entries(files).map(([name, text]) => strace.parse(text, `file:///${name}`, undefined, options)),
      ).map(slowOf);
    expect(read({})).toEqual([[], []]);
    expect(read({ slowSeconds: 0.25 })).toEqual([['fsync 0.3'], ['fsync 0.4']]);
  });
});

describe('the setting', () => {
  it('is taken where it is seconds that make sense; the default is no choice', () => {
    const taken = (slowSeconds: unknown): ReadOptions => readReadOptions({ strace: { slowSeconds } });
    expect([0.001, 0.2, 30].map(taken)).toEqual([0.001, 0.2, 30].map((slowSeconds) => ({ slowSeconds })));
    for (const wrong of [1, 0, -1, 0.0009, Number.NaN, Number.POSITIVE_INFINITY, '0.2', null, undefined, [], {}])
      expect(taken(wrong)).toEqual({});
    for (const none of [undefined, null, {}]) expect(readReadOptions(none)).toEqual({});
  });
});
