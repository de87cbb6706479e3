// The addresses in argument lists, read from the text when asked: most frames' arguments are never needed.

import type { Dump } from './parse.js';
import type { StackNode } from './stacks.js';

/** Values of hex digits by their code; 255 for anything else. */
const HEX = new Uint8Array(128).fill(255);
for (let digit = 0; digit < 16; digit++) HEX[digit.toString(16).charCodeAt(0)] = digit;
const X = 120;
const QUESTION = 63;
const OPEN = 40;

/** Digits of the shortest and the longest word that can be an address, and powers of 16 for the difference. */
const FEWEST = 6;
const MORE = 6;
const POWER = Float64Array.from({ length: MORE + 1 }, (_, digits) => 16 ** digits);

/** A cursor over the addresses of argument lists. Words of 6 to 12 hex digits can be heap, stack or static addresses. */
export class Words {
  readonly #text: string;
  #next = 0;
  #end = 0;
  value = 0;
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

  next(): boolean {
    const text = this.#text;
    const end = this.#end;
    for (let at = this.#next; at < end; at++) {
      if (text.charCodeAt(at) !== X) continue;
      const first = ++at;
      // In two halves, so that whole numbers of 32 bits will do.
      let high = 0;
      let low = 0;
      for (; at < end && at < first + FEWEST; at++) {
        const digit = HEX[text.charCodeAt(at) & 127]!;
        if (digit > 15) break;
        high = (high << 4) | digit;
      }
      if (at < first + FEWEST) continue;
      for (; at < end; at++) {
        const digit = HEX[text.charCodeAt(at) & 127]!;
        if (digit > 15) break;
        low = (low << 4) | digit;
      }
      const more = at - first - FEWEST;
      if (more > MORE) continue;
      this.value = high * POWER[more]! + low;
      this.at = first - 2;
      this.#next = at + 1;
      return true;
    }
    this.#next = end;
    return false;
  }

  /** Whether the traceback is sure of it: no `?` follows. Asked before the next word is. */
  get live(): boolean {
    return this.#text.charCodeAt(this.#next - 1) !== QUESTION;
  }
}

/** The cursor at the arguments of the frame at a depth of a goroutine; without words where it has none. */
export function openFrame(dump: Dump, words: Words, row: number, frames: readonly StackNode[], depth: number): void {
  const node = frames[depth];
  if (node?.kind !== 'call') {
    words.open(0, 0);
    return;
  }
  const frame = dump.firstFrame.at(row) + depth;
  words.open(dump.frameStart.at(frame) + node.func.length, dump.frameEnd.at(frame));
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

/** First word of a frame's arguments, alone or in braces; -1 without. A word with `?` may be stale and is not believed. */
export function firstWord(dump: Dump, row: number, frames: readonly StackNode[], depth: number): number {
  const node = frames[depth];
  if (node?.kind !== 'call') return -1;
  const { text } = dump;
  const frame = dump.firstFrame.at(row) + depth;
  const end = dump.frameEnd.at(frame);
  let at = dump.frameStart.at(frame) + node.func.length + 1;
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
  return digits >= 5 && digits <= 12 && at < end && ENDS.has(text.charCodeAt(at)) ? value : -1;
}
