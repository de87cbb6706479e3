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
  /** Through whose hold the chain goes on; undefined at its end, and where the next one is itself what is waited for. */
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
  /** One id for all names of one thing. */
  idOf(entity: EntityId): EntityId;
  /** What the entity waits for now: at most one for a goroutine or thread. */
  waitOf(entity: EntityId): WaitEdge | undefined;
  /** Who waits for the entity, longest first where the text tells. */
  waitersOf(entity: EntityId): readonly WaitEdge[];
  /** Who can end a wait: who holds what is waited for, in the mode that it takes, and is not the waiter itself; surest first. */
  endersOf(wait: Wait): readonly HoldEdge[];
  /** Who holds (or serves) the entity, surest first. */
  holdersOf(entity: EntityId): readonly HoldEdge[];
  /** What the entity holds. */
  heldBy(entity: EntityId): readonly HoldEdge[];
  /** Entities that somebody waits for and that can be held, most waiters first. */
  readonly contended: readonly EntityId[];
  /** Who must act next for the entity to go on: the surest holder, unless only possible, or who is itself waited for. */
  blockerOf(entity: EntityId): EntityId | undefined;
  /** From the entity through the surest holders, `certain` and `likely` ones only unless `all`. */
  chain(entity: EntityId, all?: boolean): Chain;
  readonly cycles: readonly Cycle[];
  /** The deadlock that the entity is a member of. */
  cycleOf(entity: EntityId): Cycle | undefined;
}

const RANK = { certain: 0, likely: 1, possible: 2 } as const;

/** What can wait itself: who waits for one of these waits for what that one waits for. */
export const ACTORS: ReadonlySet<string> = new Set(['goroutine', 'thread', 'process', 'program']);

/** Of what several texts say that one waits for, the most telling counts: a blocked wait, and one whose object is known. */
const weight = (wait: Wait): number => (wait.state === 'blocked' ? 2 : 0) + (wait.on === undefined ? 0 : 1);

/** Whether a wait goes on as the text ends. */
const isNow = (wait: Wait): boolean => wait.state === 'blocked' || wait.state === 'idle';

export function buildGraph(traces: readonly Trace[]): WaitForGraph {
  const waits = new Waits(traces);
  const waiters = new Map<EntityId, WaitEdge[]>();
  const holders = new Map<EntityId, HoldEdge[]>();
  const held = new Map<EntityId, HoldEdge[]>();
  const put = <T>(map: Map<EntityId, T[]>, key: EntityId, value: T): void => {
    const list = map.get(key);
    if (list) list.push(value);
    else map.set(key, [value]);
  };
  const one = identities(traces);
  for (const trace of traces)
    for (const hold of trace.facts.holds) {
      put(holders, one(hold.of), { trace, hold });
      put(held, one(hold.holder), { trace, hold });
    }
  const ends = (wait: Wait): boolean => wait.on !== undefined && holders.has(one(wait.on));
  for (const [at, trace] of traces.entries())
    trace.facts.waits.forEach((wait, index) => {
      if (!isNow(wait)) return;
      // What another text has told already of this waiter is no second one.
      const told = at > 0 && wait.on !== undefined ? waits.get(one(wait.waiter)) : undefined;
      const again = told && told.trace !== trace && told.wait.on !== undefined && one(told.wait.on) === one(wait.on!);
      waits.add(one(wait.waiter), at, index, wait, ends);
      if (wait.on !== undefined && !again) put(waiters, one(wait.on), { trace, wait });
    });
  for (const [of, list] of holders) {
    list.sort((a, b) => RANK[a.hold.confidence] - RANK[b.hold.confidence]);
    if (list.some(({ trace }) => trace !== list[0]!.trace)) holders.set(of, distinctHolders(list, one));
  }
  for (const list of waiters.values()) list.sort((a, b) => (b.wait.seconds ?? -1) - (a.wait.seconds ?? -1));
  const contended = [...waiters.keys()]
    .filter((entity) => readEntity(entity).kind === 'lock')
    .sort((a, b) => waiters.get(b)!.length - waiters.get(a)!.length);

  const waitOf = (entity: EntityId): WaitEdge | undefined => waits.get(one(entity));
  const holdersOf = (entity: EntityId): readonly HoldEdge[] => holders.get(one(entity)) ?? [];
  const endersOf = ({ on, by, waiter }: Wait): readonly HoldEdge[] => {
    const all = on === undefined ? [] : holdersOf(on);
    return by
      ? all.filter(({ hold }) => (hold.mode === by || hold.mode === 'serves') && one(hold.holder) !== one(waiter))
      : all;
  };
  /** Who comes next on the way to the root, and through whose hold. */
  const step = (entity: EntityId, all: boolean): { link: Link; next: EntityId | undefined } => {
    const wait = waitOf(entity);
    const on = wait?.wait.on;
    if (on === undefined) return { link: { entity, wait, hold: undefined }, next: undefined };
    const hold = endersOf(wait!.wait)[0];
    if (hold && (all || hold.hold.confidence !== 'possible'))
      return { link: { entity, wait, hold }, next: hold.hold.holder };
    const itself = !hold && ACTORS.has(readEntity(on).kind) && (waitOf(on) !== undefined || held.has(one(on)));
    return { link: { entity, wait, hold: undefined }, next: itself ? on : undefined };
  };
  const chain = (entity: EntityId, all = false): Chain => {
    const links: Link[] = [];
    const at = new Map<EntityId, number>();
    for (let next: EntityId | undefined = entity; next !== undefined; ) {
      const seen = at.get(one(next));
      if (seen !== undefined) return { links, cycleAt: seen };
      at.set(one(next), links.length);
      const { link, next: follow } = step(next, all);
      links.push(link);
      next = follow;
    }
    return { links, cycleAt: -1 };
  };

  let cycles: readonly Cycle[] | undefined;
  const findOnce = (): readonly Cycle[] => (cycles ??= findCycles(waits, waitOf, endersOf, one, traces));
  let cycleOf: ReadonlyMap<EntityId, Cycle> | undefined;
  return {
    traces,
    idOf: one,
    waitOf,
    endersOf,
    waitersOf: (entity) => waiters.get(one(entity)) ?? [],
    holdersOf,
    heldBy: (entity) => held.get(one(entity)) ?? [],
    contended,
    blockerOf: (entity) => step(entity, false).next,
    chain,
    get cycles() {
      return findOnce();
    },
    cycleOf(entity) {
      // Of several the first counts, the shortest.
      cycleOf ??= new Map(
        findOnce()
          .toReversed()
          .flatMap((cycle) => cycle.members.map((member): [EntityId, Cycle] => [member, cycle])),
      );
      return cycleOf.get(entity);
    },
  };
}

