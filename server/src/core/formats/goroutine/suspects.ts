// Who could hold a lock: for each contended lock, the goroutines that anything in the text ties to it, with what ties them.

import { type Held, isProofFrame } from './held.js';
import type { Lock } from './locks.js';
import { readFunction } from './names.js';
import { type Dump, GROUP, HEADLESS } from './parse.js';
import type { StackNode } from './stacks.js';
import { type StackWait, waitOf } from './waits.js';

/** What ties one goroutine to one lock; each from 0 to 1. */
export type TieName =
  | 'exact' // a frame outside its own lock call has the lock's address
  | 'receiver' // a live word that the waiters' calling frames have as receiver
  | 'shared' // other words that the waiters' frames have
  | 'near' // a word at most 1 KiB below the lock: an object that may contain it
  | 'past' // it stands in a waiter's own function, past the line that locks
  | 'before' // it stands in a waiter's own function, before that line
  | 'otherObject' // the same function or type on another live receiver
  | 'type' // a method of the same type as a waiter's
  | 'outer' // a method of a type that stands further up the waiters' stacks
  | 'pkg' // a function of the same package
  | 'name' // its functions speak of what the lock's owner is called after
  | 'family' // a closure of the same function
  | 'creator' // created by the same function
  | 'reentry' // it waits, and came through a method of the same object
  | 'known'; // a call that the standard library makes with the lock held

/** Where a tie is seen: a frame (depth from the top), a word in it. */
export interface Seen {
  readonly depth: number;
  /** Row of the pointer columns; -1 where the tie is no word. */
  readonly pointer: number;
}

export interface Ties {
  readonly row: number;
  /** It waits for this same lock. */
  readonly waitsForIt: boolean;
  readonly strength: Partial<Record<TieName, number>>;
  readonly seen: Partial<Record<TieName, Seen>>;
  /** What is known of such calls. */
  readonly held: Held | undefined;
}

/** What all waiters of a lock say about it. */
export interface Portrait {
  readonly lock: Lock;
  /** Words of the waiters' frames above the lock: how many waiters have each, and whether a live receiver. */
  readonly words: Map<number, { waiters: number; receiver: boolean; live: boolean }>;
  readonly sites: Map<string, Set<number>>; // function -> lines that lock
  readonly types: Set<string>;
  readonly packages: Set<string>;
  readonly families: Set<string>;
  readonly creators: Set<string>;
  /** Live receivers of the calling frames, by the receiver's type. */
  readonly receivers: Map<string, Set<number>>;
  /** Objects of standard library calls between the lock and the caller (`sync.(*Once).doSlow`), by function. */
  readonly proofs: Map<string, Set<number>>;
  /** Types of the frames above the calling one. */
  readonly outer: Set<string>;
  /** Stacks of the waiters. */
  readonly leaves: Set<number>;
  /** What the lock's owner is called: words of its type, package and method. */
  readonly names: Set<string>;
  readonly longest: number; // minutes; -1 unknown
  readonly lowestId: number;
  /** The waiters that were looked at. */
  readonly rows: readonly number[];
  readonly sample: number;
}

/** Waiters looked at for a portrait: they are alike, and a lock may have 100,000. */
const SAMPLE = 24;
/** Frames above the lock that describe its owner. */
const DEPTH = 5;
/** Frames of the runtime and of libraries that any program calls say nothing about who owns a lock. */
const PLUMBING = /^(?:runtime|internal\/|syscall|time|io|bufio|reflect)(?:[./]|$)/;

export const isPlumbing = (pkg: string): boolean => PLUMBING.test(pkg);

const framesByLeaf = new WeakMap<Dump, Map<number, StackNode[]>>();

/** The frames of the goroutine in a row, top first; kept per distinct stack. */
export function framesOf(dump: Dump, row: number): StackNode[] {
  let kept = framesByLeaf.get(dump);
  if (!kept) {
    kept = new Map();
    framesByLeaf.set(dump, kept);
  }
  const leaf = dump.leaf.at(row);
  let frames = kept.get(leaf);
  if (!frames) {
    frames = dump.stacks.frames(dump.stacks.nodes[leaf]!);
    kept.set(leaf, frames);
  }
  return frames;
}

