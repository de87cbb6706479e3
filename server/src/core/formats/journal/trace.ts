// From the parsed columns to the Trace that every feature reads: sections, mentions, outline, folds.

import { phrase, phraseFromTable, type Value } from '../../text/l10n.js';
import type { Span } from '../../text/span.js';
import { finish, type Steps } from '../../text/steps.js';
import { buildTrace } from '../../trace/builder.js';
import { globalEntity, readEntity } from '../../trace/entity.js';
import type {
  EntityId,
  Inside,
  Mention,
  MentionKind,
  Outline,
  Section,
  Sections,
  Shape,
  Topic,
  Trace,
} from '../../trace/trace.js';
import { CLASSES } from './classes.js';
import { factsOf, type JournalFacts, KUBELET, lineOf, type Outage, rpcOf } from './facts.js';
import { CALLS } from './knowledge/calls.js';
import { ERRORS } from './knowledge/errors.js';
import { MESSAGES } from './knowledge/messages.js';
import { KINDS, PHRASES } from './knowledge/notes.js';
import { REASONS } from './knowledge/reasons.js';
import { SYSTEM } from './knowledge/system.js';
import { type Journal, readJournal } from './parse.js';
import { isKlog, Peel } from './peel.js';
import { clockText, goDuration, klogTime, NEVER_MS } from './time.js';

export const FORMAT_ID = 'kubelet-journal';

/** Messages in which the kubelet tells of its waiting for the runtime. */
const WAITS: ReadonlySet<string> = new Set(['skip', 'not-ready', 'cannot-list', 'sanity-check', 'call', 'call-failed']);

/** A container's id. */
const CONTAINER = /(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])/g;

/** How much of one record is shown and looked at. */
const LONGEST = 16_384;
const LABEL = 80;
const MOST_OUTLINE = 2_000;
const MOST_FOLDS = 5_000;

/** What traces were made of, for those of longer texts. */
const journals = new WeakMap<Trace, Journal>();

/** The trace of a text, and its facts, in pieces. `before`: of the text's beginning; nobody asks it any more. */
export function* readTrace(text: string, scope: string, before?: Trace): Steps<Trace> {
  const journal = yield* readJournal(text, scope, before && journals.get(before));
  const trace = traceOf(journal, yield* factsOf(journal));
  journals.set(trace, journal);
  return trace;
}

/** The trace of a journal. Everything but the columns, and the facts where they are `known`, is worked out when first asked for. */
export function traceOf(journal: Journal, known?: JournalFacts): Trace {
  const view = new View(journal, known);
  const { text } = journal;
  return buildTrace({
    format: FORMAT_ID,
    scope: journal.scope,
    text,
    sections: view,
    parts:
      journal.length > 0
        ? [{ label: 'log', span: { start: 0, end: text.length }, sections: { start: 0, end: journal.length } }]
        : [],
    problems: journal.problems,
    lines: { total: journal.linesTotal, understood: journal.linesUnderstood },
    shapes: () => view.shapes(),
    facts: () => view.facts(),
    outline: () => view.outline(),
    folds: () => view.folds(),
    inside: (record) => view.inside(record),
    mentionsOf: (entity, limit) => view.mentionsOf(entity, limit),
    sectionOf: (entity) => view.sectionOf(entity),
    landings: () => view.landings(),
  });
}

class View implements Sections {
  readonly #journal: Journal;
  readonly #peel: Peel;
  #facts: JournalFacts | undefined;

  constructor(journal: Journal, known: JournalFacts | undefined) {
    this.#journal = journal;
    this.#facts = known;
    this.#peel = new Peel(journal.text);
  }

  get length(): number {
    return this.#journal.length;
  }

  facts(): JournalFacts {
    this.#facts ??= finish(factsOf(this.#journal));
    return this.#facts;
  }

