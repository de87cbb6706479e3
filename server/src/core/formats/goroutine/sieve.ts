// A dump too large for one text, block by block. Nearly all of its goroutines stand in the same few stacks, so of each distinct stack
// some stay, and whoever shares an object with those that wait for a lock: the holder may stand in a stack of which there are
// thousands. What there is room for besides stays too.

import { type Excerpt, ExcerptMaker, type Rank, type Room, type Sieve } from '../../text/excerpt.js';
import { ownText } from '../../text/own.js';
import type { ReadOptions } from '../format.js';

interface Sizes {
  /** Of each distinct stack, so many stay in any case. */
  readonly ofStack: number;
  /** Of those that wait for one lock in one stack. */
  readonly ofLock: number;
  /** Of one stack, so many that share an object with a waiter. */
  readonly ofSharing: number;
  /** So many UTF-16 code units back goroutines wait until it is known who shares what. */
  readonly waiting: number;
}

const SIZES: Sizes = { ofStack: 20, ofLock: 200, ofSharing: 2000, waiting: 16 * 1024 * 1024 };
/** Room that is left for stacks that are met for the first time. */
const FOR_RARE = 0.25;
/** More distinct stacks, locks and objects than so many are not told apart. */
const MOST_STACKS = 200_000;
const MOST_OBJECTS = 500_000;
/** UTF-16 code units without a header that are read as one piece. */
const LONGEST = 1024 * 1024;
/** Lines of one goroutine; what follows is another program's output. */
const MOST_LINES = 1000;
/** Lines before the first goroutine. */
const MOST_BEFORE = 2000;
/** The calls of a waiter that tell which lock it is: `sync`'s own and those that called it. */
const CALLS_AT_LOCK = 6;
const LOCK_STATE = /^(?:semacquire|sync\.(?:Mutex|RWMutex)\.R?Lock)\b/;
/** So many code units of a line, with its length, tell it from others. */
const TOLD_APART_BY = 12;
/** Where the next one begins, whatever stands before it in its line. */
const HEADER = /^goroutine \d{1,18} (?:gp=\S{1,20} m=\S{1,20} (?:mp=\S{1,20} )?)?\[([^\]\n]{1,120})\]/;
const WORD = 'goroutine ';
const BEGIN = '=== BEGIN goroutine stack dump';

/** @param sizes other ones, to see much of it with little text. */
export const sieve = (room: Room, _options: ReadOptions = {}, sizes = SIZES): Sieve => new DumpSieve(room, sizes);

/** A goroutine with its lines. */
interface Unit {
  /** Of the file, from 0. */
  readonly line: number;
  readonly text: string;
  readonly lines: number;
  /** Code units of the file before it. */
  readonly at: number;
}

/** What is read of a goroutine: which stack it is, and the objects in it. */
interface Look {
  readonly stack: number;
  readonly objects: readonly number[];
  /** How many of them stand in the calls nearest to the lock. */
  readonly near: number;
  readonly lines: number;
  /** Where what is kept of it ends. */
  readonly kept: number;
}

class DumpSieve implements Sieve {
  readonly #made: ExcerptMaker;
  readonly #room: Room;
  readonly #sizes: Sizes;
  readonly #kept: readonly Unit[][] = [[], [], []];
  #size = 0;
  /** Left out for good. */
  #leftOut = 0;
  /** The latest of those that nothing has been said for yet. */
  #waiting: Unit[] = [];
  #next = 0;
  /** Code units read so far. */
  #read = 0;
  #rest = '';
  #lines = 0;
  #begun = false;
  readonly #ofStack = new Map<number, number>();
  readonly #ofLock = new Map<string, number>();
  readonly #sharing = new Map<number, number>();
  readonly #objects = new Set<number>();

  constructor(room: Room, sizes: Sizes) {
    this.#made = new ExcerptMaker(room);
    // A gap takes a line too.
    this.#room = { lines: room.lines >> 1, size: room.size };
    this.#sizes = sizes;
  }

  take(block: string, bytes?: Uint8Array): void {
    const heads = headersIn(block);
    const first = heads[0] ?? block.length;
    const last = heads[heads.length - 1];
    // What came before may go on up to the first header.
    const before = this.#rest + block.slice(0, first);
    // One goroutine cannot have so much: what is not one is let go.
    if (last === undefined && before.length < LONGEST) {
      this.#rest = before;
      return;
    }
    if (before !== '') {
      this.#take(before, unitsOf(before), 0, before.length);
      if (before.includes(BEGIN)) this.#begin();
    }
    const several = block.includes(BEGIN);
    const units = bytes ?? unitsOf(block);
    for (let i = 0; i + 1 < heads.length; i++) {
      this.#take(block, units, heads[i]!, heads[i + 1]!);
      if (several && block.slice(heads[i]!, heads[i + 1]!).includes(BEGIN)) this.#begin();
    }
    this.#rest = last === undefined ? '' : ownText(block.slice(last));
  }

