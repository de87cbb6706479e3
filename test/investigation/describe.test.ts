// The words for waits, holds and chains, in lenses and hovers.

import { describe, expect, it } from 'vitest';
import {
  describeChain,
  describeHold,
  describeHolders,
  describeWait,
  duration,
  entityName,
  evidenceLines,
  hoverMention,
  hoverSection,
  lasted,
  lensOfSection,
  sectionsWithLens,
  shortFunction,
  storyChain,
  summaryLine,
} from '../../server/src/core/investigation/describe.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { fileName } from '../../server/src/core/investigation/places.js';
import { listed } from '../../server/src/core/investigation/words.js';
import { CHAIN, CHAIN_NAMES, fake, fakeTrace } from './fake.js';

const wait = (graph: ReturnType<typeof fake>['graph'], id: number) => graph.waitOf(`goroutine:${id}@dump.txt`)!;

describe('how long', () => {
  it.each([
    [45, '45+ s', '45 s'],
    [300, '5+ min', '5 min'],
    [7140, '119+ min', '119 min'],
    [75_600, '21+ h', '21 h'],
    [7500, '2+ h', '2 h 5 min'],
    [180_000, '2+ d', '2 d 2 h'],
  ])('%d seconds are %s, or %s', (seconds, short, long) => {
    expect(lasted({ waiter: 'process:1', seconds })).toBe(short);
    expect(duration(seconds)).toBe(long);
  });

  it('says nothing where none is known', () => {
    expect(lasted(undefined)).toBe('');
    expect(lasted({ waiter: 'process:1', seconds: undefined })).toBe('');
  });

  it('takes the minutes of a goroutine for no lower bound', () => {
    expect(lasted({ waiter: 'goroutine:1@dump', seconds: 300 })).toBe('about 5 min');
  });
});

describe('waits and holds', () => {
  const { graph, trace } = fake(CHAIN, { names: CHAIN_NAMES });

  it('names what is waited for, and how long', () => {
    expect(describeWait(graph, wait(graph, 1))).toBe('waits about 5 min for mutex #1');
    expect(describeWait(graph, wait(graph, 3))).toBe('waits for mutex #1');
    expect(describeWait(graph, wait(graph, 30))).toBe('waits about 7 min for the answer to rpc Tasks/Start');
  });

  it('says how sure a holder is', () => {
    expect(describeHolders(graph, 'lock:0xc000010000@dump.txt')).toBe('likely held by goroutine 20');
    expect(describeHolders(graph, 'lock:0xc000020000@dump.txt')).toBe('held by goroutine 30');
    expect(describeHolders(graph, 'lock:0xc0000ffff0@dump.txt')).toBe('nobody here is seen holding it');
  });

  it('sums a dump up on one line', () => {
    expect(summaryLine(graph, trace)).toBe(
      '5 goroutines in 5 distinct stacks · 4 waiters for 2 locks · oldest lock wait about 6 min',
    );
  });

  it('says possibly, and one of several, where the dump does not tell', () => {
    const unclear = fake([
      { id: 1, waitsFor: 'a' },
      { id: 2, holds: [{ of: 'a', confidence: 'possible' }] },
      { id: 3, holds: [{ of: 'a', confidence: 'possible' }] },
    ]);
    expect(describeHolders(unclear.graph, 'lock:a@dump.txt')).toBe(
      'possibly held by one of 2: goroutine 2 and goroutine 3',
    );
  });

  it('names all readers', () => {
    const readers = fake([
      { id: 1, waitsFor: 'a', kind: 'rwmutex-write' },
      { id: 2, holds: [{ of: 'a', mode: 'read' }] },
      { id: 3, holds: [{ of: 'a', mode: 'read' }] },
    ]);
    expect(describeHolders(readers.graph, 'lock:a@dump.txt')).toBe(
      'likely held by goroutine 2 and goroutine 3 (read locks)',
    );
    expect(describeHold(readers.graph, readers.graph.holdersOf('lock:a@dump.txt')[0]!)).toBe(
      'likely held by goroutine 2 (read lock)',
    );
  });

  it('adds the file where an entity stands in another one', () => {
    const server = fakeTrace([{ id: 7, holds: [{ of: 'rpc:Tasks/Start', mode: 'serves', confidence: 'possible' }] }], {
      scope: 'file:///logs/containerd%20a.log',
    });
    const both = buildGraph([trace, server]);
    expect(describeHolders(both, 'rpc:Tasks/Start', trace)).toBe('possibly served by goroutine 7 (containerd a.log)');
    expect(entityName(both, 'goroutine:7@file:///logs/containerd%20a.log', server)).toBe('goroutine 7');
  });
});

