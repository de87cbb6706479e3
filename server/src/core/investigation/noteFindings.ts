// Findings that a format makes itself: calls that never returned, outages, marks of known faults.

import { articleOf } from '../formats/index.js';
import { fromTable } from '../text/l10n.js';
import type { Note, Trace } from '../trace/trace.js';
import { type Finding, MOST_RELATED, type Related, SEVERITY_RANK } from './finding.js';
import type { WaitForGraph } from './graph.js';
import { noteWords } from './phrases.js';

/** The weightiest first, in the order of the text; at most so many of each trace. */
export function noteFindings(graph: WaitForGraph, most: number): Finding[] {
  return graph.traces
    .flatMap((trace) =>
      (trace.facts.notes ?? [])
        .filter((note) => note.severity !== undefined)
        .sort((a, b) => SEVERITY_RANK[a.severity!] - SEVERITY_RANK[b.severity!])
        .slice(0, most)
        .map(
          (note): Finding => ({
            id: note.code,
            severity: note.severity!,
            trace,
            span: note.span,
            section: note.section,
            entity: note.entity,
            message: noteWords(trace, note).finding,
            related: relatedTo(graph, trace, note),
            note,
          }),
        ),
    )
    .sort((a, b) => SEVERITY_RANK[a.severity] - SEVERITY_RANK[b.severity]);
}

function relatedTo(graph: WaitForGraph, trace: Trace, note: Note): Related[] {
  return note.related.slice(0, MOST_RELATED).flatMap(({ span, name, scope }) => {
    const at = scope === undefined ? trace : graph.traces.find((other) => other.scope === scope);
    const article = articleOf(trace, { kind: 'note place', name });
    return at ? [{ trace: at, span, message: article ? fromTable(article.title) : name.replaceAll('-', ' ') }] : [];
  });
}
