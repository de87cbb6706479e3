// Who must act for a wait that is no lock to end: the goroutines that a WaitGroup waits for, and the one that stands at
// the other end of a channel, where the frames show them. A channel's address is never printed for its waiter, so a peer
// is named only as possible, unless it closes a deadlock.

import { localEntity } from '../../trace/entity.js';
import type { Confidence, EntityId, Evidence, Hold } from '../../trace/trace.js';
import type { Dump } from './dump.js';
import { isPlumbing } from './functions.js';
import type { Occurrences, WordTable } from './interest.js';
import { framesOf, type Leaves, leavesOf } from './leaves.js';
import { goroutineEntity, hex, partScope, readFunction } from './names.js';
import { waitOf, waitsOf } from './waits.js';
import { liveReceiver } from './words.js';

export interface Peers {
  readonly holds: readonly Hold[];
  /** What each of these goroutines waits for. */
  readonly on: ReadonlyMap<number, EntityId>;
}

/** A WaitGroup with more goroutines tied to it than this is a pool: they are not listed one by one. */
const MOST = 32;
/** Channel waits that are looked into: those of goroutines that others wait for, never a whole dump's. */
const CHANNELS = 200;

/**
 * @param groups of `waitGroups`, whose addresses `words` looked for.
 * @param holders rows of goroutines that probably hold something others wait for.
 */
export function findPeers(
  dump: Dump,
  groups: readonly Group[],
  words: Occurrences,
  holders: ReadonlySet<number>,
): Peers {
  const holds: Hold[] = [];
  const on = new Map<number, EntityId>();
  if (groups.length === 0 && holders.size === 0) return { holds, on };
  const needed = new Set(holders);
  const children = childrenOf(dump, groups);
  for (const group of groups) {
    on.set(group.row, group.entity);
    for (const hold of workersOf(dump, group, addressRows(words, group), children)) {
      holds.push(hold);
      needed.add(hold.section);
    }
  }
  const objects = new Objects(dump, leavesOf(dump));
  for (const row of [...needed].slice(0, CHANNELS)) {
    const hold = channelPeer(dump, row, needed, on, objects);
    if (!hold) continue;
    on.set(row, hold.of);
    holds.push(hold);
  }
  return { holds, on };
}

/** A goroutine in WaitGroup.Wait. */
export interface Group {
  readonly row: number;
  readonly address: number;
  readonly entity: EntityId;
  /** The function that waits. */
  readonly site: string;
}

/**
 * Goroutines in WaitGroup.Wait, with the group's address where a live word shows it.
 *
 * @param table takes the addresses.
 */