/** Of what several texts say of one holder the surest. */
function distinctHolders(edges: readonly HoldEdge[], one: (entity: EntityId) => EntityId): HoldEdge[] {
  const seen = new Map<string, Trace>();
  return edges.filter(({ trace, hold }) => {
    const key = `${one(hold.holder)} ${hold.mode}`;
    const first = seen.get(key);
    if (!first) seen.set(key, trace);
    return !first || first === trace;
  });
}

/**
 * What each entity waits for, by the number of the wait: of a million goroutines few are ever asked about, and only for them is an edge
 * made.
 */
class Waits {
  readonly #traces: readonly Trace[];
  /** The number of each trace's first wait. */
  readonly #first: number[] = [];
  readonly #numbers = new Map<EntityId, number>();

  constructor(traces: readonly Trace[]) {
    this.#traces = traces;
    let count = 0;
    for (const { facts } of traces) {
      this.#first.push(count);
      count += facts.waits.length;
    }
  }

  /** Notes a wait, unless what another text says of the same waiter is more telling. */
  add(waiter: EntityId, trace: number, index: number, wait: Wait, ends: (wait: Wait) => boolean): void {
    const known = this.get(waiter);
    const more = known && weight(wait) - weight(known.wait);
    // Of two that tell as much, the one whose end somebody is known to bring about.
    if (more === undefined || more > 0 || (more === 0 && ends(wait) && !ends(known!.wait)))
      this.#numbers.set(waiter, this.#first[trace]! + index);
  }

