// Locks of one kind, some of whose holders are known by their words: who is a candidate for those that are left.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';
import { openOnDisk } from '../../server/src/host/disk.js';
import { Pace } from '../../server/src/host/pace.js';
import { verified } from '../../server/src/host/verify.js';
import { parser } from '../source/parser.js';

const hex = (n: number): string => `0xc000${n.toString(16).padStart(6, '0')}`;
/** Unit n, and the mutex in it. */
const unit = (n: number): number => 0x100000 + n * 0x400;
const lock = (n: number): string => `lock:${hex(unit(n) + 0x48)}@dump`;

/** Waits for the mutex of a unit, in a function that has no word of the unit. */
const waiter = (id: number, n: number): string =>
  `goroutine ${id} [sync.Mutex.Lock, 5 minutes]:\nsync.runtime_SemacquireMutex(0x0?, 0x0?, 0x0?)\n\t/go/src/runtime/sema.go:77 +0x25\nsync.(*Mutex).lockSlow(${hex(unit(n) + 0x48)})\n\t/go/src/sync/mutex.go:171 +0x15d\nsync.(*Mutex).Lock(...)\n\t/go/src/sync/mutex.go:90\nmain.(*Unit).Get(${hex(unit(n))})\n\t/src/unit.go:20 +0x8d\ncreated by main.main in goroutine 1\n\t/src/main.go:10 +0x1\n\n`;
/** Stands where units' mutexes are held; with the unit as a word, or without. */
const holder = (
  id: number,
  n: number,
  tied: boolean,
  call = 'time.Sleep(0x1)\n\t/go/src/runtime/time.go:195 +0x125\n',
) =>
  `goroutine ${id} [sleep, 5 minutes]:\n${call}main.(*Unit).drain(${tied ? hex(unit(n)) : '...'})\n\t/src/unit.go:51 +0x49\ncreated by main.main in goroutine 1\n\t/src/main.go:12 +0x1\n\n`;
const main = 'goroutine 1 [running]:\nmain.main()\n\t/src/main.go:5 +0x1\n\n';

/** The ids of a lock's candidates, the first one first, and how sure each is. */
function candidates(text: string, n: number): string[] {
  const { holds } = goroutine.parse(text, 'dump').facts;
  return holds
    .filter(({ of }) => of === lock(n))
    .map(({ holder, confidence }) => `${holder.replace(/^goroutine:|@.*/g, '')} ${confidence}`);
}

const why = (text: string, n: number): string[] =>
  goroutine
    .parse(text, 'dump')
    .facts.holds.filter(({ of }) => of === lock(n))[0]!
    .evidence.map(({ rule }) => rule);

const units = [0, 1, 2, 3, 4, 5, 6, 7];
const waiters = units.flatMap((n) => [waiter(100 + 2 * n, n), waiter(101 + 2 * n, n)]).join('');
/** Whoever holds a unit's mutex; those of `untied` have no word of it. */
const holders = (untied: readonly number[], id = (n: number): number => 20 + n): string =>
  units.map((n) => holder(id(n), n, !untied.includes(n))).join('');

describe('a lock whose holder nothing names, among others of its kind', () => {
  it('has the only goroutine for a candidate that stands where the others are held and holds none of them', () => {
    const text = main + holders([3]) + waiters;
    expect(candidates(text, 2)[0]).toBe('22 likely');
    expect(candidates(text, 3)[0]).toBe('23 possible');
    expect(goroutine.parse(text, 'dump').facts.unheld).toEqual([]);
  });

  it('whatever that one called from there', () => {
    const call =
      'internal/poll.(*fdMutex).rwlock(0x1, 0x2)\n\t/go/src/internal/poll/fd_mutex.go:154 +0xc5\nnet.(*conn).Read(0x1)\n\t/go/src/net/net.go:185 +0x45\n';
    const text = main + holders([3]).replace(holder(23, 3, false), holder(23, 3, false, call)) + waiters;
    expect(candidates(text, 3)[0]).toBe('23 possible');
  });

  it('of several, each has the one that fits in the order of numbers and addresses', () => {
    const text = main + holders([2, 3, 6]) + waiters;
    expect([2, 3, 6].map((n) => candidates(text, n)[0])).toEqual(['22 possible', '23 possible', '26 possible']);
    expect(why(text, 2)).toContain('sibling-in-turn');
  });

  it('where numbers do not rise with addresses, they are candidates alike', () => {
    const text = main + holders([2, 6], (n) => 20 + ((n * 5) % 8)) + waiters;
    for (const n of [2, 6]) expect(candidates(text, n).slice(0, 2).sort()).toEqual(['22 possible', '26 possible']);
    expect(why(text, 2)).toContain('sibling');
    const unheld = goroutine.parse(text, 'dump').facts.unheld;
    expect(unheld.map(({ of, reason }) => `${of} ${reason}`).sort()).toEqual(
      [lock(2), lock(6)].map((of) => `${of} too-close`).sort(),
    );
  });

  it('has none where many more stand there', () => {
    const crowd = Array.from({ length: 12 }, (_, i) => holder(200 + i, 0, false)).join('');
    const text = main + holders([3]) + crowd + waiters;
    expect(
      goroutine.parse(text, 'dump').facts.holds.flatMap(({ evidence }) => evidence.map(({ rule }) => rule)),
    ).not.toContain('sibling');
  });

  it('nothing is said where only one other is known', () => {
    const two = waiter(100, 0) + waiter(101, 0) + waiter(102, 1) + waiter(103, 1);
    const text = main + holder(20, 0, true) + holder(21, 1, false) + two;
    expect(candidates(text, 0)[0]).toBe('20 likely');
    expect(
      goroutine.parse(text, 'dump').facts.holds.flatMap(({ evidence }) => evidence.map(({ rule }) => rule)),
    ).not.toContain('sibling');
  });

  it('in the order of numbers and addresses, too, where source code says that all who stand there hold one', async () => {
    const root = mkdtempSync(join(tmpdir(), 'siblings-'));
    try {
      const code: string[] = new Array(60).fill('');
      code[0] = 'package main';
      code[2] = 'import ("sync"; "time")';
      code[4] = 'type Unit struct { words [9]int; mu sync.Mutex }';
      code[18] = 'func (u *Unit) Get() {';
      code[19] = '\tu.mu.Lock()';
      code[20] = '\tu.mu.Unlock()';
      code[21] = '}';
      code[48] = 'func (u *Unit) drain() {';
      code[49] = '\tu.mu.Lock()';
      code[50] = '\ttime.Sleep(1)';
      code[51] = '\tu.mu.Unlock()';
      code[52] = '}';
      mkdirSync(join(root, 'src'));
      writeFileSync(join(root, 'src/unit.go'), code.join('\n'));
      const text = main + holders([2, 3, 6]) + waiters;
      const files = await openOnDisk([{ path: root }]);
      const sources = { files, parser: await parser() };
      const { holds } = (await verified(goroutine.parse(text, 'dump'), goroutine, sources, new Pace())).facts;
      const firsts = units.map((n) => holds.find(({ of }) => of === lock(n))!);
      expect(firsts.map(({ holder }) => holder)).toEqual(units.map((n) => `goroutine:${20 + n}@dump`));
      expect(firsts[2]!.evidence.map(({ rule }) => rule)).toContain('source-held-until');
    } finally {
      rmSync(root, { recursive: true });
    }
  });
});
