// Lines as spans, whoever made them: plain text, lines behind a log prefix, lines escaped into one log line.
// A parser takes `Lines` and never asks which of these it reads; the spans point into the one document.

import type { Span } from './span.js';

/** A place where the log does not have what the program wrote. */
export interface Loss {
  /** `cut-log`: a long message ends early. `message-null`: journalctl left a long message out. */
  readonly code: 'cut-log' | 'message-null';
  readonly span: Span;
}

/** A cursor over the message lines of a document. Call `next` first; `start`/`end` are the current line. */
export interface Lines {
  readonly text: string;
  /** First code unit of the current line's message. */
  readonly start: number;
  /** End of the current line's message, without CR, LF or their escaped forms. */
  readonly end: number;
  /** Which log line the current line came from (a running number); 0 while the text is plain. One-line dumps change it. */
  readonly record: number;
  /** Who printed the line, as its prefix says (`containerd[812]`); '' without a prefix. */
  readonly author: string;
  /** What the log kept back, so far: an article of kind `problem` each. Absent: nothing. */
  readonly losses?: readonly Loss[];
  /** Moves on; false at the end of the text. */
  next(): boolean;
}

/** Lines without prefixes. */
export class PlainLines implements Lines {
  start = 0;
  end = -1;
  readonly record = 0;
  readonly author = '';
  /** Where the next line starts. A parser that reads ahead in the text sets it. */
  position = 0;
  constructor(readonly text: string) {}

  next(): boolean {
    const text = this.text;
    if (this.position >= text.length) return false;
    this.start = this.position;
    let end = text.indexOf('\n', this.position);
    if (end < 0) end = text.length;
    this.position = end + 1;
    if (end > this.start && text.charCodeAt(end - 1) === 13) end--;
    this.end = end;
    return true;
  }
}

// What stands before a message in a log. Anchored, without nested repetition, every repetition bounded: linear.
const STAMP = [
  '[A-Z][a-z]{2} [ \\d]?\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?', // syslog, journalctl short, short-precise
  '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[+-]\\d\\d:?\\d\\d)?', // short-iso, docker logs, CRI
  '[A-Z][a-z]{2} \\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})? [A-Z0-9+:-]{1,8}', // short-full
  '\\d{9,11}\\.\\d{3,9}', // short-unix
  '\\[ {0,9}\\d{1,9}\\.\\d{3,9}\\]', // short-monotonic
  '\\d{4}/\\d\\d/\\d\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,9})?', // Go's log package
  '\\[pod/[^\\]\\s]{1,300}\\]', // kubectl logs --prefix
].join('|');
// A host and an author are no time of day and quote nothing: what the message begins with is left to it. `name  | `: docker compose.
const PREFIX = new RegExp(
  `(?:${STAMP})(?: (?:stdout|stderr) [FP] |(?: (?!\\d\\d:)[^\\s:"]{1,255})? ((?!\\d\\d:)[^\\s:\\["]{1,255}(?<!\\.(?:go|s))(?:\\[\\d{1,10}\\])?): ?| )|> ?|[A-Za-z][\\w.-]{0,62}\\d {1,32}\\| `,
  'y',
);

/**
 * Where the message begins behind a log prefix, and who printed it; undefined where the line has none.
 *
 * Example input:  `Nov 23 09:20:01 node containerd[812]: goroutine 1 [running]:`
 * Example output: start of `goroutine 1`, author `containerd[812]`
 */
export function peel(text: string, start: number): { start: number; author: string } | undefined {
  PREFIX.lastIndex = start;
  const found = PREFIX.exec(text);
  return found ? { start: PREFIX.lastIndex, author: found[1] ?? '' } : undefined;
}

