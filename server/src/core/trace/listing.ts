// A listing: a text whose sections are lines or small blocks, each a row. Formats of tables and transcripts note where rows
// begin and end; everything else of a row is worked out when somebody asks for it.

import { ByteColumn, IntColumn } from '../text/columns.js';
import type { Field } from '../text/fields.js';
import { phrase, phraseFromTable, type Value } from '../text/l10n.js';
import type { Span } from '../text/span.js';
import { buildTrace } from './builder.js';
import type {
  EntityId,
  Facts,
  Inside,
  Item,
  Mention,
  Note,
  Outline,
  Problem,
  Section,
  Sections,
  Topic,
  Trace,
} from './trace.js';

/** Where the rows of a text are, and of which kind: numbers only. */
export class Rows {
  readonly start = new IntColumn();
  readonly headEnd = new IntColumn();
  readonly end = new IntColumn();
  readonly kind = new ByteColumn();
  /** Lines read, and lines that belong to a row or are known otherwise. */
  total = 0;
  understood = 0;

  get length(): number {
    return this.start.length;
  }

  /** A new row whose head line is `[start, end)`; its number. */
  add(kind: number, start: number, end: number): number {
    this.start.push(start);
    this.headEnd.push(end);
    this.end.push(end);
    this.kind.push(kind);
    return this.length - 1;
  }

  /** The last row goes on to here. */
  extend(end: number): void {
    if (this.length > 0) this.end.set(this.length - 1, end);
  }

  /** The row that holds the offset. */
  find(offset: number): number | undefined {
    let low = 0;
    let high = this.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.start.at(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return high >= 0 && this.start.at(low) <= offset && offset <= this.end.at(low) ? low : undefined;
  }
}

/** Values that hold from a row on until the next one: the columns that a header names, the process that a path names. */
export class Ruling<T> {
  readonly #rows = new IntColumn(16);
  readonly #values: T[] = [];

  /** From this row on; rows must not go down. */
  set(row: number, value: T): void {
    this.#rows.push(row);
    this.#values.push(value);
  }

  get last(): T | undefined {
    return this.#values.at(-1);
  }

  /** The value that holds at the row; undefined before the first. */
  at(row: number): T | undefined {
    let low = 0;
    let high = this.#rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#rows.at(middle) <= row) low = middle + 1;
      else high = middle;
    }
    return this.#values[low - 1];
  }
}

/** What a row is called and whose it is. */
export interface RowWords {
  readonly label: string;
  readonly detail: Value;
  readonly entity: EntityId | undefined;
}

export interface Listing {
  readonly format: string;
  readonly scope: string;
  readonly text: string;
  readonly rows: Rows;
  /** The section kinds, by the numbers in the rows. */
  readonly kinds: readonly string[];
  readonly problems?: readonly Problem[];
  readonly words: (row: number) => RowWords;
  /** Called once. */
  readonly facts: () => Facts;
  readonly mentions: (row: number) => readonly Mention[];
  readonly items?: (row: number) => readonly Item[];
}

/** An outline of more entries is none. */
const OUTLINE_LIMIT = 5000;

/** The trace of a listing. */
export function listingTrace(listing: Listing): Trace {
  const { rows, kinds, text } = listing;
  const sections: Sections = {
    length: rows.length,
    at(index) {
      const words = listing.words(index);
      return {
        index,
        kind: kinds[rows.kind.at(index)] ?? 'line',
        span: { start: rows.start.at(index), end: rows.end.at(index) },
        head: { start: rows.start.at(index), end: rows.headEnd.at(index) },
        ...words,
        part: 0,
        shape: index,
      } satisfies Section;
    },
    find: (offset) => rows.find(offset),
  };
  let facts: Facts | undefined;
  const factsOnce = (): Facts => {
    facts ??= listing.facts();
    return facts;
  };
  return buildTrace({
    format: listing.format,
    scope: listing.scope,
    text,
    sections,
    parts: [{ label: '', span: { start: 0, end: text.length }, sections: { start: 0, end: rows.length } }],
    problems: listing.problems ?? [],
    lines: { total: rows.total, understood: rows.understood },
    // No two rows are alike.
    shapes: () =>
      Array.from({ length: rows.length }, (_, row) => ({
        title: listing.words(row).label,
        lines: [],
        sections: [row],
      })),
    facts: factsOnce,
    outline: () => outlineOf(sections, factsOnce()),
    inside: (row): Inside => ({
      items: listing.items?.(row) ?? [],
      mentions: within(listing.mentions(row), { start: rows.start.at(row), end: rows.end.at(row) }),
    }),
  });
}

/** In the order of the text, none over another, none outside. */
function within(mentions: readonly Mention[], { start, end }: Span): Mention[] {
  const sorted = [...mentions].sort((a, b) => a.span.start - b.span.start || b.span.end - a.span.end);
  const kept: Mention[] = [];
  let last = start;
  for (const mention of sorted) {
    if (mention.span.start < last || mention.span.end > end || mention.span.end <= mention.span.start) continue;
    kept.push(mention);
    last = mention.span.end;
  }
  return kept;
}

/** Rows in the order of the text; those of a kind together where there are several kinds. */
function outlineOf(sections: Sections, facts: Facts): Outline[] {
  const blocked = new Set<number>();
  for (const wait of facts.waits) if (wait.state === 'blocked') blocked.add(wait.section);
  for (const note of facts.notes ?? [])
    if (note.severity === 'error' || note.severity === 'warning') blocked.add(note.section);
  const groups = new Map<string, Outline[]>();
  for (let index = 0; index < Math.min(sections.length, OUTLINE_LIMIT); index++) {
    const { kind, label, detail, span, head } = sections.at(index);
    const entry: Outline = { label, detail, kind: blocked.has(index) ? 'blocked' : 'plain', span, head, children: [] };
    const group = groups.get(kind);
    if (group) group.push(entry);
    else groups.set(kind, [entry]);
  }
  if (groups.size < 2 || sections.length < 12)
    return [...groups.values()].flat().sort((a, b) => a.span.start - b.span.start);
  return [...groups].map(([kind, children]) => {
    const first = children[0]!;
    return {
      label: phrase('{kind} ({count})', { kind: phraseFromTable(kind), count: String(children.length) }),
      detail: '',
      kind: 'group',
      span: { start: first.span.start, end: children.at(-1)!.span.end },
      head: first.head,
      children,
    };
  });
}

// ---- small makers

/** A mention of a word. */
export const mention = (
  { start, end }: Span,
  kind: Mention['kind'],
  topic: Topic | undefined,
  more: Partial<Mention> = {},
): Mention => ({ span: { start, end }, kind, ...(topic && { topic }), ...more });

/** A mention of an entity. */
export const entityMention = (field: Field, entity: EntityId, topic: Topic, more: Partial<Mention> = {}): Mention =>
  mention(field, 'entity', topic, { entity, ...more });

/** A note with nothing beside it. */
export const note = (
  parts: Pick<Note, 'code' | 'about' | 'severity' | 'lens' | 'section' | 'span'> & Partial<Note>,
): Note => ({ values: {}, related: [], ...parts });

/** Facts where nothing is known. */
export const noFacts = (): Facts => ({ waits: [], holds: [], unheld: [], names: new Map() });