export function portray(dump: Dump, lock: Lock): Portrait {
  const words = new Map<number, { waiters: number; receiver: boolean; live: boolean }>();
  const sites = new Map<string, Set<number>>();
  const types = new Set<string>();
  const packages = new Set<string>();
  const families = new Set<string>();
  const creators = new Set<string>();
  const receivers = new Map<string, Set<number>>();
  const proofs = new Map<string, Set<number>>();
  const outer = new Set<string>();
  const leaves = new Set<number>();
  const names = new Set<string>();
  let longest = -1;
  let lowestId = Number.POSITIVE_INFINITY;
  const step = Math.max(1, Math.floor(lock.waiters.length / SAMPLE));
  let sample = 0;
  const rows: number[] = [];
  for (let i = 0; i < lock.waiters.length; i++) {
    const { row, wait, receiver } = lock.waiters[i]!;
    longest = Math.max(longest, dump.minutes.at(row));
    if (dump.id.at(row) >= 0) lowestId = Math.min(lowestId, dump.id.at(row));
    if (i % step !== 0 || sample >= SAMPLE) continue;
    sample++;
    rows.push(row);
    const frames = framesOf(dump, row);
    leaves.add(dump.leaf.at(row));
    for (let at = 0; at < Math.min(wait.site + 2, frames.length); at++) {
      const { func } = frames[at]!;
      if (!isProofFrame(func)) continue;
      const object = liveReceiver(dump, row, at);
      if (object >= 0) proofs.set(func, (proofs.get(func) ?? new Set()).add(object));
    }
    for (let at = wait.site; at < frames.length && at < wait.site + 6; at++) {
      const frame = frames[at]!;
      if (frame.kind === 'created') break;
      const name = readFunction(frame.func);
      if (at === wait.site) {
        const lines = sites.get(frame.func) ?? new Set();
        sites.set(frame.func, lines.add(frame.line));
        families.add(name.family);
        packages.add(name.pkg);
        if (name.type) {
          types.add(name.type);
          for (const word of wordsOf(name.type)) names.add(word);
          const object = liveReceiver(dump, row, at);
          if (object >= 0) receivers.set(name.type, (receivers.get(name.type) ?? new Set()).add(object));
        }
        for (const word of wordsOf(name.method)) names.add(word);
      } else if (name.type && !isPlumbing(name.pkg)) {
        if (at === wait.site + 1 && name.pkg === readFunction(frames[wait.site]!.func).pkg) types.add(name.type);
        else outer.add(name.type);
      }
    }
    const last = frames[frames.length - 1];
    if (last?.kind === 'created') creators.add(last.func);
    const { first, end } = dump.pointerRows(row);
    const base = dump.firstFrame.at(row);
    const seen = new Set<number>();
    for (let p = first; p < end; p++) {
      const depth = dump.pointerFrame.at(p) - base;
      if (depth < wait.site || depth >= wait.site + DEPTH || frames[depth]?.kind === 'created') continue;
      const word = dump.pointer.at(p);
      if (seen.has(word)) continue;
      seen.add(word);
      const live = dump.pointerStale.at(p) === 0;
      const entry = words.get(word) ?? { waiters: 0, receiver: false, live: false };
      entry.waiters++;
      entry.live ||= live;
      entry.receiver ||= live && word === receiver;
      words.set(word, entry);
    }
  }
  return {
    lock,
    words,
    sites,
    types,
    packages,
    families,
    creators,
    receivers,
    proofs,
    outer,
    leaves,
    names,
    longest,
    lowestId,
    rows,
    sample,
  };
}

/** Words that say nothing about a thing: every program has them. */
const COMMON =
  /^(?:get|set|new|the|and|for|with|list|all|store|manager|service|server|client|handler|handle|func|init|main|impl|start|stop|run|do|add|remove|update|delete|create|read|write|load|close|open|send|wait|lock|locked|unlock|internal|current|state|status|name|data|conn|controller|daemon|local|remote|default|base|core|util|utils|common|api|v1|v2)$/;

/** The telling words of a Go name, lower case: `github.com/docker/docker/daemon/exec.Store` gives `exec`. */
export function wordsOf(name: string): string[] {
  const last = name.slice(name.lastIndexOf('/') + 1);
  return (last.match(/[A-Z]?[a-z]{2,}|[A-Z]{2,}(?![a-z])/g) ?? [])
    .map((word) => word.toLowerCase().replace(/s$/, ''))
    .filter((word) => word.length > 2 && !COMMON.test(word));
}

/** The frame's receiver: the word right behind its opening parenthesis, if it is live; -1 otherwise. */
export function liveReceiver(dump: Dump, row: number, depth: number): number {
  const frame = dump.firstFrame.at(row) + depth;
  const { first, end } = dump.pointerRows(row);
  for (let p = first; p < end; p++) {
    if (dump.pointerFrame.at(p) !== frame) continue;
    if (dump.text.charCodeAt(dump.pointerAt.at(p) - 1) !== 40) return -1;
    return dump.pointerStale.at(p) ? -1 : dump.pointer.at(p);
  }
  return -1;
}

/**
 * Distinct stacks that cannot be what a mutex's holder looks like: two goroutines stand in the same stack on the same
 * object, and only one of them could hold it. Asked for few stacks, worked out when asked.
 */
export class SharedStacks {
  readonly #dump: Dump;
  readonly #rows: ReadonlyMap<number, readonly number[]>;
  readonly #kept = new Map<number, ReadonlySet<string>>();

