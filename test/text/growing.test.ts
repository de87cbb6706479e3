// Logs that grow: what was read of the beginning is taken over, and the whole says what it says when it is read at once.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../server/src/core/formats/format.js';
import { journal } from '../../server/src/core/formats/journal/index.js';
import { strace } from '../../server/src/core/formats/strace/index.js';
import { finish } from '../../server/src/core/text/steps.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { recorded } from '../strace/logs.js';
import { told } from '../told.js';

const sample = (name: string): string =>
  readFileSync(join(import.meta.dirname, '../../samples/node-not-ready', name), 'utf8');

/** Reads the text in so many parts, each with what the one before it gave. */
function grown(format: Format, text: string, parts: number): Trace {
  const lines = text.split(/(?<=\n)/);
  let before: Trace | undefined;
  for (let part = 1; part <= parts; part++) {
    const upTo = lines.slice(0, Math.ceil((lines.length * part) / parts)).join('');
    before = finish(format.read!(upTo, 'log', {}, before));
  }
  return before!;
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
    for (const parts of [2, 3, 7]) expect(told(grown(format, text, parts))).toEqual(whole);
  });

  it('does not read its beginning again', () => {
    const labels = (trace: Trace): string[] => [0, 1].map((at) => trace.sections.at(at).label);
    const log = finish(strace.read!('10 getpid() = 1\n', 'log'));
    // Another text of the same length: who looked at it again would see that.
    expect(labels(finish(strace.read!('10 getuid() = 1\n10 getgid() = 1\n', 'log', {}, log)))).toEqual([
      'getpid',
      'getgid',
    ]);
    const line = (who: string): string => `Oct 08 10:00:00 node-3 ${who}[11]: a word\n`;
    const before = finish(journal.read!(line('one') + line('two'), 'log'));
    const after = finish(journal.read!(line('red') + line('two') + line('ten'), 'log', {}, before));
    expect([0, 1, 2].map((at) => after.sections.at(at).detail)).toEqual(['one', 'two', 'ten']);
  });
});
