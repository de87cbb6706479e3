// The answer in up to three sentences.

import { behind } from './behind.js';
import { nameIn, siteOf } from './chains.js';
import { plainText } from './escape.js';
import { allFindings, cycleSentence } from './findings.js';
import type { WaitForGraph } from './graph.js';
import { describeHolders, describeWait, entityName, populationOf, unheldReason } from './phrases.js';
import { placeName } from './places.js';
import { atLeast, counted } from './words.js';

/** Up to three sentences: what is stuck, behind whom, and what that one waits for. */
export function verdict(graph: WaitForGraph): string {
  if (graph.traces.length === 0) return 'None of the files could be read as a trace.';
  const sentences = crashes(graph).slice(0, 1);
  const cycle = graph.cycles[0];
  const from = cycle && graph.waitOf(cycle.members[0]!)?.trace;
  if (cycle && from) sentences.push(cycleSentence(graph, cycle, from));
  const { all, roots } = behind(graph);
  for (const root of roots.slice(0, 2)) {
    const edge = graph.waitOf(root);
    const does = edge
      ? `, which ${describeWait(graph, edge)}${siteOf(edge.wait.site)}`
      : ', which is not waiting itself';
    sentences.push(
      `${counted(all.get(root)!, 'goroutine is', 'goroutines are')} stuck behind ${nameIn(graph, root)}${does}.`,
    );
  }
  if (cycle || roots.length > 0) return sentences.slice(0, 3).join(' ');
  const lock = graph.contended[0];
  if (lock !== undefined) {
    const waiters = graph.waitersOf(lock);
    const time = atLeast(waiters[0]?.wait.seconds);
    sentences.push(
      `${counted(waiters.length, 'goroutine waits', 'goroutines wait')}${time ? ` up to ${time}` : ''} for ${entityName(graph, lock)}: ${describeHolders(graph, lock)}.`,
    );
    const reason = unheldReason(graph, lock);
    if (reason && graph.holdersOf(lock).length === 0) sentences.push('The section "What could not be known" says why.');
    return sentences.join(' ');
  }
  const long = allFindings(graph).find((finding) => finding.id === 'long-wait');
  if (long) return [...sentences, `No goroutine waits for a lock. ${long.message}`].join(' ');
  const count = graph.traces.reduce((sum, trace) => sum + populationOf(trace), 0);
  const calm = `Nothing here is seen to be stuck: ${counted(count, 'goroutine')}, and none waits for a lock.`;
  return [...sentences, calm].join(' ');
}

/** What ended a program, where it printed its goroutines on its way down. */
function crashes(graph: WaitForGraph): string[] {
  return graph.traces.flatMap((trace) =>
    trace.parts
      .filter((part) => /^(?:panic|fatal error|unexpected fault|SIG[A-Z]+): /.test(part.label))
      .slice(0, 1)
      .map(
        (part) =>
          `The program ended with “${plainText(part.label.trim(), 120)}” (${placeName(graph, { trace, span: part.span })}).`,
      ),
  );
}