describe('names', () => {
  it('say which dump of a document', () => {
    const { graph } = fake(CHAIN);
    expect(entityName(graph, 'goroutine:5@dump.txt#1')).toBe('goroutine 5 of dump 2');
    expect(entityName(graph, 'goroutine:5@dump.txt')).toBe('goroutine 5');
  });

  it('of files have as many folders as it takes', () => {
    const one = fakeTrace(CHAIN, { scope: '/a/x/dump.txt' });
    const two = fakeTrace(CHAIN, { scope: '/a/y/dump.txt' });
    const three = fakeTrace(CHAIN, { scope: '/a/y/other.txt' });
    const graph = buildGraph([one, two, three]);
    expect([one, two, three].map((trace) => fileName(graph, trace))).toEqual(['x/dump.txt', 'y/dump.txt', 'other.txt']);
  });

  it('of a document that holds two traces are as short as of any other', () => {
    const graph = buildGraph(['file:///a/log', 'file:///a/log'].map((scope) => fakeTrace(CHAIN, { scope })));
    expect(graph.traces.map((trace) => fileName(graph, trace))).toEqual(['log', 'log']);
  });

  it('of functions are short', () => {
    expect(shortFunction('github.com/a/b/c.(*T).f.func1')).toBe('c.(*T).f.func1');
    expect(shortFunction('a/b.(*Map[a/c.K]).f')).toBe('b.(*Map[a/c.K]).f');
    expect(shortFunction('main.f')).toBe('main.f');
  });

  it('in lists are counted where they are many', () => {
    expect(listed(['a'])).toBe('a');
    expect(listed(['a', 'b', 'c'])).toBe('a, b and c');
    expect(listed(['a', 'b', 'c', 'd', 'e'], 2)).toBe('a, b and 3 more');
    expect(listed(['a', 'b'], 2, 1200)).toBe('a, b and 1,198 more');
  });
});

it('a profile counts goroutines, not sections', () => {
  const { graph, trace } = fake([
    { id: 1, count: 17 },
    { id: 2, count: 3 },
  ]);
  expect(summaryLine(graph, trace)).toBe('20 goroutines in 2 distinct stacks · nobody waits for a lock');
});

describe('a chain through other programs', () => {
  it('ends where it comes back', () => {
    const { graph } = fake([
      {
        id: 1,
        waitsFor: 'rpc:/p.A/f',
        kind: 'rpc',
        holds: [{ of: 'rpc:/p.B/g', mode: 'serves', confidence: 'possible' }],
      },
      {
        id: 2,
        waitsFor: 'rpc:/p.B/g',
        kind: 'rpc',
        holds: [{ of: 'rpc:/p.A/f', mode: 'serves', confidence: 'possible' }],
      },
    ]);
    const back = fake([
      { id: 1, waitsFor: 'rpc:/p.A/f', kind: 'rpc', holds: [{ of: 'a' }] },
      { id: 2, waitsFor: 'a', holds: [{ of: 'rpc:/p.A/f', mode: 'serves', confidence: 'possible' }] },
    ]);
    expect(storyChain(back.graph, 'goroutine:1@dump.txt').links.map((link) => link.entity)).toEqual([
      'goroutine:1@dump.txt',
      'goroutine:2@dump.txt',
    ]);
    const chain = storyChain(graph, 'goroutine:1@dump.txt');
    expect(chain.cycleAt).toBe(-1); // only possible: no deadlock is claimed
    expect(describeChain(graph, chain)).toBe('goroutine 1 → rpc A/f → possibly goroutine 2 → rpc B/g');
  });
});

