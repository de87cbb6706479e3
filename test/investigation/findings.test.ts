// What becomes a finding, how severe it is, and in which order.

import { describe, expect, it } from 'vitest';
import { behind } from '../../server/src/core/investigation/behind.js';
import { allFindings, anythingStuck, findings } from '../../server/src/core/investigation/findings.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { CHAIN, CHAIN_NAMES, type FakeGoroutine, fake, fakeTrace } from './fake.js';

describe('who is stuck behind whom', () => {
  it('counts direct and indirect waiters, and finds the roots', () => {
    const { graph } = fake(CHAIN);
    const { all, roots } = behind(graph);
    expect([...all]).toEqual([
      ['goroutine:20@dump.txt', 3],
      ['goroutine:30@dump.txt', 4],
    ]);
    expect(roots).toEqual(['goroutine:30@dump.txt']);
  });

  it('counts around a deadlock once', () => {
    const { graph } = fake([
      { id: 1, waitsFor: 'a' },
      { id: 20, waitsFor: 'a', holds: [{ of: 'b' }] },
      { id: 21, waitsFor: 'b', holds: [{ of: 'a' }] },
    ]);
    const { all, roots } = behind(graph);
    expect(all.get('goroutine:20@dump.txt')).toBe(2);
    expect(all.get('goroutine:21@dump.txt')).toBe(2);
    expect(roots).toEqual([]);
  });

  it('counts for every reader', () => {
    const { graph } = fake([
      { id: 1, waitsFor: 'a' },
      { id: 2, waitsFor: 'a' },
      { id: 3, holds: [{ of: 'a', mode: 'read' }] },
      { id: 4, holds: [{ of: 'a', mode: 'read' }] },
    ]);
    expect(behind(graph).all.get('goroutine:3@dump.txt')).toBe(2);
    expect(behind(graph).all.get('goroutine:4@dump.txt')).toBe(2);
  });

  it('survives a chain of 100,000 links', () => {
    const count = 100_000;
    const goroutines: FakeGoroutine[] = Array.from({ length: count }, (_, id) => ({
      id,
      waitsFor: `l${id}`,
      holds: id > 0 ? [{ of: `l${id - 1}` }] : [],
      stack: 'one',
    }));
    const { graph } = fake(goroutines);
    expect(behind(graph).all.get(`goroutine:${count - 1}@dump.txt`)).toBe(count - 1);
    expect(graph.chain('goroutine:0@dump.txt').links.length).toBe(count);
  });
});

