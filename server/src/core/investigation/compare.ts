// Two or more dumps of one process, in the order in which they were taken: who is stuck in all of them, who moved on, what grows,
// and whether the locks still have the same holders. A goroutine is known by its number, which Go never gives out twice; a stack by
// its functions and lines.

import { readEntity } from '../trace/entity.js';
import type { EntityId, Shape, Trace, Wait } from '../trace/trace.js';
import type { HoldEdge, WaitForGraph } from './graph.js';
import { waitIn } from './places.js';

/** One of the dumps that a document holds. */
export interface Dump {
  readonly trace: Trace;
  /** Index into the trace's parts. */
  readonly part: number;
}

/** Somebody as one dump shows them. */
export interface Seen {
  readonly dump: Dump;
  readonly section: number;
  /** Functions and lines. */
  readonly stack: string;
  readonly wait: Wait | undefined;
}

/** The same one in each of the dumps, in their order. */
export type Life = readonly Seen[];

/** All of one stack in each dump. */
export interface Crowd {
  readonly counts: readonly number[];
  /** One of them, in the last dump. */
  readonly example: Seen;
}

/** A lock that somebody waits for in at least one of the dumps. */
export interface LockOverTime {
  /** Its id in each dump; undefined where nobody waits for it there. */
  readonly ids: readonly (EntityId | undefined)[];
  readonly waiters: readonly number[];
  /** Who surely or likely holds it, in each dump. */
  readonly holders: readonly (HoldEdge | undefined)[];
  readonly holder: 'same place' | 'moves' | 'changed' | 'unknown';
}

export interface Comparison {
  readonly dumps: readonly Dump[];
  /** How many each dump shows. */
  readonly counts: readonly number[];
  /** What they are called: `goroutine`. */
  readonly noun: string;
  /** In all dumps in the same wait at the same place, and nothing says that it was another wait in between. */
  readonly stuck: readonly Life[];
  /** The same place, but the time started over: it went on in between and came back. */
  readonly again: readonly Life[];
  /** Elsewhere in a later dump. */
  readonly moved: readonly Life[];
  /** At rest, or running, at the same place in all. */
  readonly idle: number;
  readonly running: number;
  /** In the last dump and not in the first; in the first and not in the last. */
  readonly added: readonly Seen[];
  readonly gone: number;
  /** Stacks that more have in the last dump than in the first, the most growth first. */
  readonly growing: readonly Crowd[];
  readonly locks: readonly LockOverTime[];
  /** Of those with one number in the first and the last dump: how many there are, and how many began in the same function. */
  readonly known: { readonly both: number; readonly alike: number };
  /** Whether numbers are lower in a later dump, as if the order were another. */
  readonly backwards: boolean;
  /** False where the dumps give no numbers (pprof debug=1): then only crowds can be compared. */
  readonly numbered: boolean;
}

/** Everything that can be compared: the parts that show goroutines or threads with stacks, in the order of the traces. */
export const dumpsOf = (graph: WaitForGraph): Dump[] =>
  graph.traces.flatMap((trace) =>
    trace.parts.flatMap((part, index) => {
      const { start, end } = part.sections;
      const entity = end > start ? trace.sections.at(start).entity : undefined;
      const kind = entity === undefined ? '' : readEntity(entity).kind;
      return trace.shapes.length > 0 && (kind === 'goroutine' || kind === 'thread') ? [{ trace, part: index }] : [];
    }),
  );

/**
 * Which of the dumps look like one process's, by a number for each process: at least half of the numbers that two dumps share stand
 * for the same function.
 */
export function processesOf(dumps: readonly Dump[]): number[] {
  const first: Read[] = []; // of each process
  return dumps.map((dump) => {
    const read = readDump(dump);
    const known = first.findIndex((other) => {
      const { both, alike } = sameNumbers(other, read);
      return both > 0 && alike * 2 >= both;
    });
    return known >= 0 ? known : first.push(read) - 1;
  });
}

/** How many numbers two dumps share, and how many of those began in the same function. */
function sameNumbers(a: Read, b: Read): { both: number; alike: number } {
  let [both, alike] = [0, 0];
  for (const [name, seen] of a.byName) {
    const other = b.byName.get(name);
    if (!other) continue;
    both++;
    if (origin(seen.stack) === origin(other.stack)) alike++;
  }
  return { both, alike };
}

