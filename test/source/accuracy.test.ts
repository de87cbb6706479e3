// How often the answer is right where the program's source is at hand, on every fixture with known truth.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { goroutine } from '../../server/src/core/formats/goroutine/index.js';
import { readEntity } from '../../server/src/core/trace/entity.js';
import type { Hold } from '../../server/src/core/trace/trace.js';
import { openOnDisk } from '../../server/src/host/disk.js';
import { Pace } from '../../server/src/host/pace.js';
import { verified } from '../../server/src/host/verify.js';
import { fixtures, type TrueLock } from '../truth.js';
import { parser } from './parser.js';

const SOURCE = join(import.meta.dirname, '../fixtures/goroutine/source');
const RANK = { certain: 0, likely: 1, possible: 2 } as const;

interface Answer {
  readonly where: string;
  readonly lock: TrueLock;
  readonly holds: readonly Hold[];
}

const answers: Answer[] = [];
const ids = (parties: readonly { g: number }[]): string[] => parties.map(({ g }) => String(g));
const holder = (hold: Hold): string => readEntity(hold.holder).name;

async function answer(roots: readonly string[]): Promise<Answer[]> {
  const found: Answer[] = [];
  const go = await parser();
  for (const { name, text, truth } of fixtures()) {
    if (!truth || name.endsWith('-pprof1')) continue;
    const files = await openOnDisk(roots.map((path) => ({ path })));
    const { facts } = await verified(goroutine.parse(text, name), goroutine, { files, parser: go }, new Pace());
    const waits = new Map(facts.waits.map((wait) => [readEntity(wait.waiter).name, wait.on]));
    for (const lock of truth.locks) {
      const on = ids(lock.waiters).map((id) => waits.get(id));
      const holds = facts.holds.filter((hold) => on.includes(hold.of));
      holds.sort((a, b) => RANK[a.confidence] - RANK[b.confidence]);
      found.push({ where: `${name}: ${lock.name}`, lock, holds });
    }
  }
  return found;
}

beforeAll(async () => {
  answers.push(...(await answer([SOURCE])));
});

const bySource = ({ evidence }: Hold): boolean => evidence.some(({ rule }) => rule.startsWith('source-held'));

describe('with the program’s source', () => {
  it('the source speaks for most holders', () => {
    const held = answers.filter(({ lock }) => lock.holders.length > 0 && lock.waiters.length > 0);
    const spoken = held.filter(({ lock, holds }) =>
      holds.some((hold) => ids(lock.holders).includes(holder(hold)) && bySource(hold)),
    );
    expect(held.length).toBeGreaterThan(200);
    const missed = held.filter((one) => !spoken.includes(one)).map(({ where }) => where);
    expect(missed.length / held.length, missed.join('\n')).toBeLessThan(0.1);
  });

  it('claims no wrong holder as likely or certain, and none where there is none', () => {
    const wrong = answers.flatMap(({ where, lock, holds }) =>
      holds
        .filter((hold) => hold.confidence !== 'possible' && !ids(lock.holders).includes(holder(hold)))
        .map((hold) => `${where}: ${hold.confidence} ${hold.holder}: ${hold.evidence.map(({ rule }) => rule)}`),
    );
    expect(wrong).toEqual([]);
  });

  it('names the holder first for 98 of 100', () => {
    const held = answers.filter(({ lock }) => lock.holders.length > 0 && lock.waiters.length > 0);
    const missed = held.filter(({ lock, holds }) => !holds[0] || !ids(lock.holders).includes(holder(holds[0])));
    expect(missed.length / held.length, missed.map(({ where }) => where).join('\n')).toBeLessThanOrEqual(0.02);
  });

  it('is certain of many', () => {
    const certain = answers.filter(({ holds }) =>
      holds.some((hold) => hold.confidence === 'certain' && bySource(hold)),
    );
    expect(certain.length).toBeGreaterThan(50);
  });
});

describe('with the source of another version', () => {
  it('makes no claim from it', async () => {
    // The same files, every line ten further down.
    const { mkdtemp, mkdir, writeFile, rm, readdir } = await import('node:fs/promises');
    const { tmpdir } = await import('node:os');
    const root = await mkdtemp(join(tmpdir(), 'source-'));
    try {
      await mkdir(join(root, 'depot'));
      for (const name of await readdir(SOURCE)) {
        if (!/\.go$|^go\.mod$/.test(name)) continue;
        const text = await readFile(join(SOURCE, name), 'utf8');
        await writeFile(join(root, 'depot', name), name === 'go.mod' ? text : '\n'.repeat(10) + text);
      }
      const claims = (await answer([root])).flatMap(({ where, holds }) =>
        holds.filter(bySource).map((hold) => `${where}: ${hold.confidence}`),
      );
      expect(claims).toEqual([]);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});