  get(waiter: EntityId): WaitEdge | undefined {
    const number = this.#numbers.get(waiter);
    if (number === undefined) return undefined;
    let low = 0;
    let high = this.#first.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#first[middle]! <= number) low = middle;
      else high = middle - 1;
    }
    const trace = this.#traces[low]!;
    return { trace, wait: trace.facts.waits[number - this.#first[low]!]! };
  }

  keys(): Iterable<EntityId> {
    return this.#numbers.keys();
  }
}

/**
 * A process's first thread has its number (Linux): what one format says of the process, and another of that thread, is of one and
 * the same. Formats that know both keep them apart themselves.
 */
function firstThreads(traces: readonly Trace[]): [EntityId, EntityId][] {
  const threads = new Map<string, Set<string>>();
  const processes = new Map<string, Set<string>>();
  const note = (entity: EntityId, format: string): void => {
    const map = entity.startsWith('thread:') ? threads : entity.startsWith('process:') ? processes : undefined;
    if (!map) return;
    const { name } = readEntity(entity);
    const known = map.get(name);
    if (known) known.add(format);
    else map.set(name, new Set([format]));
  };
  for (const { facts, format } of traces) {
    for (const { waiter } of facts.waits) note(waiter, format);
    for (const { holder } of facts.holds) note(holder, format);
    for (const { entity } of facts.notes ?? []) if (entity !== undefined) note(entity, format);
  }
  return [...threads].flatMap(([name, those]): [EntityId, EntityId][] => {
    const others = processes.get(name);
    if (!others) return [];
    // Where formats that know one only are on one side, they tell of the same.
    const apart = those.size > 1 === others.size > 1 && [...those].some((format) => others.has(format));
    return apart ? [] : [[`process:${name}`, `thread:${name}`]];
  });
}

/** One id for each thing: the first of the names that the traces say are names of one thing. */
function identities(traces: readonly Trace[]): (entity: EntityId) => EntityId {
  const parent = new Map<EntityId, EntityId>();
  const find = (entity: EntityId): EntityId => {
    let root = entity;
    for (let up = parent.get(root); up !== undefined; up = parent.get(root)) root = up;
    for (let at = entity; at !== root; ) {
      const up = parent.get(at)!;
      parent.set(at, root);
      at = up;
    }
    return root;
  };
  const join = ([a, b]: readonly [EntityId, EntityId]): void => {
    const [rootA, rootB] = [find(a), find(b)];
    if (rootA !== rootB) parent.set(rootB, rootA);
  };
  for (const trace of traces) trace.facts.same?.forEach(join);
  firstThreads(traces).forEach(join);
  return parent.size === 0 ? (entity) => entity : find;
}

/** Somebody whose act ends a wait. */
interface Ender {
  readonly holder: EntityId;
  readonly confidence: Hold['confidence'];
}

const NOBODY: readonly Ender[] = [];

/**
 * Cycles among waits and likely or certain holds. A lock can have several holders (readers), so this looks at strongly
 * connected components (Tarjan), and takes a shortest cycle out of each: a component is one deadlock.
 */
function findCycles(
  waits: Waits,
  waitOf: WaitForGraph['waitOf'],
  endersOf: WaitForGraph['endersOf'],
  one: (entity: EntityId) => EntityId,
  traces: readonly Trace[],
): Cycle[] {
  const known = new Map<EntityId, readonly Ender[]>();
  /** Who must act for the entity to go on, and how sure that is: holders, or the one itself that is waited for. */
  const next = (entity: EntityId): readonly Ender[] => {
    const wait = waitOf(entity)?.wait;
    const on = wait?.on;
    if (wait === undefined || on === undefined) return NOBODY;
    // Thousands may wait for a thing that thousands hold: they all have the same list.
    const kept = wait.by ? undefined : known.get(one(on));
    if (kept) return kept;
    const holders = endersOf(wait);
    const enders: readonly Ender[] =
      holders.length === 0 && ACTORS.has(readEntity(on).kind)
        ? [{ holder: one(on), confidence: 'certain' }]
        : holders.flatMap(({ hold: { holder, confidence } }) =>
            confidence === 'possible' ? [] : [{ holder: one(holder), confidence }],
          );
    if (!wait.by) known.set(one(on), enders);
    return enders;
  };
  const cycles: Cycle[] = [];
  let writers: ReadonlyMap<EntityId, EntityId> | undefined;
  // Who waits for nobody in particular is in no cycle: of a million goroutines nearly all.
  const starts = [...waits.keys()].filter((entity) => next(entity).length > 0);
  for (const component of components(starts, next)) {
    const inside = new Set(component);
    const start = component[0]!;
    // Breadth first from `start` back to `start`.
    const from = new Map<EntityId, { entity: EntityId; confidence: Hold['confidence'] }>();
    const queue: EntityId[] = [start];
    let closed = false;
    for (let i = 0; i < queue.length && !closed; i++)
      for (const { holder, confidence } of next(queue[i]!)) {
        if (!inside.has(holder) || from.has(holder)) continue;
        from.set(holder, { entity: queue[i]!, confidence });
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
      if (RANK[back.confidence] > RANK[confidence]) confidence = back.confidence;
      at = back.entity;
      members.push(at);
      if (at === start) break;
    }
    members.reverse();
    const only = members.length === 1 ? waitOf(members[0]!)?.wait : undefined;
    if (only?.kind === 'rwmutex-read' && only.on !== undefined) {
      writers ??= pendingWriters(traces);
      const writer = writers.get(only.on);
      if (writer !== undefined) members.push(writer);
    }
    cycles.push({ members, confidence });
  }
  return cycles.sort((a, b) => a.members.length - b.members.length);
}

/**
 * A reader that asks again for the RWMutex it holds waits for the writer that came in between (sync/rwmutex.go: a blocked
 * Lock shuts out new readers), and the writer waits for it. The first such writer of each lock.
 */
function pendingWriters(traces: readonly Trace[]): ReadonlyMap<EntityId, EntityId> {
  const writers = new Map<EntityId, EntityId>();
  for (const { facts } of traces)
    for (const wait of facts.waits)
      if (wait.on !== undefined && wait.kind === 'rwmutex-write' && isNow(wait) && !writers.has(wait.on))
        writers.set(wait.on, wait.waiter);
  return writers;
}

/** Strongly connected components that hold a cycle, without recursion (a chain may have 100,000 links). */
function components(entities: readonly EntityId[], next: (entity: EntityId) => readonly Ender[]): EntityId[][] {
  const index = new Map<EntityId, number>();
  const low = new Map<EntityId, number>();
  const onStack = new Set<EntityId>();
  const stack: EntityId[] = [];
  const found: EntityId[][] = [];
  for (const root of entities) {
    if (index.has(root)) continue;
    const work: { entity: EntityId; next: readonly Ender[]; at: number }[] = [];
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
        const to = top.next[top.at++]!.holder;
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
      if (component.length > 1 || next(top.entity).some(({ holder }) => holder === top.entity))
        found.push(component.reverse());
    }
  }
  return found;
}
