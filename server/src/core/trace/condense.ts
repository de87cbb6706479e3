// Traces without their texts: what an investigation of many files needs of each, in a fraction of the memory. All that waits, holds
// and notes tell is the same, and so is every line number; what only an editor asks (hovers, folds, the outline) is gone.

import { IntColumn } from '../text/columns.js';
import { ownText } from '../text/own.js';
import { SourceText } from '../text/source.js';
import type { Span } from '../text/span.js';
import { readEntity } from './entity.js';
import type { EntityId, Facts, Inside, Section, Sections, Shape, Topic, Trace, Wait } from './trace.js';

/**
 * The same traces, each without its text and whatever refers to that. Traces that tell of places in one another (those that were
 * read together, those of one text) must be given in one call.
 *
 * Sections that nothing tells of are blank: no span, no entity. Shapes that nobody waits in are absent, though counted. Sections
 * have no details, shapes no lists of their sections.
 */
export function condense(traces: readonly Trace[]): Trace[] {
  const lines = new Map(traces.map(({ scope }) => [scope, new Places()]));
  const made = traces.map((trace) => condensed(trace, lines));
  for (const [scope, places] of lines) places.settle(traces.find((trace) => trace.scope === scope)!);
  return made;
}

const NOTHING: Inside = { items: [], mentions: [] };

function condensed(trace: Trace, lines: ReadonlyMap<string, Places>): Trace {
  const copy = new Copy(lines);
  const scope = copy.text(trace.scope);
  // No closure in here may see `trace`: those that are handed out would keep it.
  const heads = new Heads();
  const facts = { ...copy.of(plainFacts(trace.facts), scope), waits: keptWaits(trace, copy, heads) };
  const problems = copy.of(trace.problems, scope);
  const parts = copy.of(trace.parts, scope);
  const landings = landingsOf(trace, facts, copy);
  const kept = keptSections(trace, facts, landings);
  const sections = new KeptSections(trace, kept, copy);
  heads.sections = sections;
  const places = lines.get(trace.scope)!;
  for (const index of kept) places.note(trace.sections.at(index).head.start);
  return {
    format: trace.format,
    scope,
    text: '',
    sections,
    parts,
    problems,
    lines: { ...trace.lines },
    shapes: keptShapes(trace, facts, copy),
    facts,
    outline: undefined,
    folds: undefined,
    inside: () => NOTHING,
    ...(trace.sectionOf && { sectionOf: (entity: EntityId) => landings.get(entity) }),
    lineAt: (offset) => places.lineAt(offset),
  };
}

/** A format may keep more in its facts, for itself: the whole of what it read. */
const plainFacts = ({ holds, unheld, notes, episodes, taken, same, summary, names }: Facts): Facts => ({
  waits: [],
  holds,
  unheld,
  names,
  ...(notes && { notes }),
  ...(episodes && { episodes }),
  ...(taken && { taken }),
  ...(same && { same }),
  ...(summary && { summary }),
});

/** Where the sections begin, once they are known. */
class Heads {
  sections: Sections | undefined;

  of(section: number): Span {
    return this.sections?.at(section).head ?? NOWHERE;
  }
}

/** A wait that stands where its section's head does, as those of goroutines do: of a million the spans alone take many megabytes. */
class HeadWait implements Wait {
  readonly waiter: EntityId;
  readonly section: number;
  readonly on: EntityId | undefined;
  readonly kind: Wait['kind'];
  readonly state: Wait['state'];
  readonly seconds: number | undefined;
  readonly topic: Topic;
  readonly site: string;
  readonly #heads: Heads;

  constructor(wait: Wait, heads: Heads) {
    this.waiter = wait.waiter;
    this.section = wait.section;
    this.on = wait.on;
    this.kind = wait.kind;
    this.state = wait.state;
    this.seconds = wait.seconds;
    this.topic = wait.topic;
    this.site = wait.site;
    this.#heads = heads;
  }

  get span(): Span {
    return this.#heads.of(this.section);
  }
}

const keptWaits = (trace: Trace, copy: Copy, heads: Heads): Wait[] =>
  trace.facts.waits.map((wait) => keptWait(wait, trace, copy, heads));