  /** The first event of each record that has one. */
  #eventOf(record: number): number | undefined {
    const events = this.#journal.record;
    let low = 0;
    let high = events.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (events.at(middle) < record) low = middle + 1;
      else high = middle;
    }
    return high >= 0 && events.at(low) === record ? low : undefined;
  }

  at(record: number): Section {
    const journal = this.#journal;
    const head = lineOf(journal, record);
    const event = this.#eventOf(record);
    const end = journal.endOf(record);
    this.#peel.read(head.start, head.end);
    const message = event === undefined ? this.#peel.message : journal.message.at(event);
    const name = event === undefined ? '' : CLASSES[journal.kind.at(event)]!.name;
    let label = journal.text.slice(message, Math.min(head.end, message + LABEL));
    if (name === 'call') label = /^[A-Za-z]{1,40}/.exec(label)?.[0] ?? label;
    else if (name !== '') label = label.slice(0, startOf(name, label) || LABEL);
    return {
      index: record,
      kind: 'log entry',
      span: { start: head.start, end: Math.max(end, head.end) },
      head,
      label,
      detail: journal.authors[journal.author.at(record)]!.name || (name === '' ? phrase('log entry') : titleOf(name)),
      entity: WAITS.has(name) ? KUBELET : undefined,
      part: 0,
      shape: event === undefined ? 0 : journal.kind.at(event) + 1,
    };
  }

  find(offset: number): number | undefined {
    const { start } = this.#journal;
    let low = 0;
    let high = start.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (start.at(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return high >= 0 && start.at(low) <= offset ? low : undefined;
  }

  /** Records with the same message. The first shape is of those that tell nothing; its records are not listed. */
  shapes(): readonly Shape[] {
    const sections: number[][] = CLASSES.map(() => []);
    const { record, kind } = this.#journal;
    for (let event = 0; event < record.length; event++) sections[kind.at(event)]!.push(record.at(event));
    return [
      { title: phrase('log entry'), lines: [], sections: [] },
      ...CLASSES.map(({ name }, index) => ({ title: titleOf(name), lines: [], sections: sections[index]! })),
    ];
  }

  inside(record: number): Inside {
    const journal = this.#journal;
    const { text } = journal;
    const start = journal.start.at(record);
    const end = Math.min(journal.endOf(record), start + LONGEST);
    const mentions: Mention[] = [];
    const line = lineOf(journal, record);
    this.#peel.read(line.start, line.end);
    const at = this.#peel.message;
    if (isKlog(text, at)) this.#klogMentions(at, Math.min(line.end, end), mentions);
    const event = this.#eventOf(record);
    if (event !== undefined) this.#eventMentions(event, record, end, mentions);
    this.#containerMentions(at, end, mentions);
    mentions.sort((a, b) => a.span.start - b.span.start || a.span.end - b.span.end);
    return {
      items: [],
      mentions: apart(mentions, end),
    };
  }

  #klogMentions(head: number, end: number, mentions: Mention[]): void {
    const { text } = this.#journal;
    const found = /^.{21} {1,12}(\d{1,10}) ([^\s\]]{1,120}:\d{1,6})\]/.exec(
      text.slice(head, Math.min(end, head + 200)),
    );
    mentions.push(term(head, head + 5, { kind: 'field', name: 'severity' }));
    const year = this.facts().events.yearPrinted;
    mentions.push({
      ...term(head + 6, head + 21, { kind: 'field', name: 'time' }, 'duration'),
      values: {
        year: year === undefined ? '' : String(year),
        guess: year === undefined ? phraseFromTable(PHRASES.guess) : '',
      },
    });
    if (!found) return;
    const pid = head + found[0].indexOf(found[1]!, 21);
    mentions.push(term(pid, pid + found[1]!.length, { kind: 'field', name: 'pid' }));
    const place = head + found[0].length - 1 - found[2]!.length;
    mentions.push(term(place, place + found[2]!.length, { kind: 'field', name: 'place' }));
  }

  #eventMentions(event: number, record: number, end: number, mentions: Mention[]): void {
    const journal = this.#journal;
    const { text } = journal;
    const start = journal.message.at(event);
    const { name } = CLASSES[journal.kind.at(event)]!;
    const words = text.slice(start, end);
    const origin = this.#originOf(event, record);
    if (name === 'call') {
      const call = /^[A-Za-z]{1,40}/.exec(words)?.[0] ?? '';
      const entity = rpcOf(call, this.facts().runtime);
      if (entity)
        mentions.push({
          span: { start, end: start + call.length },
          kind: 'entity',
          topic: { kind: 'call', name: call },
          entity,
          ...(origin && { origin }),
        });
    } else {
      const length = startOf(name, words);
      if (length > 0)
        mentions.push({
          span: { start, end: start + length },
          kind: 'term',
          topic: { kind: 'message', name },
          ...(origin && { origin }),
        });
    }
    for (const [reason, row] of Object.entries(REASONS))
      for (const word of row.words) {
        const found = words.indexOf(word);
        if (found >= 0) {
          mentions.push(term(start + found, start + found + word.length, { kind: 'reason', name: reason }, 'state'));
          break;
        }
      }
    const age = /pleg was last seen active ([\dhmsµun.]{2,40}) ago/.exec(words);
    if (age) {
      const from = start + age.index + age[0].indexOf(age[1]!, 20);
      const ms = goDuration(age[1]!);
      const head = journal.head.at(event);
      const never = ms !== undefined && ms > NEVER_MS;
      const relist =
        ms === undefined || never || head < 0
          ? undefined
          : clockText(klogTime(text, head, this.facts().events.year) - ms);
      mentions.push({
        span: { start: from, end: from + age[1]!.length },
        kind: 'duration',
        topic: { kind: 'field', name: never ? 'never' : 'age' },
        values: { relist: relist ?? '?' },
        ...(relist !== undefined && { hint: relist }),
      });
    }
    const threshold = /threshold is ([\dhms.]{2,20})/.exec(words);
    if (threshold) {
      const from = start + threshold.index + 13;
      mentions.push(term(from, from + threshold[1]!.length, { kind: 'field', name: 'threshold' }, 'duration'));
    }
    for (const [error, row] of Object.entries(ERRORS)) {
      const word = row.words.find((one) => words.includes(one));
      if (!word) continue;
      const found = start + words.indexOf(word);
      mentions.push(term(found, found + word.length, { kind: 'error', name: error }, 'state'));
    }
  }

  /** The first line of the episode that the event repeats. */
  #originOf(event: number, record: number): Span | undefined {
    for (const spell of this.facts().spells) {
      if (spell.first >= event || event > spell.last) continue;
      const first = this.#journal.record.at(spell.first);
      if (first < record && this.#journal.kind.at(spell.first) === this.#journal.kind.at(event))
        return lineOf(this.#journal, first);
    }
    return undefined;
  }

  #containerMentions(start: number, end: number, mentions: Mention[]): void {
    const words = this.#journal.text.slice(start, end);
    for (const found of words.matchAll(CONTAINER))
      mentions.push({
        span: { start: start + found.index, end: start + found.index + 64 },
        kind: 'entity',
        topic: { kind: 'field', name: 'container' },
        entity: globalEntity('container', found[0]),
      });
  }

  mentionsOf(entity: EntityId, limit: number): readonly Span[] {
    const { kind, name } = readEntity(entity);
    if (kind === 'container') return this.#places(name, limit);
    if (kind !== 'rpc') return [];
    const { runtime } = this.facts();
    return Object.keys(CALLS)
      .filter((call) => rpcOf(call, runtime) === entity)
      .flatMap((call) => this.#places(call, limit))
      .sort((a, b) => a.start - b.start)
      .slice(0, limit);
  }

  #places(word: string, limit: number): Span[] {
    const { text } = this.#journal;
    const found: Span[] = [];
    for (let at = text.indexOf(word); at >= 0 && found.length < limit; at = text.indexOf(word, at + word.length))
      found.push({ start: at, end: at + word.length });
    return found;
  }

  sectionOf(entity: EntityId): number | undefined {
    if (entity === KUBELET) return this.facts().outages[0]?.first;
    const [place] = this.mentionsOf(entity, 1);
    return place && this.find(place.start);
  }

  landings(): ReadonlyMap<EntityId, number> {
    const found = new Map<EntityId, number>();
    const put = (entity: EntityId, section: number | undefined): void => {
      if (section !== undefined && !found.has(entity)) found.set(entity, section);
    };
    put(KUBELET, this.sectionOf(KUBELET));
    const { runtime } = this.facts();
    for (const call of Object.keys(CALLS)) {
      const entity = rpcOf(call, runtime);
      if (entity !== undefined) put(entity, this.sectionOf(entity));
    }
    const { text } = this.#journal;
    for (const at of hexRuns(text, 64)) put(globalEntity('container', text.slice(at, at + 64)), this.find(at));
    return found;
  }

  outline(): readonly Outline[] {
    const journal = this.#journal;
    const { outages } = this.facts();
    const entries: Outline[] = outages.slice(0, MOST_OUTLINE).map((outage) => this.#outageEntry(outage));
    const units = journal.authors
      .map((author, index) => ({ author, index }))
      .filter(({ author }) => author.records > 0 && author.name !== '')
      .sort((a, b) => b.author.records - a.author.records);
    for (const { author } of units) {
      const head = lineOf(journal, Math.min(author.first, journal.length - 1));
      entries.push({
        label: author.name,
        detail: String(author.records),
        kind: 'plain',
        span: head,
        head,
        children: [],
      });
    }
    return entries;
  }

  #outageEntry(outage: Outage): Outline {
    const journal = this.#journal;
    const head = lineOf(journal, outage.first);
    const { events } = this.facts();
    return {
      label: phraseFromTable(KINDS[outage.spells[0]!.kind]),
      detail: outage.spells[0]!.from === undefined ? '' : clockText(outage.spells[0]!.from).slice(0, 8),
      kind: 'blocked',
      span: { start: head.start, end: Math.max(head.end, journal.endOf(outage.last)) },
      head,
      children:
        outage.spells.length < 2
          ? []
          : outage.spells.map((spell) => {
              const at = lineOf(journal, events.record(spell.first));
              return {
                label: phraseFromTable(KINDS[spell.kind]),
                detail: String(spell.count),
                kind: 'plain' as const,
                span: { start: at.start, end: Math.max(at.end, journal.endOf(events.record(spell.last))) },
                head: at,
                children: [],
              };
            }),
    };
  }

  /** Runs of three and more records with the same message, one behind the other. */
  folds(): readonly Span[] {
    const journal = this.#journal;
    const { record, kind } = journal;
    const folds: Span[] = [];
    let first = 0;
    for (let event = 1; event <= record.length && folds.length < MOST_FOLDS; event++) {
      const goesOn =
        event < record.length && kind.at(event) === kind.at(first) && record.at(event) - record.at(event - 1) <= 1;
      if (goesOn) continue;
      if (event - first >= 3)
        folds.push({ start: journal.start.at(record.at(first)), end: journal.endOf(record.at(event - 1)) });
      first = event;
    }
    return folds;
  }
}

