// textDocument/documentLink and documentLink/resolve: source locations, where a configured source root has the file.

import { type DocumentLink, DocumentLinkRequest, DocumentLinkResolveRequest } from 'vscode-languageserver';
import { feature, nothing, on } from './feature.js';
import type { View } from './view.js';

/** Editors ask for the whole document at once; beyond this, F12 on a location still works. */
const LIMIT = 10_000;
/** Sections that are looked into. */
const MOST_SECTIONS = 1_000;

interface LinkData {
  readonly file: string;
  readonly line: number;
}

export const documentLink = feature(
  { documentLinkProvider: { resolveProvider: true } },
  on(DocumentLinkRequest.type, nothing, async (view, { textDocument: { uri } }, token) => {
    const document = view.document(uri);
    if (!document || !view.hasSources) return null;
    const { traces, source } = document;
    const links: DocumentLink[] = [];
    for (const trace of traces) {
      const most = Math.min(trace.sections.length, MOST_SECTIONS);
      for (let section = 0; section < most && links.length < LIMIT; section++) {
        if (token.isCancellationRequested) return null;
        for (const { kind, file, line, span } of trace.inside(section).mentions) {
          if (kind !== 'source' || file === undefined) continue;
          if ((await view.sourceOf(file)) === undefined) continue;
          const data: LinkData = { file, line: line ?? 1 };
          links.push({ range: source.rangeOf(span), data });
        }
      }
    }
    return links;
  }),
  on(
    DocumentLinkResolveRequest.type,
    (link) => link,
    async (view, link) => {
      const target = await targetOf(view, link.data as LinkData);
      return target === undefined ? link : { ...link, target };
    },
  ),
);

async function targetOf(view: View, { file, line }: LinkData): Promise<string | undefined> {
  const uri = await view.sourceOf(file);
  return uri && `${uri}#L${line}`;
}
