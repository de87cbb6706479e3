// Texts about the open traces as read-only documents: wait chain, grouped stacks, report, articles. The server writes them; their links
// lead back into the traces. A document's URI says what it asks, so nothing is kept here but the links of what was shown.

import { type Disposable, DocumentLink, EventEmitter, l10n, languages, Range, Uri, window, workspace } from 'vscode';
import {
  VIRTUAL_SCHEME as SCHEME,
  VIRTUAL_TEXT,
  type VirtualParams,
  type VirtualText,
} from '../../server/src/host/protocol.js';
import type { Ask } from './client.js';

/** Milliseconds that a text may take to come; one that is the same does not come. */
const RELOADED = 1000;

/** Fires for a document that is asked for again: the traces may have changed since. */
const outdated = new EventEmitter<Uri>();

export function registerVirtualDocuments(subscriptions: Disposable[], ask: Ask): void {
  const links = new Map<string, DocumentLink[]>();
  /** Languages that the server told. */
  const spoken = new Map<string, string>();
  subscriptions.push(
    outdated,
    // The tab is called as the file is, which may be open too.
    window.registerFileDecorationProvider({
      provideFileDecoration(uri) {
        const file = fileOf(uri);
        return (
          file && {
            badge: '✂',
            tooltip: l10n.t('Excerpt of {0}: what matters of a file that is too large', workspace.asRelativePath(file)),
          }
        );
      },
    }),
    workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: outdated.event,
      async provideTextDocumentContent(uri) {
        const answer = await ask<VirtualText | null>(VIRTUAL_TEXT, paramsOf(uri));
        links.set(uri.toString(), (answer?.links ?? []).map(toLink));
        if (answer?.language) spoken.set(uri.toString(), answer.language);
        return answer?.text ?? missing(uri);
      },
    }),
    languages.registerDocumentLinkProvider(
      { scheme: SCHEME },
      { provideDocumentLinks: (document) => links.get(document.uri.toString()) ?? [] },
    ),
    workspace.onDidCloseTextDocument(({ uri }) => links.delete(uri.toString())),
    workspace.onDidOpenTextDocument(async (document) => {
      const language = spoken.get(document.uri.toString());
      spoken.delete(document.uri.toString()); // who chooses another one is right
      if (language && document.languageId !== language) await languages.setTextDocumentLanguage(document, language);
    }),
  );
}

function toLink({ range, target }: VirtualText['links'][number]): DocumentLink {
  const { start } = target.range;
  const place = Uri.parse(target.uri).with({ fragment: `L${start.line + 1},${start.character + 1}` });
  const { start: from, end: to } = range;
  return new DocumentLink(new Range(from.line, from.character, to.line, to.character), place);
}

const missing = (uri: Uri): string =>
  fileOf(uri)
    ? `${l10n.t('The investigation that this excerpt belongs to has ended. “Trace: Investigate” reads the file again.')}\n`
    : `${l10n.t('The document that this was about is not open any more.')}\n`;

const EXCERPT = 'excerpt';

/** The URI of the document that shows a large file's excerpt. It ends as the file's does, because that tells what is in it. */
export const excerptUri = (file: Uri): Uri =>
  file.with({ scheme: SCHEME, authority: EXCERPT, path: `/${file.scheme}/${file.authority || '-'}${file.path}` });

/** The large file that a document shows an excerpt of, if it does. */
export function fileOf(document: Uri): Uri | undefined {
  if (document.scheme !== SCHEME || document.authority !== EXCERPT) return undefined;
  const [, scheme, authority, path] = /^\/([^/]+)\/([^/]+)(\/.*)$/s.exec(document.path) ?? [];
  return scheme && path ? document.with({ scheme, authority: authority === '-' ? '' : authority!, path }) : undefined;
}

/** What the URI of a virtual document asks. */
function paramsOf(document: Uri): VirtualParams {
  const file = fileOf(document);
  return file ? { kind: 'excerpt', uri: file.toString() } : (JSON.parse(document.query) as VirtualParams);
}

export const showExcerpt = async (file: Uri): Promise<void> => {
  await window.showTextDocument(excerptUri(file), { preview: false });
};

/** Asks for the text of a document anew, if it is open, and waits a moment for it. */
export async function reload(uri: Uri): Promise<void> {
  if (!workspace.textDocuments.some((document) => document.uri.toString() === uri.toString())) return;
  let changed: Disposable | undefined;
  await new Promise<void>((resolve) => {
    setTimeout(resolve, RELOADED);
    changed = workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() === uri.toString()) resolve();
    });
    outdated.fire(uri);
  });
  changed?.dispose();
}

/** Shows a virtual document; `name` is its title, with an extension that says its language. */
export async function showVirtual(name: string, params: VirtualParams): Promise<void> {
  const uri = Uri.from({ scheme: SCHEME, path: `/${name}`, query: JSON.stringify(params) });
  outdated.fire(uri);
  await window.showTextDocument(await workspace.openTextDocument(uri), { preview: false });
}