  constructor(dump: Dump, rowsByLeaf: ReadonlyMap<number, readonly number[]>) {
    this.#dump = dump;
    this.#rows = rowsByLeaf;
  }

  /** Types of the objects on which several goroutines stand in the stack. */
  of(leaf: number): ReadonlySet<string> {
    let types = this.#kept.get(leaf);
    if (!types) {
      types = this.#typesOf(leaf);
      this.#kept.set(leaf, types);
    }
    return types;
  }

  #typesOf(leaf: number): ReadonlySet<string> {
    const types = new Set<string>();
    const rows = (this.#rows.get(leaf) ?? []).slice(0, 200);
    if (rows.length < 2) return types;
    const frames = framesOf(this.#dump, rows[0]!);
    for (let depth = 0; depth < frames.length; depth++) {
      const name = readFunction(frames[depth]!.func);
      if (!name.type || isPlumbing(name.pkg)) continue;
      const objects = new Set<number>();
      for (const row of rows) {
        const object = liveReceiver(this.#dump, row, depth);
        if (object < 0) continue;
        if (objects.has(object)) {
          types.add(name.type);
          break;
        }
        objects.add(object);
      }
    }
    return types;
  }
}

/** Bytes below a lock within which a word may be the object that contains it. */
export const NEAR = 1024;

/** Rows kept of a word for each lock whose waiters have it: more of them tell no more. */
const KEPT = 65;

/** Where one word occurs. */
export interface Word {
  /** Goroutines that have it: at most KEPT of those that wait for one lock, and of those that wait for none. */
  readonly rows: number[];
  /** How many goroutines have it, by the lock they wait for; -1 for none. */
  readonly counts: Map<number, number>;
  total: number;
}

/** Where the words of interest occur, over all goroutines: one pass over the addresses of the dump. */
export class WordIndex {
  /** Only words of interest. */
  readonly words = new Map<number, Word>();
  /** page of a lock's address -> pointer rows on it or the page before. */
  readonly pages = new Map<number, number[]>();

  constructor(dump: Dump, portraits: readonly Portrait[]) {
    const wanted = new Uint8Array(1 << 16);
    const slot = (word: number): number => ((word / 8) ^ (word / 524288)) & 0xffff;
    const want = (word: number): void => {
      if (!this.words.has(word)) this.words.set(word, { rows: [], counts: new Map(), total: 0 });
      wanted[slot(word)] = 1;
    };
    const lockOf = new Int32Array(dump.length).fill(-1);
    portraits.forEach((portrait, at) => {
      for (const waiter of portrait.lock.waiters) lockOf[waiter.row] = at;
      for (const word of portrait.words.keys()) want(word);
      const { address } = portrait.lock;
      if (address < 0) return;
      want(address);
      const page = Math.floor(address / NEAR);
      this.pages.set(page, []);
      if (!this.pages.has(page - 1)) this.pages.set(page - 1, []);
    });
    const pageWanted = new Uint8Array(1 << 16);
    for (const page of this.pages.keys()) pageWanted[page & 0xffff] = 1;
    let row = 0;
    let end = dump.length > 0 ? dump.pointerRows(0).end : 0;
    for (let p = 0; p < dump.pointer.length; p++) {
      while (p >= end) end = dump.pointerRows(++row).end;
      const word = dump.pointer.at(p);
      if (wanted[slot(word)] === 1) {
        const entry = this.words.get(word);
        if (entry && entry.rows[entry.rows.length - 1] !== row) {
          const lock = lockOf[row]!;
          const count = (entry.counts.get(lock) ?? 0) + 1;
          entry.counts.set(lock, count);
          entry.total++;
          if (count <= KEPT) entry.rows.push(row);
        }
      }
      const page = Math.floor(word / NEAR);
      if (pageWanted[page & 0xffff] === 1 && dump.pointerStale.at(p) === 0) this.pages.get(page)?.push(p);
    }
  }
}

/** The row of goroutines that a pointer row belongs to. */
export function rowOfPointer(dump: Dump, pointer: number): number {
  let low = 0;
  let high = dump.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (dump.firstPointer.at(middle) <= pointer) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Goroutines that can be asked: those with an identity. */
export const canHold = (dump: Dump, row: number): boolean =>
  !(dump.flags.at(row) & GROUP) || !!(dump.flags.at(row) & HEADLESS);

/** Rows per distinct stack, for ties that words do not show (closures without arguments, inlined methods). */
export function rowsByLeaf(dump: Dump): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < dump.length; row++) {
    const leaf = dump.leaf.at(row);
    const list = rows.get(leaf);
    if (list) list.push(row);
    else rows.set(leaf, [row]);
  }
  return rows;
}

export const waitOfRow = (dump: Dump, row: number): StackWait | undefined => waitOf(dump, row);
