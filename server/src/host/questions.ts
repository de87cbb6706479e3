// Answers to the client's own questions (protocol.ts): what the palette commands show.

import type { CancellationToken } from 'vscode-languageserver';
import { answer } from '../core/investigation/answers.js';
import { articleDocument } from '../core/investigation/articleText.js';
import { type Dump, dumpsOf, processesOf } from '../core/investigation/compare.js';
import { comparisonDocument, dumpName } from '../core/investigation/comparison.js';
import {
  counted,
  describeHold,
  describeHolders,
  describeWait,
  entityName,
  evidencePlain,
  plainText,
  unheldWords,
} from '../core/investigation/describe.js';
import { allFindings } from '../core/investigation/findings.js';
import { buildGraph, type HoldEdge } from '../core/investigation/graph.js';
import { listedNotes } from '../core/investigation/listed.js';
import { pictureOf } from '../core/investigation/picture.js';
import { headcount, type Place, placeName } from '../core/investigation/places.js';
import {
  groupedStacksDocument,
  investigationReport,
  type LinkedText,
  ticketReport,
  waitChainDocument,
} from '../core/investigation/report.js';
import { chainOfFinding, chainSteps, stepWords } from '../core/investigation/steps.js';
import { phrase, said } from '../core/text/l10n.js';
import { readableAt } from '../core/text/readable.js';
import { type Position, SourceText } from '../core/text/source.js';
import type { EntityId } from '../core/trace/trace.js';
import type { Handler } from '../features/feature.js';
import { type Document, locationIn, placeAt, sectionLocation, subjectOf, type View } from '../features/view.js';
import { kindOfLarge, offerLarge } from './large.js';
import * as protocol from './protocol.js';
import type { Workspace } from './workspace.js';

/** A quick pick shows no more. */
const MOST_LOCKS = 200;
const MOST_NOTES = 500;
/** A tree of findings shows no more, and no more of a chain. */
const MOST_FINDINGS = 60;
const MOST_STEPS = 30;

/** Sends a notification to who asked. */
export type Tell = (method: string, params: object) => void;

const question = <P, R>(
  method: string,
  empty: R,
  handle: (workspace: Workspace, params: P, token: CancellationToken, tell: Tell) => R | Promise<R>,
): Question => ({
  method,
  empty: () => empty,
  handle: (workspace, params, token, tell) => handle(workspace, params as P, token, tell),
});

/** Like a feature's handler, but it may change what the workspace knows. */
interface Question extends Omit<Handler, 'handle'> {
  handle(workspace: Workspace, params: unknown, token: CancellationToken, tell: Tell): unknown;
}

