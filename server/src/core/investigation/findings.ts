// What deserves a line in Problems: few, the most important first. Facts are in hovers; a finding says that something is
// wrong, for whom, and who could end it.

import { articleOf } from '../formats/index.js';
import type { Span } from '../text/span.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId, Problem, Trace, WaitKind } from '../trace/trace.js';
import { behind } from './behind.js';
import { fillPlain } from './escape.js';
import type { Cycle, WaitEdge, WaitForGraph } from './graph.js';
import {
  describeHeld,
  describeHolders,
  describeWait,
  entityName,
  evidencePlain,
  shortFunction,
  unheldReason,
} from './phrases.js';
import { headOf } from './places.js';
import { atLeast, counted, listed } from './words.js';

export type Severity = 'error' | 'warning' | 'information' | 'hint';

export interface Related {
  readonly trace: Trace;
  readonly span: Span;
  readonly message: string;
}

export interface Finding {
  readonly id:
    | 'deadlock'
    | 'root-blocker'
    | 'lock-holder'
    | 'unclear-lock'
    | 'unheld-lock'
    | 'long-wait'
    | 'many-identical'
    | 'limit';
  readonly severity: Severity;
  readonly trace: Trace;
  /** The head line of the section that the finding is about. */
  readonly span: Span;
  /** -1 where it is about the text as a whole. */
  readonly section: number;
  readonly entity: EntityId | undefined;
  /** Plain text. */
  readonly message: string;
  readonly related: readonly Related[];
}

const MOST = 60;
/** Places below one finding: an editor shows them all at once. */
const MOST_RELATED = 4;
/** Below this a wait outside may be an ordinary slow answer. Seconds. */
const LONG = 120;
/** As many goroutines with one stack, not idle, look like a leak or a jam. */
const MANY = 100;

const cache = new WeakMap<WaitForGraph, readonly Finding[]>();

/** The findings of one document, most important first. */
export const findings = (graph: WaitForGraph, trace: Trace): readonly Finding[] =>
  allFindings(graph).filter((finding) => finding.trace === trace);

/** The findings of all documents together, most important first. */
export function allFindings(graph: WaitForGraph): readonly Finding[] {
  let all = cache.get(graph);
  if (!all) {
    const locks = lockFindings(graph);
    all = [...deadlocks(graph), ...locks.slice(0, MOST), ...longWaits(graph), ...crowds(graph), ...limits(graph)];
    cache.set(graph, all);
  }
  return all;
}

// ---- deadlocks

function deadlocks(graph: WaitForGraph): Finding[] {
  return graph.cycles.slice(0, MOST).flatMap((cycle) => {
    const first = cycle.members[0]!;
    const place = headOf(graph, first);
    const edge = graph.waitOf(first);
    if (!place || !edge) return [];
    return {
      id: 'deadlock' as const,
      severity: 'error' as const,
      ...place,
      section: edge.wait.section,
      entity: first,
      message: cycleSentence(graph, cycle, place.trace),
      related: cycle.members.slice(0, MOST_RELATED).flatMap((member) => waiterNote(graph, graph.waitOf(member))),
    };
  });
}

/** `Deadlock: goroutine 20 waits for mutex #1, held by goroutine 21; goroutine 21 waits for … Nothing ends this …` */
export function cycleSentence(graph: WaitForGraph, cycle: Cycle, from: Trace): string {
  const word = cycle.confidence === 'certain' ? 'Deadlock' : 'Likely deadlock';
  const steps = cycle.members.slice(0, 6).map((member, at) => {
    const edge = graph.waitOf(member)!;
    const next = cycle.members[(at + 1) % cycle.members.length]!;
    const hold = graph.holdersOf(edge.wait.on!).find((holder) => holder.hold.holder === next)?.hold;
    const waits = `${entityName(graph, member, from)} ${describeWait(graph, edge)}`;
    const name = entityName(graph, next, from);
    // A reader waits behind a writer that waits itself: nobody holds anything in that step.
    if (!hold) return `${waits} behind ${name}, which asked for it first`;
    const mode = hold.mode === 'read' ? ' (read lock)' : '';
    if (next === member) return `${waits}, which it ${holdsWord(hold.confidence)} itself${mode}`;
    return `${waits}, which ${name} ${holdsWord(hold.confidence)}${mode}`;
  });
  const more = cycle.members.length > steps.length ? `; and ${cycle.members.length - steps.length} more` : '';
  const stuck = (behind(graph).all.get(cycle.members[0]!) ?? 0) - (cycle.members.length - 1);
  const others = stuck > 0 ? ` ${counted(stuck, 'other waits', 'others wait')} behind them.` : '';
  return `${word}: ${steps.join('; ')}${more}.${others}`;
}

