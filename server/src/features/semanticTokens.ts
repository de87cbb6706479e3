// textDocument/semanticTokens/full and /range: colours that need another line to know. What one line tells is the grammar's.

import {
  type SemanticTokens,
  SemanticTokensBuilder,
  SemanticTokensRangeRequest,
  SemanticTokensRequest,
} from 'vscode-languageserver';
import type { WaitForGraph } from '../core/investigation/graph.js';
import { overlaps, type Span } from '../core/text/span.js';
import type { EntityId, Wait } from '../core/trace/trace.js';
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
    if (!document || document.trace.sections.length > FULL_LIMIT) return null;
    return tokens(view, document, { start: 0, end: document.trace.text.length });
  }),
  on(SemanticTokensRangeRequest.type, nothing, (view, { textDocument: { uri }, range }) => {
    const document = view.document(uri);
    return document ? tokens(view, document, document.source.spanOf(range)) : null;
  }),
);

function tokens(view: View, { trace, source }: Document, asked: Span): SemanticTokens {
  const builder = new SemanticTokensBuilder();
  const { graph } = view;
  const contended = new Set(graph.contended);
  const put = (span: Span, type: TokenType): void => {
    const { line, character } = source.positionAt(span.start);
    const end = Math.min(span.end, source.lineSpan(line).end);
    if (overlaps(span, asked)) builder.push(line, character, end - span.start, TOKEN_TYPES.indexOf(type), 0);
  };
  for (const index of sectionsIn(trace, asked)) {
    const { head, label, entity } = trace.sections.at(index);
    const wait = entity === undefined ? undefined : graph.waitOf(entity)?.wait;
    if (wait?.state === 'idle') {
      put(head, 'idle');
      continue;
    }
    const type = entity === undefined ? undefined : role(graph, entity, contended, wait);
    if (type) {
      const at = trace.text.slice(head.start, head.end).indexOf(label);
      put(at < 0 ? head : { start: head.start + at, end: head.start + at + label.length }, type);
    }
    // Locks that somebody waits for can be passed on by anybody who does not rest.
    if (contended.size === 0) continue;
    for (const mention of trace.inside(index).mentions)
      if (mention.kind === 'address' && mention.entity !== undefined && contended.has(mention.entity))
        put(mention.span, 'contendedLock');
  }
  return builder.build();
}

/** Holder before waiter: who is waited for matters more. Only the surest holders are coloured. */
function role(
  graph: WaitForGraph,
  entity: EntityId,
  contended: ReadonlySet<EntityId>,
  wait: Wait | undefined,
): TokenType | undefined {
  const holds = graph
    .heldBy(entity)
    .some(
      (edge) =>
        edge.hold.confidence !== 'possible' && graph.waitersOf(edge.hold.of).length > 0 && isSurest(graph, edge),
    );
  if (holds) return 'holder';
  return wait?.on !== undefined && contended.has(wait.on) ? 'waiter' : undefined;
}