function keptWait(wait: Wait, trace: Trace, copy: Copy, heads: Heads): Wait {
  const { span, section, call, fd, target, by } = wait;
  const { head } = trace.sections.at(section);
  // Waits in calls have more to them, and are few.
  const more = call ?? fd ?? target ?? by;
  if (more !== undefined || span.start !== head.start || span.end !== head.end) return copy.of(wait, trace.scope);
  const { waiter, on, site, topic } = wait;
  const own = {
    ...wait,
    waiter: copy.text(waiter),
    on: on === undefined ? undefined : copy.text(on),
    topic: copy.of(topic, trace.scope),
    site: copy.text(site),
  };
  return new HeadWait(own, heads);
}

/** The lines of the offsets that something tells of, in one text. */
class Places {
  readonly #wanted = new IntColumn(64);
  #offsets = new Int32Array(0);
  #lines = new Int32Array(0);

  note(offset: number): void {
    this.#wanted.push(offset);
  }

  /** Looks all of them up. Of an excerpt the lines are its file's. */
  settle(trace: Trace): void {
    const source = new SourceText(trace.text);
    this.#offsets = Int32Array.from(new Set(this.#wanted.items.subarray(0, this.#wanted.length))).sort();
    this.#lines = this.#offsets.map((offset) => trace.lineAt?.(offset) ?? source.lineAt(offset));
    this.#wanted.items = new Int32Array(0);
    this.#wanted.length = 0;
  }

  /** Counted from 0. Of an offset that was never noted: the line of the one before it that was. */
  lineAt(offset: number): number {
    return this.#lines[lastUpTo(this.#offsets, offset)] ?? 0;
  }
}

/** Index of the last number that is not above the value; -1 where all are. */
function lastUpTo(sorted: Int32Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Copies values of plain data. What is one object stays one; equal strings become one. A string cut out of a text keeps the whole text
 * in memory, so each is made anew. Spans are noted with the text that they are of.
 */
class Copy {
  readonly #lines: ReadonlyMap<string, Places>;
  readonly #strings = new Map<string, string>();
  readonly #objects = new Map<object, unknown>();

  constructor(lines: ReadonlyMap<string, Places>) {
    this.#lines = lines;
  }

  text(text: string): string {
    let own = this.#strings.get(text);
    if (own === undefined) {
      own = ownText(text);
      this.#strings.set(own, own);
    }
    return own;
  }

  of<T>(value: T, scope: string): T;
  of(value: unknown, scope: string): unknown {
    if (typeof value === 'string') return this.text(value);
    if (typeof value !== 'object' || value === null) return value;
    let own = this.#objects.get(value);
    if (own === undefined) {
      own = this.#made(value, scope);
      this.#objects.set(value, own);
    }
    return own;
  }

  #made(value: object, scope: string): unknown {
    if (Array.isArray(value)) return value.map((one) => this.of(one, scope));
    if (value instanceof Map)
      return new Map([...value].map(([key, one]) => [this.of(key, scope), this.of(one, scope)] as const));
    const own: Record<string, unknown> = { ...value };
    const { start, end, scope: other } = own;
    if (typeof start === 'number' && typeof end === 'number') {
      this.#lines.get(scope)?.note(start);
      return own;
    }
    const at = typeof other === 'string' ? other : scope;
    for (const key in own) {
      const one = own[key];
      if (typeof one === 'string' || typeof one === 'object') own[key] = this.of(one, at);
    }
    return own;
  }
}

/** The sections to land on: of all that the format knows one for, and of this document's entities in the facts. */
function landingsOf(trace: Trace, facts: Facts, copy: Copy): ReadonlyMap<EntityId, number> {
  const found = new Map<EntityId, number>();
  if (!trace.sectionOf) return found;
  for (const [entity, section] of trace.landings?.() ?? []) found.set(copy.text(entity), section);
  const put = (entity: EntityId | undefined): void => {
    if (entity === undefined || found.has(entity)) return;
    const section = trace.sectionOf?.(entity);
    if (section !== undefined) found.set(entity, section);
  };
  for (const { waiter, on } of facts.waits) {
    put(waiter);
    put(on);
  }
  for (const { holder, of } of facts.holds) {
    put(holder);
    put(of);
  }
  for (const { entity } of facts.notes ?? []) put(entity);
  for (const [one, other] of facts.same ?? []) {
    put(one);
    put(other);
  }
  return found;
}

