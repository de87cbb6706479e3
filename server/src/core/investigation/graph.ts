// The wait-for graph of all open traces: waits (waiter -> entity) and holds (entity -> holder), joined by equal entity ids.

import { readEntity } from '../trace/entity.js';
import type { EntityId, Hold, Trace, Wait } from '../trace/trace.js';

export interface WaitEdge {
  readonly trace: Trace;
  readonly wait: Wait;
}

export interface HoldEdge {
  readonly trace: Trace;
  readonly hold: Hold;
}

/** One step of a chain: an entity, how it waits, and through whose hold the chain goes on. */
export interface Link {
  readonly entity: EntityId;
  readonly wait: WaitEdge | undefined;
  /** Who must act for the wait to end; undefined at the end of the chain. */
  readonly hold: HoldEdge | undefined;
}

export interface Chain {
  readonly links: readonly Link[];
  /** Index of the link that the last one leads back to: a deadlock. -1 where the chain ends. */
  readonly cycleAt: number;
}

/** A deadlock: each member waits for something that the next one holds. One member: it waits for itself. */
export interface Cycle {
  readonly members: readonly EntityId[];
  /** The weakest confidence among its holds. */
  readonly confidence: Hold['confidence'];
}

export interface WaitForGraph {
  readonly traces: readonly Trace[];
  /** What the entity waits for: at most one for a goroutine or thread. */
  waitOf(entity: EntityId): WaitEdge | undefined;
  /** Who waits for the entity, longest first where the text tells. */
  waitersOf(entity: EntityId): readonly WaitEdge[];
  /** Who holds (or serves) the entity, surest first. */
  holdersOf(entity: EntityId): readonly HoldEdge[];
  /** What the entity holds. */
  heldBy(entity: EntityId): readonly HoldEdge[];
  /** Entities that somebody waits for and that can be held, most waiters first. */
  readonly contended: readonly EntityId[];
  /** From the entity through the surest holders, `certain` and `likely` ones only unless `all`. */
  chain(entity: EntityId, all?: boolean): Chain;
  readonly cycles: readonly Cycle[];
}

const RANK = { certain: 0, likely: 1, possible: 2 } as const;

export function buildGraph(traces: readonly Trace[]): WaitForGraph {
  const waits = new Map<EntityId, WaitEdge>();
  const waiters = new Map<EntityId, WaitEdge[]>();
  const holders = new Map<EntityId, HoldEdge[]>();
  const held = new Map<EntityId, HoldEdge[]>();
  const put = <T>(map: Map<EntityId, T[]>, key: EntityId, value: T): void => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  for (const trace of traces) {
    for (const wait of trace.facts.waits) {
      const edge = { trace, wait };
      if (!waits.has(wait.waiter)) waits.set(wait.waiter, edge);
      if (wait.on !== undefined) put(waiters, wait.on, edge);
    }
    for (const hold of trace.facts.holds) {
      put(holders, hold.of, { trace, hold });
      put(held, hold.holder, { trace, hold });
    }
  }
  for (const list of holders.values()) list.sort((a, b) => RANK[a.hold.confidence] - RANK[b.hold.confidence]);
  for (const list of waiters.values()) list.sort((a, b) => (b.wait.seconds ?? -1) - (a.wait.seconds ?? -1));
  const contended = [...waiters.keys()]
    .filter((entity) => readEntity(entity).kind === 'lock')
    .sort((a, b) => waiters.get(b)!.length - waiters.get(a)!.length);

  const step = (entity: EntityId, all: boolean): Link => {
    const wait = waits.get(entity);
    const on = wait?.wait.on;
    const next = on === undefined ? undefined : holders.get(on)?.[0];
    const follow = next && (all || next.hold.confidence !== 'possible') ? next : undefined;
    return { entity, wait, hold: follow };
  };
  const chain = (entity: EntityId, all = false): Chain => {
    const links: Link[] = [];
    const at = new Map<EntityId, number>();
    for (let next: EntityId | undefined = entity; next !== undefined; ) {
      const seen = at.get(next);
      if (seen !== undefined) return { links, cycleAt: seen };
      at.set(next, links.length);
      const link = step(next, all);
      links.push(link);
      next = link.hold?.hold.holder;
    }
    return { links, cycleAt: -1 };
  };

  let cycles: readonly Cycle[] | undefined;
  return {
    traces,
    waitOf: (entity) => waits.get(entity),
    waitersOf: (entity) => waiters.get(entity) ?? [],
    holdersOf: (entity) => holders.get(entity) ?? [],
    heldBy: (entity) => held.get(entity) ?? [],
    contended,
    chain,
    get cycles() {
      cycles ??= findCycles(waits, holders);
      return cycles;
    },
  };
}

