// The answer in a few sentences.

import { fromTable, saysEnglish, t } from '../text/l10n.js';
import type { EntityId } from '../trace/trace.js';
import { behind, sureness } from './behind.js';
import { nameIn, siteOf } from './chains.js';
import { plainText } from './escape.js';
import { capital } from './finding.js';
import { allFindings, cycleSentence } from './findings.js';
import type { WaitEdge, WaitForGraph } from './graph.js';
import { remedySentence } from './knownFaults.js';
import {
  countedWaiters,
  describeHeld,
  describeHolders,
  describeState,
  describeWait,
  entityName,
  howHeld,
  isAtRest,
  populationOf,
  storyChain,
  summaryLine,
  troubleOf,
  unheldReason,
} from './phrases.js';
import { headcount, placeName } from './places.js';
import { recognise } from './recognise.js';
import { counted, lasted, notWaiting } from './words.js';

/** How surely so many are stuck, one and several. */
export const STUCK = {
  certain: ['{0} is stuck', '{0} are stuck'],
  likely: ['{0} is likely stuck', '{0} are likely stuck'],
  possible: ['{0} is possibly stuck', '{0} are possibly stuck'],
} as const;

/** A verdict is read at a glance. */
const MOST_SENTENCES = 3;

/**
 * At most three sentences, what is needed most first: a known fault with what mends it, where that is proven; else the root, with how
 * sure it is, and a fault that its signs tell; then the outage, and what ended a program.
 */
export function verdict(graph: WaitForGraph): string {
  if (graph.traces.length === 0) return t('None of the files could be read as a trace.');
  const [fault] = recognise(graph).filter(({ verdict }) => verdict === 'recognised');
  const [outage, ...more] = outages(graph);
  const told = [...(outage === undefined ? [] : [outage]), ...crashes(graph).slice(0, 1)];
  const roots = rootsOf(graph, fault?.proven === true);
  const named = fault ? [remedySentence(fault)] : [];
  const [root, ...others] = roots;
  if (root === undefined) return first([...named, ...told, ...withoutRoot(graph, told, fault !== undefined), ...more]);
  return first([...(fault?.proven ? [...named, root] : [root, ...named]), ...told, ...more, ...others]);
}

const first = (sentences: readonly string[]): string => sentences.slice(0, MOST_SENTENCES).join(' ');

/** Where the chains end, a sentence each: a deadlock, who others are stuck behind, a lock that nobody is seen holding. */
function rootsOf(graph: WaitForGraph, explained: boolean): string[] {
  const cycle = graph.cycles[0];
  const from = cycle && graph.waitOf(cycle.members[0]!)?.trace;
  const sentences = cycle && from ? [cycleSentence(graph, cycle, from)] : [];
  const { of, roots } = behind(graph);
  const rests = (root: EntityId): number => Number(isAtRest(graph, root));
  for (const root of roots.toSorted((a, b) => rests(a) - rests(b)).slice(0, 2))
    sentences.push(rootSentence(graph, root, of(root), explained));
  const lock = graph.contended[0];
  if (sentences.length > 0 || lock === undefined) return sentences;
  const waiters = graph.waitersOf(lock);
  const count = headcount(waiters);
  const time = lasted(waiters[0]?.wait);
  const unknown = unheldReason(graph, lock) && graph.holdersOf(lock).length === 0;
  const why = unknown ? t(', and the section "What could not be known" says why') : '';
  const [many, name] = [countedWaiters(graph, count), entityName(graph, lock)];
  const up = time === '' ? '' : ` ${t('up to {0}', time)}`;
  const wait = count === 1 ? t('{0} waits{1} for {2}', many, up, name) : t('{0} wait{1} for {2}', many, up, name);
  return [`${wait}: ${describeHolders(graph, lock)}${why}.`];
}

/** What else there is to say where nobody is stuck behind anybody. */
function withoutRoot(graph: WaitForGraph, told: readonly string[], named: boolean): string[] {
  const noted = allFindings(graph).filter(
    ({ id, severity, note }) => id === 'long-wait' || (note && (severity === 'error' || severity === 'warning')),
  );
  const [first, second] = noted;
  if (first?.id === 'long-wait') return [t('No goroutine waits for a lock.'), ...sentencesOf(first.message)];
  if (!first) return named ? [] : [calm(graph)];
  const notes = [first, second].flatMap((finding) => (finding?.note ? [finding.message] : []));
  // Two files may tell the same.
  return [...new Set(notes)].map(sentencesOf).flatMap((note) => (told.includes(note[0]!) ? [] : note));
}