const holdsWord = (confidence: 'certain' | 'likely' | 'possible'): string =>
  confidence === 'certain' ? 'holds' : `${confidence === 'likely' ? 'likely' : 'possibly'} holds`;

// ---- locks

interface Weighed {
  readonly finding: Finding;
  readonly weight: number;
}

function lockFindings(graph: WaitForGraph): Finding[] {
  const onCycle = new Set(graph.cycles.flatMap((cycle) => cycle.members));
  const found: Weighed[] = [];
  const done = new Set<EntityId>();
  for (const lock of graph.contended) {
    const holders = graph.holdersOf(lock);
    const sure = holders.filter((edge) => edge.hold.confidence !== 'possible');
    if (sure.length === 0) found.push(...withoutHolder(graph, lock, holders.length > 0));
    for (const edge of sure) {
      const { holder } = edge.hold;
      if (done.has(holder) || onCycle.has(holder)) continue;
      done.add(holder);
      found.push(...holderFinding(graph, holder));
    }
  }
  // Whoever serves an outstanding call of another program is a holder too.
  for (const root of behind(graph).roots) {
    if (done.has(root) || onCycle.has(root)) continue;
    done.add(root);
    found.push(...holderFinding(graph, root));
  }
  return found.sort((a, b) => b.weight - a.weight).map((weighed) => weighed.finding);
}

/** Whether a wait for a lock may be over a moment later: alone, and without a printed time. */
const fleeting = (waiters: readonly WaitEdge[]): boolean =>
  waiters.length < 2 && waiters.every((edge) => edge.wait.seconds === undefined);

function holderFinding(graph: WaitForGraph, holder: EntityId): Weighed[] {
  const place = headOf(graph, holder);
  const held = graph
    .heldBy(holder)
    .filter((edge) => edge.hold.confidence !== 'possible' && graph.waitersOf(edge.hold.of).length > 0);
  const first = held[0];
  if (!place || !first) return [];
  const waiters = held.flatMap((edge) => graph.waitersOf(edge.hold.of)).filter((edge) => edge.wait.waiter !== holder);
  const direct = new Set(waiters.map((edge) => edge.wait.waiter)).size;
  if (direct === 0) return [];
  const all = Math.max(direct, behind(graph).all.get(holder) ?? 0);
  const own = graph.waitOf(holder);
  const root = all > direct && own?.wait.on === undefined ? true : all > direct && graph.chain(holder).links.length < 2;
  const oldest = longest(waiters);
  const name = entityName(graph, holder);
  const what = held.slice(0, 3).map((edge) => describeHeld(graph, edge));
  const stuck =
    all > direct
      ? `${all.toLocaleString('en-US')} goroutines are stuck behind it, ${direct.toLocaleString('en-US')} of them directly`
      : `${counted(direct, 'goroutine waits', 'goroutines wait')} for it`;
  const time = oldest === undefined ? '' : `, the longest ${atLeast(oldest)}`;
  const does = own ? ` It ${describeWait(graph, own)}${awaited(graph, own)}.` : ' It is not waiting itself.';
  const brief = fleeting(waiters) && all < 2 ? ' No time is printed: it may be a short wait.' : '';
  return [
    {
      weight: all + (root ? 0.5 : 0),
      finding: {
        id: root ? 'root-blocker' : 'lock-holder',
        severity: brief ? 'information' : 'warning',
        ...place,
        section: first.hold.section,
        entity: holder,
        message: `${capital(name)} ${what.join(' and ')}: ${stuck}${time}.${does}${brief}`,
        related: [
          ...waiters.slice(0, 3).flatMap((edge) => waiterNote(graph, edge)),
          ...first.hold.evidence.flatMap((evidence) => {
            const words = evidence.span && evidencePlain(first.trace, { ...first.hold, evidence: [evidence] })[0];
            return evidence.span && words ? [{ trace: first.trace, span: evidence.span, message: words }] : [];
          }),
        ].slice(0, MOST_RELATED),
      },
    },
  ];
}