/** The sections that something tells of, in the order of the text. */
function keptSections(trace: Trace, facts: Facts, landings: ReadonlyMap<EntityId, number>): Int32Array {
  const { sections } = trace;
  const kept = new Set<number>(landings.values());
  for (const { section } of facts.waits) kept.add(section);
  for (const { section } of facts.holds) kept.add(section);
  for (const { section } of facts.notes ?? []) kept.add(section);
  for (const { section, last } of facts.episodes ?? []) kept.add(section).add(last);
  for (const { sections: those } of facts.taken ?? []) kept.add(those.start);
  for (const { span } of trace.problems) kept.add(sections.find(span.start) ?? -1);
  for (const { sections: those } of trace.parts) {
    kept.add(those.start);
    // Each counts several goroutines.
    if (those.start < those.end && sections.at(those.start).kind === 'goroutine group')
      for (let index = those.start; index < those.end; index++) kept.add(index);
  }
  // Without an answer of its own: the first of each entity.
  if (!trace.sectionOf) {
    const seen = new Set<EntityId>();
    for (let index = 0; index < sections.length; index++) {
      const { entity } = sections.at(index);
      if (entity === undefined || seen.has(entity)) continue;
      seen.add(entity);
      kept.add(index);
    }
  }
  return Int32Array.from(kept)
    .filter((index) => index >= 0 && index < sections.length)
    .sort();
}

class KeptSections implements Sections {
  readonly length: number;
  readonly #kept: Int32Array;
  readonly #span: Int32Array; // start, end, start and end of the head, part, shape of each
  readonly #kinds: readonly string[];
  readonly #kind: Uint8Array; // by number in `#kinds`
  /** Of those that are not called as their entity is. */
  readonly #label = new Map<number, string>();
  readonly #entity: (EntityId | undefined)[] = [];
  /** The sections that problems are in, by where these begin. */
  readonly #found = new Map<number, number>();

  constructor(trace: Trace, kept: Int32Array, copy: Copy) {
    this.length = trace.sections.length;
    this.#kept = kept;
    this.#span = new Int32Array(kept.length * 6);
    this.#kind = new Uint8Array(kept.length);
    const kinds = new Map<string, number>();
    kept.forEach((index, at) => {
      const { span, head, part, shape, kind, label, entity } = trace.sections.at(index);
      this.#span.set([span.start, span.end, head.start, head.end, part, shape], at * 6);
      if (!kinds.has(kind)) kinds.set(copy.text(kind), kinds.size);
      this.#kind[at] = kinds.get(kind)!;
      if (label !== calledAs(entity)) this.#label.set(at, copy.text(label));
      this.#entity.push(entity === undefined ? undefined : copy.text(entity));
    });
    this.#kinds = [...kinds.keys()];
    for (const { span } of trace.problems) {
      const section = trace.sections.find(span.start);
      if (section !== undefined) this.#found.set(span.start, section);
    }
  }

  at(index: number): Section {
    const at = lastUpTo(this.#kept, index);
    if (this.#kept[at] !== index) return { ...BLANK, index };
    const entity = this.#entity[at];
    const [start, end, headStart, headEnd, part, shape] = this.#span.subarray(at * 6, at * 6 + 6) as unknown as Numbers;
    return {
      index,
      kind: this.#kinds[this.#kind[at]!]!,
      span: { start, end },
      head: { start: headStart, end: headEnd },
      label: this.#label.get(at) ?? calledAs(entity),
      detail: '',
      entity,
      part,
      shape,
    };
  }

  find(offset: number): number | undefined {
    return this.#found.get(offset);
  }
}

/** `goroutine 12`: how most sections are labelled, so that their labels need not be kept. */
function calledAs(entity: EntityId | undefined): string {
  if (entity === undefined) return '';
  const { kind, name } = readEntity(entity);
  return `${kind} ${name}`;
}

type Numbers = readonly [number, number, number, number, number, number];
const NOWHERE: Span = { start: 0, end: 0 };
const BLANK: Omit<Section, 'index'> = {
  kind: '',
  span: NOWHERE,
  head: NOWHERE,
  label: '',
  detail: '',
  entity: undefined,
  part: 0,
  shape: -1,
};

/** The shapes that somebody waits in; as many as there were. */
function keptShapes(trace: Trace, facts: Facts, copy: Copy): readonly Shape[] {
  const { shapes } = trace;
  const kept: Shape[] = [];
  // The last one first: an array that begins with a gap takes memory only for what is in it.
  const used = new Set(facts.waits.map(({ section }) => trace.sections.at(section).shape));
  for (const index of [shapes.length - 1, ...used]) {
    const shape = shapes[index];
    if (!shape) continue;
    kept[index] = {
      title: copy.of(shape.title, trace.scope),
      lines: shape.lines.map((line) => copy.text(line)),
      sections: [],
    };
  }
  return kept;
}
