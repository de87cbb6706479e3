// The pieces of a strace line that need exact reading: arguments, strings, results. Each works on any text and never throws.

import type { Span } from '../../text/span.js';

const QUOTE = 34;
const BACKSLASH = 92;

/** The first place of a word between two others; -1. Never looks past `end`: a search of the whole text would cost its square. */
export function within(text: string, word: string, start: number, end: number): number {
  const first = word.charCodeAt(0);
  for (let i = start; i + word.length <= end; i++)
    if (text.charCodeAt(i) === first && text.startsWith(word, i)) return i;
  return -1;
}

/** The end of a string that starts at the quote: behind its closing quote; -1 where `end` comes first. */
export function stringEnd(text: string, at: number, end: number): number {
  for (let i = at + 1; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === BACKSLASH) i++;
    else if (c === QUOTE) return i + 1;
  }
  return -1;
}

const digit = (c: number): boolean => c >= 48 && c <= 57;

/** Whether a `<` here begins the path of a descriptor or the name of a process: it stands right behind a number or AT_FDCWD. */
const opensPath = (text: string, at: number, start: number): boolean => {
  if (at <= start) return false;
  if (text.charCodeAt(at + 1) === 60) return false; // 21<<MAP_HUGE_SHIFT
  const before = text.charCodeAt(at - 1);
  return digit(before) || (before >= 97 && before <= 102) || before === 68;
};

/** The end of `<…>` that starts at `<`: behind the closing one. Since strace 4.22 a path has no brackets of its own but `->` and `<char 1:3>`. */
export function pathEnd(text: string, at: number, end: number): number {
  let depth = 0;
  for (let i = at; i < end; i++) {
    const c = text.charCodeAt(i);
    if (c === 60) depth++;
    else if (c === QUOTE) {
      // UNIX-STREAM:[764366,"/run/x.sock"]
      if (text.charCodeAt(i - 1) === 44) {
        const next = stringEnd(text, i, end);
        if (next < 0) return -1;
        i = next - 1;
      }
    } else if (c === 62) {
      const next = text.charCodeAt(i + 1);
      if (text.charCodeAt(i - 1) === 45 && (digit(next) || next === 91)) continue; // the arrow between two ends
      if (--depth === 0) return i + 1;
    }
  }
  return -1;
}

/**
 * Where the arguments end that begin behind an opening parenthesis: the place of the closing one, -1 where the text is cut.
 *
 * Example input:  `write(1, ") = 3", 5) = 5`, start behind the first `(`
 * Example output: place of the last `)`
 */
export function argumentsEnd(text: string, start: number, end: number): number {
  let depth = 0;
  let comments = true;
  for (let i = start; i < end; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const next = stringEnd(text, i, end);
        if (next < 0) return -1;
        i = next - 1;
        break;
      }
      case 60: // <
        if (opensPath(text, i, start)) {
          const next = pathEnd(text, i, end);
          if (next < 0) return -1;
          i = next - 1;
        }
        break;
      case 47: // a comment: /* SEEK_SET */
        if (comments && text.charCodeAt(i + 1) === 42) {
          const next = within(text, '*/', i + 2, end);
          if (next >= 0) i = next + 1;
          else comments = false;
        }
        break;
      case 40:
      case 91:
      case 123:
        depth++;
        break;
      case 41:
        if (depth <= 0) return i;
        depth--;
        break;
      case 93:
      case 125:
        if (depth > 0) depth--;
        break;
    }
  }
  return -1;
}

/** The arguments between two places, split at the commas of the outermost level; spans without the blanks around. */
export function splitArguments(text: string, start: number, end: number, most = 64): Span[] {
  const spans: Span[] = [];
  let depth = 0;
  let comments = true;
  let from = start;
  const put = (to: number): void => {
    let a = from;
    let b = to;
    while (a < b && text.charCodeAt(a) === 32) a++;
    while (b > a && text.charCodeAt(b - 1) === 32) b--;
    spans.push({ start: a, end: b });
  };
  for (let i = start; i < end && spans.length < most; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE) {
      const next = stringEnd(text, i, end);
      if (next < 0) break;
      i = next - 1;
    } else if (c === 60 && opensPath(text, i, start)) {
      const next = pathEnd(text, i, end);
      if (next < 0) break;
      i = next - 1;
    } else if (c === 47 && comments && text.charCodeAt(i + 1) === 42) {
      const next = within(text, '*/', i + 2, end);
      if (next >= 0) i = next + 1;
      else comments = false;
    } else if (c === 40 || c === 91 || c === 123) depth++;
    else if (c === 41 || c === 93 || c === 125) depth--;
    else if (c === 44 && depth <= 0) {
      put(i);
      from = i + 1;
    }
  }
  if (from < end) put(end);
  return spans;
}

