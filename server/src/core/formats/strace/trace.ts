// From the events to the Trace that every feature reads: sections, outline, folds, places of a thing. And several files as one.

import { joined, phrase } from '../../text/l10n.js';
import type { Lines } from '../../text/lines.js';
import type { Span } from '../../text/span.js';
import type { Steps } from '../../text/steps.js';
import { buildTrace } from '../../trace/builder.js';
import { globalEntity, readEntity } from '../../trace/entity.js';
import type {
  EntityId,
  Facts,
  Outline,
  Problem,
  Section,
  Sections,
  Trace,
  Shape as TraceShape,
  Wait,
} from '../../trace/trace.js';
import type { ReadOptions } from '../format.js';
import { taskName } from './effects.js';
import { factsInPieces, factsOf } from './facts.js';
import { insideOf } from './mentions.js';
import { Log, tidOfScope } from './parse.js';
import { DETACHED, SHAPE, Shape } from './shapes.js';
import type { Process, Task } from './state.js';
import { World } from './state.js';
import { View } from './view.js';

export const FORMAT_ID = 'strace';

/** The logs that traces were made of, for reading them together. */
const logs = new WeakMap<Trace, Log>();

export function parseLog(text: string, scope: string, lines?: Lines, options: ReadOptions = {}): Trace {
  const log = new Log(new World(options.slowSeconds), text, scope, 0, tidOfScope(scope), lines).run();
  return tracesOf(log.world, [log])[0]!;
}

/** The trace of a text, and its facts, in pieces. */
export function* readLog(text: string, scope: string, options: ReadOptions = {}, before?: Trace): Steps<Trace> {
  const known = before && logs.get(before);
  const log = known?.grow(text) ? known : new Log(new World(options.slowSeconds), text, scope, 0, tidOfScope(scope));
  yield* log.runInPieces();
  const view = new View(log.world, [log]);
  return tracesOf(log.world, [log], view, yield* factsInPieces(view))[0]!;
}

/** The traces of logs that share a world. What they have in common is worked out when first asked for. */
function tracesOf(world: World, all: readonly Log[], view?: View, facts?: readonly Facts[]): Trace[] {
  const viewOnce = (): View => {
    view ??= new View(world, all);
    return view;
  };
  const factsOnce = (): readonly Facts[] => {
    facts ??= factsOf(viewOnce());
    return facts;
  };
  return all.map((log, source) => {
    const reader = new Reader(log, source, viewOnce, () => factsOnce()[source]!);
    const trace = buildTrace({
      format: FORMAT_ID,
      scope: log.scope,
      text: log.text,
      sections: reader,
      parts: log.length
        ? [{ label: '', span: { start: 0, end: log.text.length }, sections: { start: 0, end: log.length } }]
        : [],
      problems: problemsOf(log),
      lines: { total: log.linesTotal, understood: log.linesUnderstood },
      shapes: () => reader.shapes(),
      facts: () => factsOnce()[source]!,
      outline: () => reader.outline(),
      folds: () => reader.folds(),
      inside: (section) => insideOf(viewOnce(), source, section),
      mentionsOf: (entity, limit) => reader.mentionsOf(entity, limit),
      sectionOf: (entity) => reader.sectionOf(entity),
      landings: () => reader.landings(),
    });
    logs.set(trace, log);
    return trace;
  });
}

/** Problems are told for so many runs of lines. */
const MOST_PROBLEMS = 50;

function problemsOf(log: Log): Problem[] {
  const problems: Problem[] = [];
  for (const { start, end } of log.unread) {
    const last = problems[problems.length - 1];
    if (last && start - last.span.end <= 2)
      problems[problems.length - 1] = {
        ...last,
        span: { start: last.span.start, end },
        values: { count: String(Number(last.values.count) + 1) },
      };
    else if (problems.length < MOST_PROBLEMS)
      problems.push({ span: { start, end }, code: 'unread-line', values: { count: '1' } });
  }
  return problems;
}

const MOST_OUTLINE = 2000;
/** Lines that repeat fold from so many on. */
const FEWEST_FOLDED = 6;
const LONGEST_PERIOD = 6;

class Reader implements Sections {
  readonly #log: Log;
  readonly #source: number;
  readonly #view: () => View;
  readonly #facts: () => Facts;

