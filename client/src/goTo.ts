// Going to a place of a trace.

import { Range, Uri, type ViewColumn, window } from 'vscode';
import type { Location } from '../../server/src/host/protocol.js';

/** Shows the document and puts the cursor there; in the given column, if any. */
export async function goTo({ uri, range }: Location, viewColumn?: ViewColumn): Promise<void> {
  const { start } = range;
  const selection = new Range(start.line, start.character, start.line, start.character);
  await window.showTextDocument(Uri.parse(uri), { selection, ...(viewColumn && { viewColumn }) });
}
