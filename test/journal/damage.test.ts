// Damaged logs: cut anywhere, lines lost, bytes mixed in. Nothing throws, and spans stay in the text and in order.

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { detectFormat } from '../../server/src/core/formats/index.js';
import { journal } from '../../server/src/core/formats/journal/index.js';
import type { Outline, Trace } from '../../server/src/core/trace/trace.js';
import { at, line, plus, skipLine, VERSIONS, WRAPPERS } from './make.js';

/** Asks a trace everything it can say, and checks what must hold of any text. */
function examine(trace: Trace): void {
  const size = trace.text.length;
  const inText = ({ start, end }: { start: number; end: number }): boolean => 0 <= start && start <= end && end <= size;
  let last = 0;
  for (let i = 0; i < trace.sections.length; i++) {
    const { span, head, shape } = trace.sections.at(i);
    if (!inText(span) || span.start < last || head.start < span.start || head.end > span.end)
      throw new Error(`section ${i}: ${JSON.stringify({ span, head, last })}`);
    last = span.end;
    if (trace.shapes[shape] === undefined) throw new Error('shape');
    if (span.end > span.start && trace.sections.find(span.start) !== i) throw new Error(`find ${i}`);
    let before = span.start;
    for (const { span: inner } of trace.inside(i).mentions) {
      if (!inText(inner) || inner.start < before || inner.end > span.end)
        throw new Error(`inside section ${i}: ${JSON.stringify({ span, inner })}`);
      before = inner.end;
    }
  }
  const { waits, notes, episodes } = trace.facts;
  for (const { section } of [...waits, ...notes!, ...episodes!])
    if (section < 0 || section >= trace.sections.length) throw new Error('section');
  for (const { span, related } of notes!)
    for (const one of [span, ...related.map((other) => other.span)]) if (!inText(one)) throw new Error('note');
  for (const { span } of trace.problems) if (!inText(span)) throw new Error('problem');
  const entries = (all: readonly Outline[], within: { start: number; end: number }): void => {
    for (const { span, head, children } of all) {
      if (!inText(span) || head.start < span.start || head.end > span.end) throw new Error('outline');
      if (span.start < within.start || span.end > within.end) throw new Error('outline nesting');
      entries(children, span);
    }
  };
  entries(trace.outline!, { start: 0, end: size });
  for (const span of trace.folds!) if (!inText(span)) throw new Error('fold');
  if (trace.lines.understood > trace.lines.total) throw new Error('lines');
}

const examined = (text: string): Trace => {
  const trace = journal.parse(text, 'damaged');
  examine(trace);
  return trace;
};

const folder = new URL('../../server/src/core/formats/journal/samples/', import.meta.url);
const samples = readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const);

const clock = at('12:00:00.000');
const few = [
  line(
    plus(clock, 120_000),
    'E',
    'remote_runtime.go:277',
    '"ListContainers with filter from runtime service failed" err="rpc error: code = DeadlineExceeded desc = context deadline exceeded" filter="nil"',
  ),
  skipLine(VERSIONS[5]!, plus(clock, 181_000), [
    'PLEG is not healthy: pleg was last seen active 3m1s ago; threshold is 3m0s',
  ]),
  skipLine(VERSIONS[5]!, plus(clock, 186_000), [
    'PLEG is not healthy: pleg was last seen active 3m6s ago; threshold is 3m0s',
  ]),
  skipLine(VERSIONS[5]!, plus(clock, 191_000), ['container runtime is down']),
];
const wrapped = Object.entries(WRAPPERS).map(([name, wrap]) => [name, wrap(few)] as const);

describe('whole', () => {
  it.each([...samples, ...wrapped])('%s', (_, text) => {
    expect(examined(text).sections.length).toBeGreaterThan(0);
    expect(detectFormat(text)?.id).toBe('kubelet-journal');
  });
});

describe('cut and torn', () => {
  it.each([...samples, ...wrapped])('%s', (_, text) => {
    for (let end = 0; end < text.length; end += 17) examined(text.slice(0, end));
    for (let start = 0; start < text.length; start += 17) examined(text.slice(start));
    const lines = text.split('\n');
    for (let i = 0; i < lines.length; i++) examined(lines.toSpliced(i, 1).join('\n'));
  });
});

describe('any text', () => {
  const scraps = [...samples, ...wrapped].flatMap(([, text]) => text.split('\n').slice(0, 12));
  const piece = fc.oneof(
    fc.constantFrom(...scraps),
    fc.string({ unit: 'binary', maxLength: 60 }),
    fc.constantFrom(
      '',
      ' ',
      '{',
      '}',
      '\t',
      'MESSAGE=',
      'MESSAGE',
      '__CURSOR=',
      '{"MESSAGE":null}',
      '{"MESSAGE":[69,48]}',
      '-- Boot',
      '[ 1.',
      'E1008 16:',
      'time="',
      'Oct 08 16:21:26 ',
      '<30>',
      '<30>1 ',
      '> ',
      '10.0.0.1: {',
      '12月 ',
    ),
  );
  it('never throws', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), fc.constantFrom('\n', '\r\n', '\r', ''), (lines, end) => {
        examined(lines.join(end));
      }),
      { numRuns: 600 },
    );
  });
});

describe('what the form left out is said', () => {
  it('null and bytes instead of a message', () => {
    const text =
      '{"MESSAGE":null,"_HOSTNAME":"node-3"}\n{"MESSAGE":[69,49],"_HOSTNAME":"node-3"}\n{"MESSAGE":"ok","_HOSTNAME":"node-3"}\n';
    expect(examined(text).problems.map(({ code }) => code)).toEqual(['message-null', 'message-bytes']);
    for (const code of ['message-null', 'message-bytes'])
      expect(journal.article({ kind: 'problem', name: code })?.next).toBeTruthy();
  });
});
