// The text of a document after an editor's changes.

import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { SourceText } from '../core/text/source.js';

/** Applies the changes in their order, each to what the one before it left. */
export function edited(source: SourceText, changes: readonly TextDocumentContentChangeEvent[]): SourceText {
  // Editors end lines at a carriage return too, traces here do not.
  if (source.text.includes('\r') || changes.some(({ text }) => text.includes('\r'))) {
    const document = TextDocument.create('', '', 0, source.text);
    return new SourceText(TextDocument.update(document, [...changes], 1).getText());
  }
  let now = source;
  for (const change of changes) {
    if (!('range' in change)) {
      now = new SourceText(change.text);
      continue;
    }
    const { start, end } = now.spanOf(change.range);
    now = now.edited({ start: Math.min(start, end), end: Math.max(start, end) }, change.text);
  }
  return now;
}

/** Whether all that happened is that something was written behind the text. Editors may replace the last line by what it is now. */
export function isGrowth(source: SourceText, [change, ...more]: readonly TextDocumentContentChangeEvent[]): boolean {
  if (!change || !('range' in change) || more.length > 0) return false;
  const { start, end } = source.spanOf(change.range);
  return start <= end && end === source.text.length && change.text.startsWith(source.text.slice(start));
}
