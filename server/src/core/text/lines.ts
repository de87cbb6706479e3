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

class PlainLines implements Lines {
  start = 0;
  end = -1;
  readonly record = 0;
  readonly author = '';
  #next = 0;
  constructor(readonly text: string) {}

  next(): boolean {
    const text = this.text;
    if (this.#next >= text.length) return false;
    this.start = this.#next;
    let end = text.indexOf('\n', this.#next);
    if (end < 0) end = text.length;
    this.#next = end + 1;
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
].join('|');
const PREFIX = new RegExp(
  `(?:${STAMP})(?: (?:stdout|stderr) [FP] |(?: [^\\s:]{1,255})? ([^\\s:\\[]{1,255}(?:\\[\\d{1,10}\\])?): ?| )`,
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

class WrappedLines implements Lines {
  start = 0;
  end = -1;
  record = 0;
  author = '';
  #next = 0; // where the next physical line starts
  #inner = -1; // where the next escaped line starts, -1 outside an escaped record
  #innerEnd = 0;
  #depth = 1; // backslashes in an escaped line end
  #hit = -1; // next `ngoroutine ` in the text
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
    const peeled = peel(text, lineStart);
    this.start = peeled && peeled.start <= end ? peeled.start : lineStart;
    this.author = peeled?.author ?? '';
    this.end = end;
    this.record++;
    // A dump escaped into this line? Its separator has as many backslashes as stand before the first `ngoroutine `.
    if (end - this.start > 400) {
      const depth = this.#escapeDepth(this.start, end);
      if (depth > 0) {
        this.#depth = depth;
        this.#innerEnd = end;
        this.#inner = this.start;
        this.end = this.#escapedEnd();
      }
    }
    return true;
  }

  /** End of the escaped line that starts at #inner; sets #inner to the one after it, or -1. */
  #escapedEnd(): number {
    const { text } = this;
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
   * How many backslashes make a line end inside `[start, end)`: 1 for `\ngoroutine 1 [`, 2 where JSON quoted it again,
   * 0 where no dump is escaped into it. The next place to look is kept, so that all calls together cost one pass.
   */
  #escapeDepth(start: number, end: number): number {
    const { text } = this;
    if (this.#hit < start) {
      const found = text.indexOf('ngoroutine ', start);
      this.#hit = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    while (this.#hit < end) {
      const at = this.#hit;
      let depth = 0;
      while (at - depth > start && text.charCodeAt(at - depth - 1) === BACKSLASH) depth++;
      const digit = text.charCodeAt(at + 11);
      if (depth > 0 && digit >= 48 && digit <= 57) return depth;
      const found = text.indexOf('ngoroutine ', at + 11);
      this.#hit = found < 0 ? Number.POSITIVE_INFINITY : found;
    }
    return 0;
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
