// Damaged dumps: cut anywhere, lines lost, bytes mixed in. Nothing throws, spans stay in the text and in order, and a
// goroutine that can't be read loses no other.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goroutine } from '../server/src/core/formats/goroutine/index.js';
import type { Trace } from '../server/src/core/trace/trace.js';
import { fixtures } from './truth.js';

/** Asks a trace everything it can say, and checks what must hold of any text. */
function examine(trace: Trace): void {
  const size = trace.text.length;
  const inText = ({ start, end }: { start: number; end: number }): boolean => 0 <= start && start <= end && end <= size;
  let last = 0;
  for (let i = 0; i < trace.sections.length; i++) {
    const { span, head } = trace.sections.at(i);
    if (!inText(span) || span.start < last || head.start < span.start || head.end > span.end)
      throw new Error(`section ${i}: ${JSON.stringify({ span, head, last })}`);
    last = span.end;
    for (const { span: inner } of [...trace.inside(i).items, ...trace.inside(i).mentions])
      if (!inText(inner) || inner.start < span.start || inner.end > span.end)
        throw new Error(`inside section ${i}: ${JSON.stringify({ span, inner })}`);
  }
  const { waits, holds } = trace.facts;
  for (const { section } of [...waits, ...holds])
    if (section < 0 || section >= trace.sections.length) throw new Error('section');
  for (const { evidence } of holds)
    for (const { span } of evidence) if (span && !inText(span)) throw new Error('evidence');
  for (const { span } of trace.problems) if (!inText(span)) throw new Error('problem');
  if (trace.shapes.reduce((sum, shape) => sum + shape.sections.length, 0) !== trace.sections.length)
    throw new Error('shapes');
}

const all = fixtures();
const examined = (text: string): Trace => {
  const trace = goroutine.parse(text, 'damaged');
  examine(trace);
  return trace;
};

describe('whole fixtures', () => {
  it.each(all.map(({ name, text }) => [name, text] as const))('%s', (_, text) => {
    const trace = examined(text);
    expect(trace.sections.length).toBeGreaterThan(0);
  });

  it('understands nearly every line of what Go printed', () => {
    const poor = all
      .filter(({ name }) => name.startsWith('go1.'))
      .filter(({ text }) => {
        const { total, understood } = goroutine.parse(text, 'x').lines;
        return understood / total < 0.85; // the words of a panic's message are the program's own
      });
    expect(poor.map(({ name }) => name)).toEqual([]);
  });
});

/** One small dump of each kind, for the tests that go through it place by place. */
const samples = [
  'go1.15/cycle2',
  'go1.19/cycle2-quit',
  'go1.27/labels',
  'wrapped/journald-short',
  'wrapped/logrus-text',
  'wrapped/json-file',
]
  .map((name) => all.find((fixture) => fixture.name === name))
  .filter((fixture) => fixture !== undefined);

describe('cut and torn', () => {
  it('has its samples', () => expect(samples).toHaveLength(6));

  it.each(samples.map((fixture) => [fixture.name, fixture.text] as const))('%s, cut at every 23rd place', (_, text) => {
    for (let end = 0; end < text.length; end += 23) examined(text.slice(0, end));
    for (let start = 0; start < text.length; start += 23) examined(text.slice(start));
  });

  it.each(samples.map((fixture) => [fixture.name, fixture.text] as const))('%s, without any one line', (_, text) => {
    const lines = text.split('\n');
    const whole = examined(text).sections.length;
    for (let i = 0; i < lines.length; i++) {
      const { sections } = examined(lines.toSpliced(i, 1).join('\n'));
      // One goroutine at the most goes with a line; a dump escaped into one line goes with it.
      if (!lines[i]!.includes('\\ngoroutine'))
        expect(Math.abs(sections.length - whole), `line ${i + 1}`).toBeLessThanOrEqual(1);
    }
  });
});

describe('any text', () => {
  const scraps = all.slice(0, 40).flatMap(({ text }) => text.split('\n').slice(0, 12));
  const line = fc.oneof(
    fc.constantFrom(...scraps),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      '\t',
      '...',
      'goroutine ',
      'goroutine 1 [',
      'created by ',
      '(((',
      '0x',
      '\\n\\t\\n',
      '# labels:',
      '1 @ 0x1',
    ),
  );

  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), fc.constantFrom('\n', '\r\n', '\\n', '\r'), (lines, end) => {
        examined(lines.join(end));
      }),
      { numRuns: 400 },
    );
  });
});