describe('findings', () => {
  it('tell of a root and of the holders before it', () => {
    const { graph, trace } = fake(CHAIN, { names: CHAIN_NAMES });
    const found = findings(graph, trace);
    expect(found.map(({ id, severity, section }) => ({ id, severity, section }))).toEqual([
      { id: 'root-blocker', severity: 'warning', section: 4 },
      { id: 'lock-holder', severity: 'warning', section: 3 },
    ]);
    expect(found[0]!.message).toBe(
      'Goroutine 30 holds mutex #2: 4 goroutines are stuck behind it, 1 of them directly, the longest about 6 min. It waits about 7 min for the answer to rpc Tasks/Start.',
    );
    expect(found[1]!.message).toBe(
      'Goroutine 20 likely holds mutex #1: 3 goroutines wait for it, the longest about 5 min. It waits about 6 min for mutex #2, held by goroutine 30.',
    );
    expect(trace.text.slice(found[0]!.span.start, found[0]!.span.end)).toBe('goroutine 30 [running]:');
    expect(found[1]!.related.map((related) => related.message)).toEqual([
      'goroutine 1 waits about 5 min for mutex #1',
      'goroutine 2 waits about 4 min for mutex #1',
      'goroutine 3 waits for mutex #1',
    ]);
  });

  it('put a deadlock first, as an error', () => {
    const { graph } = fake(
      [
        ...CHAIN,
        { id: 40, waitsFor: 'a', holds: [{ of: 'b', confidence: 'certain' }] },
        { id: 41, waitsFor: 'b', holds: [{ of: 'a', confidence: 'certain' }] },
        { id: 42, waitsFor: 'b' },
      ],
      { names: { ...CHAIN_NAMES, a: 'mutex #3', b: 'mutex #4' } },
    );
    const first = allFindings(graph)[0]!;
    expect(first.id).toBe('deadlock');
    expect(first.severity).toBe('error');
    expect(first.message).toBe(
      'Deadlock: goroutine 40 waits for mutex #3, which goroutine 41 holds; goroutine 41 waits for mutex #4, which goroutine 40 holds; 1 other waits behind them.',
    );
  });

  it('tell the members of a deadlock once', () => {
    const { graph } = fake([
      { id: 40, waitsFor: 'a', minutes: 1, holds: [{ of: 'b' }] },
      { id: 41, waitsFor: 'b', minutes: 1, holds: [{ of: 'a' }] },
      { id: 42, waitsFor: 'b', minutes: 1 },
    ]);
    expect(allFindings(graph).map((finding) => finding.id)).toEqual(['deadlock']);
  });

  it('put what stops more goroutines first', () => {
    const { graph } = fake([
      { id: 1, waitsFor: 'a' },
      { id: 2, waitsFor: 'a' },
      { id: 3, kind: 'io', holds: [{ of: 'a' }] },
      ...[4, 5, 6].map((id) => ({ id, waitsFor: 'b' })),
      ...[7, 8, 9, 10].map((id) => ({ id, waitsFor: 'c' })),
      { id: 11, kind: 'io', holds: [{ of: 'c' }] },
    ]);
    expect(allFindings(graph).map((finding) => finding.id)).toEqual(['lock-holder', 'unheld-lock', 'lock-holder']);
    expect(allFindings(graph)[0]!.entity).toBe('goroutine:11@dump.txt');
  });

  it('say likely where the holds are', () => {
    const { graph } = fake([{ id: 1, waitsFor: 'a', holds: [{ of: 'a' }], minutes: 2 }], { names: { a: 'mutex #1' } });
    expect(allFindings(graph)[0]!.message).toBe(
      'Likely deadlock: goroutine 1 waits about 2 min for mutex #1, which it likely holds itself.',
    );
  });

  it('claim no deadlock through holds that are only possible', () => {
    const { graph } = fake([
      { id: 1, waitsFor: 'a', holds: [{ of: 'b', confidence: 'possible' }] },
      { id: 2, waitsFor: 'b', holds: [{ of: 'a', confidence: 'possible' }] },
    ]);
    expect(allFindings(graph).map((finding) => finding.id)).toEqual(['unclear-lock', 'unclear-lock']);
  });

  it('tell of a lock that nobody holds, at its longest waiter', () => {
    const { graph } = fake(
      [
        { id: 1, waitsFor: 'a', minutes: 2 },
        { id: 2, waitsFor: 'a', minutes: 9 },
      ],
      { names: { a: 'mutex #1' } },
    );
    const [found] = allFindings(graph);
    expect(found!.id).toBe('unheld-lock');
    expect(found!.section).toBe(1);
    expect(found!.message).toContain(
      '2 goroutines wait for mutex #1, the longest about 9 min: nobody here is seen holding it.',
    );
  });

  it('do not alarm about one waiter without a time', () => {
    const { graph } = fake([
      { id: 1, waitsFor: 'a' },
      { id: 2, holds: [{ of: 'a' }] },
    ]);
    expect(allFindings(graph).map((finding) => finding.severity)).toEqual(['information']);
    expect(anythingStuck(graph)).toBe(false);
    expect(anythingStuck(fake(CHAIN).graph)).toBe(true);
  });

  it('group long waits outside locks by stack, and leave short and idle ones out', () => {
    const call = { kind: 'dbus' as const, site: 'github.com/godbus/dbus.(*Object).Call', stack: 'dbus' };
    const { graph } = fake([
      { id: 1, ...call, minutes: 3 },
      { id: 2, ...call, minutes: 8 },
      { id: 3, kind: 'child', minutes: 1 },
      { id: 4, kind: 'chan-receive', minutes: 100, waitState: 'idle' },
    ]);
    const found = allFindings(graph);
    expect(found.map((finding) => finding.id)).toEqual(['long-wait']);
    expect(found[0]!.message).toBe(
      'Goroutine 2 waits about 8 min for an answer over D-Bus in dbus.(*Object).Call, and 1 more with the same stack.',
    );
    expect(found[0]!.related.map((related) => related.message)).toEqual([
      'goroutine 1 waits about 3 min for an answer over D-Bus',
    ]);
  });

  it('say what may be normal, and leave out what has ended', () => {
    const { graph } = fake([
      { id: 1, kind: 'rpc', minutes: 5 },
      { id: 2, kind: 'dbus', minutes: 5, waitState: 'ended' },
    ]);
    expect(allFindings(graph).map((finding) => finding.message)).toEqual([
      'Goroutine 1 waits about 5 min for the answer to an RPC in main.f. That is normal for a subscription, not for a request.',
    ]);
  });

  it('stay few in a dump of 20,000 waiters for 5,000 locks', () => {
    const goroutines: FakeGoroutine[] = [];
    for (let lock = 0; lock < 5000; lock++) {
      goroutines.push({ id: lock * 5, holds: [{ of: `l${lock}` }], kind: 'io' });
      for (let at = 1; at < 5; at++) goroutines.push({ id: lock * 5 + at, waitsFor: `l${lock}`, stack: 'w' });
    }
    const { graph } = fake(goroutines);
    expect(allFindings(graph).length).toBeLessThanOrEqual(100);
  });

  it('tell of many goroutines with one stack', () => {
    const { graph } = fake(Array.from({ length: 150 }, (_, id) => ({ id, kind: 'chan-send' as const, stack: 's' })));
    const found = allFindings(graph);
    expect(found.map((finding) => finding.id)).toEqual(['many-identical']);
    expect(found[0]!.message).toBe(
      '150 goroutines have the same stack in main.f and wait to send on a channel: a jam, a leak, or a big pool of workers.',
    );
  });

  it('tell what could not be read once for each kind, as a hint', () => {
    const { graph } = fake([{ id: 1 }], {
      problems: [
        { code: 'unknown-line', values: {} },
        { code: 'unknown-line', values: {} },
        { code: 'torn-header', values: {} },
      ],
    });
    const found = allFindings(graph);
    expect(found.map(({ id, severity }) => ({ id, severity }))).toEqual([
      { id: 'limit', severity: 'hint' },
      { id: 'limit', severity: 'hint' },
    ]);
    expect(found[0]!.message).toContain('(2 places)');
  });

  it('belong to the document where the holder stands', () => {
    const a = fakeTrace(CHAIN, { scope: 'a.txt' });
    const b = fakeTrace([{ id: 7, holds: [{ of: 'rpc:Tasks/Start', mode: 'serves' }] }], { scope: 'b.txt' });
    const graph = buildGraph([a, b]);
    expect(findings(graph, b).map((finding) => finding.id)).toEqual(['root-blocker']);
    expect(findings(graph, b)[0]!.message).toContain('likely serves rpc Tasks/Start: 5 goroutines are stuck behind it');
  });
});