/** Growth below this is taken for the ordinary coming and going. */
const LEAST_GROWTH = 2;

/** Compares at least two dumps. Linear in their size. */
export function compare(graph: WaitForGraph, dumps: readonly Dump[]): Comparison {
  const read = dumps.map(readDump);
  const [first, last] = [read[0]!, read.at(-1)!];
  const stuck: Life[] = [];
  const again: Life[] = [];
  const moved: Life[] = [];
  let [idle, running, gone] = [0, 0, 0];
  for (const name of first.byName.keys()) {
    if (!last.byName.has(name)) {
      gone++;
      continue;
    }
    const life = read.flatMap((dump) => dump.byName.get(name) ?? []);
    const kind = change(life);
    if (kind === 'stuck') stuck.push(life);
    else if (kind === 'again') again.push(life);
    else if (kind === 'moved') moved.push(life);
    else if (kind === 'idle') idle++;
    else running++;
  }
  return {
    dumps,
    counts: read.map(({ total }) => total),
    noun: first.noun,
    stuck: stuck.sort(bySeconds),
    again,
    moved,
    idle,
    running,
    added: [...last.byName].flatMap(([name, seen]) => (first.byName.has(name) ? [] : [seen])),
    gone,
    growing: growing(read),
    locks: locksOverTime(graph, read),
    known: sameNumbers(first, last),
    backwards: read.some((dump, at) => at > 0 && dump.highest < read[at - 1]!.highest),
    numbered: read.every(({ byName }) => byName.size > 0),
  };
}

interface Read {
  readonly noun: string;
  readonly total: number;
  readonly highest: number;
  readonly byName: ReadonlyMap<string, Seen>;
  readonly crowds: ReadonlyMap<string, { count: number; example: Seen }>;
  readonly locks: ReadonlyMap<EntityId, Wait[]>;
}

function readDump(dump: Dump): Read {
  const { trace } = dump;
  const stacks = trace.shapes.map(stackOf);
  const byName = new Map<string, Seen>();
  const crowds = new Map<string, { count: number; example: Seen }>();
  const locks = new Map<EntityId, Wait[]>();
  const { start, end } = trace.parts[dump.part]!.sections;
  let total = 0;
  let highest = 0;
  let noun = 'goroutine';
  for (let at = start; at < end; at++) {
    const { entity, shape, kind, label } = trace.sections.at(at);
    const wait = waitIn(trace, at);
    const seen: Seen = { dump, section: at, stack: stacks[shape] ?? '', wait };
    const count = kind === 'goroutine group' ? Number.parseInt(label, 10) || 1 : 1;
    total += count;
    const crowd = crowds.get(seen.stack);
    if (crowd) crowd.count += count;
    else crowds.set(seen.stack, { count, example: seen });
    if (entity === undefined) continue;
    const named = readEntity(entity);
    noun = named.kind;
    // The stack of a thread's scheduler is printed as goroutine 0, once for each thread.
    if (/^[1-9]\d*$/.test(named.name)) {
      byName.set(named.name, seen);
      highest = Math.max(highest, Number(named.name));
    }
    if (wait?.on !== undefined && wait.state === 'blocked' && readEntity(wait.on).kind === 'lock') {
      const waiters = locks.get(wait.on);
      if (waiters) waiters.push(wait);
      else locks.set(wait.on, [wait]);
    }
  }
  return { noun, total, highest, byName, crowds, locks };
}

const stackOf = ({ key, lines }: Shape): string => key ?? lines.join('\n');

/** The outermost line of a stack: what began it. */
const origin = (stack: string): string => stack.slice(stack.lastIndexOf('\n') + 1);

function change(life: Life): 'stuck' | 'again' | 'moved' | 'idle' | 'running' {
  const first = life[0]!;
  let restarted = false;
  for (let at = 1; at < life.length; at++) {
    const [before, now] = [life[at - 1]!, life[at]!];
    if (before.stack !== now.stack || !sameWait(before.wait, now.wait)) return 'moved';
    const [was, is] = [before.wait?.seconds, now.wait?.seconds];
    // A wait that goes on never gets shorter.
    if (was !== undefined && (is === undefined || is < was)) restarted = true;
  }
  if (!first.wait) return 'running';
  if (first.wait.state !== 'blocked') return 'idle';
  return restarted ? 'again' : 'stuck';
}

