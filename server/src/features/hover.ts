// textDocument/hover: what the word under the cursor means, or the whole story of its section. On a source location: the
// lines of code around it, where the source is at hand.

import { HoverRequest, MarkupKind } from 'vscode-languageserver';
import { hoverMention, hoverSection, sourceExcerpt } from '../core/investigation/describe.js';
import { notesIn, waitIn } from '../core/investigation/places.js';
import type { Mention } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import { placeAt, type View } from './view.js';

export const hover = feature(
  { hoverProvider: true },
  on(HoverRequest.type, nothing, async (view, params) => {
    const place = placeAt(view, params);
    if (!place || place.section === undefined) return null;
    const { trace, section, mention, document } = place;
    const word = mention && hoverMention(view.graph, trace, mention, section);
    const code = mention?.kind === 'source' ? await codeAround(view, mention) : '';
    // What a call of a log means is all, unless it is one that somebody is stuck in.
    const told = !trace.sectionOf || waitIn(trace, section) !== undefined || notesIn(trace, section).length > 0;
    const whole = mention?.kind === 'function' && told;
    const story = !word || whole ? hoverSection(view.graph, trace, section) : '';
    // What a function means here is seldom all: who called it waits for something.
    const value = [[word, code].filter(Boolean).join('\n\n'), story].filter(Boolean).join('\n\n---\n\n');
    // An editor drops a hover whose range does not hold the cursor.
    const { source } = document;
    const span = word ? mention!.span : source.lineSpan(source.lineAt(place.offset));
    return { contents: { kind: MarkupKind.Markdown, value }, range: source.rangeOf(span) };
  }),
);

async function codeAround(view: View, { file, line, fits }: Mention): Promise<string> {
  if (file === undefined || line === undefined) return '';
  const text = await view.sourceText(file);
  return text === undefined ? '' : sourceExcerpt({ text, line, uri: await view.sourceOf(file), fits });
}
