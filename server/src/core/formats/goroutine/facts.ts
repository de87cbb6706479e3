// What a goroutine dump means: who waits for what, who holds what, and on what evidence.

import { globalEntity, localEntity } from '../../trace/entity.js';
import type { Confidence, EntityId, Evidence, Facts, Hold, Unheld, Wait } from '../../trace/trace.js';
import { judge, type Suspect } from './judge.js';
import { lockOwner } from './lockname.js';
import { findLocks, type Lock } from './locks.js';
import { goroutineEntity, partScope } from './names.js';
import { type Dump, GROUP } from './parse.js';
import { findPeers } from './peers.js';
import { rpcCalled, rpcServed } from './rpc.js';
import { framesOf } from './suspects.js';
import { waitOf } from './waits.js';

export function factsOf(dump: Dump): Facts {
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
  for (const { lock, suspects, reason } of judge(dump, locks)) {
    const of = entityOf(lock);
    for (const suspect of suspects) holds.push(holdOf(dump, of, suspect));
    if (reason) unheld.push({ of, reason, values: {} });
  }
  const named = holds.filter((hold) => hold.confidence !== 'possible').map((hold) => hold.section);
  const peers = findPeers(dump, new Set(named));
  holds.push(...peers.holds);
  for (const [row, entity] of peers.on) if (!lockOfRow.has(row)) lockOfRow.set(row, entity);
  const waits = waitsOf(dump, lockOfRow);
  for (let row = 0; row < dump.length; row++) {
    const served = rpcServed(dump, row);
    if (!served) continue;
    holds.push({
      holder: goroutineEntity(dump, row),
      section: row,
      of: globalEntity('rpc', served.method),
      mode: 'serves',
      confidence: 'possible',
      evidence: [{ rule: 'serves-rpc', weight: 1, values: { function: served.func, method: served.method } }],
    });
  }
  return { waits, holds, unheld, names };
}

function holdOf(dump: Dump, of: EntityId, suspect: Suspect): Hold {
  const confidence: Confidence = suspect.confidence;
  const evidence: readonly Evidence[] = suspect.evidence;
  return {
    holder: goroutineEntity(dump, suspect.row),
    section: suspect.row,
    of,
    mode: suspect.mode,
    confidence,
    evidence,
  };
}

function waitsOf(dump: Dump, lockOfRow: ReadonlyMap<number, EntityId>): Wait[] {
  const waits: Wait[] = [];
  for (let row = 0; row < dump.length; row++) {
    const wait = waitOf(dump, row);
    if (!wait) continue;
    const frames = framesOf(dump, row);
    const minutes = dump.minutes.at(row);
    let on = lockOfRow.get(row);
    if (on === undefined && wait.kind === 'rpc') {
      const called = rpcCalled(frames);
      if (called) on = globalEntity('rpc', called);
    }
    if (on === undefined && dump.flags.at(row) & GROUP && /mutex/.test(wait.kind)) on = undefined;
    waits.push({
      waiter: goroutineEntity(dump, row),
      section: row,
      span: { start: dump.start.at(row), end: dump.headEnd.at(row) },
      on,
      kind: wait.kind,
      state: wait.state,
      seconds: minutes >= 0 ? minutes * 60 : undefined,
      topic: wait.idle ? { kind: 'idle', name: wait.idle } : { kind: 'wait', name: wait.kind },
      site: frames[wait.site]?.func ?? '',
    });
  }
  return waits;
}
