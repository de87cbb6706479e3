// A log read block by block tells the same as one read whole.

import { expect, test } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';
import { journal } from '../../server/src/core/formats/journal/index.js';
import { lineOf } from '../../server/src/core/investigation/places.js';
import { EDITOR_ROOM } from '../../server/src/core/text/excerpt.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { at, line, plus, skipLine, VERSIONS, WRAPPERS } from './make.js';

const start = at('08:00:00.000');
const reasons = (i: number): string[] => [
  `PLEG is not healthy: pleg was last seen active 3m${String(i % 60)}s ago; threshold is 3m0s`,
];
const lines = Array.from({ length: 6000 }, (_, i) => {
  const clock = plus(start, i * 1000);
  if (i >= 3000 && i < 3060) return skipLine(VERSIONS[5]!, clock, reasons(i - 3000));
  if (i % 3 === 0) return line(clock, 'I', 'kubelet.go:2451', `"SyncLoop (PLEG): event for pod" pod="shop/till-${i}"`);
  return line(clock, 'I', 'reconciler.go:224', `"operationExecutor.MountVolume started" volume="token-${i}"`);
});

for (const form of ['short', 'klog', 'json', 'klog, CR LF', 'export'])
  test(form, () => {
    const text = WRAPPERS[form]!(lines);
    const sieve = journal.sieve!(EDITOR_ROOM);
    for (let from = 0; from < text.length; ) {
      let to = text.indexOf(form === 'export' ? '\n\n' : '\n', from + 100_000);
      to = to < 0 ? text.length : to + (form === 'export' ? 2 : 1);
      sieve.take(text.slice(from, to));
      from = to;
    }
    const excerpt = sieve.end();
    expect(excerpt.text.length).toBeLessThan(text.length / 3);
    const [whole] = parseText(text, 'x', journal);
    const [thin] = parseText(excerpt.text, 'x', journal, { excerpt });
    const told = (trace: Trace) =>
      trace.facts.episodes!.map(({ section, last, ...rest }) => ({
        ...rest,
        line: lineOf(trace, trace.sections.at(section).head.start),
        lastLine: lineOf(trace, trace.sections.at(last).head.start),
      }));
    expect(told(thin!)).toEqual(told(whole!));
    expect(told(whole!)).toHaveLength(1);
    expect(thin!.problems[0]).toMatchObject({ code: 'excerpt' });
  });