/**
 * Cycles among waits and likely or certain holds. A lock can have several holders (readers), so this looks at strongly
 * connected components (Tarjan), and takes a shortest cycle out of each: a component is one deadlock.
 */
function findCycles(waits: Map<EntityId, WaitEdge>, holders: Map<EntityId, HoldEdge[]>): Cycle[] {
  const next = (entity: EntityId): HoldEdge[] => {
    const on = waits.get(entity)?.wait.on;
    return on === undefined ? [] : (holders.get(on) ?? []).filter((edge) => edge.hold.confidence !== 'possible');
  };
  const cycles: Cycle[] = [];
  for (const component of components([...waits.keys()], (e) => next(e).map((edge) => edge.hold.holder))) {
    const inside = new Set(component);
    const start = component[0]!;
    // Breadth first from `start` back to `start`.
    const from = new Map<EntityId, { entity: EntityId; edge: HoldEdge }>();
    const queue: EntityId[] = [start];
    let closed = false;
    for (let i = 0; i < queue.length && !closed; i++)
      for (const edge of next(queue[i]!)) {
        const holder = edge.hold.holder;
        if (!inside.has(holder) || from.has(holder)) continue;
        from.set(holder, { entity: queue[i]!, edge });
        if (holder === start) {
          closed = true;
          break;
        }
        queue.push(holder);
      }
    if (!closed) continue;
    const members: EntityId[] = [];
    let confidence: Hold['confidence'] = 'certain';
    for (let at = start; ; ) {
      const back = from.get(at)!;
      if (RANK[back.edge.hold.confidence] > RANK[confidence]) confidence = back.edge.hold.confidence;
      at = back.entity;
      members.unshift(at);
      if (at === start) break;
    }
    const only = members.length === 1 ? waits.get(members[0]!)?.wait : undefined;
    const writer = only?.kind === 'rwmutex-read' ? pendingWriter(only.on, waits) : undefined;
    if (writer !== undefined) members.push(writer);
    cycles.push({ members, confidence });
  }
  return cycles.sort((a, b) => a.members.length - b.members.length);
}

/**
 * A reader that asks again for the RWMutex it holds waits for the writer that came in between (sync/rwmutex.go: a blocked
 * Lock shuts out new readers), and the writer waits for it.
 */
function pendingWriter(on: EntityId | undefined, waits: ReadonlyMap<EntityId, WaitEdge>): EntityId | undefined {
  for (const { wait } of waits.values()) if (wait.on === on && wait.kind === 'rwmutex-write') return wait.waiter;
  return undefined;
}

/** Strongly connected components that hold a cycle, without recursion (a chain may have 100,000 links). */
function components(entities: readonly EntityId[], next: (entity: EntityId) => EntityId[]): EntityId[][] {
  const index = new Map<EntityId, number>();
  const low = new Map<EntityId, number>();
  const onStack = new Set<EntityId>();
  const stack: EntityId[] = [];
  const found: EntityId[][] = [];
  for (const root of entities) {
    if (index.has(root)) continue;
    const work: { entity: EntityId; next: EntityId[]; at: number }[] = [];
    const enter = (entity: EntityId): void => {
      index.set(entity, index.size);
      low.set(entity, index.get(entity)!);
      stack.push(entity);
      onStack.add(entity);
      work.push({ entity, next: next(entity), at: 0 });
    };
    enter(root);
    while (work.length > 0) {
      const top = work[work.length - 1]!;
      if (top.at < top.next.length) {
        const to = top.next[top.at++]!;
        if (!index.has(to)) enter(to);
        else if (onStack.has(to)) low.set(top.entity, Math.min(low.get(top.entity)!, index.get(to)!));
        continue;
      }
      work.pop();
      const parent = work[work.length - 1];
      if (parent) low.set(parent.entity, Math.min(low.get(parent.entity)!, low.get(top.entity)!));
      if (low.get(top.entity) !== index.get(top.entity)) continue;
      const component: EntityId[] = [];
      let entity: EntityId;
      do {
        entity = stack.pop()!;
        onStack.delete(entity);
        component.push(entity);
      } while (entity !== top.entity);
      if (component.length > 1 || next(top.entity).includes(top.entity)) found.push(component.reverse());
    }
  }
  return found;
}