/** The sentences on the outages that the journals show, the worst first. */
const outages = (graph: WaitForGraph): string[] =>
  allFindings(graph)
    .filter(({ note, severity }) => note?.about === 'outage' && (severity === 'error' || severity === 'warning'))
    .slice(0, 1)
    .flatMap(({ message }) => sentencesOf(message));

const sentencesOf = (text: string): string[] =>
  text.split(saysEnglish() ? /(?<=[.!?]) (?=[A-Z])/ : /(?<=[.!?]) (?=\p{Lu})|(?<=。)/u);

/** That nothing is stuck, and in how much text. */
function calm(graph: WaitForGraph): string {
  const dumps = graph.traces.filter((trace) => trace.facts.summary === undefined);
  const others = graph.traces.filter((trace) => trace.facts.summary !== undefined);
  if (dumps.length === 0 && others.length === 1)
    return t('Nothing here is seen to be stuck: {0}.', summaryLine(graph, others[0]!));
  const count = dumps.reduce((sum, trace) => sum + populationOf(trace), 0);
  const read = [
    ...(dumps.length > 0 ? [t('{0}, and none waits for a lock', counted(count, 'goroutine'))] : []),
    ...(others.length > 0
      ? [dumps.length > 0 ? counted(others.length, 'other file') : counted(others.length, 'file')]
      : []),
  ];
  return t('Nothing here is seen to be stuck: {0}.', read.join('; '));
}

/**
 * How many are stuck behind whom, what that one waits for, and who in another program may be at it. `explained`: what is wrong with
 * the last one has been said.
 */
function rootSentence(graph: WaitForGraph, root: EntityId, count: number, explained: boolean): string {
  const edge = graph.waitOf(root);
  if (edge && isAtRest(graph, root)) return restSentence(graph, root, edge, count);
  const stuck = fromTable(STUCK[sureness(graph, root)][count === 1 ? 0 : 1], countedWaiters(graph, count));
  const does = edge ? `${describeWait(graph, edge)}${siteOf(edge.wait.site)}` : notWaiting();
  const name = nameIn(graph, root);
  const { links } = storyChain(graph, root);
  const server = links[1];
  const end = links.at(-1)!;
  if (!server) return t('{0} behind {1}, which {2}.', stuck, name, does);
  const trouble = explained ? '' : (sentencesOf(troubleOf(graph, end.entity))[0] ?? '');
  const last = `${end.wait ? describeWait(graph, end.wait) : notWaiting()}${trouble ? `: ${trouble.replace(/\.$/, '')}` : ''}`;
  const where =
    end === server
      ? t('{0}, which {1}', nameIn(graph, server.entity), last)
      : t('{0}, and the chain ends at {1}, which {2}', nameIn(graph, server.entity), nameIn(graph, end.entity), last);
  return edge?.wait.kind === 'rpc'
    ? t('{0} behind {1}, which {2}; that call is possibly served by {3}.', stuck, name, does, where)
    : t('{0} behind {1}, which {2}; that is possibly served by {3}.', stuck, name, does, where);
}

/** Who is at rest is nobody's root: the chain ends at who waits for it, and nothing tells that it would act. */
function restSentence(graph: WaitForGraph, root: EntityId, edge: WaitEdge, count: number): string {
  const rests = describeState(graph, edge);
  const held = graph.heldBy(root).find(({ hold }) => graph.waitersOf(hold.of).length > 0);
  const waiter = held && graph.waitersOf(held.hold.of)[0];
  const many = countedWaiters(graph, count);
  if (!waiter)
    return count === 1
      ? t('{0} waits for {1}, which {2}.', many, nameIn(graph, root), rests)
      : t('{0} wait for {1}, which {2}.', many, nameIn(graph, root), rests);
  const name = nameIn(graph, waiter.wait.waiter);
  const waits = describeWait(graph, waiter);
  const who =
    count === 1
      ? `${capital(name)} ${waits}`
      : t('{0} are stuck, the foremost of them {1}, which {2}', many, name, waits);
  const has = `${describeHeld(graph, held)}${howHeld(held.hold)}`;
  return t('{0}; {1} {2} and {3}.', who, nameIn(graph, root), has, rests);
}

/** What ended a program, where it printed its goroutines on its way down. SIGQUIT is how people ask for a dump. */
function crashes(graph: WaitForGraph): string[] {
  return graph.traces.flatMap((trace) =>
    trace.parts
      .filter(
        (part) =>
          /^(?:panic|fatal error|unexpected fault|SIG[A-Z]+): /.test(part.label) && !part.label.startsWith('SIGQUIT'),
      )
      .slice(0, 1)
      .map((part) =>
        t(
          'The program ended with “{0}” ({1}).',
          plainText(part.label.trim(), 120),
          placeName(graph, { trace, span: part.span }),
        ),
      ),
  );
}