  constructor(log: Log, source: number, view: () => View, facts: () => Facts) {
    this.#log = log;
    this.#source = source;
    this.#view = view;
    this.#facts = facts;
  }

  get length(): number {
    return this.#log.length;
  }

  #end(index: number): number {
    const { start, text, length } = this.#log;
    if (index + 1 >= length) return text.length;
    const next = start.at(index + 1);
    return next > start.at(index) ? next - 1 : next;
  }

  at(index: number): Section {
    const log = this.#log;
    const view = this.#view();
    const head = view.head(this.#source, index);
    const start = log.start.at(index);
    const end = Math.max(head.end, this.#end(index));
    const shape = log.shape.at(index);
    const task = log.world.tasks[log.task.at(index)]!;
    const name = log.nameOf(index);
    return {
      index,
      kind: KINDS[shape & SHAPE] ?? 'call',
      span: { start, end },
      head,
      label: name || this.#word(index, head),
      detail: joined(' · ', [view.taskLabel(task), shape & DETACHED ? phrase('detached') : DETAILS[shape & SHAPE]]),
      entity: view.threadEntity(task),
      part: 0,
      shape: log.call.at(index) + 1,
    };
  }

  #word(index: number, head: Span): string {
    const line = this.#log.text.slice(head.start, Math.min(head.end, head.start + 200));
    switch (this.#log.shape.at(index) & SHAPE) {
      case Shape.signal:
        return /SIG[A-Z0-9+]{2,12}/.exec(line)?.[0] ?? '---';
      case Shape.exit:
        return /exited|killed|superseded/.exec(line)?.[0] ?? '+++';
      case Shape.note:
        return /attached|detached/.exec(line)?.[0] ?? 'Process';
      default:
        return 'Process';
    }
  }

  find(offset: number): number | undefined {
    const { start, length } = this.#log;
    let low = 0;
    let high = length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (start.at(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return high >= 0 && start.at(low) <= offset && offset <= Math.max(this.#end(low), start.at(low)) ? low : undefined;
  }

  shapes(): TraceShape[] {
    const log = this.#log;
    const rows: number[][] = [[], ...log.names.map(() => [] as number[])];
    for (let event = 0; event < log.length; event++) rows[log.call.at(event) + 1]!.push(event);
    return rows.map((sections, index) => ({
      title: log.names[index - 1] ?? phrase('signals and ends'),
      lines: [],
      sections,
    }));
  }

  // --- the outline: processes, their threads, their children ---

  outline(): Outline[] {
    const view = this.#view();
    const blocked = new Map<EntityId, Wait>();
    for (const wait of this.#facts().waits) if (wait.state === 'blocked') blocked.set(wait.waiter, wait);
    const mine = (task: Task): boolean => task.source === this.#source && task.first >= 0;
    let left = MOST_OUTLINE;
    const span = (task: Task): Span => ({
      start: this.#log.start.at(task.first),
      end: view.head(this.#source, Math.max(task.first, task.last)).end,
    });
    const entry = (task: Task, label: string, children: readonly Outline[]): Outline => {
      const own = span(task);
      const wait = blocked.get(view.threadEntity(task));
      const head = view.head(this.#source, wait ? wait.section : task.first);
      return {
        label,
        detail: wait ? phrase('{call} never returned', { call: wait.call ?? '' }) : task.alive ? '' : task.fate,
        kind: wait ? 'blocked' : children.length ? 'group' : 'plain',
        span: {
          start: Math.min(own.start, head.start, ...children.map((child) => child.span.start)),
          end: Math.max(own.end, head.end, ...children.map((child) => child.span.end)),
        },
        head,
        children,
      };
    };
    // Children first, without recursion: a chain of forks may be 100,000 long.
    const made = new Map<Process, Outline[]>();
    const roots: Outline[] = [];
    const { processes } = this.#log.world;
    for (let index = processes.length - 1; index >= 0; index--) {
      const process = processes[index]!;
      const tasks = process.tasks.filter(mine);
      const below = made.get(process)?.reverse() ?? [];
      made.delete(process);
      const parent = process.parent;
      const list = parent ? (made.get(parent) ?? []) : roots;
      if (parent && !made.has(parent)) made.set(parent, list);
      if (!tasks.length || left <= 0) {
        list.push(...below);
        continue;
      }
      left -= tasks.length;
      const leader = tasks.find((task) => task.tid === process.pid) ?? tasks[0]!;
      const threads = tasks
        .filter((task) => task !== leader)
        .slice(0, 500)
        .map((task) => entry(task, label(view, task, 'thread'), []));
      list.push(entry(leader, label(view, leader, ''), [...threads, ...below]));
    }
    return roots.reverse();
  }

  // --- folds: calls that repeat ---

  folds(): Span[] {
    const log = this.#log;
    const folds: Span[] = [];
    const same = (a: number, b: number): boolean =>
      log.call.at(a) === log.call.at(b) && log.shape.at(a) === log.shape.at(b) && log.task.at(a) === log.task.at(b);
    for (let at = 0; at < log.length; ) {
      let best = 0;
      let period = 1;
      for (let p = 1; p <= LONGEST_PERIOD && at + 2 * p <= log.length; p++) {
        let run = 0;
        while (at + p + run < log.length && run < 100_000 && same(at + run, at + p + run)) run++;
        if (run >= p * 2 && run + p > best) {
          best = run + p;
          period = p;
          if (best > 200) break;
        }
      }
      const length = best - (best % period);
      if (length >= FEWEST_FOLDED) {
        folds.push({ start: log.start.at(at), end: this.#view().head(this.#source, at + length - 1).end });
        at += length;
      } else at++;
    }
    return folds;
  }

  // --- places of a thing ---

  mentionsOf(entity: EntityId, limit: number): Span[] {
    const view = this.#view();
    const { kind, name } = readEntity(entity);
    const log = this.#log;
    const spans: Span[] = [];
    const scan = (matches: (event: number) => boolean): void => {
      for (let event = 0; event < log.length && spans.length < limit; event++) {
        if (!matches(event)) continue;
        for (const mention of insideOf(view, this.#source, event).mentions)
          if (mention.entity === entity && spans.length < limit) spans.push(mention.span);
      }
    };
    if (kind === 'fd' && entity.endsWith(`@${log.scope}`)) {
      const life = Number(/~(\d+)$/.exec(name)?.[1] ?? -1);
      if (life < 0 || life >= log.world.lifeOpen.length) return [];
      const from = log.world.lifeSource.at(life) === this.#source ? log.world.lifeEvent.at(life) : -1;
      const second = from >= 0 ? log.link.at(from) : -1;
      scan((event) => log.life.at(event) === life || event === from || event === second);
    } else if (kind === 'thread' || kind === 'process') {
      const tasks = new Set(
        log.world.tasks
          .filter((task) => (kind === 'thread' ? String(task.tid) : String(task.process.pid)) === name)
          .map((task) => task.index),
      );
      const makers = new Set<number>();
      for (const index of tasks) {
        const place = log.world.tasks[index]!.made;
        if (place?.source === this.#source) {
          makers.add(place.event);
          const link = log.link.at(place.event);
          if (link >= 0) makers.add(link);
        }
      }
      const waits = log.names.map((one) => /^(?:wait|kill|tgkill|tkill|pidfd_open)/.test(one));
      scan((event) => tasks.has(log.task.at(event)) || makers.has(event) || (waits[log.call.at(event)] ?? false));
    } else if (kind === 'lock' || kind === 'address') {
      const futex = log.names.map((one) => one.startsWith('futex'));
      scan((event) => futex[log.call.at(event)] ?? false);
    }
    return spans;
  }

  sectionOf(entity: EntityId): number | undefined {
    const view = this.#view();
    const { kind, name } = readEntity(entity);
    if (kind === 'thread' || kind === 'process') {
      const task = view.taskByTid(Number(name || -1));
      if (!task || task.source !== this.#source || task.first < 0) return undefined;
      return task.open >= 0 ? task.open : task.last;
    }
    if (kind !== 'fd') return undefined;
    const life = Number(/~(\d+)$/.exec(name)?.[1] ?? -1);
    const { world } = this.#log;
    if (life < 0 || life >= world.lifeOpen.length || world.lifeSource.at(life) !== this.#source) return undefined;
    const event = world.lifeEvent.at(life) >= 0 ? world.lifeEvent.at(life) : world.lifeSeen.at(life);
    return event >= 0 ? event : undefined;
  }

  landings(): ReadonlyMap<EntityId, number> {
    const found = new Map<EntityId, number>();
    for (const { tid } of this.#log.world.tasks)
      for (const kind of ['thread', 'process'] as const) {
        const entity = globalEntity(kind, String(tid));
        const section = this.sectionOf(entity);
        if (section !== undefined) found.set(entity, section);
      }
    return found;
  }
}

const KINDS = ['call', 'call', 'call', 'call', 'signal', 'exit', 'note', 'note'];
const DETAILS = ['', phrase('unfinished'), phrase('resumed'), phrase('cut'), '', '', '', ''];

const label = (view: View, task: Task, before: string): string =>
  [before, task.tid >= 0 ? String(task.tid) : '', taskName(task)].filter(Boolean).join(' ') ||
  view.log(task.source).scope.replace(/^.*\//, '');

// --- files of one process tree ---

/** Whether the log may be one of several of a process tree. */
export const joins = (trace: Trace): boolean => {
  const log = logs.get(trace);
  return log !== undefined && !log.prefixed && tidOfScope(trace.scope) >= 0 && log.length > 0;
};

/**
 * `strace -ff -o log` writes a file for each thread. They are read again as one log, in the order of their times; without times each
 * file after the one whose thread made its own.
 */
export function together(traces: readonly Trace[]): readonly Trace[] {
  const groups = new Map<string, number[]>();
  traces.forEach((trace, at) => {
    if (!joins(trace)) return;
    const base = trace.scope.replace(/\.\d+(?:\.(?:log|txt|strace))?$/, '');
    const list = groups.get(base);
    if (list) list.push(at);
    else groups.set(base, [at]);
  });
  const all = [...traces];
  for (const places of groups.values()) {
    if (places.length < 2) continue;
    const world = new World(logs.get(traces[places[0]!]!)!.world.slowSeconds);
    const group = places.map(
      (at, source) => new Log(world, traces[at]!.text, traces[at]!.scope, source, tidOfScope(traces[at]!.scope)),
    );
    if (group.every((log) => !Number.isNaN(log.nextTime()))) mergeByTime(group);
    else mergeByParent(world, group);
    tracesOf(world, group).forEach((trace, index) => {
      all[places[index]!] = trace;
    });
  }
  return all;
}

/** Reads lines of all in the order of their times: a heap of (time, index). */
function mergeByTime(group: readonly Log[]): void {
  const heap = group.map((log, index) => ({ time: log.nextTime(), index }));
  const before = (a: { time: number; index: number }, b: { time: number; index: number }): boolean =>
    a.time < b.time || (a.time === b.time && a.index < b.index);
  const sink = (from: number): void => {
    for (let at = from; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && before(heap[child]!, heap[least]!)) least = child;
      if (least === at) return;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  };
  for (let at = heap.length >> 1; at >= 0; at--) if (heap.length) sink(at);
  while (heap.length) {
    const top = heap[0]!;
    const log = group[top.index]!;
    if (!log.step()) {
      const last = heap.pop()!;
      if (!heap.length) return;
      if (last !== top) heap[0] = last;
    } else {
      const next = log.nextTime();
      // A line without a time belongs to the one before.
      top.time = Number.isNaN(next) ? top.time : next;
    }
    sink(0);
  }
}

/** Each file whole: first those that nobody made, then those whose makers have been read. */
function mergeByParent(world: World, group: readonly Log[]): void {
  const waiting = new Map(group.map((log) => [tidOfScope(log.scope), log]));
  const tids = [...waiting.keys()].sort((a, b) => a - b);
  let next = 0;
  let seen = 0;
  while (waiting.size) {
    let tid: number | undefined;
    // Tasks in the order in which they were made.
    for (; seen < world.tasks.length && tid === undefined; seen++)
      if (waiting.has(world.tasks[seen]!.tid)) tid = world.tasks[seen]!.tid;
    while (tid === undefined) {
      const least = tids[next++]!;
      if (waiting.has(least)) tid = least;
    }
    const log = waiting.get(tid)!;
    waiting.delete(tid);
    log.run();
  }
}