function sameWait(a: Wait | undefined, b: Wait | undefined): boolean {
  if (!a || !b) return a === b;
  return a.kind === b.kind && a.state === b.state && a.site === b.site && shortName(a.on) === shortName(b.on);
}

/** Without the document that it stands in. */
function shortName(entity: EntityId | undefined): string {
  if (entity === undefined) return '';
  const { kind, name } = readEntity(entity);
  return `${kind}:${name}`;
}

const bySeconds = (a: Life, b: Life): number => (b.at(-1)!.wait?.seconds ?? -1) - (a.at(-1)!.wait?.seconds ?? -1);

function growing(read: readonly Read[]): Crowd[] {
  const last = read.at(-1)!;
  return [...last.crowds]
    .map(
      ([stack, { example }]): Crowd => ({
        counts: read.map(({ crowds }) => crowds.get(stack)?.count ?? 0),
        example,
      }),
    )
    .filter(({ counts }) => counts.at(-1)! - counts[0]! >= LEAST_GROWTH)
    .sort((a, b) => b.counts.at(-1)! - b.counts[0]! - (a.counts.at(-1)! - a.counts[0]!));
}

/**
 * Locks are the same in two dumps where they have one name (mostly the address), else where most of the waiters of the one that
 * are still there wait for the other.
 */
function locksOverTime(graph: WaitForGraph, read: readonly Read[]): LockOverTime[] {
  const rows: (EntityId | undefined)[][] = [];
  read.forEach((dump, at) => {
    const taken = new Set<number>();
    const byName = new Map(rows.map((ids, row) => [shortName(ids.findLast((id) => id !== undefined)), row]));
    for (const [lock, waiters] of dump.locks) {
      const row = byName.get(shortName(lock)) ?? rowOfWaiters(rows, read, at, waiters);
      if (row === undefined || taken.has(row)) {
        rows.push([...Array<undefined>(at).fill(undefined), lock]);
        continue;
      }
      taken.add(row);
      rows[row]![at] = lock;
    }
    for (const ids of rows) if (ids.length <= at) ids.push(undefined);
  });
  return rows
    .map((ids): LockOverTime => {
      const holders = ids.map((id) => {
        const edge = id === undefined ? undefined : graph.holdersOf(id)[0];
        return edge && edge.hold.confidence !== 'possible' ? edge : undefined;
      });
      return {
        ids,
        waiters: ids.map((id, at) => (id === undefined ? 0 : read[at]!.locks.get(id)!.length)),
        holders,
        holder: holderOverTime(holders),
      };
    })
    .sort((a, b) => b.waiters.at(-1)! - a.waiters.at(-1)!);
}

/** The lock that most of these waiters waited for in the dump before. */
function rowOfWaiters(
  rows: readonly (readonly (EntityId | undefined)[])[],
  read: readonly Read[],
  at: number,
  waiters: readonly Wait[],
): number | undefined {
  const before = read[at - 1];
  if (!before) return undefined;
  const votes = new Map<EntityId, number>();
  let seen = 0;
  for (const { waiter } of waiters) {
    const on = before.byName.get(readEntity(waiter).name)?.wait?.on;
    if (on === undefined || !before.locks.has(on)) continue;
    seen++;
    votes.set(on, (votes.get(on) ?? 0) + 1);
  }
  const [lock, most] = [...votes].sort((a, b) => b[1] - a[1])[0] ?? [];
  if (lock === undefined || most! * 2 <= seen) return undefined;
  const row = rows.findIndex((ids) => ids[at - 1] === lock);
  return row < 0 ? undefined : row;
}

function holderOverTime(holders: LockOverTime['holders']): LockOverTime['holder'] {
  const known = holders.flatMap((edge) => edge ?? []);
  if (known.length < holders.length || known.length < 2) return 'unknown';
  const names = new Set(known.map(({ hold }) => shortName(hold.holder)));
  if (names.size > 1) return 'changed';
  const stacks = new Set(known.map(({ trace, hold }) => stackOf(trace.shapes[trace.sections.at(hold.section).shape]!)));
  return stacks.size > 1 ? 'moves' : 'same place';
}