  end(): Excerpt {
    if (this.#rest !== '') this.#take(this.#rest, unitsOf(this.#rest), 0, this.#rest.length);
    this.#rest = '';
    this.#settle();
    for (const [rank, units] of this.#kept.entries())
      for (const { line, text } of units) this.#made.keepAll(line, text.split('\n'), rank as Rank);
    return this.#made.make(this.#lines, this.#leftOut);
  }

  /** One goroutine, or what stands before the first. */
  #take(text: string, units: CodeUnits, start: number, end: number): void {
    const at = text.indexOf(WORD, start);
    const header = at >= 0 && at < end ? HEADER.exec(text.slice(at, at + 300)) : undefined;
    const most = this.#begun || header ? MOST_LINES : MOST_BEFORE;
    const before = at - start;
    const look = lookAt(text, units, header ? at + header[0].length : start, end, header ? before : 0, most);
    const unit: Unit = {
      line: this.#lines,
      text: trimmed(text.slice(start, look.kept)),
      lines: Math.min(look.lines, most),
      at: this.#read,
    };
    this.#lines += look.lines;
    this.#read += end - start;
    let rank: Rank | undefined;
    if (!header) rank = this.#begun ? 2 : 0;
    else {
      this.#begun = true;
      // A dump escaped into one line.
      const line = text.slice(at + header[0].length, endOfLine(text, at, end));
      rank = line.includes(WORD) ? 0 : this.#rankOf(header[1]!, look);
    }
    if (rank === undefined) this.#wait(unit);
    else this.#keep(unit, rank);
  }

  /** How much a goroutine is missed; undefined where others like it are kept. */
  #rankOf(state: string, look: Look): Rank | undefined {
    const { ofStack, ofLock } = this.#sizes;
    const seen = this.#count(this.#ofStack, look.stack, MOST_STACKS);
    if (!LOCK_STATE.test(state)) return seen <= ofStack ? 0 : this.#shares(look) ? 1 : undefined;
    for (let i = 0; i < look.near && this.#objects.size < MOST_OBJECTS; i++) this.#objects.add(look.objects[i]!);
    const same = this.#count(this.#ofLock, `${look.stack} ${look.objects[0] ?? ''}`, MOST_STACKS);
    return same <= ofStack ? 0 : same <= ofLock ? 1 : undefined;
  }

  /** Another dump begins: what stands in it has not been met in it. */
  #begin(): void {
    this.#ofStack.clear();
    this.#ofLock.clear();
    this.#sharing.clear();
  }

  /** How often it was met, this time included. */
  #count<K>(counts: Map<K, number>, key: K, most: number): number {
    const before = counts.get(key);
    const count = (before ?? 0) + 1;
    if (before !== undefined || counts.size < most) counts.set(key, count);
    return count;
  }

  #shares({ stack, objects }: Look): boolean {
    for (const object of objects)
      if (this.#objects.has(object)) return this.#count(this.#sharing, stack, MOST_STACKS) <= this.#sizes.ofSharing;
    return false;
  }

  #keep(unit: Unit, rank: Rank): void {
    const size = this.#size + unit.text.length + 2 * unit.lines;
    if (size > this.#room.size * (rank === 1 ? 1 - FOR_RARE : 1)) {
      this.#leftOut++;
      return;
    }
    this.#size = size;
    this.#kept[rank]!.push({ ...unit, text: ownText(unit.text) });
  }

  #wait(unit: Unit): void {
    // A piece of a block keeps the block in memory, so what counts is how far back they reach.
    this.#waiting.push(unit);
    const from = this.#read - this.#sizes.waiting;
    for (; this.#next < this.#waiting.length && this.#waiting[this.#next]!.at < from; this.#next++) this.#leftOut++;
    if (this.#next > 10_000 && this.#next * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#next);
      this.#next = 0;
    }
  }

  /** All is read: who shares an object with a waiter stays, and as many others as there is room for, goroutine by goroutine. */
  #settle(): void {
    const others: Unit[] = [];
    for (const unit of this.#waiting.slice(this.#next)) {
      const at = unit.text.indexOf(WORD);
      const header = HEADER.exec(unit.text.slice(at, at + 300))!;
      const look = lookAt(unit.text, unitsOf(unit.text), at + header[0].length, unit.text.length, at, MOST_LINES);
      if (!LOCK_STATE.test(header[1]!) && this.#shares(look)) this.#keep(unit, 1);
      else others.push(unit);
    }
    let lines = 0;
    let full = false;
    for (const units of this.#kept) {
      const fits = units.filter((unit) => (lines += unit.lines) <= this.#room.lines);
      this.#leftOut += units.length - fits.length;
      units.splice(0, units.length, ...fits);
    }
    for (const unit of others) {
      full ||= (lines += unit.lines) > this.#room.lines;
      if (full) this.#leftOut++;
      else this.#keep(unit, 2);
    }
  }
}

