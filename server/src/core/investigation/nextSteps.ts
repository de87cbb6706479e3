// What to do next: how a known fault is mended, what to take where a chain leaves the files at hand, what the formats advise.
// What the files at hand already tell needs no advice.

import { fromTable, t, type Values } from '../text/l10n.js';
import type { Trace } from '../trace/trace.js';
import { behind } from './behind.js';
import { nameIn } from './chains.js';
import { collectFor } from './collect.js';
import { allFindings } from './findings.js';
import type { WaitForGraph } from './graph.js';
import { mending } from './knownFaults.js';
import { entityName, knowledge, noteWords, storyChain, troubleOf, unheldReason } from './phrases.js';
import { fileName } from './places.js';
import { type Block, heading, type Line, list } from './prose.js';
import { recognise } from './recognise.js';
import { NEXT } from './words.js';

const MOST_STEPS = 8;

const at = (trace: Trace, section: number): string => `${section} ${trace.format} ${trace.scope}`;

/** Whether the files at hand tell what the one of this section waits for, further on. */
function goesOn(graph: WaitForGraph, trace: Trace, section: number): boolean {
  const { entity } = section < 0 ? {} : trace.sections.at(section);
  const edge = entity === undefined ? undefined : graph.waitOf(entity);
  return edge?.wait.on !== undefined && graph.endersOf(edge.wait).length > 0;
}

/** What to do about it: the remedy of a known fault first, then what each end of the chains asks for. At most `MOST_STEPS`. */
export function nextBlocks(graph: WaitForGraph): Block[] {
  const steps = new Map<string, Line>();
  const add = (name: string, text: string, values?: Values): void => {
    if (!steps.has(text))
      steps.set(text, [...(name ? [{ strong: name }, ': '] : []), { template: text, ...(values ? { values } : {}) }]);
  };
  const faults = recognise(graph).filter(({ verdict }) => verdict === 'recognised');
  for (const { fault } of faults) add(fromTable(fault.name), mending(fault));
  const signs = new Set(faults.flatMap(({ seen }) => seen.map(({ trace, section }) => at(trace, section))));
  for (const { note, trace } of allFindings(graph)) {
    if (!note || note.severity === 'hint' || note.severity === 'information') continue;
    if (signs.has(at(trace, note.section)) || goesOn(graph, trace, note.section)) continue;
    const { next } = noteWords(trace, note);
    if (next) add(graph.traces.length > 1 ? fileName(graph, trace) : '', next, note.values);
  }
  for (const start of behind(graph).roots.slice(0, 5)) {
    const root = storyChain(graph, start).links.at(-1)!.entity; // perhaps in another program
    const edge = graph.waitOf(root);
    if (troubleOf(graph, root) !== '') continue; // what to do about that is said already
    if (!edge) {
      add(
        nameIn(graph, root),
        t(
          'It runs, or it could. Take a second dump a minute later: if it holds the lock still, see where its time goes (a CPU profile).',
        ),
      );
      continue;
    }
    const { on, topic, kind } = edge.wait;
    const missing = on === undefined || graph.endersOf(edge.wait).length > 0 ? undefined : collectFor(on);
    if (missing) {
      add(
        t('{0} waits for what no file here shows. Take {1}', nameIn(graph, root), fromTable(missing.what)),
        missing.how,
      );
      continue;
    }
    const text = knowledge(edge.trace, topic)?.next ?? NEXT[kind];
    if (text) add(nameIn(graph, root), text);
  }
  for (const cycle of graph.cycles.slice(0, 2))
    add(
      entityName(graph, cycle.members[0]!),
      t(
        'Compare the order in which these functions lock: two orders for the same locks, or a lock taken twice, are the bug. Only a restart ends it.',
      ),
    );
  for (const lock of graph.contended) {
    const reason = unheldReason(graph, lock);
    if (reason?.next) add(entityName(graph, lock), reason.next, reason.values);
  }
  if (steps.size === 0 && graph.contended[0] !== undefined) add('', NEXT.mutex!);
  for (const trace of graph.traces)
    for (const problem of trace.problems) {
      const next = knowledge(trace, { kind: 'problem', name: problem.code })?.next;
      if (next) add(graph.traces.length > 1 ? fileName(graph, trace) : '', next, problem.values);
    }
  const long = allFindings(graph).find((finding) => finding.id === 'long-wait');
  if (steps.size === 0 && long?.entity) {
    const edge = graph.waitOf(long.entity);
    const text = edge && (knowledge(edge.trace, edge.wait.topic)?.next ?? NEXT[edge.wait.kind]);
    if (text) add(nameIn(graph, long.entity), text);
  }
  return steps.size > 0 ? [heading(2, t('What to do next')), list([...steps.values()].slice(0, MOST_STEPS))] : [];
}
