// textDocument/codeLens and codeLens/resolve: what is stuck here, above waiting, holding and blocked sections, and one line
// about the whole document at its top. Lenses come unresolved: the editor asks for the visible ones.

import { type CodeLens, CodeLensRequest, CodeLensResolveRequest, type Location } from 'vscode-languageserver';
import { type Lens, lensOfSection, sectionsWithLens, summaryLine } from '../core/investigation/describe.js';
import type { EntityId } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import { distinct, entityLocation, lineLocation, sectionLocation, type View } from './view.js';

/** Editors slow down with more: 18,000 lenses make the next request take seconds. */
const LIMIT = 500;

/** A whole dump can be escaped into one line of a log. */
const LINE_LIMIT = 4;

/** Places in the list behind one lens. */
const MOST_TARGETS = 1000;

/** Client commands: go to the locations, or show a list of several; the report about all open traces. */
export const SHOW_LOCATIONS = 'traceInvestigator.showLocations';
export const INVESTIGATE = 'traceInvestigator.investigate';

/** A lens to read: where a click leads nowhere, and for clients that do not have our commands. */
const NO_COMMAND = '';

interface LensData {
  readonly uri: string;
  /** Which of the document's traces. */
  readonly trace: number;
  /** The section it stands above; none for the trace's own lens, on top. */
  readonly section?: number;
  /** Which of the section's lenses. */
  readonly at: number;
}

export const codeLens = feature(
  { codeLensProvider: { resolveProvider: true } },
  on(CodeLensRequest.type, nothing, (view, { textDocument: { uri } }) => {
    const document = view.document(uri);
    if (!document) return null;
    const { traces, source } = document;
    const top = { line: 0, character: 0 };
    const lenses: CodeLens[] = [];
    const perLine = new Map<number, number>();
    for (const [index, trace] of traces.entries()) {
      const own: LensData = { uri, trace: index, at: 0 };
      lenses.push({ range: { start: top, end: top }, data: own });
      for (const section of sectionsWithLens(trace, LIMIT)) {
        const range = source.rangeOf(trace.sections.at(section).head);
        const { line } = range.start;
        for (let at = 0; at < lensOfSection(view.graph, trace, section).length; at++) {
          const count = perLine.get(line) ?? 0;
          if (count === LINE_LIMIT) break;
          perLine.set(line, count + 1);
          const data: LensData = { uri, trace: index, section, at };
          lenses.push({ range, data });
        }
      }
    }
    // The most important were chosen; what a reader sees, and gets with every client alike, is the order of the text.
    return lenses.sort((a, b) => a.range.start.line - b.range.start.line);
  }),
  on(
    CodeLensResolveRequest.type,
    (lens) => lens,
    (view, lens) => {
      const { uri, trace: index, section, at } = lens.data as LensData;
      const trace = view.document(uri)?.traces[index];
      if (!trace) return lens;
      if (section === undefined)
        return {
          ...lens,
          command: { title: summaryLine(view.graph, trace), command: view.commands ? INVESTIGATE : NO_COMMAND },
        };
      // The document may have changed since the list was made.
      const found = section < trace.sections.length ? lensOfSection(view.graph, trace, section)[at] : undefined;
      if (!found) return lens;
      const places = targets(view, found, trace.sections.at(section).entity);
      if (places.length === 0 || !view.commands)
        return { ...lens, command: { title: found.title, command: NO_COMMAND } };
      const args = [uri, lens.range.start, places];
      return { ...lens, command: { title: found.title, command: SHOW_LOCATIONS, arguments: args } };
    },
  ),
);

/** Where a click leads: to the one who is named, or to all who wait for what this one holds. */
function targets(view: View, lens: Lens, own: EntityId | undefined): Location[] {
  if (lens.source) return [lineLocation(lens.source.uri, lens.source.line)];
  const entity = lens.target?.entity;
  if (entity === undefined)
    return distinct(
      (lens.places ?? []).map(({ scope, span }) => {
        const range = view.document(scope)?.source.rangeOf(span);
        return range && { uri: scope, range };
      }),
    );
  if (lens.kind !== 'holds') return distinct([entityLocation(view, entity)]);
  return distinct(
    view.graph
      .waitersOf(entity)
      .filter((edge) => edge.wait.waiter !== own)
      .slice(0, MOST_TARGETS)
      .map(({ trace, wait }) => sectionLocation(view, trace, wait.section)),
  );
}