/** `, held by goroutine 211`: who has what the holder itself waits for. */
function awaited(graph: WaitForGraph, edge: WaitEdge): string {
  const { on } = edge.wait;
  if (on === undefined) return '';
  if (graph.holdersOf(on).length === 0 && readEntity(on).kind !== 'lock') return '';
  return `, ${describeHolders(graph, on, edge.trace)}`;
}

function withoutHolder(graph: WaitForGraph, lock: EntityId, candidates: boolean): Weighed[] {
  const waiters = graph.waitersOf(lock);
  const first = waiters[0];
  if (!first) return [];
  const name = entityName(graph, lock, first.trace);
  const reason = unheldReason(graph, lock);
  const why = reason ? ` ${fillPlain(reason.text, reason.values)}` : '';
  const alone = waiters.length === 1 ? first.wait.waiter : undefined;
  const who = describeHolders(graph, lock, first.trace, alone);
  const oldest = longest(waiters);
  const time = oldest === undefined ? '' : `, the longest ${atLeast(oldest)}`;
  const brief = fleeting(waiters) ? ' No time is printed: it may be a short wait.' : '';
  const stuck = `${counted(waiters.length, 'goroutine waits', 'goroutines wait')} for ${name}${time}`;
  return [
    {
      weight: waiters.length - 0.5,
      finding: {
        id: candidates ? 'unclear-lock' : 'unheld-lock',
        severity: brief ? 'information' : 'warning',
        trace: first.trace,
        span: first.trace.sections.at(first.wait.section).head,
        section: first.wait.section,
        entity: lock,
        message: `${stuck}: ${who}.${why}${brief}`,
        related: [
          ...waiters.slice(1, 3).flatMap((edge) => waiterNote(graph, edge)),
          ...graph
            .holdersOf(lock)
            .slice(0, 2)
            .flatMap((edge) => {
              const place = headOf(graph, edge.hold.holder);
              return place ? [{ ...place, message: describeHeld(graph, edge) }] : [];
            }),
        ],
      },
    },
  ];
}

function waiterNote(graph: WaitForGraph, edge: WaitEdge | undefined): Related[] {
  if (!edge) return [];
  const { trace, wait } = edge;
  const message = `${entityName(graph, wait.waiter)} ${describeWait(graph, edge)}`;
  return [{ trace, span: trace.sections.at(wait.section).head, message }];
}

function longest(edges: readonly WaitEdge[]): number | undefined {
  let most: number | undefined;
  for (const { wait } of edges)
    if (wait.seconds !== undefined && (most === undefined || wait.seconds > most)) most = wait.seconds;
  return most;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

// ---- waits outside locks

const LONG_KINDS: Readonly<Partial<Record<WaitKind, Severity>>> = {
  dbus: 'warning', // callers give up after 25 s where they set a time-out at all
  rpc: 'information', // a subscription may stay open for days
  child: 'information', // so may a child
  'chan-send': 'information', // nobody receives
};

const DOUBTS: Readonly<Partial<Record<WaitKind, string>>> = {
  rpc: ' That is normal for a subscription, not for a request.',
  child: ' That is normal for a child that is meant to run on.',
};

/** Blocked waits of minutes outside any lock, one finding a distinct stack. */
function longWaits(graph: WaitForGraph): Finding[] {
  const found: Weighed[] = [];
  const roots = new Set(behind(graph).roots);
  for (const trace of graph.traces) {
    const groups = new Map<string, WaitEdge[]>();
    for (const wait of trace.facts.waits) {
      if (wait.state !== 'blocked' || LONG_KINDS[wait.kind] === undefined || (wait.seconds ?? 0) < LONG) continue;
      if (roots.has(wait.waiter)) continue; // told already
      const key = `${wait.kind} ${trace.sections.at(wait.section).shape}`;
      const group = groups.get(key);
      if (group) group.push({ trace, wait });
      else groups.set(key, [{ trace, wait }]);
    }
    for (const group of groups.values()) {
      const first = group.reduce((a, b) => ((b.wait.seconds ?? 0) > (a.wait.seconds ?? 0) ? b : a));
      const { wait } = first;
      const severity = LONG_KINDS[wait.kind]!;
      const name = entityName(graph, wait.waiter);
      const others =
        group.length > 1
          ? `, and ${counted(group.length - 1, 'more with the same stack', 'more with the same stack')}`
          : '';
      const site = wait.site ? ` in ${shortFunction(wait.site)}` : '';
      const doubt = DOUBTS[wait.kind] ?? '';
      found.push({
        weight: (severity === 'warning' ? 1e9 : 0) + (wait.seconds ?? 0),
        finding: {
          id: 'long-wait',
          severity,
          trace,
          span: trace.sections.at(wait.section).head,
          section: wait.section,
          entity: wait.waiter,
          message: `${capital(name)} ${describeWait(graph, first)}${site}${others}.${doubt}`,
          related: group
            .filter((edge) => edge !== first)
            .slice(0, MOST_RELATED)
            .flatMap((edge) => waiterNote(graph, edge)),
        },
      });
    }
  }
  return found
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 20)
    .map((weighed) => weighed.finding);
}

