// Dumps of one process compared: who is stuck in all, who moved on, what grows, whether locks keep their holders.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseText } from '../../server/src/core/formats/index.js';
import { compare, dumpsOf, processesOf } from '../../server/src/core/investigation/compare.js';
import { comparisonDocument, comparisonReport } from '../../server/src/core/investigation/comparison.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';

interface Row {
  readonly id: number;
  readonly state: string;
  readonly frames: readonly string[];
}

const text = (rows: readonly Row[]): string =>
  rows
    .map(({ id, state, frames }) => {
      const lines = frames.map((frame) => `${frame}\n\t/src/main.go:${frame.length} +0x1a\n`);
      return `goroutine ${id} [${state}]:\n${lines.join('')}created by main.main in goroutine 1\n\t/src/main.go:1 +0x1\n`;
    })
    .join('\n');

/** Each list of rows is one file. */
function comparing(...files: readonly (readonly Row[])[]) {
  const graph = buildGraph(files.flatMap((rows, at) => parseText(text(rows), `/dumps/${at + 1}.txt`)));
  const dumps = dumpsOf(graph);
  return { graph, dumps, result: compare(graph, dumps), document: comparisonDocument(graph, dumps) };
}

const locked = (id: number, lock: string, minutes?: number, func = 'get'): Row => ({
  id,
  state: minutes === undefined ? 'sync.Mutex.Lock' : `sync.Mutex.Lock, ${minutes} minutes`,
  frames: [
    `internal/sync.(*Mutex).lockSlow(0xc00001${lock})`,
    'sync.(*Mutex).Lock(...)',
    `main.(*S).${func}(0xc00001${lock})`,
    'main.work()',
  ],
});
const running = (id: number, func: string): Row => ({
  id,
  state: 'runnable',
  frames: [`main.${func}()`, 'main.work()'],
});
const receiving = (id: number, func: string): Row => ({
  id,
  state: 'chan receive',
  frames: [`main.${func}(0xc0000a0000)`, 'main.work()'],
});
const ids = (
  lives: readonly (readonly {
    dump: { trace: { sections: { at(i: number): { label: string } } } };
    section: number;
  }[])[],
) => lives.map((life) => life[0]!.dump.trace.sections.at(life[0]!.section).label.replace('goroutine ', ''));

describe('who', () => {
  const { result } = comparing(
    [
      locked(1, '0010', 2),
      locked(2, '0010', 9),
      locked(3, '0010', 3),
      running(4, 'spin'),
      running(5, 'a'),
      receiving(6, 'x'),
    ],
    [
      locked(1, '0010', 4),
      locked(2, '0010', 1),
      locked(3, '0020', 5),
      running(4, 'spin'),
      running(5, 'b'),
      running(7, 'a'),
    ],
  );

  test('waits in the same wait at the same place is stuck', () => expect(ids(result.stuck)).toEqual(['1']));
  test('waits there for a shorter time came back', () => expect(ids(result.again)).toEqual(['2']));
  test('waits for another lock, or is elsewhere, moved on', () => expect(ids(result.moved)).toEqual(['3', '5']));
  test('does not wait and is at the same place is counted', () => expect(result.running).toBe(1));
  test('came and went is counted', () => {
    expect(result.added.map(({ section, dump }) => dump.trace.sections.at(section).label)).toEqual(['goroutine 7']);
    expect(result.gone).toBe(1);
  });
});

test('of three dumps, stuck is who is stuck in all', () => {
  const { result, document } = comparing(
    [locked(1, '0010', 2), locked(2, '0010', 2)],
    [locked(1, '0010', 4), running(2, 'a')],
    [locked(1, '0010', 6), locked(2, '0010', 6)],
  );
  expect(ids(result.stuck)).toEqual(['1']);
  expect(ids(result.moved)).toEqual(['2']);
  expect(document.text).toContain('Stuck in all 3 dumps');
  expect(document.text).toContain('2 min, then 4 min, then 6 min');
});

test('who rests is not stuck', () => {
  const idle: Row = { id: 9, state: 'select, 9 minutes', frames: ['net/http.(*persistConn).writeLoop(0xc0000b0000)'] };
  const { result } = comparing([idle], [idle]);
  expect([result.stuck.length, result.idle]).toEqual([0, 1]);
});

describe('growth', () => {
  const leak = (count: number): Row[] => Array.from({ length: count }, (_, at) => receiving(100 + at, 'leak'));
  test('is told in numbers, and where it never stops', () => {
    const { result, document } = comparing(leak(3), leak(10), leak(40));
    expect(result.growing.map(({ counts }) => counts)).toEqual([[3, 10, 40]]);
    expect(document.text).toContain('**3 → 10 → 40** in main.leak');
    expect(document.text).toContain('more in every dump');
  });

  test('of two dumps is not called a leak', () => {
    const { document } = comparing(leak(3), leak(40));
    expect(document.text).toContain('two dumps alone cannot tell it from load');
    expect(document.text).not.toContain('more in every dump');
  });

  test('of one is none', () => expect(comparing(leak(3), leak(4)).result.growing).toEqual([]));
});

