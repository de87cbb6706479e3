// How often the answer is right, on every fixture with known truth. The bars are what the product promises; a change that
// falls below one has made it worse, however good its reasons.

import { describe, expect, it } from 'vitest';
import { goroutine } from '../server/src/core/formats/goroutine/index.js';
import { buildGraph } from '../server/src/core/investigation/graph.js';
import { readEntity } from '../server/src/core/trace/entity.js';
import type { Hold } from '../server/src/core/trace/trace.js';
import { fixtures, type TrueLock } from './truth.js';

const RANK = { certain: 0, likely: 1, possible: 2 } as const;
const ids = (holders: readonly { g: number }[]): string[] => holders.map(({ g }) => String(g));
const holderOf = (hold: Hold): string => readEntity(hold.holder).name;

interface Answer {
  readonly where: string;
  readonly lock: TrueLock;
  /** Names of the entities its waiters are said to wait for. */
  readonly found: readonly (string | undefined)[];
  readonly holds: readonly Hold[];
}

/** pprof debug=1 has counts instead of goroutines: there is nobody to name. */
const withIds = fixtures().filter(({ name, truth }) => truth && !name.endsWith('-pprof1'));

const answers: Answer[] = withIds.flatMap(({ name, text, truth }) => {
  const { facts } = goroutine.parse(text, name);
  const waits = new Map(facts.waits.map((wait) => [readEntity(wait.waiter).name, wait]));
  return truth!.locks.map((lock) => {
    const on = ids(lock.waiters).map((id) => waits.get(id)?.on);
    const holds = facts.holds.filter((hold) => on.includes(hold.of));
    holds.sort((a, b) => RANK[a.confidence] - RANK[b.confidence]);
    return { where: `${name}: ${lock.name}`, lock, found: on.map((id) => id && readEntity(id).name), holds };
  });
});

const held = answers.filter(({ lock }) => lock.holders.length > 0 && lock.waiters.length > 0);
const rightAt = ({ lock, holds }: Answer): number => {
  const said = [...new Set(holds.map(holderOf))];
  return said.findIndex((id) => ids(lock.holders).includes(id));
};

describe('locks with known holders', () => {
  it('has enough of them to mean something', () => {
    expect(held.length).toBeGreaterThan(200);
    expect(answers.filter(({ lock }) => lock.holders.length === 0).length).toBeGreaterThan(5);
  });

  it('finds every waiter, a mutex’s at its address', () => {
    const missed = answers.filter(({ lock, found }) =>
      found.some((name) => name === undefined || (lock.kind === 'Mutex' && name !== lock.addr)),
    );
    expect(missed.map(({ where }) => where)).toEqual([]);
  });

  it('claims no wrong holder as likely or certain', () => {
    const wrong = answers.flatMap(({ where, lock, holds }) =>
      holds
        .filter((hold) => hold.confidence !== 'possible' && !ids(lock.holders).includes(holderOf(hold)))
        .map((hold) => `${where}: ${hold.confidence} ${hold.holder}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names the holder first for 97 of 100, and among the first three for 98', () => {
    const missed = held.filter((answer) => rightAt(answer) !== 0).map(({ where }) => where);
    expect(missed.length / held.length, missed.join('\n')).toBeLessThanOrEqual(0.03);
    const lost = held.filter((answer) => rightAt(answer) < 0 || rightAt(answer) > 2).map(({ where }) => where);
    expect(lost.length / held.length, lost.join('\n')).toBeLessThanOrEqual(0.02);
  });

  it('is sure of the holder of at least seven locks in ten', () => {
    const sure = held.filter(({ holds }) => holds.some((hold) => hold.confidence !== 'possible'));
    expect(sure.length / held.length).toBeGreaterThan(0.7);
  });
});

describe('deadlocks', () => {
  // A goroutine alone with the lock it asks for again could as well be the victim of one that is gone: no cycle is claimed.
  const cycles = withIds.filter(({ truth }) => truth!.cycle.length > 1);

  it.each(cycles.map((fixture) => [fixture.name, fixture] as const))('%s', (name, { text, truth }) => {
    const found = buildGraph([goroutine.parse(text, name)]).cycles.map(({ members }) =>
      members.map((member) => readEntity(member).name).sort(),
    );
    expect(found).toContainEqual(truth!.cycle.map(String).sort());
  });

  it('finds none where there is none', () => {
    const none = withIds.filter(({ truth }) => truth!.cycle.length === 0);
    const claimed = none.filter(({ name, text }) => buildGraph([goroutine.parse(text, name)]).cycles.length > 0);
    expect(claimed.map(({ name }) => name)).toEqual([]);
  });
});
