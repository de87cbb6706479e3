// Lines as spans, whoever made them: plain text, lines behind a log prefix, lines escaped into one log line.
// A parser takes `Lines` and never asks which of these it reads; the spans point into the one document.

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
const PREFIX = new RegExp(
  `(?:${STAMP})(?: (?:stdout|stderr) [FP] |(?: [^\\s:]{1,255})? ([^\\s:\\[]{1,255}(?<!\\.(?:go|s))(?:\\[\\d{1,10}\\])?): ?| )|> ?`,
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
const JSON_LOG = '{"log":"';
/** A line end as rsyslog writes it into one message. */
const OCTAL = '#012';

class WrappedLines implements Lines {
  start = 0;
  end = -1;
  record = 0;
  author = '';
  #next = 0; // where the next physical line starts
  #inner = -1; // where the next escaped line starts, -1 outside an escaped record
  #innerEnd = 0;
  #depth = 1; // backslashes in an escaped line end; 0 where it is #012
  #hit = -1; // next place where an escaped dump may begin
  constructor(readonly text: string) {}

  next(): boolean {
    const text = this.text;
    if (this.#inner >= 0) {
      this.start = this.#inner;
      this.end = this.#escapedEnd();
      return true;
    }
    if (this.#next >= text.length) return false;
    const lineStart = this.#next;
    let end = text.indexOf('\n', lineStart);
    if (end < 0) end = text.length;
    this.#next = end + 1;
    if (end > lineStart && text.charCodeAt(end - 1) === 13) end--;
    this.#peel(lineStart, end);
    this.record++;
    // A dump escaped into this line? Its separator has as many backslashes as stand before the first `ngoroutine `.
    if (this.end - this.start > 200) {
      const depth = this.#escapeDepth(this.start, this.end);
      if (depth !== undefined) {
        this.#depth = depth;
        this.#innerEnd = this.end;
        this.#inner = this.start;
        this.end = this.#escapedEnd();
      }
    }
    return true;
  }

  /** Sets start, end and author to the message of the physical line. */
  #peel(lineStart: number, lineEnd: number): void {
    const { text } = this;
    this.author = '';
    this.end = lineEnd;
    if (text.startsWith(JSON_LOG, lineStart)) {
      // Docker's json-file: {"log":"the line\n","stream":"stderr","time":"…"}
      this.start = lineStart + JSON_LOG.length;
      const tail = text.slice(Math.max(this.start, lineEnd - 120), lineEnd);
      const stream = tail.lastIndexOf('","stream":"');
      if (stream >= 0) {
        this.end = lineEnd - tail.length + stream;
        if (text.startsWith('\\n', this.end - 2) && this.end - 2 >= this.start) this.end -= 2;
      }
      return;
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
