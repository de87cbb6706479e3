// textDocument/documentHighlight: the other places of the thing under the cursor, its holder marked as the one who writes.

import { type DocumentHighlight, DocumentHighlightKind, DocumentHighlightRequest } from 'vscode-languageserver';
import type { Span } from '../core/text/span.js';
import { feature, nothing, on } from './feature.js';
import { mentionsOf, placeAt } from './view.js';

const LIMIT = 1000;

export const documentHighlight = feature(
  { documentHighlightProvider: true },
  on(DocumentHighlightRequest.type, nothing, (view, params) => {
    const place = placeAt(view, params);
    const entity = place?.mention?.entity;
    if (!place || entity === undefined) return null;
    const { document, trace, mention } = place;
    const found = new Map<number, DocumentHighlight>();
    const mark = (span: Span, kind: DocumentHighlightKind): void => {
      if (!found.has(span.start)) found.set(span.start, { range: document.source.rangeOf(span), kind });
    };
    for (const edge of view.graph.holdersOf(entity))
      if (edge.trace === trace) mark(trace.sections.at(edge.hold.section).head, DocumentHighlightKind.Write);
    for (const edge of view.graph.waitersOf(entity).slice(0, LIMIT))
      if (edge.trace === trace) mark(trace.sections.at(edge.wait.section).head, DocumentHighlightKind.Read);
    const printed = trace.text.slice(mention!.span.start, mention!.span.end);
    for (const span of mentionsOf(trace, entity, printed, LIMIT)) mark(span, DocumentHighlightKind.Read);
    return [...found.values()];
  }),
);
