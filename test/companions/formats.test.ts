// What holds for every format of listings and transcripts: it knows its own samples and no other's, reads damaged text, its words
// are there, and its cost grows with the size of the text.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Format } from '../../server/src/core/formats/format.js';
import { detectFormat, formats } from '../../server/src/core/formats/index.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { growth, PIECES, TOO_MUCH } from '../growth.js';

const root = join(import.meta.dirname, '../..');
const IDS = ['process-list', 'lsof', 'socket-list', 'proc-files', 'busctl', 'dbus-monitor', 'gdb', 'kernel-log'];
const companions = formats.filter(({ id }) => IDS.includes(id));

interface Sample {
  readonly format: Format;
  readonly name: string;
  readonly text: string;
}

const samplesOf = (format: Format): Sample[] => {
  const folder = join(root, 'server/src/core/formats', format.id, 'samples');
  return readdirSync(folder).map((name) => ({ format, name, text: readFileSync(join(folder, name), 'utf8') }));
};
const samples = companions.flatMap(samplesOf);
const titled = samples.map((sample) => [`${sample.format.id}/${sample.name}`, sample] as const);

/** Asks a trace everything it can say, and checks what must hold of any text. */
function examine(trace: Trace): Trace {
  const size = trace.text.length;
  const inText = ({ start, end }: { start: number; end: number }): boolean => 0 <= start && start <= end && end <= size;
  let last = 0;
  for (let i = 0; i < trace.sections.length; i++) {
    const { span, head } = trace.sections.at(i);
    if (!inText(span) || span.start < last || head.start < span.start || head.end > span.end)
      throw new Error(`section ${i}: ${JSON.stringify({ span, head, last })}`);
    last = span.end;
    if (trace.sections.find(head.start) !== i) throw new Error(`section ${i} is not found at its head`);
    let before = span.start;
    for (const { span: inner } of trace.inside(i).mentions) {
      if (!inText(inner) || inner.start < before || inner.end > span.end)
        throw new Error(`mention in section ${i}: ${JSON.stringify({ span, inner })}`);
      before = inner.end;
    }
    for (const { span: inner } of trace.inside(i).items)
      if (!inText(inner) || inner.start < span.start || inner.end > span.end) throw new Error(`item in section ${i}`);
  }
  const { waits, holds, notes = [] } = trace.facts;
  for (const { section } of [...waits, ...holds, ...notes])
    if (section < 0 || section >= trace.sections.length) throw new Error('section');
  for (const { span } of [...waits, ...notes, ...notes.flatMap(({ related }) => related), ...trace.problems])
    if (!inText(span)) throw new Error('span');
  for (const entry of trace.outline ?? []) if (!inText(entry.span) || !inText(entry.head)) throw new Error('outline');
  if (trace.shapes.reduce((sum, shape) => sum + shape.sections.length, 0) !== trace.sections.length)
    throw new Error('shapes');
  return trace;
}

describe('samples', () => {
  it.each(titled)('%s is known for what it is, and read', (_, { format, text }) => {
    expect(detectFormat(text)?.id).toBe(format.id);
    const trace = examine(format.parse(text, 'sample'));
    expect(trace.sections.length).toBeGreaterThan(0);
    expect(trace.lines.understood / trace.lines.total).toBeGreaterThan(0.85);
  });

  it('no other format is as sure of them, and no companion claims a goroutine dump', () => {
    const wrong = samples.flatMap(({ format, name, text }) =>
      formats
        .filter((other) => other !== format && other.detect(text) >= format.detect(text))
        .map((other) => `${name}: ${other.id}`),
    );
    expect(wrong).toEqual([]);
    const folder = join(root, 'server/src/core/formats/goroutine/samples');
    for (const name of readdirSync(folder))
      expect(detectFormat(readFileSync(join(folder, name), 'utf8'))?.id, name).toBe('goroutine-dump');
  });

  it.each(titled)('%s with CR LF says the same', (_, { format, text }) => {
    const lf = format.parse(text, 'sample');
    const crlf = examine(format.parse(text.replaceAll('\n', '\r\n'), 'sample'));
    const heads = (trace: Trace): string[] =>
      Array.from({ length: trace.sections.length }, (_, i) => {
        const { label, detail, entity } = trace.sections.at(i);
        return `${label} | ${detail} | ${entity}`;
      });
    expect(heads(crlf)).toEqual(heads(lf));
    expect(crlf.facts.waits.length).toBe(lf.facts.waits.length);
    expect(crlf.facts.holds.length).toBe(lf.facts.holds.length);
    expect(crlf.facts.notes?.length).toBe(lf.facts.notes?.length);
  });
});

