// textDocument/hover: what the word under the cursor means, or the whole story of its section.

import { HoverRequest, MarkupKind } from 'vscode-languageserver';
import { hoverMention, hoverSection } from '../core/investigation/describe.js';
import { feature, nothing, on } from './feature.js';
import { placeAt } from './view.js';

export const hover = feature(
  { hoverProvider: true },
  on(HoverRequest.type, nothing, (view, params) => {
    const place = placeAt(view, params);
    if (!place || place.section === undefined) return null;
    const { trace, section, mention, document } = place;
    const word = mention && hoverMention(view.graph, trace, mention, section);
    const whole = mention?.kind === 'function' && !trace.sectionOf;
    const story = !word || whole ? hoverSection(view.graph, trace, section) : '';
    // What a function means here is seldom all: who called it waits for something.
    const value = [word, story].filter(Boolean).join('\n\n---\n\n');
    // An editor drops a hover whose range does not hold the cursor.
    const { source } = document;
    const span = word ? mention!.span : source.lineSpan(source.lineAt(place.offset));
    return { contents: { kind: MarkupKind.Markdown, value }, range: source.rangeOf(span) };
  }),
);
