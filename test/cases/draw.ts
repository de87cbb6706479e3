// Draws what the server answers, so that a reader sees at once whether it is right: the lines of the trace, `^^^` below the
// span that is meant, titles where the editor would show them.

import type {
  CallHierarchyItem,
  CodeLens,
  Diagnostic,
  DocumentHighlight,
  DocumentLink,
  DocumentSymbol,
  FoldingRange,
  Hover,
  InlayHint,
  Location,
  Range,
  SelectionRange,
  SemanticTokens,
  WorkspaceSymbol,
} from 'vscode-languageserver';
import { TOKEN_TYPES } from '../../server/src/features/semanticTokens.js';
import type { World } from './world.js';

type Draw = (world: World, args: readonly string[]) => Promise<string>;

/** The name of a block with an answer -> how it is asked for and drawn. */
export const drawings: Readonly<Record<string, Draw>> = {
  async hover(world) {
    const hover = await world.ask<Hover | null>('textDocument/hover', world.atCursor());
    if (!hover) return nothing;
    return `${picture(world, world.cursor.uri, hover.range!)}\n\n${(hover.contents as { value: string }).value}`;
  },

  definition: async (world) => locations(world, await world.ask('textDocument/definition', world.atCursor())),

  async references(world) {
    const params = { ...world.atCursor(), context: { includeDeclaration: true } };
    return locations(world, await world.ask('textDocument/references', params));
  },

  async documentHighlight(world) {
    const found = await world.ask<DocumentHighlight[] | null>('textDocument/documentHighlight', world.atCursor());
    const kinds = ['', 'text', 'read', 'write'];
    return list(found, ({ range, kind }) => picture(world, world.cursor.uri, range, kinds[kind ?? 1]));
  },

  callHierarchy: (world) => hierarchy(world),

  async codeLens(world) {
    const found = await world.ask<CodeLens[] | null>('textDocument/codeLens', world.document());
    const drawn = (found ?? []).map(async (lens) => {
      const { command } = await world.ask<CodeLens>('codeLens/resolve', lens);
      const targets = (command?.arguments?.[2] ?? []) as Location[];
      const to = targets.map((target) => place(target)).join(', ');
      const line = world.line(world.cursor.uri, lens.range.start.line) ?? '';
      return `[${command?.title}]${to && ` → ${to}`}\n${line.slice(0, 2 * MARGIN)}`;
    });
    return list(await Promise.all(drawn), (lens) => lens);
  },

  async inlayHint(world) {
    const range = { start: { line: 0, character: 0 }, end: { line: 1e6, character: 0 } };
    const hints = await world.ask<InlayHint[] | null>('textDocument/inlayHint', { ...world.document(), range });
    const lines = [...new Set(hints?.map(({ position }) => position.line))];
    const drawn = lines.map((number) => {
      let line = world.line(world.cursor.uri, number)!;
      for (const { label, position } of hints!.filter((hint) => hint.position.line === number).reverse())
        line = `${line.slice(0, position.character)} ⟨${label}⟩${line.slice(position.character)}`;
      return line;
    });
    return list(drawn, (line) => line, '\n');
  },

  async semanticTokens(world) {
    const { data } = await world.ask<SemanticTokens>('textDocument/semanticTokens/full', world.document());
    const drawn: string[] = [];
    let line = 0;
    let character = 0;
    for (let at = 0; at < data.length; at += 5) {
      character = data[at] === 0 ? character + data[at + 1]! : data[at + 1]!;
      line += data[at]!;
      const range = { start: { line, character }, end: { line, character: character + data[at + 2]! } };
      drawn.push(
        picture(world, world.cursor.uri, range, TOKEN_TYPES[data[at + 3]!])
          .split('\n')
          .slice(1)
          .join('\n'),
      );
    }
    return list(drawn, (text) => text, '\n');
  },

  async documentSymbol(world) {
    const tree = (symbols: readonly DocumentSymbol[], indent: string): string[] =>
      symbols.flatMap(({ name, detail, selectionRange, children }) => [
        `${indent}${name}${detail ? ` · ${detail}` : ''} :${selectionRange.start.line + 1}`,
        ...tree(children ?? [], `${indent}  `),
      ]);
    const symbols = await world.ask<DocumentSymbol[] | null>('textDocument/documentSymbol', world.document());
    return list(tree(symbols ?? [], ''), (line) => line, '\n');
  },

  async foldingRange(world) {
    const ranges = await world.ask<FoldingRange[] | null>('textDocument/foldingRange', world.document());
    return list(
      ranges,
      ({ startLine, endLine }) =>
        `${startLine + 1}-${endLine + 1} ${world.line(world.cursor.uri, startLine)} … ${world.line(world.cursor.uri, endLine)?.trim()}`,
      '\n',
    );
  },

  async selectionRange(world) {
    const { textDocument, position } = world.atCursor();
    const params = { textDocument, positions: [position] };
    const found = await world.ask<SelectionRange[] | null>('textDocument/selectionRange', params);
    const drawn: string[] = [];
    for (let range = found?.[0]; range; range = range.parent) {
      const { start, end } = range.range;
      if (start.line === end.line)
        drawn.push(picture(world, world.cursor.uri, range.range).split('\n').slice(1).join('\n'));
      else drawn.push(`lines ${start.line + 1}-${end.line + 1}`);
    }
    return list(drawn, (text) => text, '\n');
  },

  async workspaceSymbol(world, args) {
    const found = await world.ask<WorkspaceSymbol[] | null>('workspace/symbol', { query: args.join(' ') });
    return list(found, ({ name, location }) => `${name} → ${place(location as Location)}`, '\n');
  },

  async diagnostic(world) {
    const { items } = await world.ask<{ items: Diagnostic[] }>('textDocument/diagnostic', world.document());
    const severities = ['', 'error', 'warning', 'information', 'hint'];
    return list(items, ({ range, severity, code, message, relatedInformation }) => {
      const related = (relatedInformation ?? []).map((info) => `  ${place(info.location)} ${info.message}`);
      const head = picture(world, world.cursor.uri, range, `${severities[severity!]} ${code}`);
      return [head, message, ...related].join('\n');
    });
  },

  async documentLink(world) {
    const links = await world.ask<DocumentLink[] | null>('textDocument/documentLink', world.document());
    const drawn = (links ?? []).map(async (link) => {
      const { target } = await world.ask<DocumentLink>('documentLink/resolve', link);
      return picture(world, world.cursor.uri, link.range, `→ ${target}`);
    });
    return list(await Promise.all(drawn), (text) => text, '\n');
  },
};