describe('every word that they use has its article', () => {
  it.each(titled)('%s', (_, { format, text }) => {
    const trace = format.parse(text, 'sample');
    const missing = new Set<string>();
    const need = (kind: string, name: string): void => {
      if (!format.article({ kind, name })) missing.add(`${kind} ${name}`);
    };
    for (const wait of trace.facts.waits) need(wait.topic.kind, wait.topic.name);
    for (const hold of trace.facts.holds) for (const { rule } of hold.evidence) need('evidence', rule);
    for (const { reason } of trace.facts.unheld) need('unheld', reason);
    for (const { code } of trace.problems) need('problem', code);
    for (const { code, related } of trace.facts.notes ?? []) {
      need('note', code);
      for (const { name } of related) need('note place', name);
    }
    for (let i = 0; i < trace.sections.length; i++)
      for (const { topic, kind } of trace.inside(i).mentions)
        if (topic && kind !== 'function') need(topic.kind, topic.name);
    expect([...missing]).toEqual([]);
  });

  it('says all that a note has places for', () => {
    const open: string[] = [];
    for (const { format, name, text } of samples)
      for (const note of format.parse(text, 'sample').facts.notes ?? []) {
        const { title = '', text: words = '', next = '' } = format.article({ kind: 'note', name: note.code }) ?? {};
        for (const [, place] of `${title} ${words} ${next}`.matchAll(/\{(\w+)\}/g))
          if (!Object.hasOwn(note.values, place!)) open.push(`${name}: ${note.code} {${place}}`);
      }
    expect(open).toEqual([]);
  });
});

describe('damaged', () => {
  it.each(titled)('%s, cut at many places', (_, { format, text }) => {
    const step = Math.max(1, Math.ceil(text.length / 60));
    for (let at = 0; at < text.length; at += step) {
      examine(format.parse(text.slice(0, at), 'cut'));
      examine(format.parse(text.slice(at), 'cut'));
    }
  });

  it.each(titled)('%s, without any one line', (_, { format, text }) => {
    const lines = text.split('\n');
    for (let i = 0; i < lines.length; i += Math.max(1, Math.ceil(lines.length / 60)))
      examine(format.parse(lines.toSpliced(i, 1).join('\n'), 'cut'));
  });

  it.each(companions.map((format) => [format.id, format] as const))('%s reads any text', (_, format) => {
    const scraps = samplesOf(format).flatMap(({ text }) => text.split('\n').slice(0, 30));
    const line = fc.oneof(
      fc.constantFrom(...scraps),
      fc.string({ unit: 'binary', maxLength: 80 }),
      fc.constantFrom('', '\t', '$', '\0'),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
        const text = lines.join(end);
        format.detect(text);
        examine(format.parse(text, 'any'));
      }),
      { numRuns: 120 },
    );
  });
});

describe('cost grows with the size', () => {
  const largest = companions.map(
    (format) => [format.id, samplesOf(format).reduce((a, b) => (b.text.length > a.text.length ? b : a))] as const,
  );

  it.each(largest)('%s, its largest sample many times over', (_, { format, text }) => {
    const body = `${text.trimEnd()}\n`;
    const times = Math.max(PIECES, Math.ceil(400_000 / body.length));
    const read = (some: string) => (): void => {
      const trace = format.parse(some, 'grown');
      void trace.facts;
      for (let i = 0; i < trace.sections.length; i += 5) trace.sections.at(i);
    };
    expect(growth(read(body.repeat(times)), read(body.repeat(Math.ceil(times / PIECES))))).toBeLessThan(TOO_MUCH);
  });

  it.each(companions.map((format) => [format.id, format] as const))('%s, one very long line', (_, format) => {
    const long = samplesOf(format)
      .flatMap(({ text }) => text.split('\n'))
      .reduce((a, b) => (b.length > a.length ? b : a));
    const read = (line: string) => (): void => {
      format.detect(line);
      const trace = format.parse(line, 'long');
      void trace.facts;
      if (trace.sections.length > 0) trace.inside(0);
    };
    const times = Math.ceil(400_000 / long.length);
    expect(growth(read(long.repeat(times)), read(long.repeat(Math.ceil(times / PIECES))))).toBeLessThan(TOO_MUCH);
  });
});
