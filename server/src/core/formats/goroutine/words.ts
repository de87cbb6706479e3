// The addresses in argument lists, read from the text when asked: most frames' arguments are never needed.

import type { Dump } from './dump.js';
import type { StackNode } from './stacks.js';

/** Values of hex digits by their code; 255 for anything else. */
const HEX = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;
const X = 120;
const QUESTION = 63;
const OPEN = 40;
const BRACE = 123;

/** Text and tables of a program of 64 bits lie below, its heap lies above; only where a program is loaded anywhere both do. */
export const STATIC = 2 ** 32;

/** Digits of the shortest and the longest word that can be an address. */
const FEWEST = 6;
const MOST = 12;

/** Bits of a word that a sieve looks at begin with this one: the lower ones of an address are nearly always 0. */
export const SIEVE_FROM = 4;
const SIEVE_BITS = 20;

/** Says of most words that nobody wants them, by a few of their bits. */
export class Sieve {
  readonly #marks = new Int32Array(1 << (SIEVE_BITS - 5));

  /** Lets words through that have these bits from SIEVE_FROM on. */
  mark(bits: number): void {
    this.#marks[(bits >>> 5) & (this.#marks.length - 1)]! |= 1 << (bits & 31);
  }

  lets(bits: number): boolean {
    return (this.#marks[(bits >>> 5) & (this.#marks.length - 1)]! & (1 << (bits & 31))) !== 0;
  }
}

/** A cursor over the addresses of argument lists. Words of 6 to 12 hex digits can be heap, stack or static addresses. */
export class Words {
  readonly #text: string;
  #next = 0;
  #end = 0;
  /** The word's lower 32 bits as a whole number, perhaps negative, and the up to 16 bits above: cheaper than its value. */
  low = 0;
  high = 0;
  /** Offset of its `0x`. */
  at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Begins with the arguments of one frame: its function line, and where its `(` stands. */
  open(start: number, end: number): void {
    this.#next = start + 2;
    this.#end = end;
  }

  get value(): number {
    return this.high * 0x100000000 + (this.low >>> 0);
  }

  /** @param sieve what it does not let through need not be told. */
  next(sieve?: Sieve): boolean {
    const text = this.#text;
    const end = this.#end;
    for (let at = this.#next; at < end; at++) {
      if (text.charCodeAt(at) !== X) continue;
      if (sieve && at + HEAP < end && isUnwanted(text, at, sieve)) {
        at += HEAP - 1;
        continue;
      }
      const first = ++at;
      // The first eight digits and those behind them, so that whole numbers of 32 bits will do.
      let front = 0;
      for (; at < end && at < first + 8; at++) {
        const digit = HEX[text.charCodeAt(at) & 127]!;
        if (digit > 15) break;
        front = (front << 4) | digit;
      }
      if (at < first + FEWEST) continue;
      let back = 0;
      const second = at;
      for (; at < end; at++) {
        const digit = HEX[text.charCodeAt(at) & 127]!;
        if (digit > 15) break;
        back = (back << 4) | digit;
      }
      if (at > first + MOST) continue;
      const bits = 4 * (at - second);
      this.low = (front << bits) | back;
      this.high = bits === 0 ? 0 : front >>> (32 - bits);
      this.at = first - 2;
      this.#next = at + 1;
      return true;
    }
    this.#next = end;
    return false;
  }