describe('lenses', () => {
  const { graph, trace } = fake(CHAIN, { names: CHAIN_NAMES });
  const titles = (section: number) => lensOfSection(graph, trace, section).map((lens) => lens.title);

  it('stand on waiters, holders and blocked calls, and lead to who can end the wait', () => {
    expect(lensOfSection(graph, trace, 0)).toEqual([
      {
        kind: 'waits',
        title: '$(lock) waits about 5 min for mutex #1 — likely held by goroutine 20',
        target: { entity: 'goroutine:20@dump.txt' },
      },
    ]);
    expect(titles(3)).toEqual([
      '$(lock) waits about 6 min for mutex #2 — held by goroutine 30',
      '$(key) likely holds mutex #1: 3 wait',
    ]);
    expect(titles(4)).toEqual([
      '$(debug-pause) waits about 7 min for the answer to rpc Tasks/Start',
      '$(key) holds mutex #2: 1 waits, 4 in all are stuck behind it',
    ]);
  });

  it('are ordered by importance and limited', () => {
    expect(sectionsWithLens(trace)).toEqual([4, 3, 0, 1, 2]);
    expect(sectionsWithLens(trace, 2)).toEqual([4, 3]);
  });

  it('do not name a possible holder where a surer one is known', () => {
    const two = fake([
      { id: 1, waitsFor: 'a' },
      { id: 2, holds: [{ of: 'a', confidence: 'possible' }] },
      { id: 3, holds: [{ of: 'a', confidence: 'likely' }] },
    ]);
    expect(lensOfSection(two.graph, two.trace, 1)).toEqual([]);
    expect(sectionsWithLens(two.trace)).toEqual([2, 0]);
  });

  it('say that nobody is known', () => {
    const leaked = fake([{ id: 1, waitsFor: 'a', minutes: 3 }], { names: { a: 'mutex #1' } });
    expect(lensOfSection(leaked.graph, leaked.trace, 0)).toEqual([
      { kind: 'waits', title: '$(question) waits about 3 min for mutex #1 — nobody here is seen holding it' },
    ]);
  });

  it('draw a deadlock from each member on', () => {
    const cycle = fake([
      { id: 20, waitsFor: 'a', holds: [{ of: 'b', confidence: 'certain' }] },
      { id: 21, waitsFor: 'b', holds: [{ of: 'a', confidence: 'certain' }] },
    ]);
    expect(lensOfSection(cycle.graph, cycle.trace, 0)[0]?.title).toBe('$(error) deadlock: 20 → 21 → 20');
    expect(lensOfSection(cycle.graph, cycle.trace, 1)[0]?.title).toBe('$(error) deadlock: 21 → 20 → 21');
  });

  it('say likely deadlock, and that it is one goroutine alone', () => {
    const own = fake([{ id: 1, waitsFor: 'a', holds: [{ of: 'a' }] }], { names: { a: 'mutex #1' } });
    // Nobody else waits for what it holds: no lens about that.
    expect(lensOfSection(own.graph, own.trace, 0).map((lens) => lens.title)).toEqual([
      '$(error) likely deadlock: waits for a lock that it holds itself',
      '$(lock) waits for mutex #1 — likely held by itself',
    ]);
  });

  it('name the first three possible holders only', () => {
    const many = fake([
      { id: 1, waitsFor: 'a' },
      ...[2, 3, 4, 5].map((id) => ({ id, holds: [{ of: 'a', confidence: 'possible' as const }] })),
    ]);
    const told = [1, 2, 3, 4].map((section) => lensOfSection(many.graph, many.trace, section).length);
    expect(told).toEqual([1, 1, 1, 0]);
  });

  it('leave a call at rest alone, though somebody serves it', () => {
    const rest = fake([
      { id: 1, waitsFor: 'rpc:/a', kind: 'rpc', waitState: 'idle' },
      { id: 2, holds: [{ of: 'rpc:/a', mode: 'serves' }] },
    ]);
    expect(lensOfSection(rest.graph, rest.trace, 0)).toEqual([]);
    expect(sectionsWithLens(rest.trace)).toEqual([1]);
  });

  it('leave idle goroutines alone', () => {
    const idle = fake([{ id: 1, kind: 'select', waitState: 'idle', minutes: 90 }]);
    expect(lensOfSection(idle.graph, idle.trace, 0)).toEqual([]);
    expect(sectionsWithLens(idle.trace)).toEqual([]);
  });
});