export function waitGroups(dump: Dump, table: WordTable): Group[] {
  const groups: Group[] = [];
  const waits = waitsOf(dump);
  for (let row = 0; row < dump.length && groups.length < 1000; row++) {
    const wait = waits.at(row);
    if (wait?.kind !== 'waitgroup' || wait.state === 'idle') continue;
    const frames = framesOf(dump, row);
    let address = -1;
    for (let depth = 0; depth < wait.site; depth++)
      if (frames[depth]!.func.endsWith('(*WaitGroup).Wait')) address = liveReceiver(dump, row, frames, depth);
    if (address >= 0) table.number(address);
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

/** Rows of goroutines that have a group's address as a live word, and its offset. */
function addressRows(words: Occurrences, group: Group): ReadonlyMap<number, number> {
  const rows = new Map<number, number>();
  if (group.address < 0) return rows;
  for (const i of words.of(words.table.number(group.address))) {
    const row = words.rowOf[i]!;
    if (words.live(i) && !rows.has(row)) rows.set(row, words.at(i));
  }
  return rows;
}

/** Goroutines that a group's own goroutine created. */
type Children = ReadonlyMap<Group, readonly number[]>;

function childrenOf(dump: Dump, groups: readonly Group[]): Children {
  const children = new Map<Group, number[]>();
  const byCreator: Map<number, number[]>[] = []; // by part
  for (const group of groups) {
    const part = (byCreator[dump.part.at(group.row)] ??= new Map());
    const id = dump.id.at(group.row);
    const rows = part.get(id) ?? [];
    part.set(id, rows);
    children.set(group, rows);
  }
  if (groups.length > 0)
    for (let row = 0; row < dump.length; row++)
      if (dump.creator.at(row) >= 0) byCreator[dump.part.at(row)]?.get(dump.creator.at(row))?.push(row);
  return children;
}

/** Goroutines that have the WaitGroup's address, or that the waiting function of this very goroutine created. */
function workersOf(dump: Dump, group: Group, words: ReadonlyMap<number, number>, children: Children): Hold[] {
  const found: Hold[] = [];
  const part = dump.part.at(group.row);
  const id = dump.id.at(group.row);
  const rows = new Set([...words.keys(), ...(children.get(group) ?? [])]);
  if (rows.size > MOST * 8) return [];
  for (const row of rows) {
    if (row === group.row || dump.part.at(row) !== part) continue;
    const evidence: Evidence[] = [];
    const start = words.get(row) ?? -1;
    if (start >= 0) {
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
    const confidence: Confidence = start >= 0 ? 'likely' : 'possible';
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
  objects: Objects,
): Hold | undefined {
  const wait = waitOf(dump, row);
  if (!wait || wait.state === 'idle' || !/^(?:chan-|select)/.test(wait.kind)) return undefined;
  const frames = framesOf(dump, row);
  for (let depth = wait.site; depth < frames.length && depth < wait.site + 4; depth++) {
    const name = readFunction(frames[depth]!.func);
    if (!name.type || isPlumbing(name.pkg)) continue;
    const object = liveReceiver(dump, row, frames, depth);
    if (object < 0) continue;
    const peers: { row: number; depth: number }[] = [];
    for (const other of objects.of(name.type, object)) {
      if (other.row === row || dump.part.at(other.row) !== dump.part.at(row)) continue;
      if (waitOf(dump, other.row)?.state === 'idle') continue;
      peers.push(other);
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

/** Goroutines by the object on which they stand in their first method of a type; worked out for the types asked for. */
class Objects {
  readonly #dump: Dump;
  readonly #leaves: Leaves;
  /** Stacks with a method of each type, and the depth of the first. */
  #stacks: Map<string, { stack: number; depth: number }[]> | undefined;
  readonly #rows = new Map<string, Map<number, { row: number; depth: number }[]>>();

  constructor(dump: Dump, leaves: Leaves) {
    this.#dump = dump;
    this.#leaves = leaves;
  }

  of(type: string, object: number): readonly { row: number; depth: number }[] {
    let rows = this.#rows.get(type);
    if (!rows) {
      rows = this.#rowsOf(type);
      this.#rows.set(type, rows);
    }
    return rows.get(object) ?? [];
  }

  #rowsOf(type: string): Map<number, { row: number; depth: number }[]> {
    const rows = new Map<number, { row: number; depth: number }[]>();
    this.#stacks ??= this.#byType();
    for (const { stack, depth } of this.#stacks.get(type) ?? []) {
      const frames = this.#leaves.frames(stack);
      for (const row of this.#leaves.rows(stack)) {
        const object = liveReceiver(this.#dump, row, frames, depth);
        if (object < 0) continue;
        const list = rows.get(object);
        if (list) list.push({ row, depth });
        else rows.set(object, [{ row, depth }]);
      }
    }
    return rows;
  }

  #byType(): Map<string, { stack: number; depth: number }[]> {
    const stacks = new Map<string, { stack: number; depth: number }[]>();
    for (let stack = 0; stack < this.#leaves.length; stack++)
      this.#leaves.frames(stack).forEach((frame, depth) => {
        if (frame.kind === 'created') return;
        const { type } = readFunction(frame.func);
        const list = stacks.get(type);
        if (!list) stacks.set(type, [{ stack, depth }]);
        else if (list[list.length - 1]!.stack !== stack) list.push({ stack, depth });
      });
    return stacks;
  }
}
