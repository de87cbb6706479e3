// textDocument/inlayHint: the short name of a lock behind its address: `0xc000aa1234 mutex #1`. Only where asked.

import { type InlayHint, InlayHintKind, InlayHintRequest } from 'vscode-languageserver';
import { entityName } from '../core/investigation/describe.js';
import { overlaps } from '../core/text/span.js';
import { feature, nothing, on } from './feature.js';
import { sectionsIn } from './view.js';

/** More than fit on any screen; a client may ask for the whole document. */
const LIMIT = 2000;

export const inlayHint = feature(
  { inlayHintProvider: true },
  on(InlayHintRequest.type, nothing, (view, { textDocument: { uri }, range }, token) => {
    const document = view.document(uri);
    if (!document) return null;
    const { trace, source } = document;
    const asked = source.spanOf(range);
    const hints: InlayHint[] = [];
    for (const section of sectionsIn(trace, asked)) {
      if (hints.length >= LIMIT || token.isCancellationRequested) break;
      for (const { entity, kind, span } of trace.inside(section).mentions) {
        if (kind !== 'address' || entity === undefined || !overlaps(span, asked)) continue;
        if (!trace.facts.names.has(entity)) continue;
        const label = entityName(view.graph, entity, trace);
        hints.push({ position: source.positionAt(span.end), label, kind: InlayHintKind.Type, paddingLeft: true });
      }
    }
    return hints;
  }),
);
