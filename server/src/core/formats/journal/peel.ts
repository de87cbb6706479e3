// What stands before a message in a log: stamps, hosts, program names, JSON. One hand-written scanner for all of them; each
// look costs a few characters, so that a log is read at about the speed of looking for its line ends.

/** How a line begins. */
export const NONE = 0; // no prefix: plain text, perhaps klog
export const SHORT = 1; // `Apr 10 11:00:23`, `juin 10 17:39:22`, `12月 25 16:02:37`
export const TIME_ONLY = 2; // `10:53:52`
export const ISO = 3; // `2026-11-23T11:19:34+0000`, `2026-11-23 11:19:34.123`
export const FULL = 4; // `Mon 2026-11-23 11:19:34 UTC`
export const UNIX = 5; // `1795432774.687550`
export const MONOTONIC = 6; // `[ 7186.197134]`
export const GO_LOG = 7; // `2026/11/23 11:19:34`
export const JSON_LINE = 8; // an object: journald, docker's json-file, klog or logrus as JSON
export const LABEL = 9; // `10.0.0.3: `, `kubelet-1  | `, `[pod/kubelet/main] `
export const FIELD = 10; // `MESSAGE=…` of the export and verbose forms, `"MESSAGE" : …` of json-pretty
export const RECORD = 11; // the line that begins a record of these forms; it has no message
export const MARKER = 12; // `-- Logs begin at …`, `-- Boot 0123… --`

const SPACE = 32;
const QUOTE = 34;
const COLON = 58;
const DASH = 45;
const OPEN = 91;
const CLOSE = 93;
const BRACE = 123;
const BACKSLASH = 92;

const MOST_HOST = 255;
const MOST_IDENT = 128;

/** The names under which JSON has the message, the surest first. The last is JSON within a JSON string. */
const KEYS = ['"MESSAGE":', '"log":', '"msg":', '"message":', '\\"msg\\":'] as const;
const INNER = KEYS.length - 1;
const IDENTIFIER = '"SYSLOG_IDENTIFIER":"';
/** The same, in objects with a field on each line: json-pretty, exports of log services. */
const PRETTY = ['"MESSAGE"', '"message"', '"textPayload"', '"log"', '"msg"'] as const;

const digit = (c: number): boolean => c >= 48 && c <= 57;

/** Whether `hh:mm:ss` stands at the place. */
export function isClock(text: string, at: number): boolean {
  return (
    text.charCodeAt(at + 2) === COLON &&
    text.charCodeAt(at + 5) === COLON &&
    digit(text.charCodeAt(at)) &&
    digit(text.charCodeAt(at + 1)) &&
    digit(text.charCodeAt(at + 3)) &&
    digit(text.charCodeAt(at + 4)) &&
    digit(text.charCodeAt(at + 6)) &&
    digit(text.charCodeAt(at + 7))
  );
}

/** Whether a klog head (`E0413 10:53:52.844381`) begins at the place. */
export function isKlog(text: string, at: number): boolean {
  const c = text.charCodeAt(at);
  return (
    (c === 73 || c === 69 || c === 87 || c === 70) &&
    text.charCodeAt(at + 5) === SPACE &&
    text.charCodeAt(at + 14) === 46 &&
    digit(text.charCodeAt(at + 1)) &&
    digit(text.charCodeAt(at + 4)) &&
    isClock(text, at + 6)
  );
}

/** How far behind the beginning of a line a klog head is looked for. */
const FARTHEST = 240;
const ESCAPE = 27;
const LETTER_M = 109;

/** Whether no word runs into the place; a terminal's colour (ESC `[36m`) is none. */
function standsAlone(text: string, at: number, start: number): boolean {
  const before = text.charCodeAt(at - 1);
  if (before === LETTER_M) {
    for (let back = at - 2; back > start && back > at - 10; back--)
      if (text.charCodeAt(back) === ESCAPE) return true;
    return false;
  }
  const letter = (before > 64 && before < 91) || (before > 96 && before < 123);
  return !letter && !digit(before);
}