  /** Whether it is the first word of an interface: its type, which all values of that type share. */
  get isTypeWord(): boolean {
    return (
      this.high === 0 &&
      this.#text.charCodeAt(this.at - 1) === BRACE &&
      INTERFACE.test(this.#text.slice(this.#next - 1, this.#next + 13))
    );
  }

  /** Whether the traceback is sure of it: no `?` follows. Asked before the next word is. */
  get live(): boolean {
    return this.#text.charCodeAt(this.#next - 1) !== QUESTION;
  }
}

/** Behind an interface's first word: an address of the heap, which no string's length is as large as. */
const INTERFACE = /^\??, 0x[0-9a-f]{9}/;

/** Digits of the addresses that most words are: 0xc000123456. */
const HEAP = 10;

/** Whether ten digits stand behind the `x`, among which those that the sieve looks at are not let through. */
function isUnwanted(text: string, x: number, sieve: Sieve): boolean {
  if (HEX[text.charCodeAt(x + HEAP + 1) & 127]! <= 15 || HEX[text.charCodeAt(x + HEAP) & 127]! > 15) return false;
  const a = HEX[text.charCodeAt(x + 5) & 127]!;
  const b = HEX[text.charCodeAt(x + 6) & 127]!;
  const c = HEX[text.charCodeAt(x + 7) & 127]!;
  const d = HEX[text.charCodeAt(x + 8) & 127]!;
  const e = HEX[text.charCodeAt(x + 9) & 127]!;
  // Where one of them is no digit, several short words stand here.
  return (a | b | c | d | e) <= 15 && !sieve.lets((a << 16) | (b << 12) | (c << 8) | (d << 4) | e);
}

/**
 * Where the arguments of a frame begin: its `(`. Generic functions get a dictionary before their receiver since Go 1.20,
 * and the traceback prints that in the receiver's place, or what has been left there: a word of the heap there is no argument.
 * Goroutines that know their creator's number are of Go 1.21 or later.
 */
export function argumentsStart(dump: Dump, row: number, node: StackNode, frame: number): number {
  const start = dump.frameStart.at(frame) + node.func.length;
  if (!node.generic || dump.creator.at(row) < 0) return start;
  const first = start + 3;
  let at = first;
  while (HEX[dump.text.charCodeAt(at) & 127]! <= 15) at++;
  return at - first > DICTIONARY ? at : start;
}

/** Digits of a dictionary's address, at most: it is among the program's tables. */
const DICTIONARY = 8;

/** The cursor at the arguments of the frame at a depth of a goroutine; without words where it has none. */
export function openFrame(dump: Dump, words: Words, row: number, frames: readonly StackNode[], depth: number): void {
  const node = frames[depth];
  if (node?.kind !== 'call') {
    words.open(0, 0);
    return;
  }
  const frame = dump.firstFrame.at(row) + depth;
  words.open(argumentsStart(dump, row, node, frame), dump.frameEnd.at(frame));
}

/** The frame's receiver: the word right behind its opening parenthesis, if it is live; -1 otherwise. */
export function liveReceiver(dump: Dump, row: number, frames: readonly StackNode[], depth: number): number {
  const words = new Words(dump.text);
  openFrame(dump, words, row, frames, depth);
  if (!words.next() || dump.text.charCodeAt(words.at - 1) !== OPEN) return -1;
  return words.live ? words.value : -1;
}

/**
 * The n-th argument of a frame, if it is one live word; -1 otherwise. `n` counts what stands in braces as one, `word` counts
 * words, as Go up to 1.16 prints them: without braces.
 */
export function liveArgument(
  dump: Dump,
  row: number,
  frames: readonly StackNode[],
  depth: number,
  n: number,
  word: number | undefined,
): number {
  const node = frames[depth];
  if (node?.kind !== 'call') return -1;
  const frame = dump.firstFrame.at(row) + depth;
  const line = dump.text.slice(dump.frameStart.at(frame) + node.func.length + 1, dump.frameEnd.at(frame));
  const wanted = line.includes('{') || n === word ? n : word;
  let open = 0;
  let start = 0;
  let count = 0;
  for (let at = 0; at < line.length && wanted !== undefined; at++) {
    const c = line.charAt(at);
    if (c === '{') open++;
    else if (c === '}') open--;
    else if (open === 0 && (c === ',' || c === ')')) {
      if (count++ === wanted) {
        const found = /^0x([0-9a-f]{5,12})$/.exec(line.slice(start, at).trim());
        return found ? Number.parseInt(found[1]!, 16) : -1;
      }
      if (c === ')') break;
      start = at + 1;
    }
  }
  return -1;
}

/** What ends a word that is believed: `,`, `)`, `}`. */
const ENDS = new Set([44, 41, 125]);

/**
 * First word of a frame's arguments, alone or in braces; -1 without. A word with `?` may be stale and is believed only when asked for.
 */
export function firstWord(
  dump: Dump,
  row: number,
  frames: readonly StackNode[],
  depth: number,
  evenStale = false,
): number {
  const node = frames[depth];
  if (node?.kind !== 'call') return -1;
  const { text } = dump;
  const frame = dump.firstFrame.at(row) + depth;
  const end = dump.frameEnd.at(frame);
  let at = argumentsStart(dump, row, node, frame) + 1;
  if (at < end && text.charCodeAt(at) === 123) at++;
  if (at + 2 >= end || text.charCodeAt(at) !== 48 || text.charCodeAt(at + 1) !== X) return -1;
  let value = 0;
  const first = at + 2;
  for (at = first; at < end; at++) {
    const code = text.charCodeAt(at);
    const digit = code < 128 ? HEX[code]! : 255;
    if (digit > 15) break;
    value = value * 16 + digit;
  }
  const digits = at - first;
  return digits >= 5 &&
    digits <= 12 &&
    at < end &&
    (ENDS.has(text.charCodeAt(at)) || (evenStale && text.charCodeAt(at) === QUESTION))
    ? value
    : -1;
}
