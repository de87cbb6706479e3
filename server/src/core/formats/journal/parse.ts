// How a journal is spelled: lines become records and, of those that matter, events, kept in number columns. One pass; no
// object for a line. What the events mean is episodes.ts.

import { ByteColumn, IntColumn } from '../../text/columns.js';
import { finish, type Steps } from '../../text/steps.js';
import type { Problem } from '../../trace/trace.js';
import { classify, FATAL } from './classes.js';
import { FIELD, findKlog, isKlog, JSON_LINE, LABEL, MARKER, NONE, Peel, RECORD } from './peel.js';

/** A parsed journal, in columns: one row a record, one row an event. */
export class Journal {
  /** Who writes: programs by their names, without pids. The first is nobody: no name is printed. */
  readonly authors: Author[];
  readonly problems: Problem[] = [];

  // one row a record: an entry of the log, of one or more lines
  readonly start: IntColumn;
  readonly author: ByteColumn;

  // one row an event: a record whose message matters
  readonly record: IntColumn;
  readonly kind: ByteColumn; // class of the message, index into CLASSES
  readonly message: IntColumn; // where the message's own words begin
  readonly head: IntColumn; // where its klog head begins; -1 where it has none
  readonly end: IntColumn; // end of the line that the message begins on

  linesTotal = 0;
  linesUnderstood = 0;
  /** The first record with a klog head; -1: none has one. */
  klog = -1;
  /** How the reading stood before the last record; undefined where that cannot be told. */
  beforeLast: Standing | undefined = START;

  /** `before` is a journal of the text's beginning that nobody needs any more: its columns are taken over, but for the last record. */
  constructor(
    readonly text: string,
    readonly scope: string,
    before?: Journal,
  ) {
    const records = text.length >> 7;
    this.authors = before?.authors ?? [{ name: '', records: 0, first: -1 }];
    this.start = before?.start ?? new IntColumn(records);
    this.author = before?.author ?? new ByteColumn(records);
    this.record = before?.record ?? new IntColumn();
    this.kind = before?.kind ?? new ByteColumn();
    this.message = before?.message ?? new IntColumn();
    this.head = before?.head ?? new IntColumn();
    this.end = before?.end ?? new IntColumn();
    if (before) this.#dropLast(before);
  }

  /** More may have been written to the last record. */
  #dropLast(before: Journal): void {
    const last = this.start.length - 1;
    const from = this.start.at(last);
    this.start.length = last;
    this.author.length = last;
    let events = this.record.length;
    while (events > 0 && this.record.at(events - 1) >= last) events--;
    for (const column of [this.record, this.kind, this.message, this.head, this.end]) column.length = events;
    this.problems.push(...before.problems.filter(({ span }) => span.start < from));
    this.klog = before.klog < last ? before.klog : -1;
    this.beforeLast = before.beforeLast;
    // Who wrote only that record may have been cut in the name.
    let known = 0;
    for (let record = 0; record < last; record++) known = Math.max(known, this.author.at(record));
    this.authors.length = known + 1;
    for (const author of this.authors) author.records = 0;
  }

  get length(): number {
    return this.start.length;
  }

  /** Behind the last character of a record, its line end left out. */
  endOf(record: number): number {
    let end = record + 1 < this.length ? this.start.at(record + 1) : this.text.length;
    const start = this.start.at(record);
    while (end > start) {
      const c = this.text.charCodeAt(end - 1);
      if (c !== 10 && c !== 13) break;
      end--;
    }
    return end;
  }
}

/** How many lines were read, by what they are. */
interface Standing {
  readonly total: number;
  readonly understood: number;
  readonly unknown: number;
  /** A record of a form with several lines each is open: lines belong to it until the next begins. */
  readonly open: boolean;
}
const START: Standing = { total: 0, understood: 0, unknown: 0, open: false };

export interface Author {
  readonly name: string;
  records: number;
  readonly first: number;
}

/** Code units that are one piece of the work. */
const PIECE = 256 * 1024;
const MOST_AUTHORS = 255;
const MOST_PROBLEMS = 200;
const NULL_MESSAGE = 'null';

/** Parses any text. Never throws; what can't be read is counted. */
export const parseJournal = (text: string, scope: string): Journal => finish(readJournal(text, scope));