export const questions: readonly Question[] = [
  question<undefined, protocol.ContendedLock[]>(protocol.CONTENDED_LOCKS, [], (view) =>
    view.graph.contended.slice(0, MOST_LOCKS).map((lock) => {
      const { graph } = view;
      const longest = graph.waitersOf(lock)[0];
      const waiters = headcount(graph.waitersOf(lock));
      return {
        name: entityName(graph, lock),
        description: describeHolders(graph, lock),
        detail: longest
          ? `${counted(waiters, 'waiter')} · ${entityName(graph, longest.wait.waiter)} ${describeWait(graph, longest)}`
          : '',
        holders: candidates(view, lock),
      };
    }),
  ),

  question<protocol.PlaceParams, protocol.Holders | null>(protocol.HOLDERS, null, (view, params) => {
    const place = placeAt(view, { textDocument: { uri: params.uri }, position: params.position });
    const subject = place && subjectOf(place);
    if (subject === undefined) return null;
    const { graph } = view;
    const on = isWaitedFor(view, subject) ? subject : graph.waitOf(subject)?.wait.on;
    if (on === undefined) return null;
    const found = candidates(view, on);
    const reason = unheldWords(graph, on);
    return {
      name: entityName(graph, on, place!.trace),
      candidates: found,
      ...(found.length === 0 && reason !== '' ? { reason } : {}),
    };
  }),

  question<protocol.NotesParams, protocol.NoteItem[]>(protocol.NOTES, [], (view, { about }) =>
    listedNotes(view.graph, about, MOST_NOTES).flatMap(({ trace, span, label, detail }) => {
      const location = locationIn(view, trace, span);
      return location ? [{ label, detail, description: placeName(view.graph, { trace, span }), location }] : [];
    }),
  ),

  question<undefined, boolean>(protocol.NEW_INVESTIGATION, false, (workspace) => {
    workspace.begin();
    return true;
  }),

  question<protocol.OfferParams, string | null>(
    protocol.OFFER,
    null,
    async (workspace, params) => (await workspace.offer(params))?.id ?? null,
  ),

  question<protocol.FileParams, string | null>(
    protocol.DETECT_LARGE,
    null,
    async ({ host }, { uri }) => (await kindOfLarge(host, uri))?.id ?? null,
  ),

  question<protocol.LargeParams, protocol.Large>(
    protocol.OFFER_LARGE,
    { language: null, reason: phrase('it could not be read') },
    offerLarge,
  ),

  question<protocol.LeftOutParams, boolean>(protocol.LEFT_OUT, false, (workspace, { file, reason }) => {
    workspace.leaveOut({ file, reason });
    return true;
  }),

  question<protocol.PlaceParams, protocol.WaitChain | null>(protocol.WAIT_CHAIN, null, (view, params) => {
    const entity = waiterAt(view, params.uri, params.position);
    if (entity === undefined) return null;
    return {
      steps: chainSteps(view.graph, entity).map(({ place, name, does, holder }) => ({
        label: name,
        description: does,
        detail: holder,
        ...located(view, place),
      })),
    };
  }),

  question<undefined, protocol.FindingItem[]>(protocol.FINDINGS, [], (view) =>
    allFindings(view.graph)
      .filter(({ id }) => id !== 'limit')
      .slice(0, MOST_FINDINGS)
      .map((finding) => ({
        severity: finding.severity,
        ...step(view, finding),
        chain: chainOfFinding(view.graph, finding)
          .slice(0, MOST_STEPS)
          .map((one) => ({ label: stepWords(one), description: one.holder, ...located(view, one.place) })),
        related: finding.related.map((related) => step(view, related)),
      })),
  ),

  question<undefined, protocol.DumpItem[]>(protocol.DUMPS, [], ({ graph }) => {
    const dumps = dumpsOf(graph);
    const processes = processesOf(dumps);
    return dumps.map((dump, at) => {
      const { label, sections } = dump.trace.parts[dump.part]!;
      const description = `${counted(sections.end - sections.start, 'stack')} · ${plainText(label, 80)}`;
      return { ...idOf(dump), label: dumpName(graph, dump), description, process: processes[at]! };
    });
  }),

  question<protocol.TicketParams, protocol.Ticket | null>(protocol.TICKET, null, ({ graph }, { words }) =>
    graph.traces.length > 0 ? ticketReport(graph, words) : null,
  ),

  question<protocol.AnswerParams, protocol.ToolAnswer | null>(
    protocol.ANSWER,
    null,
    (view, { tool, input, files, secrets }) => {
      const graph = files ? buildGraph(files.flatMap((uri) => view.document(uri)?.traces ?? [])) : view.graph;
      const { text, failed } = answer(graph, view.leftOut, tool, input, secrets);
      return { text, failed };
    },
  ),

  question<undefined, protocol.PictureView | null>(protocol.PICTURE, null, (view) => {
    const { boxes, arrows, more, timeline } = pictureOf(view.graph);
    const placed = <T extends { readonly place: Place | undefined }>({ place, ...rest }: T) => ({
      ...rest,
      ...located(view, place),
    });
    return {
      boxes: boxes.map(placed),
      arrows,
      more,
      timeline: timeline.map((axis) => ({ ...axis, bars: axis.bars.map(placed) })),
    };
  }),

  question<protocol.VirtualParams, protocol.VirtualText | null>(protocol.VIRTUAL_TEXT, null, async (view, params) => {
    if (params.kind === 'source') {
      const text = params.uri === undefined ? undefined : await view.sourceText(params.uri);
      return text === undefined ? null : { text, links: [] };
    }
    if (params.kind === 'excerpt') {
      const kept = params.uri === undefined ? undefined : view.excerptOf(params.uri);
      return kept ? { text: kept.excerpt.text, language: kept.format.id, links: [] } : null;
    }
    if (params.kind === 'article') {
      const text = params.article && articleDocument(params.article);
      return text === undefined ? null : { text, links: [] };
    }
    const written = write(view, params);
    if (!written) return null;
    const source = new SourceText(written.text);
    const links = written.links.flatMap(({ span, target }) => {
      const range = view.document(target.scope)?.source.rangeOf(target.span);
      return range ? [{ range: source.rangeOf(span), target: { uri: target.scope, range } }] : [];
    });
    return { text: written.text, links };
  }),
];