describe('hovers', () => {
  const { graph, trace } = fake(CHAIN, { names: CHAIN_NAMES });

  it('tell the whole story of one goroutine', () => {
    const hover = hoverSection(graph, trace, 0);
    expect(hover).toContain('**goroutine 1**');
    expect(hover).toContain('**Waits** about 5 min for mutex \\#1 (`0xc000010000`) in `example.com/a/b.(*Pool).Get`');
    expect(hover).toContain('Printed minutes are rough');
    expect(hover).toContain('**Holder**: mutex \\#1 is likely held by goroutine 20.');
    expect(hover).toContain(
      '**Chain**: goroutine 1 → mutex \\#1 → goroutine 20 → mutex \\#2 → goroutine 30 → rpc Tasks/Start',
    );
    expect(hover).toContain('It ends at goroutine 30, which waits about 7 min for the answer to rpc Tasks/Start.');
    expect(hover).toContain('**Next**: look at goroutine 20, line 10: it waits about 6 min for mutex \\#2.');
  });

  it('tell a holder who waits for it', () => {
    const hover = hoverSection(graph, trace, 4);
    expect(hover).toContain('**Holds mutex \\#2** (`0xc000020000`); waiting: goroutine 20.');
    expect(hover).toContain('4 are stuck behind it');
  });

  it('show the evidence for and against, with untrusted values as code', () => {
    const evil = '`x` <img src=1> [a](command:b) $(zap)';
    const judged = fake([
      { id: 1, waitsFor: 'a' },
      {
        id: 2,
        holds: [
          {
            of: 'a',
            evidence: [
              { rule: 'no-such-rule-against', weight: -1, values: {} },
              { rule: 'no-such-rule', weight: 2, values: { func: evil } },
            ],
          },
        ],
      },
    ]);
    const edge = judged.graph.holdersOf('lock:a@dump.txt')[0]!;
    expect(evidenceLines(judged.trace, edge.hold)).toEqual([
      '*for*: no such rule ``` `x` <img src=1> [a](command:b) $ (zap) ```'.replaceAll('```', '``'),
      '*against*: no such rule against',
    ]);
    expect(hoverSection(judged.graph, judged.trace, 0)).toContain('*against*');
  });

  it('never let a name out of its place', () => {
    const evil = '[x](command:y)<b>`\n# $(zap)\u202e';
    const hostile = fake([{ id: 1, waitsFor: 'a', site: evil }], { names: { a: evil } });
    const hover = hoverSection(hostile.graph, hostile.trace, 0);
    const outsideCode = hover.replace(/(`+)(?!`).*?[^`]\1(?!`)/g, '');
    expect(outsideCode).not.toMatch(/(?<!\\)[[\]<]/);
    expect(hover).not.toContain('\n# ');
    expect(hover).not.toContain('\u202e');
    expect(hover).not.toContain('$(');
    for (const lens of lensOfSection(hostile.graph, hostile.trace, 0)) {
      expect(lens.title.slice(3)).not.toContain('$(');
      expect(lens.title).not.toContain('\n');
    }
  });

  it('never cut a reason against off', () => {
    const reasons = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((rule) => ({ rule, weight: 1, values: {} }));
    const judged = fake([
      { id: 1, waitsFor: 'x' },
      { id: 2, holds: [{ of: 'x', evidence: [...reasons, { rule: 'doubt', weight: -1, values: {} }] }] },
    ]);
    const hover = hoverSection(judged.graph, judged.trace, 0);
    expect(hover.match(/- \*for\*/g)).toHaveLength(4);
    expect(hover).toContain('- *against*: doubt');
  });

  it('tell nobody at rest what to do', () => {
    const rest = fake([{ id: 1, kind: 'rpc', waitState: 'idle' }]);
    const hover = hoverSection(rest.graph, rest.trace, 0);
    expect(hover).toContain('This is a normal rest');
    expect(hover).not.toContain('**Next**');
  });

  it('say how many have the same stack', () => {
    const same = fake([
      { id: 1, stack: 's' },
      { id: 2, stack: 's' },
      { id: 3, stack: 's' },
    ]);
    expect(hoverSection(same.graph, same.trace, 0)).toContain('2 more goroutines have the same stack.');
  });

  it('count an address, and leave longer ones out', () => {
    const printed = fake([
      { id: 1, frame: 'main.f(0xc000123400, 0xc0001234000)' },
      { id: 2, frame: 'main.f(0xc000123400)' },
      { id: 3, frame: 'main.f(0xc0001234001)' },
    ]);
    const mention = { span: { start: 0, end: 4 }, kind: 'address' as const, entity: 'address:0xc000123400@dump.txt' };
    expect(hoverMention(printed.graph, printed.trace, mention, 0)).toContain(
      '`0xc000123400` is printed 2 times, in 2 goroutines: goroutine 1 and goroutine 2.',
    );
  });

  it('tell a lock from its address', () => {
    const mention = {
      span: { start: 0, end: 4 },
      kind: 'address' as const,
      entity: 'lock:0xc000010000@dump.txt',
    };
    const hover = hoverMention(graph, trace, mention, 0);
    expect(hover).toContain('**mutex \\#1** (`0xc000010000`) · 3 waiters, the longest about 5 min');
    expect(hover).toContain('Waiting: goroutine 1, goroutine 2 and goroutine 3.');
    expect(hover).toContain('likely held by goroutine 20');
  });

  it('tell where a goroutine stands, or that it is gone', () => {
    const mention = (id: number) => ({
      span: { start: 0, end: 4 },
      kind: 'entity' as const,
      entity: `goroutine:${id}@dump.txt`,
    });
    expect(hoverMention(graph, trace, mention(30), 0)).toContain('**goroutine 30** · line 13');
    expect(hoverMention(graph, trace, mention(99), 0)).toContain('is not in this dump');
  });
});
