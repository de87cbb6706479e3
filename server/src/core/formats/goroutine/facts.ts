// What a goroutine dump means: who waits for what, who holds what, and on what evidence.

import type { Steps } from '../../text/steps.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import type { EntityId, Evidence, Facts, Hold, Unheld, Wait } from '../../trace/trace.js';
import type { Dump } from './dump.js';
import { WordTable } from './interest.js';
import { decide, type Suspect, type Verdict, type Weighing, weighAll } from './judge.js';
import { CALLEES } from './knowledge/ends.js';
import { framesOf, leavesOf } from './leaves.js';
import { lockOwner } from './lockname.js';
import { findLocks, type Lock } from './locks.js';
import { goroutineEntity, partScope } from './names.js';
import { findPeers, type Group, waitGroups } from './peers.js';
import { rpcCalled, rpcServed } from './rpc.js';
import type { SourceView } from './sourced.js';
import type { StackNode } from './stacks.js';
import { takenOf } from './taken.js';
import { unheldReason } from './unheld.js';
import { type StackWait, waitsOf } from './waits.js';

/** What the dump alone says, and the source changes nothing about. */
export interface Ground {
  readonly weighing: Weighing;
  readonly names: ReadonlyMap<EntityId, string>;
  readonly lockOfRow: ReadonlyMap<number, EntityId>;
  readonly groups: readonly Group[];
  /** Without what peers wait for. */
  readonly waits: readonly Wait[];
  readonly servers: readonly Hold[];
  /** Whom the dump alone names, once that is asked. */
  before?: readonly Verdict[];
}

export function* groundOf(dump: Dump): Steps<Ground> {
  const names = new Map<EntityId, string>();
  leavesOf(dump);
  yield;
  waitsOf(dump);
  yield;
  const locks = yield* findLocks(dump);
  yield;
  const lockOfRow = new Map<number, EntityId>();
  const ordered = [...locks].sort((a, b) => b.waiters.length - a.waiters.length);
  const numbers = { mutex: 0, rwmutex: 0 };
  for (const lock of ordered) {
    const entity = entityOf(dump, lock);
    const owner = lockOwner(dump, lock);
    const of = owner ? ` (${owner})` : '';
    names.set(entity, `${lock.kind === 'rwmutex' ? 'RWMutex' : 'mutex'} #${++numbers[lock.kind]}${of}`);
    for (const waiter of lock.waiters) lockOfRow.set(waiter.row, entity);
  }
  yield;
  const table = new WordTable();
  const groups = waitGroups(dump, table);
  yield;
  const weighing = yield* weighAll(dump, locks, table);
  const waits = allWaits(dump, lockOfRow);
  yield;
  return { weighing, names, lockOfRow, groups, waits, servers: servers(dump) };
}

const entityOf = (dump: Dump, lock: Lock): EntityId => localEntity('lock', lock.name, partScope(dump, lock.part));

/** Waits and holds; `source` is what the program's code says, where that is at hand. Yields between pieces of work. */
export function* factsOf(ground: Ground, source?: SourceView): Steps<Facts> {
  const { weighing, names, groups } = ground;
  const { dump } = weighing;
  const holds: Hold[] = [];
  const unheld: Unheld[] = [];
  ground.before ??= yield* decide(weighing);
  const { before } = ground;
  const verdicts = source ? yield* decide(weighing, source) : before;
  for (const [at, { lock, suspects }] of verdicts.entries()) {
    const of = entityOf(dump, lock);
    const other = refuted(before[at]!, suspects[0], source);
    const values = { other: other === undefined ? '' : String(dump.id.at(other)) };
    suspects.forEach((suspect, rank) => {
      const hold = holdOf(dump, of, suspect);
      const instead: Evidence = { rule: 'source-instead', weight: 3, values };
      holds.push(rank > 0 || other === undefined ? hold : { ...hold, evidence: [...hold.evidence, instead] });
    });
    const reason = suspects.length === 0 && other !== undefined ? 'refuted' : unheldReason(dump, lock, suspects);
    if (reason) unheld.push({ of, reason, values: reason === 'refuted' ? values : {} });
  }
  yield;
  const named = holds.filter((hold) => hold.confidence !== 'possible').map((hold) => hold.section);
  const peers = findPeers(dump, groups, weighing.words, new Set(named));
  holds.push(...peers.holds, ...ground.servers);
  const waits = ground.waits.map((wait) => {
    const on = ground.lockOfRow.has(wait.section) ? undefined : peers.on.get(wait.section);
    return on === undefined ? wait : { ...wait, on };
  });
  const taken = takenOf(dump);
  return { waits, holds, unheld, names, ...(taken.length > 0 && { taken }) };
}