/** Where a klog head begins in a line whose prefix is unknown; -1 where it has none. */
export function findKlog(text: string, start: number, end: number): number {
  const limit = Math.min(end - 22, start + FARTHEST);
  for (let at = start; at <= limit; at++)
    if (text.charCodeAt(at + 5) === SPACE && text.charCodeAt(at + 14) === 46 && isKlog(text, at)) {
      if (at === start || standsAlone(text, at, start)) return at;
    }
  return -1;
}

/**
 * Reads line beginnings. Its fields tell what the last `read` found.
 *
 * Example input:  `Apr 10 11:00:23 node-1 kubelet[642]: I0410 11:00:23.032038     642 kubelet.go:160] "…"`
 * Example output: shape SHORT, stamp `Apr 10 11:00:23`, host `node-1`, ident `kubelet`, message at `I0410`
 */
export class Peel {
  shape = NONE;
  /** Where the message begins. */
  message = 0;
  /** Where it ends: before the closing quote of a JSON string. */
  end = 0;
  stamp = 0;
  stampEnd = 0;
  /** The host's name; empty where none is printed. */
  host = 0;
  hostEnd = 0;
  /** The program's name, without its pid; empty where none is printed. */
  ident = 0;
  identEnd = 0;
  /** The message is the inside of a JSON string. */
  escaped = false;

  constructor(readonly text: string) {}

  /** Reads the line `[start, end)`. */
  read(start: number, end: number): void {
    const { text } = this;
    this.shape = NONE;
    this.message = start;
    this.end = end;
    this.stamp = start;
    this.stampEnd = start;
    this.host = start;
    this.hostEnd = start;
    this.ident = start;
    this.identEnd = start;
    this.escaped = false;
    if (end - start < 8) {
      if (end - start === 1 && text.charCodeAt(start) === BRACE) this.shape = RECORD;
      return;
    }
    const c = text.charCodeAt(start);
    // The most usual lines first.
    if (c > 64 && text.charCodeAt(start + 3) === SPACE && text.charCodeAt(start + 6) === SPACE) {
      if (isClock(text, start + 7)) {
        this.#stamped(SHORT, start, start + 15, end);
        return;
      }
    }
    if (c === 60) {
      // The priority of a raw syslog message, and the version of RFC 5424.
      let at = start + 1;
      while (digit(text.charCodeAt(at)) && at < start + 5) at++;
      if (text.charCodeAt(at) === 62 && at > start + 1) {
        if (text.charCodeAt(at + 1) === 49 && text.charCodeAt(at + 2) === SPACE) this.#rfc5424(at + 3, end);
        else this.#any(at + 1, end);
        return;
      }
    }
    this.#any(start, end);
  }

