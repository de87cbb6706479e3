// textDocument/prepareCallHierarchy, callHierarchy/incomingCalls, callHierarchy/outgoingCalls: a wait is an outstanding call.
// Outgoing: what it waits for, and who has that. Incoming: who is stuck behind it. Across all open traces.

import {
  type CallHierarchyIncomingCall,
  CallHierarchyIncomingCallsRequest,
  type CallHierarchyItem,
  type CallHierarchyOutgoingCall,
  CallHierarchyOutgoingCallsRequest,
  CallHierarchyPrepareRequest,
  SymbolKind,
} from 'vscode-languageserver';
import { describeHeld, describeHolders, describeWait, entityName, plainText } from '../core/investigation/describe.js';
import { sectionOf } from '../core/investigation/places.js';
import { said } from '../core/text/l10n.js';
import type { Span } from '../core/text/span.js';
import type { EntityId, Trace } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import { isSurest, placeAt, rangeIn, subjectOf, surest, type View } from './view.js';

/** More callers than a tree can show. */
const LIMIT = 1000;

export const callHierarchy = feature(
  { callHierarchyProvider: true },
  on(CallHierarchyPrepareRequest.type, nothing, (view, params) => {
    const place = placeAt(view, params);
    const subject = place && subjectOf(place);
    if (!place || subject === undefined) return null;
    const item = actor(view, subject) ?? thing(view, subject, place.trace, place.mention?.span);
    return item ? [item] : null;
  }),
  on(CallHierarchyOutgoingCallsRequest.type, nothing, (view, { item }) => {
    const entity = entityOf(item);
    const wait = entity === undefined ? undefined : view.graph.waitOf(entity);
    const fromRanges = wait && ranges(view, item, wait.trace, wait.wait.span);
    if (!wait || !fromRanges) return [];
    const { on } = wait.wait;
    if (on === undefined) return [];
    const calls: CallHierarchyOutgoingCall[] = [];
    for (const hold of surest(view.graph.holdersOf(on))) {
      const to = actor(view, hold.hold.holder, wait.trace, describeHeld(view.graph, hold));
      if (to) calls.push({ to, fromRanges });
    }
    if (calls.length > 0) return calls;
    const to = actor(view, on, wait.trace) ?? thing(view, on, wait.trace, wait.wait.span);
    return to ? [{ to, fromRanges }] : [];
  }),
  on(CallHierarchyIncomingCallsRequest.type, nothing, (view, { item }) => {
    const entity = entityOf(item);
    if (entity === undefined) return [];
    const { graph } = view;
    const home = sectionOf(graph, entity)?.trace ?? view.document(item.uri)?.traces[0];
    const held = graph.heldBy(entity).filter((edge) => isSurest(graph, edge));
    const things = new Set([entity, ...held.map((edge) => edge.hold.of)]);
    const calls: CallHierarchyIncomingCall[] = [];
    for (const edge of [...things].flatMap((thing) => graph.waitersOf(thing)).slice(0, LIMIT)) {
      const from = actor(view, edge.wait.waiter, home);
      const fromRanges = from && ranges(view, from, edge.trace, edge.wait.span);
      if (from && fromRanges) calls.push({ from, fromRanges });
    }
    return calls;
  }),
);

const entityOf = (item: CallHierarchyItem): EntityId | undefined =>
  typeof item.data === 'string' ? item.data : undefined;

/** Where the caller calls: places of its own document, though another file may tell of the wait. */
function ranges(view: View, caller: CallHierarchyItem, trace: Trace, span: Span) {
  if (trace.scope !== caller.uri) return [caller.selectionRange];
  const range = rangeIn(view, trace, span);
  return range && [range];
}

/** An entity that has a section of its own: one who waits and holds. Its file is named where it is not `from`. */
function actor(view: View, entity: EntityId, from?: Trace, holds?: string): CallHierarchyItem | undefined {
  const { graph } = view;
  const found = sectionOf(graph, entity);
  const source = found && view.document(found.trace.scope)?.source;
  if (!found || !source) return undefined;
  const section = found.trace.sections.at(found.section);
  const wait = graph.waitOf(entity);
  return {
    name: entityName(graph, entity, from),
    detail: [holds, wait ? describeWait(graph, wait) : plainText(said(section.detail))].filter(Boolean).join(' · '),
    kind: SymbolKind.Function,
    uri: found.trace.scope,
    range: source.rangeOf(section.span),
    selectionRange: source.rangeOf(section.head),
    data: entity,
  };
}

/** An entity without a section: a lock, an rpc. It stands where somebody waits for it. */
function thing(view: View, entity: EntityId, trace: Trace, span: Span | undefined): CallHierarchyItem | undefined {
  const range = span && rangeIn(view, trace, span);
  if (!range) return undefined;
  return {
    name: entityName(view.graph, entity, trace),
    detail: describeHolders(view.graph, entity, trace),
    kind: SymbolKind.Object,
    uri: trace.scope,
    range,
    selectionRange: range,
    data: entity,
  };
}
