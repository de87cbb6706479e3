// Texts about the open traces as read-only documents: wait chain, grouped stacks, report. The server writes them; their links
// lead back into the traces. A document's URI says what it asks, so nothing is kept here but the links of what was shown.

import { type Disposable, DocumentLink, EventEmitter, languages, Range, Uri, window, workspace } from 'vscode';
import {
  VIRTUAL_SCHEME as SCHEME,
  VIRTUAL_TEXT,
  type VirtualParams,
  type VirtualText,
} from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';

/** Fires for a document that is asked for again: the traces may have changed since. */
const outdated = new EventEmitter<Uri>();

export function registerVirtualDocuments(subscriptions: Disposable[], ask: Ask): void {
  const links = new Map<string, DocumentLink[]>();
  subscriptions.push(
    outdated,
    workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: outdated.event,
      async provideTextDocumentContent(uri) {
        const answer = await ask<VirtualText | null>(VIRTUAL_TEXT, JSON.parse(uri.query) as VirtualParams);
        links.set(uri.toString(), (answer?.links ?? []).map(toLink));
        return answer?.text ?? 'The document that this was about is not open any more.\n';
      },
    }),
    languages.registerDocumentLinkProvider(
      { scheme: SCHEME },
      { provideDocumentLinks: (document) => links.get(document.uri.toString()) ?? [] },
    ),
    workspace.onDidCloseTextDocument(({ uri }) => links.delete(uri.toString())),
  );
}

function toLink({ range, target }: VirtualText['links'][number]): DocumentLink {
  const { start } = target.range;
  const place = Uri.parse(target.uri).with({ fragment: `L${start.line + 1},${start.character + 1}` });
  const { start: from, end: to } = range;
  return new DocumentLink(new Range(from.line, from.character, to.line, to.character), place);
}

/** Shows a virtual document; `name` is its title, with an extension that says its language. */
export async function showVirtual(name: string, params: VirtualParams): Promise<void> {
  const uri = Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify(params) });
  outdated.fire(uri);
  await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false });
}
