// Who could hold a lock: what all waiters of a contended lock say about it, and the stacks that have to do with it.

import { type Dump, GROUP, HEADLESS } from './dump.js';
import { type Functions, isPlumbing, wordsOf } from './functions.js';
import { isProofFrame } from './held.js';
import { NEAR, type WordTable } from './interest.js';
import { framesOf, type Leaves, leavesOf } from './leaves.js';
import type { Lock } from './locks.js';
import type { StackNode } from './stacks.js';
import { liveReceiver, openFrame, Words } from './words.js';

export { framesOf, NEAR };

/** What ties one goroutine to one lock; each from 0 to 1. */
export type TieName =
  | 'exact' // a frame outside its own lock call has the lock's address, live or left over
  | 'owner' // a method of the type whose methods ask for the lock, on an object that the lock lies in
  | 'receiver' // a live word that the waiters' calling frames have as receiver
  | 'shared' // other words that the waiters' frames have
  | 'near' // a word at most 1 KiB below the lock: an object that may contain it
  | 'object' // the object that the lock lies in, as far below it as the waiters for other locks of the kind show
  | 'past' // it stands in a waiter's own function, past the line that locks
  | 'pastCall' // it stands in a function that calls one which locks for its callers, past that call
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

/** A word that waiters of a lock have. */
export interface PortraitWord {
  waiters: number;
  /** It is the live receiver of a calling frame. */
  receiver: boolean;
  /** The waiter that was counted last. */
  last: number;
}

/** What all waiters of a lock say about it. */
export interface Portrait {
  readonly lock: Lock;
  /** Words of the waiters' frames above the lock, by their number in the table. */
  readonly words: Map<number, PortraitWord>;
  readonly sites: Map<string, Set<number>>; // function -> lines that lock
  readonly writes: Map<string, Set<number>>; // of these, the lines that lock for writing
  readonly calls: Map<string, Set<number>>; // function -> lines that call those which lock for their callers
  readonly types: Set<string>;
  readonly packages: Set<string>;
  readonly families: Set<string>;
  readonly creators: Set<string>;
  /** Live receivers of the calling frames, by the receiver's type. */
  readonly receivers: Map<string, Set<number>>;
  /** Objects of standard library calls between the lock and the caller (`sync.(*Once).doSlow`), by function. */
  readonly proofs: Map<string, Set<number>>;
  /** Type of the methods through which waiters came to the calling frame, on an object that the lock lies in; '' where none shows. */
  readonly owner: string;
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
/** Names of functions that lock for their callers, and return with the lock held. */
const LOCKER = /(?:^|[a-z\d_])(?:R?Lock|Acquire|Begin|Enter)|^(?:r?lock|acquire|begin|enter)/;

/** @param table takes the words of the waiters' frames. */
export function portray(dump: Dump, lock: Lock, table: WordTable, functions: Functions): Portrait {
  const stacks = leavesOf(dump);
  const cursor = new Words(dump.text);
  const words = new Map<number, PortraitWord>();
  const sites = new Map<string, Set<number>>();
  const writes = new Map<string, Set<number>>();
  const calls = new Map<string, Set<number>>();
  const types = new Set<string>();
  const packages = new Set<string>();
  const families = new Set<string>();
  const creators = new Set<string>();
  const receivers = new Map<string, Set<number>>();
  const proofs = new Map<string, Set<number>>();
  let owner = '';
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
    const stack = stacks.of[row]!;
    const frames = stacks.frames(stack);
    const funcs = functions.onStack(stack);
    for (let at = 0; at < Math.min(wait.site + 2, frames.length); at++) {
      const { func } = frames[at]!;
      if (!isProofFrame(func)) continue;
      const object = liveReceiver(dump, row, frames, at);
      if (object >= 0) proofs.set(func, (proofs.get(func) ?? new Set()).add(object));
    }
    const site = wait.site < stacks.created(stack, wait.site) ? functions.all[funcs[wait.site]!] : undefined;
    if (site?.name.type) {
      const object = liveReceiver(dump, row, frames, wait.site);
      if (object >= 0) receivers.set(site.name.type, (receivers.get(site.name.type) ?? new Set()).add(object));
    }
    const sitePkg = wait.site < funcs.length ? functions.all[funcs[wait.site]!]!.pkg : 0;
    if (!leaves.has(dump.leaf.at(row))) {
      leaves.add(dump.leaf.at(row));
      for (let at = wait.site; at < stacks.created(stack, wait.site) && at < wait.site + 6; at++) {
        const frame = frames[at]!;
        const { name, pkg, standard } = functions.all[funcs[at]!]!;
        if (owner === '' && at > wait.site && at <= wait.site + 2 && name.type && lock.address >= 0) {
          const offset = lock.address - liveReceiver(dump, row, frames, at);
          if (offset >= 0 && offset <= NEAR && !types.has(name.type)) owner = name.type;
        }
        if (at === wait.site) {
          const lines = sites.get(frame.func) ?? new Set();
          sites.set(frame.func, lines.add(frame.line));
          if (wait.kind !== 'rwmutex-read')
            writes.set(frame.func, (writes.get(frame.func) ?? new Set()).add(frame.line));
          families.add(name.family);
          packages.add(name.pkg);
          if (name.type) {
            types.add(name.type);
            for (const word of wordsOf(name.type)) names.add(word);
          }
          for (const word of wordsOf(name.method)) names.add(word);
        } else if (at === wait.site + 1 && !standard && LOCKER.test(functions.all[funcs[at - 1]!]!.name.method))
          calls.set(frame.func, (calls.get(frame.func) ?? new Set()).add(frame.line));
        if (at > wait.site && name.type && (pkg === sitePkg || !standard)) outer.add(name.type);
      }
      const last = frames[frames.length - 1];
      if (last?.kind === 'created') creators.add(last.func);
    }
    for (let depth = wait.site; depth < wait.site + DEPTH && depth < frames.length; depth++) {
      // Words of the standard library's frames are shared by all that came through it.
      const { pkg, standard } = functions.all[funcs[depth]!]!;
      if (pkg !== sitePkg && standard) continue;
      openFrame(dump, cursor, row, frames, depth);
      while (cursor.next()) {
        const { value } = cursor;
        if (cursor.isTypeWord) continue;
        const number = table.number(value);
        const entry = words.get(number);
        const isReceiver = value === receiver && cursor.live;
        if (!entry) words.set(number, { waiters: 1, receiver: isReceiver, last: row });
        else if (entry.last !== row) {
          entry.last = row;
          entry.waiters++;
          entry.receiver ||= isReceiver;
        }
      }
    }
  }
  return {
    lock,
    words,
    sites,
    writes,
    calls,
    types,
    packages,
    families,
    creators,
    receivers,
    proofs,
    owner,
    outer,
    leaves,
    names,
    longest,
    lowestId,
    rows,
    sample,
  };
}