/** Very many goroutines with one stack that wait, outside locks: a leak or a jam. */
function crowds(graph: WaitForGraph): Finding[] {
  const found: Weighed[] = [];
  for (const trace of graph.traces) {
    const counts = new Map<number, { count: number; edge: WaitEdge }>();
    for (const wait of trace.facts.waits) {
      if (wait.state !== 'blocked' || wait.kind.includes('mutex')) continue;
      const { shape } = trace.sections.at(wait.section);
      const row = counts.get(shape);
      if (row) row.count++;
      else counts.set(shape, { count: 1, edge: { trace, wait } });
    }
    for (const [shape, { count, edge }] of counts) {
      if (count < MANY) continue;
      found.push({
        weight: count,
        finding: {
          id: 'many-identical',
          severity: 'information',
          trace,
          span: trace.sections.at(edge.wait.section).head,
          section: edge.wait.section,
          entity: edge.wait.waiter,
          message: `${counted(count, 'goroutine has', 'goroutines have')} the same stack in ${shortFunction(trace.shapes[shape]?.title ?? '')} and ${describeKind(graph, edge)}: a jam, a leak, or a big pool of workers.`,
          related: [],
        },
      });
    }
  }
  return found
    .sort((a, b) => b.weight - a.weight)
    .slice(0, 10)
    .map((weighed) => weighed.finding);
}

const describeKind = (graph: WaitForGraph, edge: WaitEdge): string =>
  describeWait(graph, { ...edge, wait: { ...edge.wait, seconds: undefined, on: undefined } }).replace('waits', 'wait');

// ---- what the text cannot tell

/** One hint for each kind of problem of a text, with how often it occurs. */
function limits(graph: WaitForGraph): Finding[] {
  return graph.traces.flatMap((trace) => {
    const byCode = new Map<string, Problem[]>();
    for (const problem of trace.problems) {
      const list = byCode.get(problem.code);
      if (list) list.push(problem);
      else byCode.set(problem.code, [problem]);
    }
    return [...byCode].map(([code, problems]): Finding => {
      const first = problems[0]!;
      return {
        id: 'limit',
        severity: 'hint',
        trace,
        span: first.span,
        section: trace.sections.find(first.span.start) ?? -1,
        entity: undefined,
        message: problemSentence(trace, code, problems),
        related: problems.slice(1, MOST_RELATED).map((problem) => ({ trace, span: problem.span, message: 'here too' })),
      };
    });
  });
}

const PROBLEMS: Readonly<Record<string, string>> = {
  'unknown-line': 'A line inside a goroutine could not be read.',
  'torn-header': 'A goroutine’s header line is cut off: its state may be missing.',
  headless: 'Frames without a header line: whose they are is unknown.',
};

/** What could not be read or known, once for each kind. */
export function problemSentence(trace: Trace, code: string, problems: readonly Problem[]): string {
  const article = articleOf(trace, { kind: 'problem', name: code });
  const text = article?.text ?? PROBLEMS[code] ?? `${code.replaceAll('-', ' ')}.`;
  const often = problems.length > 1 ? ` (${counted(problems.length, 'place')})` : '';
  return `${fillPlain(text, problems[0]?.values ?? {})}${often}`;
}

/** Whether somebody is stuck: what the command line's exit status tells. */
export const anythingStuck = (graph: WaitForGraph): boolean =>
  allFindings(graph).some((finding) => finding.severity === 'error' || finding.severity === 'warning');

/** `3 goroutines: 12, 13 and 14` for lists of waiters. */
export const waiterNames = (
  graph: WaitForGraph,
  edges: readonly WaitEdge[],
  from: Trace | undefined,
  most = 5,
): string =>
  listed(
    edges.slice(0, most).map((edge) => entityName(graph, edge.wait.waiter, from)),
    most,
    edges.length,
  );
