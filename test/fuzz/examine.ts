// Asks everything that can be asked about texts, and checks what must hold of every answer, whatever the texts say.

import { CancellationToken, type Diagnostic } from 'vscode-languageserver';
import { dumpsOf } from '../../server/src/core/investigation/compare.js';
import { comparisonReport } from '../../server/src/core/investigation/comparison.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { investigationJson } from '../../server/src/core/investigation/json.js';
import { terminalReport } from '../../server/src/core/investigation/report.js';
import { SourceText } from '../../server/src/core/text/source.js';
import { condense } from '../../server/src/core/trace/condense.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { features } from '../../server/src/features/index.js';
import { questions } from '../../server/src/host/questions.js';
import { SourceFiles } from '../../server/src/host/sourceFiles.js';
import { Workspace } from '../../server/src/host/workspace.js';
import { examineParts } from './parts.js';
import { check, examineAnswer, examineMarkdown, examineTerminal, examineTokens, examineTrace } from './properties.js';

/** How many places of a text are asked about. */
const PLACES = 12;

const handlers = new Map(
  [...features.flatMap((feature) => feature.handlers), ...questions].map((handler) => [handler.method, handler]),
);

/** Opens the texts as of the format (by their content where it is '') and asks everything, twice. */
export async function examine(texts: readonly string[], format: string): Promise<void> {
  for (const text of texts) examineParts(text, format);
  const first = await answers(texts, format);
  const again = await answers(texts, format);
  for (const [name, answer] of first)
    check(answer === again.get(name), `${name} answers otherwise the second time`, answer);
}

/** Tokens get an id of the library's, which is the time. */
const withoutIds = (key: string, value: unknown): unknown => (key === 'resultId' ? undefined : value);

const uriOf = (index: number): string => `file:///fuzz/${index}.txt`;

/** Every answer as JSON, by what was asked. */
async function answers(texts: readonly string[], format: string): Promise<Map<string, string>> {
  const workspace = new Workspace({ openSources: async () => new SourceFiles([]) });
  workspace.virtualDocuments = true;
  for (const [index, text] of texts.entries()) workspace.open(uriOf(index), format, 1, text);
  const sources = new Map(texts.map((text, index) => [uriOf(index), new SourceText(text)]));
  const found = new Map<string, string>();
  const ask = async <R>(method: string, params: object): Promise<R | null> => {
    const answer = await handlers.get(method)!.handle(workspace, params, CancellationToken.None, () => {});
    found.set(`${method} ${JSON.stringify(params)}`, JSON.stringify(answer ?? null, withoutIds));
    const { textDocument, item, data } = params as Record<string, { uri?: string } | undefined>;
    const uri = textDocument?.uri ?? item?.uri ?? data?.uri ?? uriOf(0);
    // Ranges of a text that was written are its own.
    if (method !== 'traceInvestigator/virtualText') examineAnswer(answer, method, uri, sources);
    return (answer as R | undefined) ?? null;
  };
  const read = async (params: object): Promise<boolean> => {
    const written = await ask<{ text: string }>('traceInvestigator/virtualText', params);
    if (written) examineMarkdown(written.text);
    return written !== null;
  };

  for (const document of workspace.documents) document.traces.forEach(examineTrace);
  const { graph } = workspace;
  for (const index of texts.keys()) {
    const textDocument = { uri: uriOf(index) };
    const source = sources.get(textDocument.uri)!;
    const range = source.rangeOf({ start: 0, end: source.text.length });
    for (const name of ['documentSymbol', 'foldingRange', 'documentLink', 'inlayHint'])
      await ask(`textDocument/${name}`, { textDocument, range });
    const { items } = (await ask<{ items: Diagnostic[] }>('textDocument/diagnostic', { textDocument }))!;
    for (const href of new Set(items.map((one) => one.codeDescription?.href ?? ''))) {
      const article = JSON.parse(decodeURIComponent(href.slice(href.indexOf('?') + 1))) as object;
      check(await read(article), 'a finding has no article', href);
    }
    const lenses = await ask<object[]>('textDocument/codeLens', { textDocument });
    for (const lens of (lenses ?? []).slice(0, 30)) await ask('codeLens/resolve', lens);
    examineTokens(await ask('textDocument/semanticTokens/full', { textDocument }), source);
    examineTokens(await ask('textDocument/semanticTokens/range', { textDocument, range }), source);
    for (const offset of placesOf(workspace.document(textDocument.uri)?.traces ?? [], source.text.length)) {
      const position = source.positionAt(offset);
      const at = { textDocument, position, context: { includeDeclaration: true } };
      const hover = await ask<{ contents: { value: string } }>('textDocument/hover', at);
      if (hover) examineMarkdown(hover.contents.value);
      for (const name of ['definition', 'references', 'documentHighlight']) await ask(`textDocument/${name}`, at);
      await ask('textDocument/selectionRange', { textDocument, positions: [position] });
      for (const item of (await ask<object[]>('textDocument/prepareCallHierarchy', at)) ?? [])
        for (const way of ['incomingCalls', 'outgoingCalls']) await ask(`callHierarchy/${way}`, { item });
      const place = { uri: textDocument.uri, position };
      await ask('traceInvestigator/holders', place);
      await ask('traceInvestigator/waitChain', place);
      await ask('traceInvestigator/virtualText', { kind: 'readable', ...place });
      await read({ kind: 'waitChain', ...place });
    }
    await ask('traceInvestigator/virtualText', { kind: 'groupedStacks', uri: textDocument.uri });
  }
  await ask('workspace/symbol', { query: '' });
  for (const name of ['contendedLocks', 'findings', 'picture']) await ask(`traceInvestigator/${name}`, {});
  for (const about of ['blocked', 'outage']) await ask('traceInvestigator/notes', { about });
  const dumps = await ask<object[]>('traceInvestigator/dumps', {});
  await read({ kind: 'report' });
  await read({ kind: 'compare', dumps });
  const ticket = await ask<{ text: string }>('traceInvestigator/ticket', { words: ['evil'] });
  if (ticket) examineMarkdown(ticket.text);
  // The command line, with whole traces and with condensed ones.
  const rejected = [{ file: '[x](command:evil)\u001b[2J\u202e\n', reason: 'no trace' }];
  for (const one of [graph, buildGraph(condense(graph.traces))]) {
    examineTerminal(terminalReport(one, { color: false, width: 100 }, rejected));
    JSON.stringify(investigationJson(one, rejected));
  }
  if (dumpsOf(graph).length > 1)
    examineTerminal(comparisonReport(graph, dumpsOf(graph), { color: false, width: 100 }).text);
  return found;
}

/** Ends and beginnings of what was found, spread over the text. */
function placesOf(traces: readonly Trace[], size: number): number[] {
  const places = new Set([0, size]);
  for (const trace of traces) {
    const step = Math.max(1, Math.floor(trace.sections.length / 4));
    for (let index = 0; index < trace.sections.length && places.size < PLACES; index += step) {
      places.add(trace.sections.at(index).head.start);
      for (const { span } of trace.inside(index).mentions.slice(0, 3)) places.add(span.start);
    }
  }
  return [...places];
}