/** A text's UTF-16 code units: much faster to read one by one than the text. */
type CodeUnits = Uint8Array | Uint16Array;

function unitsOf(text: string): CodeUnits {
  const units = new Uint16Array(text.length);
  for (let at = 0; at < units.length; at++) units[at] = text.charCodeAt(at);
  return units;
}

/** Without the empty lines at the end, and with line ends as an excerpt has them. */
const trimmed = (text: string): string => {
  let end = text.length;
  while (end > 0 && (text.charCodeAt(end - 1) === 10 || text.charCodeAt(end - 1) === 13)) end--;
  const whole = text.slice(0, end);
  return whole.includes('\r') ? whole.replaceAll('\r\n', '\n') : whole;
};

/** Where the lines begin that have a goroutine's header. */
function headersIn(text: string): number[] {
  const heads: number[] = [];
  for (let at = text.indexOf(WORD); at >= 0; at = text.indexOf(WORD, at + WORD.length)) {
    let k = at + WORD.length;
    while (text.charCodeAt(k) >= 48 && text.charCodeAt(k) <= 57) k++;
    // `created by main.serve in goroutine 1` has nothing behind the number.
    if (text.charCodeAt(k) !== 32 || !HEADER.test(text.slice(at, at + 300))) continue;
    const line = text.lastIndexOf('\n', at) + 1;
    // Escaped into one line: that stays as it is.
    if (line !== heads[heads.length - 1]) heads.push(line);
  }
  return heads;
}

/**
 * Reads a goroutine from behind its header's state: a hash of its text without what differs between goroutines in one stack (words in
 * arguments, who created it), and its words that may be addresses. `before` code units of each line are a log's; lines after the first
 * `most` are only counted.
 */
function lookAt(text: string, units: CodeUnits, from: number, end: number, before: number, most: number): Look {
  let hash = 7;
  let lengths = 11;
  let near = -1;
  let calls = 0;
  let kept = end;
  const objects: number[] = [];
  let lineEnd = endOfLine(text, from, end);
  let lines = 1;
  for (let start = lineEnd + 1; start < end; start = lineEnd + 1) {
    lineEnd = endOfLine(text, start, end);
    if (lines++ === most) kept = start;
    const at = start + before;
    if (lines > most || at >= lineEnd) continue;
    let told = lineEnd;
    if (units[at] !== 9) {
      if (++calls === CALLS_AT_LOCK) near = objects.length;
      const args = argumentsAt(text, units, at, lineEnd);
      if (args > at) {
        told = args;
        wordsIn(units, args, lineEnd, objects);
      }
    }
    // Of a name or a path the end and the length are enough.
    for (let k = Math.max(at, told - TOLD_APART_BY); k < told; k++) hash = (Math.imul(hash, 31) + units[k]!) | 0;
    lengths = (Math.imul(lengths, 0x01000193) + told - at) | 0;
  }
  const stack = (hash >>> 0) * 0x100000 + (lengths & 0xfffff);
  return { stack, objects, near: near < 0 ? objects.length : near, lines, kept };
}

function endOfLine(text: string, from: number, end: number): number {
  const found = text.indexOf('\n', from);
  return found < 0 || found > end ? end : found;
}

/** Where a call's arguments begin, or what tells the creator; -1. */
function argumentsAt(text: string, units: CodeUnits, start: number, end: number): number {
  if (units[start] === 99 && text.startsWith('created by ', start)) {
    const who = text.slice(start, end).lastIndexOf(' in goroutine ');
    return who < 0 ? -1 : start + who;
  }
  for (let at = end - 1; at > start; at--) if (units[at] === 40) return at;
  return -1;
}

/** Adds the words of a call's arguments that may be addresses: small numbers, flags and lengths are not. */
function wordsIn(units: CodeUnits, from: number, end: number, words: number[]): void {
  for (let at = from; at < end; at++) {
    if (units[at] !== 48 || units[at + 1] !== 120) continue;
    let hash = 0;
    const first = at + 2;
    for (at = first; at < end; at++) {
      const d = units[at]!;
      if (d > 102 || d < 48 || (d > 57 && d < 97)) break;
      hash = (Math.imul(hash, 31) + d) | 0;
    }
    // Small integers: sets of them are much faster than of addresses.
    if (at - first >= 8 && at - first <= 12) words.push(hash & 0x3fffffff);
  }
}
