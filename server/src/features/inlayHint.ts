// textDocument/inlayHint: what the text does not tell: the short name of a lock behind its address (`0xc000aa1234 mutex #1`), what
// a descriptor is (`5 /run/dbus/system_bus_socket`). Only where asked.

import { type InlayHint, InlayHintKind, InlayHintRequest } from 'vscode-languageserver';
import { entityName, plainText } from '../core/investigation/describe.js';
import { said } from '../core/text/l10n.js';
import { overlaps } from '../core/text/span.js';
import type { Mention, Trace } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import { sectionsIn, type View } from './view.js';

/** More than fit on any screen; a client may ask for the whole document. */
const LIMIT = 2000;

export const inlayHint = feature(
  { inlayHintProvider: true },
  on(InlayHintRequest.type, nothing, (view, { textDocument: { uri }, range }, token) => {
    const document = view.document(uri);
    if (!document) return null;
    const { traces, source } = document;
    const asked = source.spanOf(range);
    const hints: InlayHint[] = [];
    for (const trace of traces)
      for (const section of sectionsIn(trace, asked)) {
        if (hints.length >= LIMIT || token.isCancellationRequested) break;
        for (const mention of trace.inside(section).mentions) {
          const label = overlaps(mention.span, asked) && labelOf(view, trace, mention);
          if (!label) continue;
          const position = source.positionAt(mention.span.end);
          hints.push({ position, label, kind: InlayHintKind.Type, paddingLeft: true });
        }
      }
    return hints;
  }),
);

const MOST_LENGTH = 60;

/** What the format hints at, else the short name of an address that has one. */
function labelOf(view: View, trace: Trace, { hint, kind, entity }: Mention): string | undefined {
  if (hint !== undefined) return plainText(said(hint), MOST_LENGTH);
  if (kind !== 'address' || entity === undefined || !trace.facts.names.has(entity)) return undefined;
  return entityName(view.graph, entity, trace);
}
