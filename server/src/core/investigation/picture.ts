// The picture of an investigation: who waits for whom as boxes and arrows, and since when as bars. What is drawn, not how: places
// and sizes are the viewer's. 50,000 waiters of one lock are one box with a number.

import { fromTable, t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { Confidence, EntityId, Wait } from '../trace/trace.js';
import { behind, sureness } from './behind.js';
import { nameIn, siteOf } from './chains.js';
import { allFindings } from './findings.js';
import { ACTORS, type HoldEdge, type WaitEdge, type WaitForGraph } from './graph.js';
import {
  countedWaiters,
  describeWait,
  entityName,
  howHeld,
  isAtRest,
  MOST_CANDIDATES,
  shortFunction,
  storyChain,
} from './phrases.js';
import { fileName, headcount, headOf, type Place } from './places.js';
import { type Axis, timeline } from './timeline.js';
import { andLongest, counted, HELD, lasted, listed, nobody, notWaiting } from './words.js';

export interface Picture {
  /** The most important first. */
  readonly boxes: readonly Box[];
  readonly arrows: readonly Arrow[];
  /** How many boxes there is no room for. */
  readonly more: number;
  /** Bars by time: none, one axis, or two (a log has a clock, a dump only counts back). */
  readonly timeline: readonly Axis[];
}

/** Plain text throughout. */
export interface Box {
  /** `actor`: one who waits or holds; `group`: several of them; `thing`: what is waited for. */
  readonly kind: 'actor' | 'group' | 'thing';
  readonly title: string;
  /** Further lines below the title. */
  readonly lines: readonly string[];
  readonly mark: Mark | undefined;
  /** The same in words; '' without. */
  readonly marked: string;
  /** How many it stands for. */
  readonly count: number;
  /** All of it in one sentence, its arrows too: for a list, and for who cannot see the picture. */
  readonly text: string;
  readonly place: Place | undefined;
  /** At least so long it has waited, if it waits and the text tells. */
  readonly seconds: number | undefined;
  /** The same in words: `11+ min`, `about 5 min`; '' where unknown. */
  readonly lasted: string;
}

/** What a box is marked as. The client paints by it, so it stays English. */
export const MARKS = ['deadlock', 'likely deadlock', 'root', 'likely root', 'possible root'] as const;
export type Mark = (typeof MARKS)[number];

/** From who waits to what it waits for, and from that to who has it. Indexes into the boxes. */
export interface Arrow {
  readonly from: number;
  readonly to: number;
  /** `likely held by`; '' for a wait. */
  readonly label: string;
  readonly sure: Confidence;
  /** Both ends are in one deadlock. */
  readonly cycle: boolean;
}

/** Holders of one thing that get a box each: a read lock can have thousands. */
const MOST_HOLDERS = 5;
/** Deadlocks and ends of chains that are drawn side by side before any of them is drawn whole. */
const MOST_AT_ONCE = 20;
/** Kinds of things whose waiters are stuck only if somebody is known to be behind them: else every idle channel is drawn. */
const QUIET: ReadonlySet<string> = new Set(['channel', 'waitgroup', 'address', 'fd']);

/** What one box stands for, before it is put into words. */
interface Node {
  readonly kind: Box['kind'];
  readonly entity: EntityId;
  /** For a group: who belongs to it. */
  readonly waiters?: readonly WaitEdge[];
  readonly holders?: readonly HoldEdge[];
}

/** The picture of everything that is stuck, with at most so many boxes. */
export function pictureOf(graph: WaitForGraph, most = 150): Picture {
  const sketch = new Sketch(graph);
  const nodes = sketch.nodes();
  const shown = nodes.slice(0, most);
  const arrows = sketch.arrows(shown);
  const boxes = shown.map((node, at) => sketch.box(node, at, arrows, shown));
  return { boxes, arrows, more: nodes.length - shown.length, timeline: timeline(graph, boxes) };
}

class Sketch {
  readonly #graph: WaitForGraph;
  /** Those who get a box of their own. */
  readonly #important = new Set<EntityId>();
  /** What somebody waits for, with whoever waits as long as the text goes on. */
  readonly #waiters = new Map<EntityId, WaitEdge[]>();
  readonly #found = new Map<string, Node>();
  readonly #told = new Map<EntityId, ReadonlySet<HoldEdge['hold']>>();
  /** Actor or thing -> index of its deadlock. */
  readonly #cycle = new Map<EntityId, number>();
  /** Ends of chains of waits. */
  readonly #roots: ReadonlySet<EntityId>;
  /** Where a chain goes on, through a call that another program possibly serves, its end there instead. */
  readonly #possibleRoots = new Set<EntityId>();

  constructor(graph: WaitForGraph) {
    this.#graph = graph;
    for (const trace of graph.traces)
      for (const wait of trace.facts.waits)
        if (wait.on !== undefined && graph.waitOf(wait.waiter)?.wait === wait && isStuck(graph, wait)) {
          const thing = graph.idOf(wait.on);
          const list = this.#waiters.get(thing);
          if (list) list.push({ trace, wait });
          else this.#waiters.set(thing, [{ trace, wait }]);
        }
    for (const list of this.#waiters.values()) list.sort((a, b) => (b.wait.seconds ?? -1) - (a.wait.seconds ?? -1));
    graph.cycles.forEach(({ members }, index) => {
      for (const member of members) {
        this.#important.add(graph.idOf(member));
        this.#cycle.set(graph.idOf(member), index);
        const on = graph.waitOf(member)?.wait.on;
        if (on !== undefined) this.#cycle.set(graph.idOf(on), index);
      }
    });
    for (const thing of this.#waiters.keys()) {
      if (ACTORS.has(readEntity(thing).kind)) this.#important.add(thing);
      for (const { hold } of told(graph, thing)) this.#important.add(graph.idOf(hold.holder));
    }
    const { roots } = behind(graph);
    const ends = new Set(roots.map((root) => graph.idOf(root)));
    for (const root of roots.slice(0, MOST_AT_ONCE)) {
      const { links, cycleAt } = storyChain(graph, root);
      if (links.length < 2 || cycleAt >= 0) continue;
      this.#possibleRoots.add(graph.idOf(links.at(-1)!.entity));
      ends.delete(graph.idOf(root));
    }
    this.#roots = ends;
  }

  /** All that is to be drawn, the most important first: outwards from deadlocks and ends of chains, then what is left. */
  nodes(): Node[] {
    const graph = this.#graph;
    const { roots } = behind(graph);
    const grouped = new Set(
      [...this.#waiters.keys()].flatMap((thing) => this.#holders(thing).rest.map(({ hold }) => hold.holder)),
    );
    const seeds = [...graph.cycles.flatMap(({ members }) => members), ...roots.filter((root) => !grouped.has(root))];
    this.#spread(seeds.slice(0, MOST_AT_ONCE));
    for (const seed of seeds.slice(MOST_AT_ONCE)) this.#spread([seed]);
    for (const { severity, entity } of allFindings(graph))
      if ((severity === 'error' || severity === 'warning') && entity !== undefined && this.#isDrawn(entity))
        this.#spread([entity]);
    for (const lock of graph.contended) if (this.#waiters.has(graph.idOf(lock))) this.#spread([lock]);
    const rest = [...this.#waiters]
      .filter(([thing]) => !QUIET.has(readEntity(thing).kind) || told(graph, thing).length > 0)
      .sort((a, b) => b[1].length - a[1].length);
    for (const [thing] of rest) this.#spread([thing]);
    return [...this.#found.values()];
  }

  /** Whether a finding's entity is something that waits or is waited for. */
  #isDrawn(entity: EntityId): boolean {
    return this.#waiters.has(this.#graph.idOf(entity)) || this.#graph.waitOf(entity)?.wait.state === 'blocked';
  }

  /** Breadth first from the seeds over all that is joined to them. */
  #spread(seeds: readonly EntityId[]): void {
    const queue = seeds.flatMap((seed) => this.#add(this.#nodeOf(seed)));
    for (let at = 0; at < queue.length; at++)
      for (const next of this.#around(queue[at]!)) queue.push(...this.#add(next));
  }

  /** The node, if it is new. */
  #add(node: Node): Node[] {
    const key = `${node.kind === 'group' ? (node.waiters ? 'waiters ' : 'holders ') : ''}${node.entity}`;
    if (this.#found.has(key)) return [];
    this.#found.set(key, node);
    return [node];
  }

  #nodeOf(entity: EntityId): Node {
    const id = this.#graph.idOf(entity);
    // A program or a process that others stand for (its processes, its threads) is what is waited for, not who waits.
    const stoodFor = this.#graph.waitOf(id) === undefined && told(this.#graph, id).length > 0;
    return { kind: ACTORS.has(readEntity(id).kind) && !stoodFor ? 'actor' : 'thing', entity: id };
  }

  #around(node: Node): Node[] {
    if (node.kind === 'group') return [this.#nodeOf(node.entity)];
    const graph = this.#graph;
    const near: Node[] = [];
    if (node.kind === 'actor') {
      const wait = graph.waitOf(node.entity)?.wait;
      if (wait?.on !== undefined && isStuck(graph, wait)) near.push(this.#nodeOf(wait.on));
      for (const { hold } of graph.heldBy(node.entity))
        if (this.#waiters.has(graph.idOf(hold.of)) && this.#isTold(hold)) near.push(this.#nodeOf(hold.of));
    } else {
      const { each, rest } = this.#holders(node.entity);
      near.push(...each.map(({ hold }) => this.#nodeOf(hold.holder)));
      if (rest.length > 0) near.push({ kind: 'group', entity: node.entity, holders: rest });
    }
    const { each, rest } = this.#waitersOf(node.entity);
    near.push(...each.map(({ wait }) => this.#nodeOf(wait.waiter)));
    if (rest.length > 0) near.push({ kind: 'group', entity: node.entity, waiters: rest });
    return near;
  }

  /** Whether the hold is among those that are told of its thing; looked up, for a thing can have thousands. */
  #isTold(hold: HoldEdge['hold']): boolean {
    const thing = this.#graph.idOf(hold.of);
    let holds = this.#told.get(thing);
    if (!holds) {
      holds = new Set(told(this.#graph, thing).map((edge) => edge.hold));
      this.#told.set(thing, holds);
    }
    return holds.has(hold);
  }

  /** Who has a thing: the first few and those who wait themselves, and the others. */
  #holders(thing: EntityId): { each: readonly HoldEdge[]; rest: readonly HoldEdge[] } {
    const graph = this.#graph;
    const edges = told(graph, thing);
    if (edges.length <= MOST_HOLDERS + 1) return { each: edges, rest: [] };
    const isAlone = ({ hold: { holder } }: HoldEdge, at: number): boolean => {
      const wait = graph.waitOf(holder)?.wait;
      return at < MOST_HOLDERS || (wait?.on !== undefined && isStuck(graph, wait));
    };
    return { each: edges.filter(isAlone), rest: edges.filter((edge, at) => !isAlone(edge, at)) };
  }

  /** Who waits for a thing: those with a box of their own, and the others. */
  #waitersOf(thing: EntityId): { each: readonly WaitEdge[]; rest: readonly WaitEdge[] } {
    const all = this.#waiters.get(thing) ?? [];
    const each = all.filter(({ wait }) => this.#important.has(this.#graph.idOf(wait.waiter)));
    const rest = all.filter(({ wait }) => !this.#important.has(this.#graph.idOf(wait.waiter)));
    return rest.length === 1 ? { each: all, rest: [] } : { each, rest };
  }

  arrows(nodes: readonly Node[]): Arrow[] {
    const graph = this.#graph;
    const arrows: Arrow[] = [];
    const at = new Map<EntityId, number>();
    nodes.forEach((node, index) => {
      if (node.kind !== 'group') at.set(node.entity, index);
    });
    const put = (from: number | undefined, to: number | undefined, hold?: HoldEdge['hold']): void => {
      if (from === undefined || to === undefined) return;
      const [a, b] = [nodes[from]!, nodes[to]!];
      const cycle = this.#cycle.get(a.entity);
      arrows.push({
        from,
        to,
        label: hold ? heldWords(hold) : '',
        sure: hold?.confidence ?? 'certain',
        cycle: cycle !== undefined && cycle === this.#cycle.get(b.entity) && a.kind !== 'group' && b.kind !== 'group',
      });
    };
    nodes.forEach((node, index) => {
      if (node.waiters) put(index, at.get(node.entity));
      else if (node.holders) put(at.get(node.entity), index, node.holders[0]!.hold);
      else if (node.kind === 'thing')
        for (const { hold } of this.#holders(node.entity).each) put(index, at.get(graph.idOf(hold.holder)), hold);
      if (node.kind !== 'actor') return;
      const wait = graph.waitOf(node.entity)?.wait;
      if (wait?.on !== undefined && isStuck(graph, wait)) put(index, at.get(graph.idOf(wait.on)));
    });
    return arrows;
  }

  box(node: Node, at: number, arrows: readonly Arrow[], nodes: readonly Node[]): Box {
    const graph = this.#graph;
    const words = node.waiters
      ? this.#groupWords(node.waiters)
      : node.holders
        ? this.#holdersWords(node.holders)
        : node.kind === 'thing'
          ? this.#thingWords(node.entity)
          : this.#actorWords(node.entity);
    const mark = this.#mark(node);
    const leads = arrows
      .filter(({ from }) => from === at)
      .map(({ to, label }) => {
        const name = nodeName(graph, nodes[to]!);
        return label === '' ? t('waits for {0}', name) : `${label} ${name}`;
      });
    const marked = mark ? fromTable(mark) : '';
    const text = [`${words.title}${mark ? ` (${marked})` : ''}`, ...words.lines, ...leads].join('; ');
    return { kind: node.kind, mark, marked, text, ...words };
  }

  #actorWords(entity: EntityId): Words {
    const graph = this.#graph;
    const edge = graph.waitOf(entity);
    const place = headOf(graph, entity);
    const lines = [edge ? describeWait(graph, edge) : place ? notWaiting() : t('not in the open files')];
    const site = edge ? siteOf(edge.wait.site).trim() : '';
    if (site) lines.push(site);
    const stuck = behind(graph).of(entity);
    if (stuck > 0) lines.push(t('{0} behind it', countedWaiters(graph, stuck)));
    if (place && graph.traces.length > 1) lines.push(fileName(graph, place.trace));
    return {
      title: entityName(graph, entity),
      lines,
      count: 1,
      place,
      ...(edge?.wait.state === 'blocked' ? timeOf(edge) : UNTIMED),
    };
  }

  #thingWords(thing: EntityId): Words {
    const graph = this.#graph;
    const waiters = this.#waiters.get(thing) ?? [];
    const first = waiters[0];
    const lines = [`${counted(headcount(waiters), 'waiter')}${andLongest(first?.wait)}`];
    if (graph.holdersOf(thing).length === 0) lines.push(nobody(readEntity(thing).kind));
    const place = first && { trace: first.trace, span: first.wait.span };
    return { title: entityName(graph, thing), lines, count: 1, place, ...UNTIMED };
  }

  #groupWords(waiters: readonly WaitEdge[]): Words {
    const graph = this.#graph;
    const first = waiters[0]!;
    const oldest = lasted(first.wait);
    const sites = new Map<string, number>();
    for (const { wait } of waiters) if (wait.site) sites.set(wait.site, (sites.get(wait.site) ?? 0) + 1);
    const named = [...sites]
      .sort((a, b) => b[1] - a[1])
      .map(([site, count]) => t('{0} in {1}', count.toLocaleString('en-US'), shortFunction(site)));
    return {
      title: countedWaiters(graph, headcount(waiters)),
      lines: [oldest ? t('wait up to {0}', oldest) : t('wait'), ...(named.length > 0 ? [listed(named, 2)] : [])],
      count: headcount(waiters),
      place: headOf(graph, first.wait.waiter),
      ...timeOf(first),
    };
  }

  #holdersWords(holders: readonly HoldEdge[]): Words {
    const { hold } = holders[0]!;
    return {
      title: counted(holders.length, 'more holder'),
      lines: [fromTable(hold.mode === 'read' ? HELD[hold.confidence].read : HELD[hold.confidence].hold)],
      count: holders.length,
      place: headOf(this.#graph, hold.holder),
      ...UNTIMED,
    };
  }

  #mark({ kind, entity }: Node): Mark | undefined {
    const graph = this.#graph;
    if (kind === 'group') return undefined;
    const cycle = this.#cycle.get(entity);
    if (cycle !== undefined) return graph.cycles[cycle]!.confidence === 'certain' ? 'deadlock' : 'likely deadlock';
    if (this.#roots.has(entity)) return isAtRest(graph, entity) ? undefined : ROOT[sureness(graph, entity)];
    return this.#possibleRoots.has(entity) ? 'possible root' : undefined;
  }
}

type Words = Pick<Box, 'title' | 'lines' | 'count' | 'place' | 'seconds' | 'lasted'>;

const ROOT = { certain: 'root', likely: 'likely root', possible: 'possible root' } as const;

const UNTIMED = { seconds: undefined, lasted: '' };
const timeOf = ({ wait }: WaitEdge): Pick<Box, 'seconds' | 'lasted'> => ({
  seconds: wait.seconds,
  lasted: lasted(wait),
});

/** Whether a wait belongs into the picture: it does not end by itself, or somebody is known to be waited for. */
const isStuck = (graph: WaitForGraph, wait: Wait): boolean =>
  wait.state === 'blocked' || graph.blockerOf(wait.waiter) !== undefined;

/** The holders worth telling: the likely ones; where there are none, the first few who may be. */
function told(graph: WaitForGraph, thing: EntityId): readonly HoldEdge[] {
  const edges = graph.holdersOf(thing);
  if (edges[0]?.hold.confidence === 'possible') return edges.slice(0, MOST_CANDIDATES);
  return edges.filter(({ hold }) => hold.confidence !== 'possible');
}

const heldWords = (hold: HoldEdge['hold']): string =>
  fromTable(hold.mode === 'serves' ? HELD[hold.confidence].served : HELD[hold.confidence].by, '').trim() +
  howHeld(hold);

const nodeName = (graph: WaitForGraph, { entity, holders, waiters }: Node): string =>
  holders
    ? counted(holders.length, 'more holder')
    : waiters
      ? countedWaiters(graph, headcount(waiters))
      : nameIn(graph, entity);
