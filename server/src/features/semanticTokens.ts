// textDocument/semanticTokens/full and /range: colours that need another line to know. What one line tells is the grammar's.

import {
  type SemanticTokens,
  SemanticTokensBuilder,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver';
import type { WaitForGraph } from '../core/investigation/graph.js';
import { waitIn } from '../core/investigation/places.js';
import { overlaps, type Span } from '../core/text/span.js';
import type { EntityId, Trace, Wait } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import { type Document, isSurest, sectionsIn, type View } from './view.js';

/** Named in the manifest too (`semanticTokenTypes`), with the colours that themes give them. */
export const TOKEN_TYPES = ['contendedLock', 'holder', 'waiter', 'idle'] as const;
type TokenType = (typeof TOKEN_TYPES)[number];

/**
 * A document with more sections gets its tokens by range only: editors ask for what they show. It must be no answer then:
 * an empty one would count as complete.
 */
const FULL_LIMIT = 5000;

export const semanticTokens = feature(
  {
    semanticTokensProvider: {
      legend: { tokenTypes: [...TOKEN_TYPES], tokenModifiers: [] },
      full: true,
      range: true,
    },
  },
  on(SemanticTokensRequest.type, nothing, (view, { textDocument: { uri } }) => {
    const document = view.document(uri);
    if (!document || document.traces.some((trace) => trace.sections.length > FULL_LIMIT)) return null;
    return tokens(view, document, { start: 0, end: document.source.text.length });
  }),
  on(SemanticTokensRangeRequest.type, nothing, (view, { textDocument: { uri }, range }) => {
    const document = view.document(uri);
    return document ? tokens(view, document, document.source.spanOf(range)) : null;
  }),
);

function tokens(view: View, { traces, source }: Document, asked: Span): SemanticTokens {
  const found: { readonly start: number; readonly end: number; readonly type: TokenType }[] = [];
  const { graph } = view;
  const contended = new Set(graph.contended);
  const put = (span: Span, type: TokenType): void => {
    const end = Math.min(span.end, source.lineSpan(source.lineAt(span.start)).end);
    if (end > span.start && overlaps(span, asked)) found.push({ start: span.start, end, type });
  };
  for (const trace of traces) {
    for (const index of sectionsIn(trace, asked)) {
      const { head, label, entity } = trace.sections.at(index);
      const wait = waitIn(trace, index);
      if (wait?.state === 'idle' && wait.call === undefined) {
        put(head, 'idle');
        continue;
      }
      const type = entity === undefined ? undefined : role(graph, trace, index, entity, contended, wait);
      if (type) {
        const at = trace.text.slice(head.start, head.end).indexOf(label);
        put(at < 0 ? head : { start: head.start + at, end: head.start + at + label.length }, type);
      }
      // What somebody waits for can be named by anybody who does not rest.
      for (const { kind, entity: named, span } of contended.size > 0 || wait ? trace.inside(index).mentions : [])
        if (named !== undefined && (kind === 'address' ? contended.has(named) : isAwaited(wait, named, entity)))
          put(span, 'contendedLock');
    }
  }
  // Two traces of one text can name the same place, and sections can lie in one another: editors want each letter once.
  const builder = new SemanticTokensBuilder();
  let last = 0;
  for (const { start, end, type } of found.sort((a, b) => a.start - b.start)) {
    if (start < last) continue;
    last = end;
    const { line, character } = source.positionAt(start);
    builder.push(line, character, end - start, TOKEN_TYPES.indexOf(type), 0);
  }
  return builder.build();
}

/** Whether a call that never returned waits for the thing named in it. */
const isAwaited = (wait: Wait | undefined, named: EntityId, own: EntityId | undefined): boolean =>
  wait?.state === 'blocked' && wait.call !== undefined && wait.on === named && named !== own;

/** Holder before waiter: who is waited for matters more. Only the surest holders are coloured. */
function role(
  graph: WaitForGraph,
  trace: Trace,
  section: number,
  entity: EntityId,
  contended: ReadonlySet<EntityId>,
  wait: Wait | undefined,
): TokenType | undefined {
  const holds = graph
    .heldBy(entity)
    .some(
      (edge) =>
        edge.trace === trace &&
        edge.hold.section === section &&
        edge.hold.confidence !== 'possible' &&
        graph.waitersOf(edge.hold.of).length > 0 &&
        isSurest(graph, edge),
    );
  if (holds) return 'holder';
  if (wait?.state === 'blocked' && wait.call !== undefined) return 'waiter';
  return wait?.on !== undefined && contended.has(wait.on) ? 'waiter' : undefined;
}
