// The picture: which boxes and arrows there are, how they are marked, what is left out, and when it happened.

import { describe, expect, test } from 'vitest';
import { buildGraph, type WaitForGraph } from '../../server/src/core/investigation/graph.js';
import { type Picture, pictureOf } from '../../server/src/core/investigation/picture.js';
import { clock, timeline } from '../../server/src/core/investigation/timeline.js';
import type { Episode, Trace } from '../../server/src/core/trace/trace.js';
import { CHAIN, CHAIN_NAMES, type FakeGoroutine, fake, fakeTrace } from './fake.js';

/** `1 goroutine 20 -likely held by-> …` */
const arrows = ({ boxes, arrows }: Picture): string[] =>
  arrows.map(
    ({ from, to, label, cycle }) => `${boxes[from]!.title} -${label}${cycle ? '*' : ''}-> ${boxes[to]!.title}`,
  );
const box = ({ boxes }: Picture, title: string) => boxes.find((one) => one.title === title);

describe('a chain', () => {
  const picture = pictureOf(fake(CHAIN, { names: CHAIN_NAMES }).graph);

  test('runs from the victims, in one box, to the root', () => {
    expect(arrows(picture).toSorted()).toEqual([
      '3 goroutines --> mutex #1',
      'goroutine 20 --> mutex #2',
      'goroutine 30 --> rpc Tasks/Start',
      'mutex #1 -likely held by-> goroutine 20',
      'mutex #2 -held by-> goroutine 30',
    ]);
  });

  test('marks the root, and says how sure that is', () => {
    expect(picture.boxes[0]).toMatchObject({ title: 'goroutine 30', mark: 'likely root', kind: 'actor' });
    expect(picture.boxes.filter(({ mark }) => mark)).toHaveLength(1);
  });

  test('counts the victims and tells the longest wait', () => {
    expect(box(picture, '3 goroutines')).toMatchObject({ kind: 'group', count: 3, seconds: 300 });
    expect(box(picture, '3 goroutines')!.lines[0]).toBe('wait up to about 5 min');
  });

  test('says all of a box in one sentence', () => {
    expect(box(picture, 'goroutine 20')!.text).toBe(
      'goroutine 20; waits about 6 min for mutex #2; in main.f; 3 goroutines behind it; waits for mutex #2',
    );
  });

  test('leads to the lines', () => {
    const { place } = box(picture, 'goroutine 30')!;
    expect(place!.trace.text.slice(place!.span.start, place!.span.end)).toContain('goroutine 30 [');
  });

  test('has no box twice, and no arrow out of the picture', () => {
    expect(new Set(picture.boxes.map(({ title }) => title)).size).toBe(picture.boxes.length);
    for (const { from, to } of picture.arrows) expect(picture.boxes[from] && picture.boxes[to]).toBeDefined();
  });
});

test('a holder of whom two texts tell has one arrow, as sure as the surer of them', () => {
  const first = fakeTrace([
    { id: 1, waitsFor: 'a', minutes: 5 },
    { id: 2, holds: [{ of: 'a', confidence: 'likely' }] },
  ]);
  const second = fakeTrace([{ id: 2, holds: [{ of: 'a', confidence: 'certain' }] }]);
  const held = arrows(pictureOf(buildGraph([first, second]))).filter((arrow) => arrow.includes('held by'));
  expect(held).toHaveLength(1);
  expect(held[0]).toMatch(/ -held by-> goroutine 2$/);
});

test('a deadlock is marked, its arrows too, those outside of it not', () => {
  const picture = pictureOf(
    fake([
      { id: 1, waitsFor: 'b', holds: [{ of: 'a', confidence: 'certain' }] },
      { id: 2, waitsFor: 'a', holds: [{ of: 'b', confidence: 'certain' }] },
      { id: 3, waitsFor: 'a' },
      { id: 4, waitsFor: 'a' },
    ]).graph,
  );
  expect(picture.boxes.filter(({ mark }) => mark === 'deadlock').map(({ title }) => title)).toHaveLength(4);
  const marked = arrows(picture).filter((arrow) => arrow.includes('*'));
  expect(marked).toHaveLength(4);
  expect(arrows(picture)).toContain('2 goroutines --> lock a');
});

