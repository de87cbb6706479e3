// textDocument/documentSymbol: the outline. Identical stacks stand together, the largest groups first, so that 50,000
// goroutines fit on a screen; where a document holds several dumps, each of them is a group of its own.

import { type DocumentSymbol, DocumentSymbolRequest, SymbolKind } from 'vscode-languageserver';
import { plainText } from '../core/investigation/describe.js';
import { said, type Value } from '../core/text/l10n.js';
import type { Outline, Part, Section, Trace } from '../core/trace/trace.js';
import { feature, nothing, on } from './feature.js';
import type { Document } from './view.js';

/** Sections shown in one group, groups in one part, sections in all groups: an outline of 50,000 entries is none. */
const GROUP_LIMIT = 100;
const PART_LIMIT = 1000;
const LIMIT = 10_000;

export const documentSymbol = feature(
  { documentSymbolProvider: true },
  on(DocumentSymbolRequest.type, nothing, (view, { textDocument: { uri } }) => {
    const document = view.document(uri);
    if (!document) return null;
    const outlines = document.traces.map((trace) => outlineOf(document, trace));
    return outlines.length < 2 ? (outlines[0] ?? []) : outlines.flat();
  }),
);

/** The outline of one trace. */
function outlineOf(document: Document, trace: Trace): DocumentSymbol[] {
  if (trace.outline) {
    let left = LIMIT;
    const entry = ({ label, detail, kind, span, head, children }: Outline): DocumentSymbol => {
      const shown = children.slice(0, Math.max(0, Math.min(PART_LIMIT, left)));
      left -= shown.length;
      return {
        name: plainText(said(label)) || '-',
        detail: plainText(said(detail)),
        kind: OUTLINE_KINDS[kind],
        range: document.source.rangeOf(span),
        selectionRange: document.source.rangeOf(head),
        children: shown.map(entry),
      };
    };
    return trace.outline.slice(0, PART_LIMIT).map(entry);
  }
  const { parts, sections } = trace;
  const groups = groupsOf(trace);
  if (parts.length < 2 || sections.length === 0) return symbols(document, trace, groups.flat());
  return parts.map((part, index) => {
    const range = document.source.rangeOf(part.span);
    return {
      name: plainText(part.label) || '-',
      kind: SymbolKind.Module,
      range,
      selectionRange: { start: range.start, end: range.start },
      children: symbols(document, trace, groups[index] ?? []),
    };
  });
}

const OUTLINE_KINDS = { group: SymbolKind.Module, plain: SymbolKind.Function, blocked: SymbolKind.Event } as const;

/** Sections of one shape in one part. */
interface Group {
  readonly title: Value;
  readonly sections: readonly number[];
  /** One of them waits for something that can be held, or holds it. */
  readonly blocked: boolean;
}

/** The groups of each part, unordered. */
function groupsOf(trace: Trace): Group[][] {
  const blocked = new Set<number>();
  for (const wait of trace.facts.waits) if (wait.state !== 'idle' && wait.on !== undefined) blocked.add(wait.section);
  for (const hold of trace.facts.holds) blocked.add(hold.section);
  const groups: Group[][] = trace.parts.map(() => []);
  for (const { sections, title } of trace.shapes) {
    // Both are in the order of the text: one walk shares a shape out to the parts.
    for (let from = 0; from < sections.length; ) {
      const part = partOf(trace.parts, sections[from]!);
      const end = trace.parts[part]?.sections.end ?? Number.POSITIVE_INFINITY;
      let to = from + 1;
      while (to < sections.length && sections[to]! < end) to++;
      const own = sections.slice(from, to);
      (groups[part] ??= []).push({ title, sections: own, blocked: own.some((section) => blocked.has(section)) });
      from = to;
    }
  }
  return groups;
}

/** The last part that begins at or before the section. */
function partOf(parts: readonly Part[], section: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (parts[middle]!.sections.start <= section) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Groups with somebody in a lock first, then those that many share. */
function symbols(document: Document, trace: Trace, groups: Group[]): DocumentSymbol[] {
  groups.sort(
    (a, b) =>
      Number(b.blocked) - Number(a.blocked) || b.sections.length - a.sections.length || a.sections[0]! - b.sections[0]!,
  );
  let left = LIMIT;
  return groups.slice(0, PART_LIMIT).map(({ sections, title, blocked }) => {
    const first = trace.sections.at(sections[0]!);
    const kind = blocked ? SymbolKind.Event : SymbolKind.Function;
    if (sections.length === 1) return symbol(document, first, kind);
    const shown = sections.slice(0, Math.min(GROUP_LIMIT, left));
    left -= shown.length;
    return {
      name: `${sections.length.toLocaleString('en-US')} × ${plainText(said(title)) || plainText(first.label)}`,
      kind,
      range: document.source.rangeOf(first.span),
      selectionRange: document.source.rangeOf(first.head),
      children: shown.map((section) => symbol(document, trace.sections.at(section), kind)),
    };
  });
}

const symbol = (document: Document, section: Section, kind: SymbolKind): DocumentSymbol => ({
  name: plainText(section.label) || '-',
  detail: plainText(said(section.detail)),
  kind,
  range: document.source.rangeOf(section.span),
  selectionRange: document.source.rangeOf(section.head),
});