/** Where exactly so many hex digits stand together. Looks at every so-manieth character only. */
function* hexRuns(text: string, length: number): Generator<number> {
  const isHex = (at: number): boolean => {
    const code = text.charCodeAt(at);
    return (code >= 48 && code <= 57) || (code >= 97 && code <= 102);
  };
  for (let at = length - 1; at < text.length; ) {
    if (!isHex(at)) {
      at += length;
      continue;
    }
    let start = at;
    while (start > 0 && isHex(start - 1)) start--;
    let end = at + 1;
    while (isHex(end)) end++;
    if (end - start === length) yield start;
    at = end + length;
  }
}

/** The mentions that end before the next begins and within the record. */
function apart(mentions: readonly Mention[], end: number): Mention[] {
  const kept: Mention[] = [];
  for (const one of mentions) if (one.span.end <= end && one.span.start >= (kept.at(-1)?.span.end ?? 0)) kept.push(one);
  return kept;
}

const term = (start: number, end: number, topic: Topic, kind: MentionKind = 'term'): Mention => ({
  span: { start, end },
  kind,
  topic,
});

const ROWS: Readonly<
  Record<string, { readonly starts: readonly string[]; readonly article: { readonly title: string } }>
> = {
  ...MESSAGES,
  ...SYSTEM,
};

const titleOf = (name: string): Value =>
  Object.hasOwn(ROWS, name) ? phraseFromTable(ROWS[name]!.article.title) : phrase('a call failed');

/** How many characters of the message are its known beginning. */
function startOf(name: string, words: string): number {
  const starts = Object.hasOwn(ROWS, name) ? ROWS[name]!.starts : [];
  return Math.max(0, ...starts.filter((start) => words.startsWith(start)).map((start) => start.length));
}