const step = (view: View, { trace, span, message }: Place & { readonly message: string }): protocol.Step => ({
  label: message,
  description: placeName(view.graph, { trace, span }),
  ...located(view, { trace, span }),
});

const idOf = ({ trace, part }: Dump): protocol.DumpId => ({ uri: trace.scope, format: trace.format, part });

/** The dumps that are still there, if at least two are. */
function compared({ graph }: View, ids: readonly protocol.DumpId[]): LinkedText | undefined {
  const byId = new Map(dumpsOf(graph).map((dump) => [JSON.stringify(idOf(dump)), dump]));
  const dumps = ids.flatMap(({ uri, format, part }) => byId.get(JSON.stringify({ uri, format, part })) ?? []);
  return dumps.length < 2 ? undefined : comparisonDocument(graph, dumps);
}

function write(view: Workspace, { kind, uri, position, dumps }: protocol.VirtualParams): LinkedText | undefined {
  if (kind === 'report') return investigationReport(view.graph, view.leftOut);
  if (kind === 'compare') return compared(view, dumps ?? []);
  const document = uri === undefined ? undefined : view.document(uri);
  if (!document) return undefined;
  if (kind === 'groupedStacks') return groupedStacks(document);
  if (kind === 'readable') return position && readable(document, position);
  const subject = position && waiterAt(view, document.uri, position);
  return subject === undefined ? undefined : waitChainDocument(view.graph, subject);
}

const located = (view: View, place: Place | undefined): { location?: protocol.Location } => {
  const location = place && locationIn(view, place.trace, place.span);
  return location ? { location } : {};
};

/** The dump that the log holds in one line: that at the position, else the first one of the document. */
function readable({ source, traces }: Document, position: Position): LinkedText | undefined {
  const found =
    readableAt(source.text, source.offsetAt(position)) ??
    traces
      .map((trace) => trace.sections.length > 0 && readableAt(source.text, trace.sections.at(0).span.start))
      .find(Boolean);
  return found ? { text: found.text, links: [] } : undefined;
}

/** Of the dump in the document; a log is no dump, but may have one in it. */
function groupedStacks({ traces }: Document): LinkedText | undefined {
  const trace = traces.find(({ shapes }) => shapes.length > 0) ?? traces[0];
  return trace && groupedStacksDocument(trace);
}

/** Whose chain is meant at a place; on a lock it is that of the one who waits longest for it. */
function waiterAt(view: View, uri: string, position: Position): EntityId | undefined {
  const place = placeAt(view, { textDocument: { uri }, position });
  const subject = place && subjectOf(place);
  if (subject === undefined || view.graph.waitOf(subject)) return subject;
  return view.graph.waitersOf(subject)[0]?.wait.waiter ?? subject;
}

const isWaitedFor = ({ graph }: View, entity: EntityId): boolean =>
  graph.waitersOf(entity).length > 0 || graph.holdersOf(entity).length > 0;

const candidates = (view: View, entity: EntityId): protocol.Candidate[] =>
  view.graph.holdersOf(entity).flatMap((edge) => candidate(view, edge) ?? []);

function candidate(view: View, edge: HoldEdge): protocol.Candidate | undefined {
  const { trace, hold } = edge;
  const location = sectionLocation(view, trace, hold.section);
  return (
    location && {
      label: describeHold(view.graph, edge, trace),
      description: plainText(said(trace.sections.at(hold.section).detail)),
      detail: evidencePlain(trace, hold).join('; '),
      sure: hold.confidence !== 'possible',
      location,
    }
  );
}
