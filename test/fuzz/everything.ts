// Asks everything that can be asked about a few texts: every request, every question, the reports. Throws where an answer does
// not keep what must hold for any text at all, and gives back what was said, to compare with a second time.

import { Lexer, type Token } from 'marked';
import { CancellationToken, type Position, type Range } from 'vscode-languageserver';
import { detectFormat, formats, parseText, together } from '../../server/src/core/formats/index.js';
import { dumpsOf } from '../../server/src/core/investigation/compare.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';
import { investigationJson } from '../../server/src/core/investigation/json.js';
import { terminalReport } from '../../server/src/core/investigation/report.js';
import { SourceText } from '../../server/src/core/text/source.js';
import { condense } from '../../server/src/core/trace/condense.js';
import type { Trace } from '../../server/src/core/trace/trace.js';
import { features } from '../../server/src/features/index.js';
import * as protocol from '../../server/src/host/protocol.js';
import { questions } from '../../server/src/host/questions.js';
import { SourceFiles } from '../../server/src/host/sourceFiles.js';
import { Workspace } from '../../server/src/host/workspace.js';

export interface Text {
  readonly name: string;
  readonly text: string;
  /** A format's id; '' to have it recognised. */
  readonly language: string;
}

const fail = (what: string, ...shown: unknown[]): never => {
  throw new Error([what, ...shown.map((one) => JSON.stringify(one)?.slice(0, 300))].join(' '));
};

/** Everything that was said, in one string. Throws what is wrong. */
export async function askEverything(texts: readonly Text[]): Promise<string> {
  const said: unknown[] = [];
  const workspace = new Workspace({ openSources: async () => new SourceFiles([]) });
  workspace.virtualDocuments = true;
  const sources = new Map(texts.map(({ name, text }) => [`file:///${name}`, new SourceText(text)]));
  for (const { name, text, language } of texts) workspace.open(`file:///${name}`, language, 1, text);
  for (const { traces } of workspace.documents) traces.forEach(checkTrace);

  const handlers = new Map(features.flatMap((feature) => feature.handlers.map((one) => [one.method, one] as const)));
  const ask = async (method: string, params: object): Promise<unknown> => {
    const answer = await handlers.get(method)!.handle(workspace, params, CancellationToken.None);
    try {
      checkAnswer(sources, answer, (params as { textDocument?: { uri: string } }).textDocument?.uri);
    } catch (error) {
      fail(`${method}: ${error}`, params);
    }
    said.push(method, answer);
    return answer;
  };
  for (const [uri, source] of sources) {
    const textDocument = { uri };
    const end = source.positionAt(source.text.length);
    const whole = { start: { line: 0, character: 0 }, end };
    for (const method of ['documentSymbol', 'foldingRange', 'documentLink', 'diagnostic'])
      await ask(`textDocument/${method}`, { textDocument });
    checkTokens(source, (await ask('textDocument/semanticTokens/full', { textDocument })) as { data: number[] } | null);
    await ask('textDocument/semanticTokens/range', { textDocument, range: whole });
    await ask('textDocument/inlayHint', { textDocument, range: whole });
    const lenses = (await ask('textDocument/codeLens', { textDocument })) as object[] | null;
    for (const lens of lenses?.slice(0, 20) ?? []) await ask('codeLens/resolve', lens);
    for (const position of positionsIn(workspace, uri, source)) {
      const at = { textDocument, position };
      const hover = (await ask('textDocument/hover', at)) as { contents: { value: string } } | null;
      if (hover) checkMarkdown(hover.contents.value);
      for (const method of ['definition', 'documentHighlight']) await ask(`textDocument/${method}`, at);
      await ask('textDocument/references', { ...at, context: { includeDeclaration: true } });
      await ask('textDocument/selectionRange', { textDocument, positions: [position] });
      const items = (await ask('textDocument/prepareCallHierarchy', at)) as object[] | null;
      for (const item of items ?? [])
        for (const way of ['incomingCalls', 'outgoingCalls']) await ask(`callHierarchy/${way}`, { item });
      for (const method of [protocol.HOLDERS, protocol.WAIT_CHAIN])
        said.push(await question(workspace, sources, method, { uri, position }));
      for (const kind of ['waitChain', 'readable'] as const)
        checkDocument(await question(workspace, sources, protocol.VIRTUAL_TEXT, { kind, uri, position }));
    }
    checkDocument(await question(workspace, sources, protocol.VIRTUAL_TEXT, { kind: 'groupedStacks', uri }));
  }
  await ask('workspace/symbol', { query: '1' });
  for (const method of [protocol.CONTENDED_LOCKS, protocol.FINDINGS, protocol.DUMPS, protocol.PICTURE])
    said.push(await question(workspace, sources, method, undefined));
  for (const about of ['blocked', 'outage']) said.push(await question(workspace, sources, protocol.NOTES, { about }));
  const report = await question(workspace, sources, protocol.VIRTUAL_TEXT, { kind: 'report' });
  checkDocument(report);
  if (report) checkMarkdown((report as protocol.VirtualText).text);
  const ticket = (await question(workspace, sources, protocol.TICKET, { words: ['secret'] })) as protocol.Ticket | null;
  if (ticket) checkMarkdown(ticket.text);
  const dumps = dumpsOf(workspace.graph).map(({ trace, part }) => ({ uri: trace.scope, format: trace.format, part }));
  checkDocument(await question(workspace, sources, protocol.VIRTUAL_TEXT, { kind: 'compare', dumps }));
  said.push(report, ticket, checkCommandLine(texts));
  // A result's own number is another one each time.
  return JSON.stringify(said, (key, value) => (key === 'resultId' ? '' : value));
}