test('only possible holders are drawn as such, and no more than three', () => {
  const holders = [10, 11, 12, 13, 14].map(
    (id): FakeGoroutine => ({ id, holds: [{ of: 'a', confidence: 'possible' }] }),
  );
  const picture = pictureOf(fake([{ id: 1, waitsFor: 'a' }, ...holders]).graph);
  const held = picture.arrows.filter(({ label }) => label !== '');
  expect(held.map(({ label, sure }) => [label, sure])).toEqual(Array(3).fill(['possibly held by', 'possible']));
  expect(picture.boxes.some(({ mark }) => mark)).toBe(false);
});

test('a lock without a known holder says so', () => {
  const picture = pictureOf(fake([{ id: 1, waitsFor: 'a' }]).graph);
  expect(box(picture, 'lock a')!.lines).toContain('nobody here is seen holding it');
});

test('many readers that hold one lock are a few boxes', () => {
  const readers = Array.from(
    { length: 500 },
    (_, at): FakeGoroutine => ({ id: 10 + at, holds: [{ of: 'a', mode: 'read', confidence: 'certain' }] }),
  );
  const picture = pictureOf(fake([{ id: 1, waitsFor: 'a', kind: 'rwmutex-write' }, ...readers]).graph);
  expect(picture.boxes.length).toBeLessThan(10);
  expect(box(picture, '495 more holders')).toMatchObject({ count: 495 });
});

test('50,000 waiters of one lock are one box', () => {
  const waiters = Array.from({ length: 50_000 }, (_, at): FakeGoroutine => ({ id: at + 1, waitsFor: 'a', stack: 's' }));
  const { boxes, more } = pictureOf(fake([...waiters, { id: 60_000, holds: [{ of: 'a' }] }]).graph);
  expect(boxes.map(({ title }) => title)).toEqual(['goroutine 60000', 'lock a', '50,000 goroutines']);
  expect(more).toBe(0);
});

test('waits for nobody that is known, as on idle channels, are not drawn', () => {
  const { graph } = fake([
    { id: 1, waitsFor: 'channel:0xc1@dump.txt', kind: 'chan-receive' },
    { id: 2, waitsFor: 'a', waitState: 'idle' },
  ]);
  expect(pictureOf(graph).boxes.map(({ title }) => title)).toEqual([]);
});

describe('more than there is room for', () => {
  const crowd = (size: number, lock: string, from: number): FakeGoroutine[] => [
    ...Array.from({ length: size }, (_, at): FakeGoroutine => ({ id: from + at, waitsFor: lock })),
    { id: from + size, holds: [{ of: lock }] },
  ];
  const picture = pictureOf(fake([2, 9, 4, 3].flatMap((size, at) => crowd(size, `l${at}`, at * 100))).graph, 6);

  test('is left out and counted', () => {
    expect(picture.boxes).toHaveLength(6);
    expect(picture.more).toBe(6);
  });

  test('what most are stuck behind comes first', () => {
    expect(picture.boxes[0]).toMatchObject({ title: 'goroutine 109', mark: 'likely root' });
  });
});

test('where a chain possibly goes on in another program, its end there is marked, and nothing before', () => {
  const caller = fakeTrace(
    [
      { id: 1, waitsFor: 'a' },
      { id: 2, holds: [{ of: 'a' }], waitsFor: 'rpc:Tasks/Start', kind: 'rpc' },
    ],
    { scope: 'dockerd.txt' },
  );
  const server = fakeTrace(
    [
      {
        id: 9,
        holds: [{ of: 'rpc:Tasks/Start', mode: 'serves', confidence: 'possible' }],
      },
    ],
    { scope: 'containerd.txt' },
  );
  const marks = (boxes: ReturnType<typeof pictureOf>['boxes']) =>
    boxes.flatMap(({ title, mark }) => (mark ? [`${title}: ${mark}`] : []));
  expect(marks(pictureOf(buildGraph([caller])).boxes)).toEqual(['goroutine 2: likely root']);
  expect(marks(pictureOf(buildGraph([caller, server])).boxes)).toEqual(['goroutine 9: possible root']);
});