const BACKSLASH = 92;
const QUOTE = 34;
/** The names under which a JSON object has the message: docker's json-file, journald, logrus and others. */
const JSON_KEYS = ['"log":"', '"MESSAGE":"', '"msg":"', '"message":"'] as const;
const JSON_NULL = '"MESSAGE":null';
/** A line end as rsyslog writes it into one message. */
const OCTAL = '#012';
/** journald cuts a line here and goes on in another entry, in the middle of a word (LineMax, in bytes). */
const JOURNALD_CUT = 48 * 1024;
const DUMP_BEGINS = '=== BEGIN goroutine stack dump';
const DUMP_ENDS = '=== END';
const MOST_LOSSES = 100;
/** A field of journalctl's export and verbose forms, or of json-pretty. */
const FIELD =
  /[ \t]{0,8}(?:[A-Z_][A-Z0-9_]{0,63}=|"[A-Z_][A-Z0-9_]{0,63}" : )|[{}],?$|\S{2,12} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d[^[\n]{0,40}\[s=/y;
const FIELD_MESSAGE = /[ \t]{0,8}(?:MESSAGE=|"MESSAGE" : ")/y;

export class WrappedLines implements Lines {
  start = 0;
  end = -1;
  record = 0;
  author = '';
  readonly losses: Loss[] = [];
  #next = 0; // where the next physical line starts
  #inner = -1; // where the next escaped line starts, -1 outside an escaped record
  #innerEnd = 0;
  #depth = 1; // backslashes in an escaped line end; 0 where it is #012
  #hit = -1; // next place where an escaped dump may begin
  /** The message before was cut in the middle, and goes on in the next one of the same author. */
  #torn = false;
  #tornAuthor = '';
  /** The text has a line for each field of an entry: only messages are lines of ours. */
  readonly #fields: boolean;
  #message = false; // the lines belong to a message of several lines
  constructor(readonly text: string) {
    const head = text.slice(0, 4096);
    this.#fields = /^(?:__CURSOR=|[ \t]{1,8}(?:_[A-Z0-9_]{1,60}|MESSAGE)=|\t"(?:__CURSOR|_HOSTNAME|MESSAGE)" : )/m.test(
      head,
    );
  }

  next(): boolean {
    const text = this.text;
    for (;;) {
      if (this.#inner >= 0) {
        this.start = this.#inner;
        this.end = this.#escapedEnd();
        // The rest of a word that is in another entry: a wrong name would come of it.
        if (this.#inner < 0 && this.#torn && !this.#continues()) continue;
        return true;
      }
      if (this.#next >= text.length) return false;
      const lineStart = this.#next;
      let end = text.indexOf('\n', lineStart);
      if (end < 0) end = text.length;
      this.#next = end + 1;
      if (end > lineStart && text.charCodeAt(end - 1) === 13) end--;
      if (this.#fields) {
        if (!this.#fieldLine(lineStart, end)) continue;
      } else this.#peel(lineStart, end);
      this.record++;
      const torn = this.#torn && this.author === this.#tornAuthor;
      this.#torn = false;
      // A dump escaped into this line? Its separator has as many backslashes as stand before the first `ngoroutine `.
      if (torn || this.end - this.start > 200) {
        const depth = torn ? this.#depth : this.#escapeDepth(this.start, this.end);
        if (depth !== undefined) {
          const whole = { start: this.start, end: this.end };
          this.#depth = depth;
          this.#innerEnd = this.end;
          this.#inner = this.start;
          this.#torn = this.#isCut(whole.start, whole.end);
          this.#tornAuthor = this.author;
          if (!this.#torn && !torn) this.#noteCut(whole.start, whole.end);
          this.end = this.#escapedEnd();
          if (torn && !this.#startsLine(whole.start)) continue;
          if (this.#inner < 0 && this.#torn && !this.#continues()) continue;
        }
      }
      return true;
    }
  }

  /** The escaped message that the current line is the first of: where it ends, and its backslashes. */
  get escaped(): { readonly end: number; readonly depth: number; readonly torn: boolean } | undefined {
    return this.#inner >= 0 ? { end: this.#innerEnd, depth: this.#depth, torn: this.#torn } : undefined;
  }

  /** Whether the message was cut at journald's limit: another entry goes on with it. */
  #isCut(start: number, end: number): boolean {
    if (end - start > JOURNALD_CUT || end - start < JOURNALD_CUT / 3) return false;
    let bytes = end - start;
    for (let at = start; at < end; at++) {
      const c = this.text.charCodeAt(at);
      if (c > 127) bytes += c > 2047 ? 2 : 1;
    }
    return bytes >= JOURNALD_CUT - 3 && bytes <= JOURNALD_CUT;
  }

  /** Whether the entry behind a cut begins with a line end: the line before it is whole. */
  #continues(): boolean {
    const peeled = this.#fields ? undefined : peel(this.text, this.#next);
    return this.#startsLine(peeled?.start ?? this.#next);
  }

  #startsLine(at: number): boolean {
    return this.#depth === 0 ? this.text.startsWith(OCTAL, at) : this.text.charCodeAt(at) === BACKSLASH;
  }

  /** A dump that has a beginning and no end, in one message: the log cut it. */
  #noteCut(start: number, end: number): void {
    const { text } = this;
    const head = text.slice(start, Math.min(end, start + 400));
    if (!head.includes(DUMP_BEGINS) || text.slice(Math.max(start, end - 400), end).includes(DUMP_ENDS)) return;
    this.#lose('cut-log', Math.max(start, end - 80), end);
  }

  #lose(code: Loss['code'], start: number, end: number): void {
    if (this.losses.length < MOST_LOSSES) this.losses.push({ code, span: { start, end } });
  }

  /** Sets start and end to what the line has of a message; false where it is another field, or none. */
  #fieldLine(lineStart: number, lineEnd: number): boolean {
    const { text } = this;
    this.author = '';
    FIELD_MESSAGE.lastIndex = lineStart;
    if (FIELD_MESSAGE.test(text)) {
      this.#message = true;
      this.start = FIELD_MESSAGE.lastIndex;
      this.end = text.charCodeAt(this.start - 1) === QUOTE ? this.#stringEnd(this.start, lineEnd) : lineEnd;
      return true;
    }
    if (text.startsWith('MESSAGE', lineStart) && lineEnd === lineStart + 7) {
      // Eight bytes of length stand before the text.
      this.#message = true;
      this.#next = Math.min(text.length, this.#next + 8);
      return false;
    }
    FIELD.lastIndex = lineStart;
    if (lineEnd === lineStart || FIELD.test(text)) {
      this.#message &&= lineEnd === lineStart;
      return false;
    }
    this.start = lineStart;
    this.end = lineEnd;
    return this.#message;
  }

  /** Where the JSON string that begins at the place ends; `end` where it does not. */
  #stringEnd(start: number, end: number): number {
    for (let at = start; at < end; at++) {
      const c = this.text.charCodeAt(at);
      if (c === BACKSLASH) at++;
      else if (c === QUOTE) return at;
    }
    return end;
  }

  readonly #keys = new Float64Array(JSON_KEYS.length + 1).fill(-1);

  /** Where the text is found next, not before `from`; all calls together cost one pass. */
  #keyAt(key: number, name: string, from: number): number {
    if (this.#keys[key]! < from) {
      const found = this.text.indexOf(name, from);
      this.#keys[key] = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return this.#keys[key]!;
  }

  /** Sets start, end and author to the message of the physical line. */
  #peel(lineStart: number, lineEnd: number): void {
    const { text } = this;
    this.author = '';
    this.end = lineEnd;
    const object = text.startsWith('data: {', lineStart) ? lineStart + 6 : lineStart;
    if (text.charCodeAt(object) === 123 && text.charCodeAt(object + 1) === QUOTE) {
      for (let key = 0; key < JSON_KEYS.length; key++) {
        const name = JSON_KEYS[key]!;
        const at = this.#keyAt(key, name, object);
        if (at >= lineEnd) continue;
        this.start = at + name.length;
        this.end = this.#stringEnd(this.start, lineEnd);
        // The line end that json-file keeps.
        if (text.startsWith('\\n', this.end - 2) && this.end - 2 >= this.start) this.end -= 2;
        return;
      }
      const left = this.#keyAt(JSON_KEYS.length, JSON_NULL, object);
      if (left < lineEnd) this.#lose('message-null', left, left + JSON_NULL.length);
    }
    const peeled = peel(text, lineStart);
    this.start = peeled && peeled.start <= lineEnd ? peeled.start : lineStart;
    if (peeled) this.author = peeled.author;
  }

  /** End of the escaped line that starts at #inner; sets #inner to the one after it, or -1. */
  #escapedEnd(): number {
    const { text } = this;
    if (this.#depth === 0) {
      const at = text.indexOf(OCTAL, this.#inner);
      const found = at >= 0 && at < this.#innerEnd;
      this.#inner = found ? at + OCTAL.length : -1;
      return found ? at : this.#innerEnd;
    }
    for (let at = this.#inner; ; ) {
      at = text.indexOf('\\', at);
      if (at < 0 || at >= this.#innerEnd) break;
      const first = at;
      while (text.charCodeAt(at) === BACKSLASH) at++;
      // A longer or shorter run belongs to something else: c:\\net in a path is no line end.
      if (at - first === this.#depth && text.charCodeAt(at) === 110) {
        this.#inner = at + 1;
        return first;
      }
    }
    this.#inner = -1;
    return this.#innerEnd;
  }

  /**
   * How a dump is escaped into `[start, end)`: 1 for `\ngoroutine 1 [`, 2 where JSON quoted it again, 0 for `#012`;
   * undefined where none is. The next place to look is kept, so that all calls together cost one pass.
   */
  #escapeDepth(start: number, end: number): number | undefined {
    const { text } = this;
    if (this.#hit < start) this.#hit = this.#find(start);
    while (this.#hit < end) {
      const at = this.#hit;
      const before = at - 1;
      if (text.startsWith(OCTAL, before - 3)) return 0;
      if (text.charCodeAt(before) === 110) {
        let depth = 0;
        while (before - depth > start && text.charCodeAt(before - depth - 1) === BACKSLASH) depth++;
        if (depth > 0) return depth;
      }
      this.#hit = this.#find(at + 10);
    }
    return undefined;
  }

  /** The next `goroutine 1` that stands right behind something; infinity where there is none. */
  #find(from: number): number {
    const { text } = this;
    for (let at = text.indexOf('goroutine ', from); at >= 0; at = text.indexOf('goroutine ', at + 10)) {
      const digit = text.charCodeAt(at + 10);
      const before = at > 0 ? text.charCodeAt(at - 1) : 10;
      if (digit >= 48 && digit <= 57 && (before === 110 || before === 50)) return at;
    }
    return Number.POSITIVE_INFINITY;
  }
}

/** The lines of a text as it stands: line ends are LF or CR LF. */
export const plainLines = (text: string): Lines => new PlainLines(text);

/**
 * The message lines of a text that may be a log: journal and syslog prefixes are left out of the spans, and a record with
 * escaped line ends gives one line for each. Lines without a prefix come as they are.
 */
export const messageLines = (text: string): Lines => new WrappedLines(text);

/** Skips white space and the ways logs write a tab: the character, `\t` (with any number of backslashes), `#011` (rsyslog). */
export function skipIndent(text: string, start: number, end: number): number {
  let at = start;
  while (at < end) {
    const c = text.charCodeAt(at);
    if (c === 32 || c === 9 || c === 0xa0) at++;
    else if (c === 35 && text.startsWith('#011', at)) at += 4;
    else if (c === BACKSLASH) {
      let t = at;
      while (t < end && text.charCodeAt(t) === BACKSLASH) t++;
      if (text.charCodeAt(t) !== 116) break;
      at = t + 1;
    } else break;
  }
  return at;
}
