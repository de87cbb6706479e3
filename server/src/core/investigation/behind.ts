// How many are stuck behind whom: everybody whose chain of waits passes through an entity. One pass over the graph.

import type { Confidence, EntityId, Trace } from '../trace/trace.js';
import type { Chain, Link, WaitForGraph } from './graph.js';
import { storyChain } from './phrases.js';
import { populationOfSection } from './places.js';

interface Behind {
  /**
   * Entity, by its one id -> how many waiters stand behind it, directly and through others, also where only that one may hold it. Absent:
   * none.
   */
  readonly all: ReadonlyMap<EntityId, number>;
  /** The same of an entity by any of its names. */
  of(entity: EntityId): number;
  /** Who has somebody behind, and is on no cycle and behind nobody: where the chains end. Most waiters first. */
  readonly roots: readonly EntityId[];
}

const cache = new WeakMap<WaitForGraph, Behind>();

/**
 * Counts waiters along the chains. Each waiter follows its surest holder, as `graph.chain` does, or the only possible one, so this is
 * a forest with some cycles: leaves are peeled off and their counts handed on; what is left over are the cycles.
 */
export function behind(graph: WaitForGraph): Behind {
  let result = cache.get(graph);
  if (result) return result;
  const next = new Map<EntityId, EntityId>();
  const pending = new Map<EntityId, number>(); // how many of its direct waiters are not counted yet
  const crowds = new Map<EntityId, number>(); // how many a waiter stands for, where that is not one
  for (const trace of graph.traces) {
    const counts = isProfile(trace);
    for (const wait of trace.facts.waits) {
      // Two texts may tell of one waiter, each under its own name.
      const waiter = graph.idOf(wait.waiter);
      if (next.has(waiter)) continue;
      const found = graph.blockerOf(waiter) ?? onlyBlocker(graph, waiter);
      if (found === undefined) continue;
      const blocker = graph.idOf(found);
      next.set(waiter, blocker);
      pending.set(blocker, (pending.get(blocker) ?? 0) + 1);
      if (counts) crowds.set(waiter, populationOfSection(trace, wait.section));
    }
  }
  const own = (entity: EntityId): number => crowds.get(entity) ?? 1;
  const all = new Map<EntityId, number>();
  const ready = [...next.keys()].filter((entity) => !pending.has(entity));
  for (let at = 0; at < ready.length; at++) {
    const entity = ready[at]!;
    const blocker = next.get(entity);
    if (blocker === undefined) continue;
    all.set(blocker, (all.get(blocker) ?? 0) + own(entity) + (all.get(entity) ?? 0));
    const left = pending.get(blocker)! - 1;
    pending.set(blocker, left);
    if (left === 0) ready.push(blocker);
  }
  const onCycle = new Set<EntityId>();
  for (const [start, left] of pending) {
    if (left === 0 || onCycle.has(start)) continue;
    const ring: EntityId[] = [];
    let total = 0;
    for (let at: EntityId | undefined = start; at !== undefined && !onCycle.has(at); at = next.get(at)) {
      onCycle.add(at);
      ring.push(at);
      total += own(at) + (all.get(at) ?? 0);
    }
    for (const member of ring) all.set(member, total - own(member));
  }
  // A reader is one of several holders: chains follow the first, but everybody waits for each of them.
  for (const trace of graph.traces)
    for (const hold of trace.facts.holds) {
      if (hold.confidence === 'possible') continue;
      const holder = graph.idOf(hold.holder);
      const direct = graph.waitersOf(hold.of).filter((edge) => graph.idOf(edge.wait.waiter) !== holder).length;
      if (direct > (all.get(holder) ?? 0)) all.set(holder, direct);
    }
  const roots = [...all.keys()]
    .filter((entity) => !next.has(entity) && !onCycle.has(entity))
    .sort((a, b) => all.get(b)! - all.get(a)!);
  result = { all, of: (entity) => all.get(graph.idOf(entity)) ?? 0, roots };
  cache.set(graph, result);
  return result;
}

/** Whether a trace counts several goroutines in one section. */
const isProfile = ({ parts, sections }: Trace): boolean =>
  parts.some(({ sections: { start, end } }) => start < end && sections.at(start).kind === 'goroutine group');

