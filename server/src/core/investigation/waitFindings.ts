// Findings about waits that are no locks: minutes in a call to another program, and very many equal stacks.

import { plural, said, t } from '../text/l10n.js';
import type { WaitKind } from '../trace/trace.js';
import { behind } from './behind.js';
import { siteOf, stories } from './chains.js';
import { capital, type Finding, MOST_RELATED, type Severity, type Weighed, waiterNote } from './finding.js';
import type { WaitEdge, WaitForGraph } from './graph.js';
import { describeWait, entityName, shortFunction, whatFor } from './phrases.js';
import { notesIn } from './places.js';

/** Below this a wait outside may be an ordinary slow answer. Seconds. */
const LONG = 120;
/** As many goroutines with one stack, not idle, look like a leak or a jam. */
const MANY = 100;

const LONG_KINDS: Readonly<Partial<Record<WaitKind, Severity>>> = {
  dbus: 'warning', // callers give up after 25 s where they set a time-out at all
  rpc: 'information', // a subscription may stay open for days
  child: 'information', // so may a child
  'chan-send': 'information', // nobody receives
};

/** Why it may be as it should; '' where it is not. */
function doubts(kind: WaitKind): string {
  if (kind === 'rpc') return t('That is normal for a subscription, not for a request.');
  return kind === 'child' ? t('That is normal for a child that is meant to run on.') : '';
}

/** Blocked waits of minutes outside any lock, one finding a distinct stack. */
export function longWaits(graph: WaitForGraph): Finding[] {
  const found: Weighed[] = [];
  const roots = new Set(behind(graph).roots);
  // A link of a chain that goes on is told there, and is no subscription.
  const links = new Set(stories(graph).flatMap(({ chain }) => chain.links.slice(0, -1).map(({ entity }) => entity)));
  for (const trace of graph.traces) {
    const groups = new Map<string, WaitEdge[]>();
    for (const wait of trace.facts.waits) {
      if (wait.state !== 'blocked' || LONG_KINDS[wait.kind] === undefined || (wait.seconds ?? 0) < LONG) continue;
      if (roots.has(wait.waiter) || (LONG_KINDS[wait.kind] === 'information' && links.has(wait.waiter))) continue;
      if (notesIn(trace, wait.section).length > 0) continue; // told already
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
        group.length > 1 ? t(', and {0} more with the same stack', (group.length - 1).toLocaleString('en-US')) : '';
      const doubt = doubts(wait.kind);
      found.push({
        weight: (severity === 'warning' ? 1e9 : 0) + (wait.seconds ?? 0),
        finding: {
          id: 'long-wait',
          severity,
          trace,
          span: trace.sections.at(wait.section).head,
          section: wait.section,
          entity: wait.waiter,
          message: `${capital(name)} ${describeWait(graph, first)}${siteOf(wait.site)}${others}.${doubt && ` ${doubt}`}`,
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
export function crowds(graph: WaitForGraph): Finding[] {
  const found: Weighed[] = [];
  for (const trace of graph.traces) {
    const counts = new Map<number, { count: number; edge: WaitEdge }>();
    for (const wait of trace.facts.waits) {
      if (wait.state !== 'blocked' || wait.kind.includes('mutex') || wait.call !== undefined) continue;
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
          message: plural(
            count,
            '{0} goroutine has the same stack in {1} and {2}: a jam, a leak, or a big pool of workers.',
            '{0} goroutines have the same stack in {1} and {2}: a jam, a leak, or a big pool of workers.',
            shortFunction(said(trace.shapes[shape]?.title ?? '')),
            describeKind(graph, edge),
          ),
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
  t('wait {0}', whatFor(graph, { ...edge, wait: { ...edge.wait, on: undefined } }));
