// The answer in a few sentences.

import type { EntityId } from '../trace/trace.js';
import { behind, farthestBehind } from './behind.js';
import { nameIn, siteOf } from './chains.js';
import { plainText } from './escape.js';
import { allFindings, cycleSentence } from './findings.js';
import type { WaitForGraph } from './graph.js';
import { faultSentence } from './knownFaults.js';
import {
  countedWaiters,
  describeHolders,
  describeWait,
  entityName,
  populationOf,
  storyChain,
  summaryLine,
  troubleOf,
  unheldReason,
} from './phrases.js';
import { headcount, placeName } from './places.js';
import { recognise } from './recognise.js';
import { counted, lasted } from './words.js';

/** The outage, what is stuck, behind whom, what that one waits for; a known fault where one is recognised. */
export function verdict(graph: WaitForGraph): string {
  if (graph.traces.length === 0) return 'None of the files could be read as a trace.';
  const sentences = [...outages(graph).slice(0, 1), ...crashes(graph).slice(0, 1)];
  const faults = recognise(graph)
    .filter(({ verdict }) => verdict === 'recognised')
    .slice(0, 1)
    .map(faultSentence);
  const cycle = graph.cycles[0];
  const from = cycle && graph.waitOf(cycle.members[0]!)?.trace;
  if (cycle && from) sentences.push(cycleSentence(graph, cycle, from));
  const { all, roots } = behind(graph);
  for (const root of roots.slice(0, 2)) sentences.push(...rootSentences(graph, root, all.get(root)!));
  if (cycle || roots.length > 0) return [...sentences.slice(0, 4 - faults.length), ...faults].join(' ');
  const lock = graph.contended[0];
  if (lock !== undefined) {
    const waiters = graph.waitersOf(lock);
    const count = headcount(waiters);
    const time = lasted(waiters[0]?.wait);
    sentences.push(
      `${countedWaiters(graph, count)} ${count === 1 ? 'waits' : 'wait'}${time ? ` up to ${time}` : ''} for ${entityName(graph, lock)}: ${describeHolders(graph, lock)}.`,
    );
    const reason = unheldReason(graph, lock);
    if (reason && graph.holdersOf(lock).length === 0) sentences.push('The section "What could not be known" says why.');
    return [...sentences, ...faults].join(' ');
  }
  const noted = allFindings(graph).filter(
    ({ id, severity, note }) => id === 'long-wait' || (note && (severity === 'error' || severity === 'warning')),
  );
  const [first, second] = noted;
  if (first?.id === 'long-wait')
    return [...sentences, `No goroutine waits for a lock. ${first.message}`, ...faults].join(' ');
  const told = [...sentences];
  for (const finding of [first, second])
    if (finding?.note && !told.includes(finding.message)) told.push(finding.message);
  if (first || faults.length > 0) return [...told.slice(0, 3), ...faults].join(' ');
  return [...sentences, calm(graph)].join(' ');
}

/** The outages that the journals show, the worst first. */
const outages = (graph: WaitForGraph): string[] =>
  allFindings(graph)
    .filter(({ note, severity }) => note?.about === 'outage' && (severity === 'error' || severity === 'warning'))
    .map(({ message }) => firstSentences(message, 3));

/** A verdict is read at a glance: the finding has the rest. */
function firstSentences(text: string, count: number): string {
  const sentences = text.split(/(?<=[.!?]) (?=[A-Z])/);
  return sentences.slice(0, count).join(' ');
}

/** That nothing is stuck, and in how much text. */
function calm(graph: WaitForGraph): string {
  const dumps = graph.traces.filter((trace) => trace.facts.summary === undefined);
  const others = graph.traces.filter((trace) => trace.facts.summary !== undefined);
  if (dumps.length === 0 && others.length === 1)
    return `Nothing here is seen to be stuck: ${summaryLine(graph, others[0]!)}.`;
  const count = dumps.reduce((sum, trace) => sum + populationOf(trace), 0);
  const read = [
    ...(dumps.length > 0 ? [`${counted(count, 'goroutine')}, and none waits for a lock`] : []),
    ...(others.length > 0 ? [counted(others.length, dumps.length > 0 ? 'other file' : 'file')] : []),
  ];
  return `Nothing here is seen to be stuck: ${read.join('; ')}.`;
}

/** How many are stuck behind whom, what that one waits for, and who in another program may be at it. */
function rootSentences(graph: WaitForGraph, root: EntityId, count: number): string[] {
  const edge = graph.waitOf(root);
  const sure = graph.chain(farthestBehind(graph, root)).links.every((link) => link.hold?.hold.confidence !== 'likely');
  const are = `${count === 1 ? 'is' : 'are'}${sure ? '' : ' likely'}`;
  const does = edge ? `which ${describeWait(graph, edge)}${siteOf(edge.wait.site)}` : 'which is not waiting itself';
  const stuck = `${countedWaiters(graph, count)} ${are} stuck behind ${nameIn(graph, root)}, ${does}.`;
  const { links } = storyChain(graph, root);
  const server = links[1];
  const end = links.at(-1)!;
  if (!server) return [stuck];
  const trouble = troubleOf(graph, end.entity);
  const last = `${end.wait ? describeWait(graph, end.wait) : 'is not waiting itself'}${trouble ? `: ${trouble.replace(/\.$/, '')}` : ''}`;
  const where = end === server ? `, which ${last}` : `; the chain ends at ${nameIn(graph, end.entity)}, which ${last}`;
  return [stuck, `That call is possibly served by ${nameIn(graph, server.entity)}${where}.`];
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
      .map(
        (part) =>
          `The program ended with “${plainText(part.label.trim(), 120)}” (${placeName(graph, { trace, span: part.span })}).`,
      ),
  );
}
