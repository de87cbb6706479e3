// What a goroutine dump means: who waits for what, who holds what, and on what evidence.

import type { SourceEvidence } from '../../source/evidence.js';
import { globalEntity, localEntity } from '../../trace/entity.js';
import type { EntityId, Facts, Hold, Unheld, Wait } from '../../trace/trace.js';
import { WordTable } from './interest.js';
import { judge, type Suspect } from './judge.js';
import { CALLEES } from './knowledge/ends.js';
import { framesOf, leavesOf } from './leaves.js';
import { lockOwner } from './lockname.js';
import { findLocks, type Lock } from './locks.js';
import { goroutineEntity, partScope } from './names.js';
import type { Dump } from './parse.js';
import { findPeers, waitGroups } from './peers.js';
import { rpcCalled, rpcServed } from './rpc.js';
import type { StackNode } from './stacks.js';
import { unheldReason } from './unheld.js';
import { type StackWait, waitsOf } from './waits.js';

/** `source` is what the program's code says, where that is at hand. */
export function factsOf(dump: Dump, source?: SourceEvidence): Facts {
  const names = new Map<EntityId, string>();
  const locks = findLocks(dump);
  const lockOfRow = new Map<number, EntityId>();
  const entityOf = (lock: Lock): EntityId => localEntity('lock', lock.name, partScope(dump, lock.part));
  const ordered = [...locks].sort((a, b) => b.waiters.length - a.waiters.length);
  const numbers = { mutex: 0, rwmutex: 0 };
  for (const lock of ordered) {
    const entity = entityOf(lock);
    const owner = lockOwner(dump, lock);
    const of = owner ? ` (${owner})` : '';
    names.set(entity, `${lock.kind === 'rwmutex' ? 'RWMutex' : 'mutex'} #${++numbers[lock.kind]}${of}`);
    for (const waiter of lock.waiters) lockOfRow.set(waiter.row, entity);
  }
  const holds: Hold[] = [];
  const unheld: Unheld[] = [];
  const table = new WordTable();
  const groups = waitGroups(dump, table);
  const { verdicts, words } = judge(dump, locks, table, source);
  for (const { lock, suspects } of verdicts) {
    const of = entityOf(lock);
    for (const suspect of suspects) holds.push(holdOf(dump, of, suspect));
    const reason = unheldReason(dump, lock, suspects);
    if (reason) unheld.push({ of, reason, values: {} });
  }
  const named = holds.filter((hold) => hold.confidence !== 'possible').map((hold) => hold.section);
  const peers = findPeers(dump, groups, words, new Set(named));
  holds.push(...peers.holds);
  for (const [row, entity] of peers.on) if (!lockOfRow.has(row)) lockOfRow.set(row, entity);
  const waits = allWaits(dump, lockOfRow);
  for (const hold of servers(dump)) holds.push(hold);
  return { waits, holds, unheld, names };
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

function holdOf(dump: Dump, of: EntityId, { row, mode, confidence, evidence }: Suspect): Hold {
  return { holder: goroutineEntity(dump, row), section: row, of, mode, confidence, evidence };
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