async function question(
  workspace: Workspace,
  sources: ReadonlyMap<string, SourceText>,
  method: string,
  params: object | undefined,
): Promise<unknown> {
  const answer = await questions.find((one) => one.method === method)!.handle(workspace, params);
  checkAnswer(sources, answer, undefined);
  return answer;
}

/** A few places of each kind: ends, heads of sections, mentions in them. */
function* positionsIn(workspace: Workspace, uri: string, source: SourceText): Generator<Position> {
  const { length } = source.text;
  const offsets = new Set([0, length, length >> 1, length >> 2]);
  for (const trace of workspace.document(uri)?.traces ?? []) {
    const step = Math.max(1, Math.floor(trace.sections.length / 5));
    for (let index = 0; index < trace.sections.length; index += step) {
      offsets.add(trace.sections.at(index).head.start);
      for (const { span } of trace.inside(index).mentions.slice(0, 4)) offsets.add(span.start);
    }
  }
  for (const offset of [...offsets].slice(0, 24)) yield source.positionAt(offset);
}

/** What a format promises of every text. */
function checkTrace(trace: Trace): void {
  const size = trace.text.length;
  const within = ({ start, end }: { start: number; end: number }, from = 0, to = size): boolean =>
    from <= start && start <= end && end <= to;
  let last = 0;
  for (let index = 0; index < trace.sections.length; index++) {
    const { span, head } = trace.sections.at(index);
    if (!within(span, last) || !within(head, span.start, span.end))
      fail('a section', trace.format, { span, head, last, size });
    last = span.end;
    const { items, mentions } = trace.inside(index);
    for (const { span: inner } of [...items, ...mentions])
      if (!within(inner, span.start, span.end)) fail('inside a section', trace.format, { span, inner });
  }
  const { waits, holds, notes = [], episodes = [] } = trace.facts;
  for (const { section } of [...waits, ...holds, ...episodes])
    if (section < 0 || section >= trace.sections.length) fail('a section that is not there', trace.format, section);
  for (const { span } of [...waits, ...notes, ...trace.problems]) if (!within(span)) fail('a span', trace.format, span);
  for (const { seconds } of waits) if (seconds !== undefined && !(seconds >= 0)) fail('seconds', trace.format, seconds);
  if (trace.lines.understood > trace.lines.total) fail('lines', trace.format, trace.lines);
}