/** The only one that may hold what an entity waits for. */
function onlyBlocker(graph: WaitForGraph, entity: EntityId): EntityId | undefined {
  const on = graph.waitOf(entity)?.wait.on;
  const hold = on === undefined ? undefined : graph.holdersOf(on)[0]?.hold;
  return hold?.only ? hold.holder : undefined;
}

/** The waiter farthest behind an entity, through holds that stories follow; the longest wait among equals. */
export function farthestBehind(graph: WaitForGraph, entity: EntityId): EntityId {
  const seen = new Set([entity]);
  let level = [entity];
  let far = entity;
  while (level.length > 0) {
    far = level[0]!;
    const next: EntityId[] = [];
    for (const member of level) {
      const held = graph
        .heldBy(member)
        .filter(
          ({ hold }) =>
            (hold.confidence !== 'possible' || hold.only) && graph.holdersOf(hold.of)[0]?.hold.holder === member,
        )
        .map(({ hold }) => hold.of);
      // Others may wait for the member itself, as for a process to end.
      const itself = graph.holdersOf(member).length === 0 ? [member] : [];
      for (const thing of new Set([...held, ...itself]))
        for (const { wait } of graph.waitersOf(thing)) {
          if (seen.has(wait.waiter)) continue;
          seen.add(wait.waiter);
          next.push(wait.waiter);
        }
    }
    level = next;
  }
  return far;
}

/** The links from the waiter farthest behind a root to it. */
export function wayTo(graph: WaitForGraph, root: EntityId): readonly Link[] {
  const far = farthestBehind(graph, root);
  const { links } = storyChain(graph, far);
  const end = links.findIndex(({ entity }) => graph.idOf(entity) === graph.idOf(root));
  // One of several readers: the chain follows another.
  return end < 0 ? graph.chain(far).links : links.slice(0, end + 1);
}

/** Whether the way goes on from a link through who merely may hold what it waits for. */
export const isGuess = (graph: WaitForGraph, { hold, entity }: Link): boolean =>
  !hold && onlyBlocker(graph, entity) !== undefined;

/** How sure it is that those behind a root are: as the weakest hold on the way. */
export function sureness(graph: WaitForGraph, root: EntityId): Confidence {
  const way = wayTo(graph, root).slice(0, -1);
  if (way.some((link) => isGuess(graph, link))) return 'possible';
  return way.some(({ hold }) => hold?.hold.confidence === 'likely') ? 'likely' : 'certain';
}

/**
 * Where the story of a root begins: with who is farthest behind it, or farther still, with a call of another program that is
 * possibly served by one of those: the kubelet's, behind a daemon's lock.
 */
export function storyStart(graph: WaitForGraph, root: EntityId): EntityId {
  const far = farthestBehind(graph, root);
  let best = { entity: far, length: storyChain(graph, far).links.length };
  for (const { entity, links } of callers(graph)) {
    const at = links.findIndex((link) => link.entity === root);
    if (at > 0 && links.length > best.length) best = { entity, length: links.length };
  }
  return best.entity;
}

/** So many kinds of call are followed. */
const MOST_CALLS = 100;

const callerStories = new WeakMap<WaitForGraph, readonly { entity: EntityId; links: Chain['links'] }[]>();

/** The story of each kind of call between programs, as its longest waiting caller has it. */
function callers(graph: WaitForGraph): readonly { entity: EntityId; links: Chain['links'] }[] {
  let found = callerStories.get(graph);
  if (!found) {
    const calls = new Set<EntityId>();
    for (const trace of graph.traces)
      for (const { kind, state, on } of trace.facts.waits)
        if (kind === 'rpc' && state === 'blocked' && on !== undefined && calls.size < MOST_CALLS) calls.add(on);
    found = [...calls].flatMap((call) => {
      const entity = graph.holdersOf(call).length > 0 ? graph.waitersOf(call)[0]?.wait.waiter : undefined;
      return entity === undefined ? [] : [{ entity, links: storyChain(graph, entity).links }];
    });
    callerStories.set(graph, found);
  }
  return found;
}

/** The longest story of a call that is possibly served by somebody who waits too: for files in which no holder is surer. */
export function longestCall(graph: WaitForGraph): EntityId | undefined {
  let best: { entity: EntityId; links: Chain['links'] } | undefined;
  for (const call of callers(graph))
    if (call.links.length > (best?.links.length ?? 1) && call.links[1]!.wait?.wait.state === 'blocked') best = call;
  return best?.entity;
}