/** A number as strace prints it: decimal, hexadecimal, octal; NaN where there is none. A path or a comment may follow. */
export function readNumber(text: string, start: number, end: number): number {
  const found = /^-?(?:0x[0-9a-f]{1,16}|\d{1,20})/.exec(text.slice(start, Math.min(end, start + 24)));
  if (!found) return Number.NaN;
  const value = Number(found[0]);
  // -e raw: a negative int comes as 32 bits.
  return found[0].startsWith('0x') && value > 0x7fffffff && value <= 0xffffffff ? value - 0x100000000 : value;
}

/** The `<…>` behind a number or AT_FDCWD: path, pipe, socket or process name; '' where there is none. */
export function pathBehind(text: string, start: number, end: number): string {
  let at = start;
  while (at < end && text.charCodeAt(at) !== 60 && text.charCodeAt(at) !== 32 && text.charCodeAt(at) !== 44) at++;
  if (text.charCodeAt(at) !== 60 || at >= end) return '';
  const close = pathEnd(text, at, end);
  return close < 0 ? '' : plainString(text.slice(at + 1, Math.min(close - 1, at + 4096)));
}

/** A list of descriptors without what -y shows behind each: the numbers in there are none of them. */
export function withoutPaths(text: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', from)) {
    out += text.slice(from, at);
    const close = pathEnd(text, at, text.length);
    if (close < 0) return out;
    from = close;
  }
  return out + text.slice(from);
}

/** A string argument as it stands: its bytes as characters 0 to 255, and whether strace cut it. Undefined where there is none. */
export interface Printed {
  readonly bytes: string;
  readonly cut: boolean;
  /** Behind its closing quote and the dots. */
  readonly end: number;
}

/** Most bytes of one string that anything here looks at. */
const MOST_BYTES = 1 << 16;

/** Reads a string that begins at a quote. Torn strings count as cut. */
export function readString(text: string, at: number, end: number): Printed | undefined {
  if (text.charCodeAt(at) !== QUOTE) return undefined;
  const close = stringEnd(text, at, end);
  const bytes = unescaped(text, at + 1, close < 0 ? end : close - 1);
  if (close < 0) return { bytes, cut: true, end };
  const cut = text.startsWith('...', close);
  return { bytes, cut, end: cut ? close + 3 : close };
}

const ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  v: 11,
  f: 12,
  a: 7,
  b: 8,
  e: 27,
  '"': 34,
  '\\': 92,
};

/**
 * C escapes, as strace writes them: octal with as few digits as possible, three where a digit 0 to 7 follows; `\x` always two.
 *
 * Example input:  `l\1\4\18\0`
 * Example output: bytes 6c 01 04 01 38 00
 */
export function unescaped(text: string, start: number, end: number): string {
  let out = '';
  const stop = Math.min(end, start + MOST_BYTES * 4);
  for (let i = start; i < stop; i++) {
    const c = text.charCodeAt(i);
    if (c !== BACKSLASH) {
      out += String.fromCharCode(c);
      continue;
    }
    const next = text[++i] ?? '';
    if (next === 'x') {
      const value = Number.parseInt(text.slice(i + 1, i + 3), 16);
      if (Number.isNaN(value)) break;
      out += String.fromCharCode(value);
      i += 2;
    } else if (next >= '0' && next <= '7') {
      let value = 0;
      let digits = 0;
      while (digits < 3 && i < stop && text[i]! >= '0' && text[i]! <= '7') {
        value = value * 8 + Number(text[i]);
        i++;
        digits++;
      }
      i--;
      out += String.fromCharCode(value & 255);
    } else out += String.fromCharCode(ESCAPES[next] ?? next.charCodeAt(0));
  }
  return out;
}

/** A path or name with its escapes undone, for showing; what is no printable character becomes a question mark. */
export const plainString = (printed: string): string =>
  (printed.includes('\\') ? unescaped(printed, 0, printed.length) : printed).replace(/[\x00-\x1f\x7f]/g, '?');