/** Every range of an answer lies in its document. */
function checkAnswer(sources: ReadonlyMap<string, SourceText>, answer: unknown, uri: string | undefined): void {
  if (Array.isArray(answer)) for (const one of answer) checkAnswer(sources, one, uri);
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) return;
  const own = answer as Record<string, unknown>;
  const inside = (own.uri ?? own.targetUri ?? uri) as string | undefined;
  const source = inside === undefined ? undefined : sources.get(inside);
  if (isRange(own)) {
    const { start, end } = own;
    const backwards = end.line < start.line || (end.line === start.line && end.character < start.character);
    if (backwards || start.line < 0 || start.character < 0) fail('a range', own);
    if (source) for (const position of [start, end]) checkPosition(source, position);
    return;
  }
  for (const value of Object.values(own)) checkAnswer(sources, value, inside);
}

function checkPosition(source: SourceText, position: Position): void {
  const back = source.positionAt(source.offsetAt(position));
  if (back.line !== position.line || back.character !== position.character)
    fail('outside of the text', { position, back });
}

const isRange = (value: object): value is Range =>
  'start' in value && 'end' in value && typeof value.start === 'object';

/** Tokens are in order, on one line each, and do not overlap. */
function checkTokens(source: SourceText, tokens: { data: readonly number[] } | null): void {
  let line = 0;
  let character = 0;
  let end = 0;
  const data = tokens?.data ?? [];
  for (let at = 0; at < data.length; at += 5) {
    const [down, right, length] = data.slice(at, at + 3) as [number, number, number];
    if (down < 0 || right < 0 || length <= 0) fail('a token', data.slice(at, at + 5));
    character = down > 0 ? right : character + right;
    line += down;
    if (down === 0 && at > 0 && character < end) fail('tokens overlap', { line, character, end });
    end = character + length;
    const span = source.lineSpan(line);
    if (end > span.end - span.start) fail('a token beyond its line', { line, character, length });
  }
}

/** A document of ours: its links lie in it, in order. */
function checkDocument(document: unknown): void {
  if (!document) return;
  const { text, links } = document as protocol.VirtualText;
  const source = new SourceText(text);
  let last = 0;
  for (const { range } of links) {
    for (const position of [range.start, range.end]) checkPosition(source, position);
    const start = source.offsetAt(range.start);
    if (start < last) fail('links overlap', range);
    last = source.offsetAt(range.end);
  }
}

/** Addresses that our own words lead to. */
const OURS = /^https:\/\/(?:[\w.-]+\/)/;

/** Nothing of a trace is a link, an image, HTML or a heading: what there is of that is ours. */
function checkMarkdown(markdown: string): void {
  if (/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(markdown))
    fail('control characters', markdown);
  const look = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === 'html' || token.type === 'image' || token.type === 'def') fail(token.type, token.raw);
      if (token.type === 'link' && (!OURS.test(token.href) || /evil/.test(token.href))) fail('a link', token.raw);
      if (token.type === 'heading' && /^\W*evil/.test(token.text)) fail('a heading', token.raw);
      if (token.type === 'list' && token.items.some((item: { task: boolean }) => item.task)) fail('a task', token.raw);
      if (token.type === 'table')
        for (const cells of [token.header, ...token.rows]) for (const cell of cells) look(cell.tokens);
      if (token.type === 'list') for (const item of token.items) look(item.tokens);
      else if ('tokens' in token && token.tokens) look(token.tokens);
    }
  };
  look(new Lexer({ gfm: true }).lex(markdown));
  // VS Code makes icons of these where they are allowed.
  if (/(?<!\\)\$\((?:trash|zap)\)/.test(markdown.replaceAll('\\$', '')) && !markdown.includes('\\$'))
    fail('an icon', markdown);
}

/** The command line's way: recognised, condensed, as a report for a terminal, as JSON. */
function checkCommandLine(texts: readonly Text[]): string {
  const traces = texts.flatMap(({ name, text, language }) => {
    const format = formats.find(({ id }) => id === language) ?? detectFormat(text);
    return format ? parseText(text, name, format) : [];
  });
  const graph = buildGraph(together(traces));
  const terminal = terminalReport(graph, { color: false, width: 100 });
  if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/.test(terminal))
    fail('control characters', terminal);
  const json = JSON.stringify(investigationJson(graph));
  const condensed = buildGraph(together(condense(traces)));
  terminalReport(condensed, { color: false, width: 100 });
  investigationJson(condensed);
  return terminal + json;
}