  #any(start: number, end: number): void {
    const { text } = this;
    const c = text.charCodeAt(start);
    if (c === BRACE) this.#json(start, end);
    else if (digit(c)) this.#number(start, end);
    else if (c === OPEN) this.#bracket(start, end);
    else if (c === DASH) {
      if (text.startsWith('-- ', start)) this.shape = MARKER;
    } else if (c === SPACE || c === 9) this.#indented(start, end);
    else if (c > 64) this.#word(start, end);
    else if (c === 46 || c === 47)
      this.#field(start, end); // a path, from grep
    else if (c === 62 && text.charCodeAt(start + 1) === SPACE) {
      // A quoted line of a post.
      this.message = start + 2;
      this.#any(start + 2, end);
    }
  }

  /** A line that begins with a letter: a month, a day of the week, a field, or a message of its own. */
  #word(start: number, end: number): void {
    const { text } = this;
    if (isKlog(text, start)) return;
    const limit = Math.min(end, start + 14);
    let at = start;
    while (at < limit && text.charCodeAt(at) !== SPACE) at++;
    if (at >= limit || at === start) {
      this.#field(start, end);
      return;
    }
    let day = at + 1;
    if (text.charCodeAt(day) === SPACE) day++;
    const digits = digit(text.charCodeAt(day)) ? (digit(text.charCodeAt(day + 1)) ? 2 : 1) : 0;
    if (digits > 0) {
      if (text.charCodeAt(day + digits) === SPACE && isClock(text, day + digits + 1)) {
        this.#stamped(SHORT, start, day + digits + 9, end);
        return;
      }
      if (digits === 2 && text.charCodeAt(day + 4) === DASH && isClock(text, day + 11)) {
        // The zone stands behind the time.
        const clock = this.#fraction(day + 19, end);
        let zone = clock + 1;
        while (zone < end && zone < clock + 8 && text.charCodeAt(zone) !== SPACE) zone++;
        if (text.charCodeAt(clock) === SPACE && text.charCodeAt(zone) === SPACE) {
          if (text.startsWith('[s=', zone + 1)) {
            this.shape = RECORD;
            this.stampEnd = zone;
            return;
          }
          this.#stamped(FULL, start, zone, end);
          return;
        }
      }
      // `12 juin 2026`-like dates and all else: no prefix.
    }
    // `kubelet-1  | message`
    if (text.charCodeAt(at + 1) === 124 || text.charCodeAt(at + 1) === SPACE) {
      let bar = at;
      while (bar < end && bar < start + 64 && text.charCodeAt(bar) === SPACE) bar++;
      if (text.charCodeAt(bar) === 124 && text.charCodeAt(bar + 1) === SPACE) {
        this.shape = LABEL;
        this.ident = start;
        this.identEnd = at;
        this.message = bar + 2;
        if (text.charCodeAt(this.message) === BRACE) this.#json(this.message, end);
        return;
      }
    }
    this.#field(start, end);
  }

  /** `MESSAGE=…`, `__CURSOR=…`, `/var/log/messages:Apr 10 …`, `data: {…}`. */
  #field(start: number, end: number): void {
    const { text } = this;
    const c = text.charCodeAt(start);
    if (c === 77 && text.startsWith('MESSAGE=', start)) {
      this.shape = FIELD;
      this.message = start + 8;
    } else if (c === 95 && text.startsWith('__CURSOR=', start)) this.shape = RECORD;
    else if (c === 83 && text.startsWith('SYSLOG_IDENTIFIER=', start)) {
      this.ident = start + 18;
      this.identEnd = Math.min(end, start + 18 + MOST_IDENT);
      this.message = end;
      this.shape = FIELD;
    } else if (c === 100 && text.startsWith('data: {', start)) this.#json(start + 6, end);
    else {
      // A file's name in front, as grep prints it: only where a stamp or a klog head comes right behind.
      const limit = Math.min(end, start + 120);
      for (let at = start; at < limit; at++) {
        const here = text.charCodeAt(at);
        if (here === SPACE) return;
        if (here !== COLON) continue;
        const next = at + 1;
        if (isKlog(text, next)) {
          this.shape = LABEL;
          this.message = next;
          return;
        }
        if (text.charCodeAt(next) > 64 && text.charCodeAt(next + 3) === SPACE && isClock(text, next + 7)) {
          this.#stamped(SHORT, next, next + 15, end);
          return;
        }
      }
    }
  }

  /** A line that begins with a digit. */
  #number(start: number, end: number): void {
    const { text } = this;
    if (isClock(text, start)) {
      const stop = this.#fraction(start + 8, end);
      if (text.charCodeAt(stop) === SPACE) this.#stamped(TIME_ONLY, start, stop, end);
      return;
    }
    let at = start;
    while (digit(text.charCodeAt(at)) && at < start + 12) at++;
    const c = text.charCodeAt(at);
    if (at === start + 4 && c === DASH && text.charCodeAt(start + 7) === DASH && isClock(text, start + 11)) {
      let stop = this.#fraction(start + 19, end);
      const zone = text.charCodeAt(stop);
      if (zone === 90) stop++;
      else if (zone === 43 || zone === DASH) {
        stop++;
        while (stop < end && (digit(text.charCodeAt(stop)) || text.charCodeAt(stop) === COLON)) stop++;
      }
      if (text.charCodeAt(stop) === SPACE || stop >= end) this.#stamped(ISO, start, stop, end);
      return;
    }
    if (at === start + 4 && c === 47 && text.charCodeAt(start + 7) === 47 && isClock(text, start + 11)) {
      this.#stamped(GO_LOG, start, this.#fraction(start + 19, end), end);
      return;
    }
    if (at >= start + 9 && c === 46) {
      const stop = this.#fraction(at, end);
      if (text.charCodeAt(stop) === SPACE && stop >= at + 4) this.#stamped(UNIX, start, stop, end);
      return;
    }
    if (at <= start + 2 && c > 127) {
      // `12月 25 16:02:37`
      let day = at + 1;
      while (day < start + 6 && text.charCodeAt(day) > 127) day++;
      while (text.charCodeAt(day) === SPACE && day < start + 8) day++;
      const digits = digit(text.charCodeAt(day)) ? (digit(text.charCodeAt(day + 1)) ? 2 : 1) : 0;
      let clock = day + digits;
      if (text.charCodeAt(clock) > 127) clock++; // 日, 일
      if (digits > 0 && text.charCodeAt(clock) === SPACE && isClock(text, clock + 1))
        this.#stamped(SHORT, start, clock + 9, end);
      return;
    }
    // `10.0.0.3: {…}`, or a line number of grep: `12:Apr 10 …`.
    while (at < start + 40 && (digit(text.charCodeAt(at)) || text.charCodeAt(at) === 46)) at++;
    if (text.charCodeAt(at) === COLON && at < end) {
      const next = text.charCodeAt(at + 1) === SPACE ? at + 2 : at + 1;
      const first = text.charCodeAt(next);
      if (first === BRACE || isKlog(text, next)) {
        this.shape = LABEL;
        this.message = next;
        if (first === BRACE) this.#json(next, end);
      } else if (first > 64 && text.charCodeAt(next + 3) === SPACE && isClock(text, next + 7))
        this.#stamped(SHORT, next, next + 15, end);
    }
  }

  #bracket(start: number, end: number): void {
    const { text } = this;
    const c = text.charCodeAt(start + 1);
    if (c === SPACE || digit(c)) {
      let at = start + 1;
      while (at < start + 16 && text.charCodeAt(at) === SPACE) at++;
      const seconds = at;
      while (at < start + 24 && digit(text.charCodeAt(at))) at++;
      if (at === seconds || text.charCodeAt(at) !== 46) return;
      const stop = this.#fraction(at, end);
      if (text.charCodeAt(stop) === CLOSE) this.#stamped(MONOTONIC, start, stop + 1, end);
    } else if (c === 112 && text.startsWith('[pod/', start)) {
      const close = this.#find(CLOSE, start, Math.min(end, start + 320));
      if (close < 0 || text.charCodeAt(close + 1) !== SPACE) return;
      this.shape = LABEL;
      this.ident = start + 1;
      this.identEnd = close;
      this.message = close + 2;
      if (text.charCodeAt(this.message) === BRACE) this.#json(this.message, end);
    } else if (
      text.charCodeAt(start + 4) === SPACE &&
      text.charCodeAt(start + 8) === SPACE &&
      isClock(text, start + 12)
    ) {
      // dmesg -T: `[Mon Nov 23 11:19:34 2026] `
      if (text.charCodeAt(start + 25) === CLOSE) this.#stamped(MONOTONIC, start, start + 26, end);
    }
  }

  /** A line that begins with white space: a field of a record, or more of the message before. */
  #indented(start: number, end: number): void {
    const { text } = this;
    let at = start;
    while (at < end && at < start + 8 && (text.charCodeAt(at) === SPACE || text.charCodeAt(at) === 9)) at++;
    const c = text.charCodeAt(at);
    if (c === 77 && text.startsWith('MESSAGE=', at)) {
      this.shape = FIELD;
      this.message = at + 8;
    } else if (c === 83 && text.startsWith('SYSLOG_IDENTIFIER=', at)) {
      this.shape = FIELD;
      this.ident = at + 18;
      this.identEnd = Math.min(end, at + 18 + MOST_IDENT);
      this.message = end;
    } else if (c === QUOTE && this.#named(at) > 0) {
      this.shape = FIELD;
      this.#value(this.#named(at), end);
    } else if (c === QUOTE && text.startsWith('"SYSLOG_IDENTIFIER" : "', at)) {
      this.shape = FIELD;
      this.ident = at + 23;
      const close = this.#find(QUOTE, this.ident, Math.min(end, this.ident + MOST_IDENT));
      this.identEnd = close < 0 ? this.ident : close;
      this.message = end;
    } else if (isKlog(text, at)) {
      this.shape = LABEL;
      this.message = at;
    }
  }

  /** What stands behind a stamp: `host program[pid]: `, `program: `, a stream's name of CRI, or the message at once. */
  #stamped(shape: number, stamp: number, clock: number, end: number): void {
    const { text } = this;
    this.shape = shape;
    this.stamp = stamp;
    let at = text.charCodeAt(clock) === 46 ? this.#fraction(clock, end) : clock;
    this.stampEnd = at;
    if (at >= end) {
      this.message = end;
      return;
    }
    while (at < end && text.charCodeAt(at) === SPACE) at++;
    this.message = at;
    const c = text.charCodeAt(at);
    if (c === BRACE) {
      this.#json(at, end);
      return;
    }
    if (c === 115 && text.startsWith('std', at) && /^std(?:out|err) [FP] /.test(text.slice(at, at + 9))) {
      this.message = at + 9;
      if (text.charCodeAt(at + 9) === BRACE) this.#json(at + 9, end);
      return;
    }
    if (isKlog(text, at)) return;
    // The host, or the program where no host is printed.
    const hostLimit = Math.min(end, at + MOST_HOST);
    let stop = at;
    while (stop < hostLimit && text.charCodeAt(stop) !== SPACE) stop++;
    if (stop >= hostLimit) return;
    let ident = stop + 1;
    if (text.charCodeAt(stop - 1) === COLON) {
      if (shape === MONOTONIC && text.charCodeAt(stop - 2) !== CLOSE && !text.startsWith('kernel', at)) return; // dmesg
      this.#identified(at, stop - 1, end);
      return;
    }
    if (text.charCodeAt(ident) === SPACE) ident++;
    if (isKlog(text, ident)) {
      this.host = at;
      this.hostEnd = stop;
      this.message = ident;
      return;
    }
    const identLimit = Math.min(end, ident + MOST_IDENT);
    let close = ident;
    let here = 0;
    while (close < identLimit) {
      here = text.charCodeAt(close);
      if (here === SPACE || here === COLON) break;
      close++;
    }
    // `runc:[2:INIT][77]: `: the colon that ends a name has a space behind it.
    while (here === COLON && close + 1 < identLimit && text.charCodeAt(close + 1) !== SPACE) {
      close++;
      while (close < identLimit) {
        here = text.charCodeAt(close);
        if (here === SPACE || here === COLON) break;
        close++;
      }
    }
    if (here !== COLON) return;
    this.host = at;
    this.hostEnd = stop;
    this.#identified(ident, close, end);
  }

  /** The program's name `[start, close)`, perhaps with a pid, and the message behind the colon. */
  #identified(start: number, close: number, end: number): void {
    const { text } = this;
    this.ident = start;
    let stop = close;
    if (text.charCodeAt(close - 1) === CLOSE) {
      let open = close - 2;
      while (open > start && digit(text.charCodeAt(open))) open--;
      if (text.charCodeAt(open) === OPEN) stop = open;
    }
    this.identEnd = stop;
    let at = close + 1;
    if (text.charCodeAt(at) === SPACE) at++;
    this.message = Math.min(at, end);
    const c = text.charCodeAt(at);
    if (c === BRACE && text.charCodeAt(at + 1) === QUOTE) this.#json(at, end);
    else if (c === OPEN && stop - start === 6 && text.startsWith('kernel', start)) {
      // The kernel's own stamp.
      let more = at + 1;
      while (more < at + 20 && (digit(text.charCodeAt(more)) || text.charCodeAt(more) === SPACE)) more++;
      if (text.charCodeAt(more) === 46) {
        more = this.#fraction(more, end);
        if (text.charCodeAt(more) === CLOSE) this.message = Math.min(more + 2, end);
      }
    }
  }

  /** `<165>1 2026-11-23T11:19:34.003Z host program pid id - message`. */
  #rfc5424(start: number, end: number): void {
    this.shape = ISO;
    this.stamp = start;
    let at = start;
    for (let field = 0; field < 6 && at < end; field++) {
      const stop = this.#find(SPACE, at, Math.min(end, at + MOST_HOST));
      if (stop < 0) return;
      if (field === 0) this.stampEnd = stop;
      else if (field === 1) {
        this.host = at;
        this.hostEnd = stop;
      } else if (field === 2) {
        this.ident = at;
        this.identEnd = stop;
      }
      at = stop + 1;
    }
    this.message = at;
  }

  /** The message of a JSON object in one line. */
  #json(start: number, end: number): void {
    const { text } = this;
    this.message = end;
    this.end = end;
    if (this.shape === NONE || this.shape === MARKER) this.shape = JSON_LINE;
    const line = text.slice(start, end);
    for (let key = 0; key < KEYS.length; key++) {
      const name = KEYS[key]!;
      let at = line.indexOf(name);
      if (at < 0) continue;
      at += name.length;
      if (line.charCodeAt(at) === SPACE) at++;
      this.#value(start + at, end);
      // An object within the string: docker's json-file around a klog line of JSON.
      if (key < INNER && text.charCodeAt(this.message) === BRACE) {
        key = INNER - 1;
        continue;
      }
      break;
    }
    if (this.shape !== JSON_LINE || line.charCodeAt(1) !== QUOTE) return;
    const named = line.indexOf(IDENTIFIER);
    if (named < 0) return;
    const at = start + named + IDENTIFIER.length;
    const close = this.#find(QUOTE, at, Math.min(end, at + MOST_IDENT));
    if (close > at) {
      this.ident = at;
      this.identEnd = close;
    }
  }

  /** Where the value of a field with a message begins, in an object with a field on each line; 0 where it is another field. */
  #named(at: number): number {
    const { text } = this;
    for (const name of PRETTY) {
      if (!text.startsWith(name, at)) continue;
      let value = at + name.length;
      if (text.charCodeAt(value) === SPACE) value++;
      if (text.charCodeAt(value) !== COLON) return 0;
      return text.charCodeAt(value + 1) === SPACE ? value + 2 : value + 1;
    }
    return 0;
  }

  /** A JSON value: a string's inside, or as it stands (`null`, the bytes of a message that is no UTF-8). */
  #value(at: number, end: number): void {
    const { text } = this;
    if (text.charCodeAt(at) === BACKSLASH && text.charCodeAt(at + 1) === QUOTE) at++; // JSON in a JSON string
    if (text.charCodeAt(at) !== QUOTE) {
      this.message = at;
      this.end = end;
      return;
    }
    this.message = at + 1;
    this.escaped = true;
    this.end = end;
  }

  /** Behind a fraction of a second, if one stands at the place. */
  #fraction(at: number, end: number): number {
    const c = this.text.charCodeAt(at);
    if (c !== 46 && c !== 44) return at;
    let stop = at + 1;
    while (stop < end && digit(this.text.charCodeAt(stop))) stop++;
    return stop;
  }

  #find(code: number, from: number, end: number): number {
    for (let at = from; at < end; at++) if (this.text.charCodeAt(at) === code) return at;
    return -1;
  }
}
