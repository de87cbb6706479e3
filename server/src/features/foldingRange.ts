// textDocument/foldingRange: each section below its head line, and each part of a document that has several.

import { type FoldingRange, FoldingRangeRequest } from 'vscode-languageserver';
import type { Span } from '../core/text/span.js';
import { feature, nothing, on } from './feature.js';

/** What VS Code takes where it does not say (`editor.foldingMaximumRegions`). */
const LIMIT = 5000;

export const foldingRange = feature(
  { foldingRangeProvider: true },
  on(FoldingRangeRequest.type, nothing, (view, { textDocument: { uri } }) => {
    const document = view.document(uri);
    if (!document) return null;
    const { traces, source } = document;
    const limit = view.client.textDocument?.foldingRange?.rangeLimit ?? LIMIT;
    const ranges: FoldingRange[] = [];
    const fold = (span: Span): void => {
      const startLine = source.lineAt(span.start);
      // The end is exclusive: a span that ends where a line begins does not hold that line.
      const endLine = source.lineAt(Math.max(span.start, span.end - 1));
      if (endLine > startLine) ranges.push({ startLine, endLine });
    };
    for (const trace of traces) {
      if (trace.parts.length > 1) for (const part of trace.parts) fold(part.span);
      for (const span of (trace.folds ?? []).slice(0, limit)) fold(span);
      if (trace.folds) continue; // a format that says what folds has said all
      for (let index = 0; index < trace.sections.length && ranges.length < limit; index++)
        fold(trace.sections.at(index).span);
    }
    return ranges.slice(0, limit);
  }),
);
