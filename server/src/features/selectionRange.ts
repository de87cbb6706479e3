// textDocument/selectionRange: from the word to its line, frame, section, dump, document.

import { type SelectionRange, SelectionRangeRequest } from 'vscode-languageserver';
import { type Span, touches } from '../core/text/span.js';
import { feature, nothing, on } from './feature.js';
import { type Place, placeAt } from './view.js';

export const selectionRange = feature(
  { selectionRangeProvider: true },
  on(SelectionRangeRequest.type, nothing, (view, { textDocument, positions }) => {
    const found: SelectionRange[] = [];
    for (const position of positions) {
      const place = placeAt(view, { textDocument, position });
      if (!place) return null;
      const { source } = place.document;
      let range: SelectionRange | undefined;
      for (const span of spansAround(place)) range = { range: source.rangeOf(span), ...(range && { parent: range }) };
      found.push(range ?? { range: { start: position, end: position } });
    }
    return found;
  }),
);

/** Widest first, each inside the one before. */
function spansAround({ document, trace, section, offset, mention }: Place): Span[] {
  const wide: Span[] = [{ start: 0, end: trace.text.length }];
  const add = (span: Span | undefined): void => {
    const last = wide[wide.length - 1]!;
    if (!span || span.start < last.start || span.end > last.end || !touches(span, offset)) return;
    if (span.end > span.start && span.end - span.start < last.end - last.start) wide.push(span);
  };
  const found = section === undefined ? undefined : trace.sections.at(section);
  if (trace.parts.length > 1)
    add(found ? trace.parts[found.part]?.span : trace.parts.find(({ span }) => touches(span, offset))?.span);
  add(found?.span);
  if (section !== undefined) for (const item of trace.inside(section).items) add(item.span);
  add(document.source.lineSpan(document.source.lineAt(offset)));
  add(mention?.span);
  return wide;
}