/** Whom the dump alone would name first, where the source says that it is somebody else or nobody. */
function refuted({ lock, suspects }: Verdict, now: Suspect | undefined, source?: SourceView): number | undefined {
  const [first] = suspects;
  if (!first || !source || first.row === now?.row) return undefined;
  return source.weigh(lock, first.row).weight < 0 ? first.row : undefined;
}

/** Goroutines that serve a call of another process. */
function servers(dump: Dump): Hold[] {
  const leaves = leavesOf(dump);
  const holds: Hold[] = [];
  for (let stack = 0; stack < leaves.length; stack++) {
    const served = rpcServed(dump, leaves.first[stack]!);
    for (const row of served ? leaves.rows(stack) : [])
      holds.push({
        holder: goroutineEntity(dump, row),
        section: row,
        of: globalEntity('rpc', served!.method),
        mode: 'serves',
        confidence: 'possible',
        evidence: [{ rule: served!.rule, weight: 1, values: { function: served!.func, method: served!.method } }],
      });
  }
  return holds.sort((a, b) => a.section - b.section);
}

function holdOf(dump: Dump, of: EntityId, { row, mode, confidence, evidence, only }: Suspect): Hold {
  const holder = goroutineEntity(dump, row);
  return { holder, section: row, of, mode, confidence, evidence, ...(only && { only }) };
}

function allWaits(dump: Dump, lockOfRow: ReadonlyMap<number, EntityId>): Wait[] {
  const waits: Wait[] = [];
  const stackWaits = waitsOf(dump);
  const kinds: (WaitLike | undefined)[] = new Array(stackWaits.length);
  for (let row = 0; row < dump.length; row++) {
    const wait = stackWaits.at(row);
    if (!wait) continue;
    const like = (kinds[stackWaits.of[row]!] ??= likeOf(wait, framesOf(dump, row)));
    const minutes = dump.minutes.at(row);
    waits.push({
      waiter: goroutineEntity(dump, row),
      section: row,
      span: { start: dump.start.at(row), end: dump.headEnd.at(row) },
      on: lockOfRow.get(row) ?? like.on,
      kind: wait.kind,
      state: wait.state,
      seconds: minutes >= 0 ? minutes * 60 : undefined,
      topic: like.topic,
      site: like.site,
    });
  }
  return waits;
}

/** What the waits of one stack and state have in common. */
type WaitLike = Pick<Wait, 'on' | 'topic' | 'site'>;

function likeOf(wait: StackWait, frames: readonly StackNode[]): WaitLike {
  const called = wait.kind === 'rpc' ? rpcCalled(frames) : undefined;
  const callee = wait.kind === 'child' || wait.kind === 'dbus' ? calleeOf(frames) : undefined;
  return {
    on: called ? globalEntity('rpc', called) : callee,
    topic: wait.idle ? { kind: 'idle', name: wait.idle } : { kind: 'wait', name: wait.kind },
    site: frames[wait.site]?.func ?? '',
  };
}

/** The program or the bus name that a stack waits for, where it tells. */
function calleeOf(frames: readonly StackNode[]): EntityId | undefined {
  for (const { has, kind, name } of CALLEES)
    if (frames.some((frame) => frame.kind !== 'created' && frame.func.includes(has))) return globalEntity(kind, name);
  return undefined;
}