/** Goroutines that can be asked: those with an identity. */
export const canHold = (dump: Dump, row: number): boolean =>
  !(dump.flags.at(row) & GROUP) || !!(dump.flags.at(row) & HEADLESS);

/**
 * Stacks by what their frames are of: those that have a frame of a lock's type, function or package are related to it.
 * Frames of plumbing packages count by type and function only. Each part of a dump has lists of its own.
 */
export class RelatedStacks {
  readonly #byPkg = new Map<number, number[]>();
  readonly #byType = new Map<number, number[]>();
  readonly #byFamily = new Map<number, number[]>();
  readonly #functions: Functions;
  readonly #parts: number;

  /** @param most a stack that more goroutines have than this tells nothing. */
  constructor(dump: Dump, leaves: Leaves, functions: Functions, portraits: readonly Portrait[], most: number) {
    this.#functions = functions;
    this.#parts = dump.parts.length + 1;
    for (const portrait of portraits) {
      const key = (name: string): number => this.#key(functions.key(name), portrait.lock.part);
      for (const pkg of portrait.packages) this.#byPkg.set(key(pkg), []);
      for (const type of portrait.types) this.#byType.set(key(type), []);
      for (const family of portrait.families) this.#byFamily.set(key(family), []);
    }
    for (let stack = 0; stack < leaves.length; stack++) {
      if (leaves.count(stack) > most) continue;
      const rows = leaves.rows(stack);
      let last = -1;
      for (const row of rows) {
        const part = dump.part.at(row);
        if (part === last || !canHold(dump, row)) continue;
        last = part;
        this.#enter(stack, part, leaves.frames(stack));
      }
    }
  }

  #key(name: number, part: number): number {
    return name * this.#parts + part;
  }

  #enter(stack: number, part: number, frames: readonly StackNode[]): void {
    const put = (lists: ReadonlyMap<number, number[]>, name: number): void => {
      const list = lists.get(this.#key(name, part));
      if (list && list[list.length - 1] !== stack) list.push(stack);
    };
    const funcs = this.#functions.onStack(stack);
    for (let depth = 0; depth < funcs.length && frames[depth]!.kind !== 'created'; depth++) {
      const func = this.#functions.all[funcs[depth]!]!;
      if (func.plumbing) {
        if (func.type !== 0) put(this.#byType, func.type);
        put(this.#byFamily, func.family);
      } else put(this.#byPkg, func.pkg);
    }
  }

  /** Stacks related to a lock, in their order. Of each kind only so many as have `enough` goroutines by `count`. */
  of(portrait: Portrait, enough: number, count: (stack: number) => number): number[] {
    const found = new Set<number>();
    const take = (lists: ReadonlyMap<number, number[]>, name: string): void => {
      const list = lists.get(this.#key(this.#functions.key(name), portrait.lock.part));
      let goroutines = 0;
      for (let i = 0; list && i < list.length && goroutines < enough; i++) {
        found.add(list[i]!);
        goroutines += count(list[i]!);
      }
    };
    for (const pkg of portrait.packages) if (!isPlumbing(pkg)) take(this.#byPkg, pkg);
    for (const type of portrait.types) take(this.#byType, type);
    for (const family of portrait.families) take(this.#byFamily, family);
    return [...found].sort((a, b) => a - b);
  }
}