const nothing = '(nothing)';

const list = <T>(items: readonly T[] | null | undefined, draw: (item: T) => string, between = '\n\n'): string =>
  items && items.length > 0 ? items.map(draw).join(between) : nothing;

const locations = (world: World, found: Location[] | null): string =>
  list(found, ({ uri, range }) => picture(world, uri, range));

const place = ({ uri, range }: Location): string => `${uri.slice(uri.lastIndexOf('/') + 1)}:${range.start.line + 1}`;

/** Longer lines (a dump escaped into one log line has thousands of characters) are cut around the span. */
const MARGIN = 60;

/** The place, its line, and `^^^` below the span; what follows the arrows says what they mean. */
function picture(world: World, uri: string, range: Range, means = ''): string {
  const { start, end } = range;
  const line = world.line(uri, start.line);
  if (line === undefined) return `${uri}:${start.line + 1}`;
  const stop = start.line === end.line ? end.character : line.length;
  const from = start.character > 2 * MARGIN ? start.character - MARGIN : 0;
  const to = line.length > stop + 2 * MARGIN ? stop + MARGIN : line.length;
  const lead = from > 0 ? '…' : '';
  const indent = (lead + line.slice(from, start.character)).replace(/[^\t]/g, ' ');
  const arrows = '^'.repeat(Math.max(1, stop - start.character));
  const shown = `${lead}${line.slice(from, to)}${to < line.length ? '…' : ''}`;
  return `${place({ uri, range })}\n${shown}\n${indent}${arrows}${means && ` ${means}`}`;
}

/** Both ways from the cursor, three steps deep. */
async function hierarchy(world: World): Promise<string> {
  const items = await world.ask<CallHierarchyItem[] | null>('textDocument/prepareCallHierarchy', world.atCursor());
  if (!items?.[0]) return nothing;
  const lines: string[] = [];
  const walk = async (item: CallHierarchyItem, method: string, end: 'from' | 'to', indent: string): Promise<void> => {
    if (indent.length > 6) return;
    for (const call of await world.ask<{ [key in 'from' | 'to']: CallHierarchyItem }[]>(method, { item })) {
      const other = call[end];
      lines.push(`${indent}${other.name} · ${other.detail} ${place({ uri: other.uri, range: other.selectionRange })}`);
      await walk(other, method, end, `${indent}  `);
    }
  };
  const [item] = items;
  lines.push(`${item.name} · ${item.detail} ${place({ uri: item.uri, range: item.selectionRange })}`, 'outgoing:');
  await walk(item, 'callHierarchy/outgoingCalls', 'to', '  ');
  lines.push('incoming:');
  await walk(item, 'callHierarchy/incomingCalls', 'from', '  ');
  return lines.join('\n');
}
