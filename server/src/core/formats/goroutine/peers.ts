// Who must act for a wait that is no lock to end: the goroutines that a WaitGroup waits for, and the one that stands at
// the other end of a channel, where the frames show them. A channel's address is never printed for its waiter, so a peer
// is named only as possible, unless it closes a deadlock.

import { localEntity } from '../../trace/entity.js';
import type { Confidence, EntityId, Evidence, Hold } from '../../trace/trace.js';
import { goroutineEntity, hex, partScope, readFunction } from './names.js';
import type { Dump } from './parse.js';
import { framesOf, isPlumbing, liveReceiver, rowsByLeaf } from './suspects.js';
import { waitOf } from './waits.js';

export interface Peers {
  readonly holds: readonly Hold[];
  /** What each of these goroutines waits for. */
  readonly on: ReadonlyMap<number, EntityId>;
}

/** A WaitGroup with more goroutines tied to it than this is a pool: they are not listed one by one. */
const MOST = 32;
/** Channel waits that are looked into: those of goroutines that others wait for, never a whole dump's. */
const CHANNELS = 200;

/** @param holders rows of goroutines that probably hold something others wait for. */
export function findPeers(dump: Dump, holders: ReadonlySet<number>): Peers {
  const holds: Hold[] = [];
  const on = new Map<number, EntityId>();
  const groups = waitGroups(dump);
  if (groups.length === 0 && holders.size === 0) return { holds, on };
  const needed = new Set(holders);
  const mentions = addressRows(dump, groups);
  const children = groups.length > 0 ? rowsByCreator(dump) : new Map<string, number[]>();
  for (const group of groups) {
    on.set(group.row, group.entity);
    for (const hold of workersOf(dump, group, mentions, children)) {
      holds.push(hold);
      needed.add(hold.section);
    }
  }
  const leaves = rowsByLeaf(dump);
  for (const row of [...needed].slice(0, CHANNELS)) {
    const hold = channelPeer(dump, row, needed, on, leaves);
    if (!hold) continue;
    on.set(row, hold.of);
    holds.push(hold);
  }
  return { holds, on };
}

interface Group {
  readonly row: number;
  readonly address: number;
  readonly entity: EntityId;
  /** The function that waits. */
  readonly site: string;
}

/** Goroutines in WaitGroup.Wait, with the group's address where a live word shows it. */
function waitGroups(dump: Dump): Group[] {
  const groups: Group[] = [];
  for (let row = 0; row < dump.length && groups.length < 1000; row++) {
    const wait = waitOf(dump, row);
    if (wait?.kind !== 'waitgroup' || wait.state === 'idle') continue;
    const frames = framesOf(dump, row);
    let address = -1;
    for (let depth = 0; depth < wait.site; depth++)
      if (frames[depth]!.func.endsWith('(*WaitGroup).Wait')) address = liveReceiver(dump, row, depth);
    const name = address >= 0 ? hex(address) : `of-goroutine-${dump.id.at(row)}`;
    groups.push({
      row,
      address,
      entity: localEntity('waitgroup', name, partScope(dump, dump.part.at(row))),
      site: frames[wait.site]?.func ?? '',
    });
  }
  return groups;
}

/** Rows of goroutines that have a group's address as a live word, and where: one pass for all groups. */
function addressRows(dump: Dump, groups: readonly Group[]): Map<number, Map<number, number>> {
  const found = new Map<number, Map<number, number>>();
  for (const group of groups) if (group.address >= 0) found.set(group.address, new Map());
  if (found.size === 0) return found;
  for (let row = 0; row < dump.length; row++) {
    const { first, end } = dump.pointerRows(row);
    for (let p = first; p < end; p++) {
      const rows = found.get(dump.pointer.at(p));
      if (rows && !dump.pointerStale.at(p) && !rows.has(row)) rows.set(row, p);
    }
  }
  return found;
}

/** Goroutines by who created them: `part goroutine`. */
function rowsByCreator(dump: Dump): Map<string, number[]> {
  const rows = new Map<string, number[]>();
  for (let row = 0; row < dump.length; row++) {
    if (dump.creator.at(row) < 0) continue;
    const key = `${dump.part.at(row)} ${dump.creator.at(row)}`;
    const list = rows.get(key);
    if (list) list.push(row);
    else rows.set(key, [row]);
  }
  return rows;
}

