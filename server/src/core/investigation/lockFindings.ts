// Findings about locks: who holds one that others wait for, who is at the end of a chain, and locks without a known holder.

import { t } from '../text/l10n.js';
import { readEntity } from '../trace/entity.js';
import type { EntityId } from '../trace/trace.js';
import { behind } from './behind.js';
import { capital, type Finding, MOST_RELATED, sourceNote, type Weighed, waiterNote } from './finding.js';
import type { HoldEdge, WaitEdge, WaitForGraph } from './graph.js';
import {
  countedWaiters,
  describeHeld,
  describeHolders,
  describeState,
  entityName,
  evidencePlain,
  unheldWords,
} from './phrases.js';
import { headcount, headOf, longest } from './places.js';
import { andLongest } from './words.js';

/** Most waiters first. */
export function lockFindings(graph: WaitForGraph): Finding[] {
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
  waiters.length < 2 && headcount(waiters) < 2 && waiters.every((edge) => edge.wait.seconds === undefined);

const shortWait = (): string => t('No time is printed: it may be a short wait.');

function holderFinding(graph: WaitForGraph, holder: EntityId): Weighed[] {
  const place = headOf(graph, holder);
  const held = graph
    .heldBy(holder)
    .filter((edge) => edge.hold.confidence !== 'possible' && graph.waitersOf(edge.hold.of).length > 0);
  const first = held[0];
  if (!place || !first) return [];
  const { waiters, direct } = waitersFor(graph, held, holder);
  if (direct === 0) return [];
  const all = Math.max(direct, behind(graph).of(holder));
  const own = graph.waitOf(holder);
  const root = all > direct && own?.wait.on === undefined ? true : all > direct && graph.chain(holder).links.length < 2;
  const name = entityName(graph, holder);
  const what = held.slice(0, 3).map((edge) => describeHeld(graph, edge));
  const stuck =
    all > direct
      ? t('{0} are stuck behind it, {1} of them directly', countedWaiters(graph, all), direct.toLocaleString('en-US'))
      : direct === 1
        ? t('{0} waits for it', countedWaiters(graph, direct))
        : t('{0} wait for it', countedWaiters(graph, direct));
  const time = andLongest(longest(waiters));
  const does = own ? t('It {0}{1}.', describeState(graph, own), awaited(graph, own)) : t('It is not waiting itself.');
  const brief = fleeting(waiters) && all < 2 ? ` ${shortWait()}` : '';
  return [
    {
      weight: all + (root ? 0.5 : 0),
      finding: {
        id: root ? 'root-blocker' : 'lock-holder',
        severity: brief ? 'information' : 'warning',
        ...place,
        section: first.hold.section,
        entity: holder,
        message: `${capital(name)} ${what.reduce((a, b) => t('{0} and {1}', a, b))}: ${stuck}${time}. ${does}${brief}`,
        related: [
          ...sourceNote(place, first.hold),
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

const crowds = new WeakMap<readonly WaitEdge[], ReadonlySet<EntityId>>();

/** The distinct waiters of one thing, worked out once: thousands can hold what thousands wait for. */
function distinct(waiters: readonly WaitEdge[]): ReadonlySet<EntityId> {
  let names = crowds.get(waiters);
  if (!names) {
    names = new Set(waiters.map((edge) => edge.wait.waiter));
    crowds.set(waiters, names);
  }
  return names;
}

/** Who waits for what somebody holds, and how many different ones they are, without itself. */
function waitersFor(
  graph: WaitForGraph,
  held: readonly HoldEdge[],
  holder: EntityId,
): { waiters: readonly WaitEdge[]; direct: number } {
  const [one, ...others] = held.map((edge) => graph.waitersOf(edge.hold.of));
  const names = one && others.length === 0 ? distinct(one) : undefined;
  if (one && names && !names.has(holder)) return { waiters: one, direct: names.size };
  const waiters = [...(one ?? []), ...others.flat()].filter((edge) => edge.wait.waiter !== holder);
  return { waiters, direct: distinct(waiters).size };
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
  const reason = unheldWords(graph, lock);
  const why = reason === '' ? '' : ` ${reason}`;
  const alone = waiters.length === 1 ? first.wait.waiter : undefined;
  const who = describeHolders(graph, lock, first.trace, alone);
  const count = headcount(waiters);
  const time = andLongest(longest(waiters));
  const brief = fleeting(waiters) ? ` ${shortWait()}` : '';
  const many = countedWaiters(graph, count);
  const stuck = `${count === 1 ? t('{0} waits for {1}', many, name) : t('{0} wait for {1}', many, name)}${time}`;
  return [
    {
      weight: count - 0.5,
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