describe('locks', () => {
  const holder = (id: number, line: string): Row => ({
    id,
    state: 'chan receive, 9 minutes',
    frames: [`main.${line}(0xc0000a0000)`, 'main.(*S).get(0xc000010010)', 'main.work()'],
  });
  const waiters = [2, 3, 4].map((id) => locked(id, '0010', 8));

  const over = (...files: readonly Row[][]) =>
    comparing(...files).result.locks.map(({ waiters, holder }) => [waiters, holder]);

  test('that keep their holder say so', () =>
    expect(over([...waiters, holder(7, 'slow')], [...waiters, holder(7, 'slow')])).toEqual([[[3, 3], 'same place']]));
  test('whose holder works on say so', () =>
    expect(over([...waiters, holder(7, 'slow')], [...waiters, holder(7, 'slower')])).toEqual([[[3, 3], 'moves']]));
  test('whose holder is another one say so', () =>
    expect(over([...waiters, holder(7, 'slow')], [...waiters, holder(8, 'slow')])).toEqual([[[3, 3], 'changed']]));
  test('without a known holder claim nothing', () => expect(over(waiters, waiters)).toEqual([[[3, 3], 'unknown']]));
  test('that nobody waits for any more are told too', () =>
    expect(over([...waiters, holder(7, 'slow')], [running(2, 'a')])).toEqual([[[3, 0], 'unknown']]));
});

describe('doubt', () => {
  test('dumps of two programs are doubted', () => {
    const other = (id: number): Row => ({ ...running(id, 'x') });
    const graph = buildGraph([
      ...parseText(text([1, 2, 3].map((id) => running(id, 'a'))), '/a'),
      ...parseText(text([1, 2, 3].map(other)).replaceAll('created by main.main', 'created by else.where'), '/b'),
    ]);
    expect(comparisonDocument(graph, dumpsOf(graph)).text).toContain('they may be of two processes');
  });

  test('dumps of one program are not', () =>
    expect(comparing([running(1, 'a')], [running(1, 'b')]).document.text).not.toContain('Doubtful'));

  test('a wrong order is doubted', () =>
    expect(comparing([running(1, 'a'), running(90, 'a')], [running(1, 'a')]).document.text).toContain('in the order'));

  test('dumps of one process are told from others', () => {
    const one = text([1, 2, 3].map((id) => running(id, 'a')));
    const later = text([1, 3, 9].map((id) => running(id, 'b')));
    const other = one.replaceAll('created by main.main', 'created by else.where');
    const graph = buildGraph([one, other, later].flatMap((dump, at) => parseText(dump, `/${at}`)));
    expect(processesOf(dumpsOf(graph))).toEqual([0, 1, 0]);
  });

  test('dumps without numbers are compared by stacks alone', () => {
    const profile = (count: number): string =>
      `goroutine profile: total ${count}\n${count} @ 0x1 0x2\n#\t0x1\tmain.leak+0x1\t/src/main.go:10\n#\t0x2\tmain.work+0x1\t/src/main.go:20\n\n`;
    const graph = buildGraph([...parseText(profile(5), '/1'), ...parseText(profile(50), '/2')]);
    const { text } = comparisonDocument(graph, dumpsOf(graph));
    expect(text).toContain('give no goroutine numbers');
    expect(text).toContain('5 → 50');
  });
});

test('several dumps in one file are compared', () => {
  const one = text([locked(1, '0010', 2)]);
  const two = text([locked(1, '0010', 4)]);
  const traces = parseText(`SIGQUIT: quit\n\n${one}\n\nSIGQUIT: quit\n\n${two}`, '/both.log');
  const graph = buildGraph(traces);
  const dumps = dumpsOf(graph);
  expect(dumps.map(({ part }) => part)).toEqual([0, 1]);
  expect(compare(graph, dumps).stuck).toHaveLength(1);
});

test('links lead to the lines', () => {
  const { document, graph } = comparing([locked(1, '0010', 2)], [locked(1, '0010', 4)]);
  const link = document.links.find(({ span }) => document.text.slice(span.start, span.end) === '`goroutine 1`')!;
  expect(link.target.scope).toBe('/dumps/2.txt');
  expect(graph.traces[1]!.text.slice(link.target.span.start, link.target.span.end)).toContain('goroutine 1 [');
});

test('hostile names stay text', () => {
  const bad: Row = { id: 1, state: 'chan send', frames: ['[x](command:y)<img>.f(0x1)'] };
  expect(comparing([bad], [bad]).document.text).not.toMatch(/(?<!\\)\]\(command:|<img/);
});

test('a profile and a SIGQUIT of one deadlock, a second apart, show the same goroutines stuck', () => {
  const sample = join(import.meta.dirname, '../../samples/two-locks-deadlock');
  const graph = buildGraph(
    ['goroutine.txt', 'jobs.log'].flatMap((name) => parseText(readFileSync(join(sample, name), 'utf8'), name)),
  );
  const { text, stuck } = comparisonReport(graph, dumpsOf(graph), { color: false, width: 100 });
  expect(stuck).toBe(true);
  expect(text).toMatch(/^18 goroutines are stuck: in both dumps/m);
  expect(text).toMatch(/mutex #1 .*9 → 9 +likely held by goroutine 22 +unchanged, at the same place/);
});