/** Goroutines that have the WaitGroup's address, or that the waiting function of this very goroutine created. */
function workersOf(
  dump: Dump,
  group: Group,
  mentions: ReadonlyMap<number, ReadonlyMap<number, number>>,
  children: ReadonlyMap<string, readonly number[]>,
): Hold[] {
  const found: Hold[] = [];
  const part = dump.part.at(group.row);
  const id = dump.id.at(group.row);
  const words = mentions.get(group.address);
  const rows = new Set([...(words?.keys() ?? []), ...(children.get(`${part} ${id}`) ?? [])]);
  if (rows.size > MOST * 8) return [];
  for (const row of rows) {
    if (row === group.row || dump.part.at(row) !== part) continue;
    const evidence: Evidence[] = [];
    const at = words?.get(row) ?? -1;
    if (at >= 0) {
      const start = dump.pointerAt.at(at);
      const address = hex(group.address);
      evidence.push({
        rule: 'waitgroup-pointer',
        weight: 3,
        values: { address },
        span: { start, end: start + address.length },
      });
    }
    const frames = framesOf(dump, row);
    const last = frames[frames.length - 1];
    if (last?.kind === 'created' && last.func === group.site && id >= 0 && dump.creator.at(row) === id)
      evidence.push({ rule: 'waitgroup-worker', weight: 2, values: { function: group.site } });
    if (evidence.length === 0) continue;
    if (waitOf(dump, row)?.kind === 'waitgroup' && evidence.length < 2) continue;
    const confidence: Confidence = at >= 0 ? 'likely' : 'possible';
    found.push({
      holder: goroutineEntity(dump, row),
      section: row,
      of: group.entity,
      mode: 'serves',
      confidence,
      evidence,
    });
    if (found.length > MOST) return [];
  }
  return found;
}

/**
 * The goroutine at the other end of a channel wait: the only other one that others wait for too and that works on the
 * object at whose method the wait began. Likely where that goroutine in turn waits for this one: a deadlock.
 */
function channelPeer(
  dump: Dump,
  row: number,
  needed: ReadonlySet<number>,
  on: ReadonlyMap<number, EntityId>,
  leaves: ReadonlyMap<number, readonly number[]>,
): Hold | undefined {
  const wait = waitOf(dump, row);
  if (!wait || wait.state === 'idle' || !/^(?:chan-|select)/.test(wait.kind)) return undefined;
  const frames = framesOf(dump, row);
  for (let depth = wait.site; depth < frames.length && depth < wait.site + 4; depth++) {
    const name = readFunction(frames[depth]!.func);
    if (!name.type || isPlumbing(name.pkg)) continue;
    const object = liveReceiver(dump, row, depth);
    if (object < 0) continue;
    const peers: { row: number; depth: number }[] = [];
    for (const rows of leaves.values()) {
      const at = framesOf(dump, rows[0]!).findIndex(
        (frame) => frame.kind !== 'created' && readFunction(frame.func).type === name.type,
      );
      if (at < 0) continue;
      for (const other of rows) {
        if (other === row || dump.part.at(other) !== dump.part.at(row) || waitOf(dump, other)?.state === 'idle')
          continue;
        if (liveReceiver(dump, other, at) === object) peers.push({ row: other, depth: at });
        if (peers.length > 1) break;
      }
      if (peers.length > 1) break;
    }
    const peer = peers.length === 1 ? peers[0] : undefined;
    if (!peer) continue;
    const entity = localEntity('channel', `of-goroutine-${dump.id.at(row)}`, partScope(dump, dump.part.at(row)));
    const frame = dump.firstFrame.at(peer.row) + peer.depth;
    const cyclic = on.has(peer.row) && needed.has(row);
    return {
      holder: goroutineEntity(dump, peer.row),
      section: peer.row,
      of: entity,
      mode: 'serves',
      confidence: cyclic ? 'likely' : 'possible',
      evidence: [
        {
          rule: 'channel-object',
          weight: 1,
          values: { pointer: hex(object), type: name.type, frame: framesOf(dump, peer.row)[peer.depth]!.func },
          span: { start: dump.frameStart.at(frame), end: dump.frameEnd.at(frame) },
        },
      ],
    };
  }
  return undefined;
}
