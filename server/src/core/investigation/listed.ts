// What the palette lists: calls that never returned, and outages. What the formats noted, and for programs whose waits say it
// themselves (goroutines) the waits in the hands of others.

import { t } from '../text/l10n.js';
import type { Span } from '../text/span.js';
import type { Note, Trace } from '../trace/trace.js';
import { SEVERITY_RANK } from './finding.js';
import type { WaitForGraph } from './graph.js';
import { describeWait, entityName, noteWords, shortFunction } from './phrases.js';

/** One entry of a list. */
export interface Listed {
  readonly trace: Trace;
  readonly span: Span;
  readonly label: string;
  readonly detail: string;
}

/** Waits that end when another program acts. */
const CALLS: ReadonlySet<string> = new Set(['rpc', 'dbus', 'child']);

/** What the formats noted about a subject, the weightiest first; of blocked calls also those of goroutines, one a distinct stack. */
export function listedNotes(graph: WaitForGraph, about: Note['about'], most: number): Listed[] {
  const notes = graph.traces
    .flatMap((trace) =>
      (trace.facts.notes ?? []).filter((note) => note.about === about).map((note) => ({ trace, note })),
    )
    .sort((a, b) => SEVERITY_RANK[a.note.severity ?? 'hint'] - SEVERITY_RANK[b.note.severity ?? 'hint'])
    .map(({ trace, note }): Listed => {
      const { lens, finding } = noteWords(trace, note);
      return { trace, span: note.span, label: lens, detail: finding };
    });
  return (about === 'blocked' ? [...notes, ...goroutineCalls(graph)] : notes).slice(0, most);
}

/** Longest first. */
function goroutineCalls(graph: WaitForGraph): Listed[] {
  return graph.traces.flatMap((trace) => {
    const shapes = new Set<number>();
    return trace.facts.waits
      .filter(({ state, kind, call }) => state === 'blocked' && call === undefined && CALLS.has(kind))
      .sort((a, b) => (b.seconds ?? 0) - (a.seconds ?? 0))
      .flatMap((wait): Listed[] => {
        const { shape, head } = trace.sections.at(wait.section);
        if (shapes.has(shape)) return [];
        shapes.add(shape);
        const label = `${entityName(graph, wait.waiter)} ${describeWait(graph, { trace, wait })}`;
        return [{ trace, span: head, label, detail: wait.site ? t('in {0}', shortFunction(wait.site)) : '' }];
      });
  });
}