test('two names of one thing are one box', () => {
  const holder = fakeTrace([{ id: 7, holds: [{ of: 'socket:9', mode: 'serves', confidence: 'certain' }] }], {
    scope: 'b',
  });
  const waiter = fakeTrace([{ id: 1, waitsFor: 'fd:1/5', kind: 'io' }], { scope: 'a' });
  const facts = { ...waiter.facts, same: [['fd:1/5', 'socket:9'] as const] };
  const graph = buildGraph([{ ...waiter, facts, inside: waiter.inside } as Trace, holder]);
  expect(pictureOf(graph).boxes).toHaveLength(3);
});

describe('the timeline', () => {
  test('counts waits back from the end, longest first', () => {
    const [axis, more] = pictureOf(fake(CHAIN, { names: CHAIN_NAMES }).graph).timeline;
    expect(more).toBeUndefined();
    expect(axis).toMatchObject({ title: 'Waits, counted back from the end of the file', from: -420, to: 0 });
    expect(axis!.bars.map(({ title, from, to, openStart }) => [title, from, to, openStart])).toEqual([
      ['goroutine 30', -420, 0, true],
      ['goroutine 20', -360, 0, true],
      ['3 goroutines', -300, 0, true],
    ]);
    expect(axis!.ticks.at(-1)).toEqual({ at: -360, label: '−6 min' });
  });

  test('has round times on its axis', () => {
    const labels = (minutes: number): string[] =>
      pictureOf(fake([{ id: 1, waitsFor: 'a', minutes }]).graph).timeline[0]!.ticks.map(({ label }) => label);
    expect(labels(2)).toEqual(['the end', '−30 s', '−1 min', '−90 s', '−2 min']);
    expect(labels(21 * 60)).toEqual(['the end', '−6 h', '−12 h', '−18 h']);
  });

  test('is not there without times', () => {
    expect(pictureOf(fake([{ id: 1, waitsFor: 'a' }]).graph).timeline).toEqual([]);
  });

  const withEpisodes = (...episodes: Partial<Episode>[]): WaitForGraph => {
    const trace = fakeTrace([{ id: 1 }], { scope: '/var/kubelet.log' });
    const all = episodes.map((one) => ({ kind: 'stale', outage: true, section: 0, last: 0, count: 3, ...one }));
    return buildGraph([{ ...trace, facts: { ...trace.facts, episodes: all } } as Trace]);
  };

  test('shows outages by the clock', () => {
    const [axis] = timeline(withEpisodes({ from: '1008 16:18:22.376', to: '1008 16:48:22.376' }), []);
    expect(axis!.title).toBe('Outages, by the clock of kubelet.log');
    expect(axis!.to - axis!.from).toBe(1800);
    expect(axis!.bars[0]!.text).toBe('PLEG not healthy: from 10-08 16:18:22 to 10-08 16:48:22, 3 lines in kubelet.log');
    expect(axis!.ticks[0]!.label).toBe('16:18');
  });

  test('one that has not ended points on', () => {
    const [axis] = timeline(
      withEpisodes({ from: '1008 10:00:00' }, { from: '1008 11:00:00', to: '1008 12:00:00' }),
      [],
    );
    expect(axis!.bars[0]).toMatchObject({ openEnd: true, to: axis!.to });
    expect(axis!.bars[0]!.text).toContain('still so as the log ends');
  });

  test('one over New Year’s Eve goes on', () => {
    const [axis] = timeline(withEpisodes({ from: '1231 23:59:00', to: '0101 00:01:00' }), []);
    expect(axis!.bars[0]!.to - axis!.bars[0]!.from).toBe(120);
  });

  test('one without a time is not drawn', () => {
    expect(timeline(withEpisodes({}), [])).toEqual([]);
  });

  test('reads klog times, and nothing else', () => {
    expect(clock('0102 00:00:01.5')).toBe(86401.5);
    for (const wrong of [undefined, '', '1308 00:00:00', '2026-10-08T16:18:22Z']) expect(clock(wrong)).toBeUndefined();
  });
});
