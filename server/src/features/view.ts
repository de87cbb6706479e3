// What a feature sees of the world: the open documents, the wait-for graph over them, and where the cursor stands.

import type { ClientCapabilities, Location, Position, Range } from 'vscode-languageserver';
import type { ArticleKey } from '../core/investigation/articles.js';
import type { HoldEdge, WaitForGraph } from '../core/investigation/graph.js';
import { headOf, innermost } from '../core/investigation/places.js';
import type { SourceText } from '../core/text/source.js';
import { type Span, touches } from '../core/text/span.js';
import { readEntity } from '../core/trace/entity.js';
import type { EntityId, Mention, Trace } from '../core/trace/trace.js';

/** One open trace. Its parts are worked out when first asked for. */
export interface Document {
  readonly uri: string;
  readonly source: SourceText;
  /** What it is, first; then what else is in it: a goroutine dump printed into a log. The same objects as in the graph. */
  readonly traces: readonly Trace[];
}

export interface View {
  /** The open document, if it is a trace. */
  document(uri: string): Document | undefined;
  /** All open traces. */
  readonly documents: readonly Document[];
  /** Over all open traces. */
  readonly graph: WaitForGraph;
  /** Another string whenever the graph may have changed. */
  readonly version: string;
  readonly client: ClientCapabilities;
  /** The client runs the commands of the lenses. To others they are words only. */
  readonly commands: boolean;
  /** The URI of the document that explains a finding; undefined for clients that show no such documents. */
  articleUri(key: ArticleKey): string | undefined;
  /** Whether there are folders or source roots in which `sourceOf` can find anything. */
  readonly hasSources: boolean;
  /** The URI of a source file as a trace prints it, where the workspace, a source root or Go's own folders have it. */
  sourceOf(file: string): Promise<string | undefined>;
  /** Its text; also of files that no editor can open, as of a git repository's history. */
  sourceText(file: string): Promise<string | undefined>;
}

/** Where the cursor stands. */
export interface Place {
  readonly document: Document;
  readonly trace: Trace;
  readonly offset: number;
  /** Index of the section around it. */
  readonly section: number | undefined;
  /** The narrowest mention under it. */
  readonly mention: Mention | undefined;
}

/** The place that a request names; undefined where no trace is open there. */
export function placeAt(
  view: View,
  params: { readonly textDocument: { readonly uri: string }; readonly position: Position },
): Place | undefined {
  const document = view.document(params.textDocument.uri);
  if (!document) return undefined;
  const offset = document.source.offsetAt(params.position);
  const best = innermost(document.traces, offset);
  const trace = best?.trace ?? document.traces[0];
  if (!trace) return undefined;
  const section = best?.section;
  const mention = section === undefined ? undefined : mentionAt(trace, section, offset);
  return { document, trace, offset, section, mention };
}

/** The narrowest mention that touches the offset; of two that meet there, the one that begins. */
function mentionAt(trace: Trace, section: number, offset: number): Mention | undefined {
  let best: Mention | undefined;
  for (const mention of trace.inside(section).mentions) {
    if (!touches(mention.span, offset)) continue;
    if (!best || best.span.end === offset || width(mention.span) < width(best.span)) best = mention;
  }
  return best;
}

/** The sections that share something with the span, found without a look at the others. */
export function* sectionsIn({ sections }: Trace, span: Span): Generator<number> {
  let low = 0;
  let high = sections.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sections.at(middle).span.end < span.start) low = middle + 1;
    else high = middle;
  }
  for (let index = low; index < sections.length && sections.at(index).span.start < span.end; index++) yield index;
}

const width = (span: Span): number => span.end - span.start;

/** The entity that the place's section is. */
export const ownEntity = (place: Place): EntityId | undefined =>
  place.section === undefined ? undefined : place.trace.sections.at(place.section).entity;

/** What a question at this place is about: the entity under the cursor, else the one whose section this is. */
export function subjectOf(place: Place): EntityId | undefined {
  const named = place.mention?.entity;
  return named !== undefined && readEntity(named).kind !== 'address' ? named : ownEntity(place);
}

/** Only the surest holders: to name a worse one beside a good one is to mislead. */
export function surest(edges: readonly HoldEdge[]): readonly HoldEdge[] {
  const best = edges[0]?.hold.confidence;
  return edges.filter((edge) => edge.hold.confidence === best);
}

/** Whether nobody else is a surer holder. */
export const isSurest = ({ holdersOf }: WaitForGraph, { hold }: HoldEdge): boolean =>
  holdersOf(hold.of)[0]?.hold.confidence === hold.confidence;

/** A span of an open trace as the protocol's range. */
export function rangeIn(view: View, trace: Trace, span: Span): Range | undefined {
  return view.document(trace.scope)?.source.rangeOf(span);
}

/** A line of a file, counted from 1. */
export function lineLocation(uri: string, line: number): Location {
  const start = { line: Math.max(0, line - 1), character: 0 };
  return { uri, range: { start, end: start } };
}

export function locationIn(view: View, trace: Trace, span: Span): Location | undefined {
  const range = rangeIn(view, trace, span);
  return range && { uri: trace.scope, range };
}

/** The line that names a section. */
export const sectionLocation = (view: View, trace: Trace, section: number): Location | undefined =>
  locationIn(view, trace, trace.sections.at(section).head);

/** The line that names the entity's section. */
export function entityLocation(view: View, entity: EntityId): Location | undefined {
  const head = headOf(view.graph, entity);
  return head && locationIn(view, head.trace, head.span);
}

/** Without gaps and repetitions, order kept. */
export function distinct(locations: Iterable<Location | undefined>): Location[] {
  const found = new Map<string, Location>();
  for (const location of locations)
    if (location) found.set(`${location.uri} ${location.range.start.line} ${location.range.start.character}`, location);
  return [...found.values()];
}

const WORD = /[\w]/;

/**
 * Where the trace's text names the entity, at most `limit` places. `printed` is how the text spells it; each hit counts only
 * if the format says that it means this entity.
 */
export function mentionsOf(trace: Trace, entity: EntityId, printed: string, limit: number): readonly Span[] {
  if (trace.mentionsOf) return trace.mentionsOf(entity, limit);
  const found: Span[] = [];
  const { text } = trace;
  if (printed === '') return found;
  for (
    let at = text.indexOf(printed);
    at >= 0 && found.length < limit;
    at = text.indexOf(printed, at + printed.length)
  ) {
    const end = at + printed.length;
    if (WORD.test(text.charAt(end)) || WORD.test(text.charAt(at - 1))) continue;
    const section = trace.sections.find(at);
    if (section === undefined) continue;
    const mention = trace.inside(section).mentions.find((m) => m.entity === entity && touches(m.span, at));
    if (mention && mention.span.start >= (found.at(-1)?.end ?? 0)) found.push(mention.span);
  }
  return found;
}

/** How the text spells the entity: as under the cursor, or as the section's own name. */
export function printedName({ trace, mention, section }: Place, entity: EntityId): string {
  if (mention?.entity === entity) return trace.text.slice(mention.span.start, mention.span.end);
  if (section === undefined) return '';
  const { label, head } = trace.sections.at(section);
  return trace.text.slice(head.start, head.end).includes(label) ? label : '';
}
