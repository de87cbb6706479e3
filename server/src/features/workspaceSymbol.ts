// workspace/symbol: a section by its name or by what it does, in all open traces.

import { SymbolKind, type WorkspaceSymbol, WorkspaceSymbolRequest } from 'vscode-languageserver';
import { plainText } from '../core/investigation/describe.js';
import { said } from '../core/text/l10n.js';
import { feature, nothing, on } from './feature.js';
import { sectionLocation } from './view.js';

/** A list that is searched, not read. */
const LIMIT = 200;

export const workspaceSymbol = feature(
  { workspaceSymbolProvider: true },
  on(WorkspaceSymbolRequest.type, nothing, (view, { query }, token) => {
    const wanted = query.toLowerCase().split(/\s+/).filter(Boolean);
    const found: WorkspaceSymbol[] = [];
    for (const trace of view.graph.traces) {
      for (let index = 0; index < trace.sections.length && found.length < LIMIT; index++) {
        if (token.isCancellationRequested) return found;
        const { label, detail: does } = trace.sections.at(index);
        const detail = said(does);
        const text = `${label} ${detail}`.toLowerCase();
        if (!wanted.every((word) => text.includes(word))) continue;
        const location = sectionLocation(view, trace, index);
        if (!location) continue;
        const name = `${plainText(label)} ${plainText(detail)}`.trim();
        found.push({ name, kind: SymbolKind.Function, location });
      }
    }
    return found;
  }),
);