/** The same in pieces. `before` is a journal of the text's beginning that nobody needs any more. */
export function* readJournal(text: string, scope: string, before?: Journal): Steps<Journal> {
  const known = before && before.length > 0 && before.beforeLast ? before : undefined;
  const first = known ? known.start.at(known.length - 1) : 0;
  const journal = new Journal(text, scope, known);
  const { start, author, authors } = journal;
  const peel = new Peel(text);
  const indexes = new Map(authors.map(({ name }, index) => [name, index] as const).slice(1));
  let lastHash = 0;
  let lastAuthor = 0;
  const kept = start.length;
  let { total, understood, unknown, open } = journal.beforeLast ?? START;
  // The same when the last record began, and when this line did.
  let [totalThen, understoodThen, unknownThen, openThen] = [total, understood, unknown, open];
  let [understoodBefore, unknownBefore, openBefore] = [understood, unknown, open];
  const begin = (at: number, by: number): void => {
    totalThen = total - 1;
    understoodThen = understoodBefore;
    unknownThen = unknownBefore;
    openThen = openBefore;
    start.push(at);
    author.push(by);
  };

  const authorAt = (from: number, to: number): number => {
    const name = text.slice(from, to);
    let index = indexes.get(name);
    if (index === undefined) {
      if (authors.length >= MOST_AUTHORS) return 0;
      index = authors.length;
      // The name is copied, so that it does not keep the whole text.
      const copy = [...name].join('');
      authors.push({ name: copy, records: 0, first: start.length });
      indexes.set(copy, index);
    }
    return index;
  };

  const { length } = text;
  /** Reads lines from a place on, up to the one that begins behind another; returns where the next begins. */
  const read = (from: number, until: number): number => {
    let at = from;
    while (at < until) {
      let end = text.indexOf('\n', at);
      if (end < 0) end = length;
      const next = end + 1;
      if (end > at && text.charCodeAt(end - 1) === 13) end--;
      total++;
      understoodBefore = understood;
      unknownBefore = unknown;
      openBefore = open;
      if (end === at) {
        understood++;
        at = next;
        continue;
      }
      peel.read(at, end);
      let { shape, message } = peel;
      if ((shape === NONE || peel.identEnd === peel.ident) && !peel.escaped && !open && !logrusAt(text, message)) {
        // Behind a prefix that is not known here.
        const klog = isKlog(text, message) ? -1 : findKlog(text, at, end);
        if (klog >= 0) {
          message = klog;
          shape = LABEL;
        }
      }
      let by = 0;
      if (peel.identEnd > peel.ident) {
        // The same program as the line before, most often.
        let hash = peel.identEnd - peel.ident;
        for (let place = peel.ident; place < peel.identEnd; place++) hash = (hash * 31 + text.charCodeAt(place)) | 0;
        if (hash !== lastHash) {
          lastHash = hash;
          lastAuthor = authorAt(peel.ident, peel.identEnd);
        }
        by = lastAuthor;
      }
      if (shape === RECORD) {
        open = true;
        begin(at, 0);
        understood++;
        at = next;
        continue;
      }
      if (shape === FIELD || (open && shape === NONE)) {
        understood++;
        if (by > 0 && start.length > 0) author.set(start.length - 1, by);
        if (shape !== FIELD) {
          if (end - at === 7 && text.startsWith('MESSAGE', at)) {
            // The export form of a message with line ends in it: eight bytes of length, then the text.
            eventAt(journal, peel, next + 8, lineEnd(text, next + 8), start.length - 1);
          }
          at = next;
          continue;
        }
        if (start.length === 0) {
          begin(at, by);
        }
      } else {
        if (shape === NONE && !isKlog(text, message)) {
          const c = text.charCodeAt(at);
          // More of the message before: its next lines are indented, or close what it opened.
          if ((c === 32 || c === 9 || c === 125) && start.length > 0 && !rowAt(text, at, end)) {
            understood++;
            at = next;
            continue;
          }
          if (!logrusAt(text, at)) unknown++;
          else understood++;
        } else {
          understood++;
          open = false;
          // A message of several journal lines: the same program goes on.
          const c = text.charCodeAt(message);
          if (
            (c === 32 || c === 9 || c === 125) &&
            shape !== MARKER &&
            by > 0 &&
            start.length > 0 &&
            author.at(start.length - 1) === by
          ) {
            at = next;
            continue;
          }
        }
        begin(at, by);
      }
      if (message < end) {
        if (peel.escaped || shape !== JSON_LINE) eventAt(journal, peel, message, end, start.length - 1);
        else if (text.startsWith(NULL_MESSAGE, message)) problem(journal, 'message-null', at, end);
        else if (text.charCodeAt(message) === 91) problem(journal, 'message-bytes', at, end);
      }
      at = next;
    }
    return at;
  };
  for (let at = first; at < length; ) {
    at = read(at, Math.min(length, at + PIECE));
    yield;
  }
  for (let record = 0; record < start.length; record++) {
    const one = authors[author.at(record)]!;
    one.records++;
  }
  journal.linesTotal = total;
  journal.linesUnderstood = understood;
  // A line that began a record when it was cut may now go on with the one before.
  const again = kept === 0 || start.length > kept;
  const then = { total: totalThen, understood: understoodThen, unknown: unknownThen, open: openThen };
  journal.beforeLast = again ? then : undefined;
  if (unknown === total) journal.linesUnderstood = 0;
  return journal;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** Whether a logrus line (`time="…" level=…`) begins at the place. */
const logrusAt = (text: string, at: number): boolean =>
  text.charCodeAt(at) === 116 && (text.startsWith('time="', at) || text.startsWith('time=\\"', at));

/** Straight and curly quotes (posts turn one into the other), backslashes in front of them, white space. */
const isQuote = (c: number): boolean =>
  c === 34 ||
  c === 92 ||
  c === 32 ||
  (c > 127 && (c === 0x201c || c === 0x201d || c === 0x201e || c === 0xab || c === 0xa0));

/** Whether the line is the condition Ready in a description of a node: `  Ready   False   Mon, 08 Oct 2018 …`. */
function rowAt(text: string, at: number, end: number): boolean {
  let word = at;
  while (word < at + 8 && (text.charCodeAt(word) === 32 || text.charCodeAt(word) === 9)) word++;
  return text.charCodeAt(word) === 82 && text.startsWith('Ready  ', word) && word + 20 < end;
}

/** Looks at a message and notes it as an event if it matters. */
function eventAt(journal: Journal, peel: Peel, message: number, end: number, record: number): void {
  const { text } = journal;
  let at = message;
  let head = -1;
  if (text.charCodeAt(at) === 32 && rowAt(text, at, end)) {
    while (text.charCodeAt(at) === 32) at++;
  } else if (isKlog(text, at)) {
    head = at;
    if (journal.klog < 0) journal.klog = record;
    // `E0413 10:53:52.844381    3263 kubelet.go:2055] `
    const limit = Math.min(end, at + 200);
    let close = at + 22;
    while (close < limit && text.charCodeAt(close) !== 93) close++;
    if (close >= limit) return;
    at = close + 2;
  } else if (text.charCodeAt(at) === 116 && logrusAt(text, at)) {
    const limit = Math.min(end, at + 160);
    let msg = at + 20;
    while (msg < limit && !(text.charCodeAt(msg) === 109 && text.startsWith('msg=', msg))) msg++;
    if (msg >= limit) return;
    at = msg + 4;
  }
  let c = text.charCodeAt(at);
  while (at < end && isQuote(c)) c = text.charCodeAt(++at);
  if (c === 38 && text.startsWith('&quot;', at)) at += 6; // from a web page
  if (c === 123 && peel.escaped && at === message) return;
  let kind = classify(text, at, end);
  if (kind < 0) {
    if (head < 0 || text.charCodeAt(head) !== 70) return;
    kind = FATAL;
  }
  journal.record.push(record);
  journal.kind.push(kind);
  journal.message.push(at);
  journal.head.push(head);
  journal.end.push(end);
}

function problem(journal: Journal, code: string, start: number, end: number): void {
  if (journal.problems.length < MOST_PROBLEMS) journal.problems.push({ span: { start, end }, code, values: {} });
}
