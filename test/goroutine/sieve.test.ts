// Dumps too large for one text: the excerpt has every stack, and whoever may hold a lock, also where thousands stand in the same stack.

import { isAscii } from 'node:buffer';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';
import { sieve } from '../../server/src/core/formats/goroutine/sieve.js';
import { EDITOR_ROOM, type Excerpt, type Room } from '../../server/src/core/text/excerpt.js';
import type { Trace } from '../../server/src/core/trace/trace.js';

const FEW = { ofStack: 2, ofLock: 3, ofSharing: 50, waiting: 5000 };
const folder = join(import.meta.dirname, '../fixtures/goroutine');
const dumps = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.txt'))
  .map((name) => [name, readFileSync(join(folder, name), 'utf8')] as const)
  .filter(([, text]) => goroutine.detect(text.slice(0, 65536)) > 0.5);

/** The text in blocks of so many lines; where they are ASCII with their bytes, if so wished. */
function sieved(text: string, sizes = FEW, room: Room = EDITOR_ROOM, blockLines = 7, bytes = true): Excerpt {
  const one = sieve(room, {}, sizes);
  const lines = text.split(/(?<=\n)/);
  for (let at = 0; at < lines.length; at += blockLines) {
    const block = lines.slice(at, at + blockLines).join('');
    one.take(block, bytes && isAscii(Buffer.from(block)) ? Buffer.from(block) : undefined);
  }
  return one.end();
}

const parse = (text: string): Trace => goroutine.parse(text, 'dump');
const holders = (trace: Trace): string[] =>
  trace.facts.holds
    .filter(({ confidence }) => confidence !== 'possible')
    .map(({ holder, of }) => `${holder} holds ${of}`)
    .sort();
const stacks = (trace: Trace): number => trace.shapes.filter(({ sections }) => sections.length > 0).length;

const waiter = (id: number, lock: number): string =>
  `goroutine ${id} [sync.Mutex.Lock, 5 minutes]:\nsync.(*Mutex).Lock(${hex(lock)})\n\t/go/src/sync/mutex.go:90 +0x1\nmain.(*Pool).Get(${hex(lock)})\n\t/src/pool.go:41 +0x8f\ncreated by main.serve in goroutine 1\n\t/src/main.go:10 +0x1\n\n`;
const reader = (id: number, object: number): string =>
  `goroutine ${id} [IO wait, 5 minutes]:\ninternal/poll.runtime_pollWait(${hex(0xf000 + id * 64)}, 0x72)\n\t/go/src/runtime/netpoll.go:345 +0x85\nmain.(*Pool).fill(${hex(object)})\n\t/src/pool.go:77 +0x8f\ncreated by main.serve in goroutine 1\n\t/src/main.go:10 +0x1\n\n`;
const hex = (n: number): string => `0xc00${n.toString(16).padStart(7, '0')}`;

describe('the excerpt of a dump', () => {
  it.each(dumps)('%s: every stack, the same holders', (_, text) => {
    const excerpt = sieved(text);
    expect(excerpt.text).toBe(sieved(text, FEW, EDITOR_ROOM, 7, false).text);
    const [whole, part] = [parse(text), parse(excerpt.text)];
    expect(holders(part)).toEqual(holders(whole));
    expect(stacks(part)).toBe(stacks(whole));
    const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
    for (const [at, line] of excerpt.text.split('\n').entries())
      if (line !== '') expect(line).toBe(lines[excerpt.lineInFile(at)]);
  });

  it.each([
    ['before', 0],
    ['after', 1],
  ])('keeps the holder among thousands in its stack that stand %s the waiters', (_, order) => {
    const crowd = Array.from({ length: 3000 }, (_, i) => reader(10 + i, i === 1500 ? 64 : 6400 + i * 64)).join('');
    const waiters = Array.from({ length: 500 }, (_, i) => waiter(5000 + i, 64)).join('');
    const text = order === 0 ? crowd + waiters : waiters + crowd;
    const room = { lines: 4000, size: 200_000 };
    const excerpt = sieved(text, { ...FEW, waiting: 2_000_000 }, room, 1000);
    expect(excerpt.text).toContain('goroutine 1510 [IO wait');
    expect(holders(parse(excerpt.text))).toEqual(holders(parse(text)));
    expect(excerpt.text.length).toBeLessThan(room.size);
    const kept = excerpt.text.split('\n').filter((line) => line.startsWith('goroutine ')).length;
    expect(excerpt.alike).toBe(3500 - kept);
  });

  it('takes a goroutine whole or not at all', () => {
    const text = Array.from({ length: 2000 }, (_, i) => reader(10 + i, i * 64)).join('');
    const trace = parse(sieved(text, { ...FEW, waiting: 1_000_000 }, { lines: 1001, size: 100_000 }, 3).text);
    expect(trace.sections.length).toBeGreaterThan(50);
    for (let i = 0; i < trace.sections.length; i++) {
      const { span } = trace.sections.at(i);
      expect(trace.text.slice(span.start, span.end).trimEnd().split('\n')).toHaveLength(7);
    }
  });

  it('keeps a dump that is escaped into one line, and each of several dumps', () => {
    const escaped = `time="2026-11-23T10:49:26Z" level=info msg="=== BEGIN goroutine stack dump ===\\n${(waiter(7, 64) + reader(8, 64)).replaceAll('\n', '\\n').replaceAll('\t', '\\t')}=== END goroutine stack dump ==="\n`;
    expect(sieved(escaped.repeat(30)).text).toBe(escaped.repeat(30));
    const dump = `=== BEGIN goroutine stack dump ===\n${reader(8, 64)}${reader(9, 128)}=== END goroutine stack dump ===\n`;
    const twice = sieved(dump + dump).text;
    expect(twice.match(/^goroutine /gm)).toHaveLength(4);
  });

  it('lets a goroutine go that is larger than all that may wait', () => {
    const large = reader(9, 64)
      .repeat(3)
      .replaceAll(/goroutine \d+ .*\n/g, '');
    const text = reader(7, 64) + reader(8, 64) + (reader(9, 64) + large).repeat(5) + reader(10, 64);
    const excerpt = sieved(text, { ...FEW, waiting: 10 });
    expect(excerpt.text).toContain('goroutine 7 [');
    expect(excerpt.alike).toBeGreaterThan(0);
  });

  it('survives what is no dump', () => {
    const text = `goroutine 1 [running]:\n${'x'.repeat(3_000_000)}\n${'goroutine 1 [\n'.repeat(1000)}`;
    const excerpt = sieved(text, FEW, EDITOR_ROOM, 1);
    expect(excerpt.lines).toBe(1002);
  });
});
