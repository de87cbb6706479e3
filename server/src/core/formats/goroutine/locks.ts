// Which lock each waiting goroutine waits for: its address where the dump shows it, else the object whose method waits.

import type { WaitKind } from '../../trace/trace.js';
import { hex, readFunction } from './names.js';
import type { Dump } from './parse.js';
import { type StackWait, waitOf } from './waits.js';

/** A lock and who waits for it. */
export interface Lock {
  /** `0x…`, or a name unique in its part where no address is printed. */
  readonly name: string;
  /** -1 where the dump does not show it. */
  readonly address: number;
  readonly part: number;
  /** rwmutex where any waiter says so. */
  kind: 'mutex' | 'rwmutex';
  readonly waiters: Waiter[];
}

export interface Waiter {
  readonly row: number;
  readonly kind: WaitKind;
  readonly wait: StackWait;
  /** Receiver or first live word of the frame that asked for the lock; -1 without. */
  readonly receiver: number;
}

/** First word of a frame's arguments. A word with `?` may be stale and is not believed. */
function firstWord(dump: Dump, row: number, frame: number): number {
  const at = dump.firstFrame.at(row) + frame;
  const end = dump.frameEnd.at(at);
  const { text } = dump;
  const start = dump.frameStart.at(at);
  let paren = end - 1;
  for (let depth = 0; paren > start; paren--) {
    const c = text.charCodeAt(paren);
    if (c === 41) depth++;
    else if (c === 40 && --depth === 0) break;
  }
  const found = /^\(\{?0x([0-9a-f]{5,12})([?,)}])/.exec(text.slice(paren, Math.min(end, paren + 24)));
  return found && found[2] !== '?' ? Number.parseInt(found[1]!, 16) : -1;
}

/** A stack's semaphore call in Go up to 1.17 names the lock by one of its fields (sync/rwmutex.go, sync/mutex.go). */
const FIELD = { mutex: 4, 'rwmutex-write': 8, 'rwmutex-read': 12 } as const;

/** The lock's address from the lock's own frames; -1 where they do not show it. */
function lockAddress(dump: Dump, row: number, wait: StackWait, frames: readonly { func: string }[]): number {
  if (wait.lockSlow >= 0) {
    const word = firstWord(dump, row, wait.lockSlow);
    if (word >= 0) return word;
    // lockSlow's callers may show it where it does not: Lock(0x…) of a build without inlining.
    for (let at = wait.lockSlow + 1; at < wait.site; at++) {
      const next = firstWord(dump, row, at);
      if (next >= 0 && /Mutex\)\.(?:Lock|lock)$/.test(frames[at]!.func)) return next;
    }
  }
  if (wait.rwLock >= 0) {
    const word = firstWord(dump, row, wait.rwLock);
    if (word >= 0 && !/rlocker/.test(frames[wait.rwLock]!.func)) return word;
  }
  for (let at = 0; at < wait.site; at++) {
    if (!/runtime_Semacquire/.test(frames[at]!.func)) continue;
    const word = firstWord(dump, row, at);
    const offset = FIELD[wait.kind as keyof typeof FIELD];
    if (word > 0x10000 && offset !== undefined) return word - offset;
  }
  return -1;
}

/** All locks of the dump that somebody waits for, in the order of their first waiter. */
export function findLocks(dump: Dump): Lock[] {
  const locks = new Map<string, Lock>();
  const unnamed: { waiter: Waiter; part: number }[] = [];
  const framesOf = new Map<number, readonly { func: string }[]>();
  const add = (key: string, part: number, name: string, address: number, waiter: Waiter): Lock => {
    let lock = locks.get(key);
    if (!lock) {
      lock = { name, address, part, kind: 'mutex', waiters: [] };
      locks.set(key, lock);
    }
    lock.waiters.push(waiter);
    if (waiter.kind !== 'mutex') lock.kind = 'rwmutex';
    return lock;
  };
  for (let row = 0; row < dump.length; row++) {
    const wait = waitOf(dump, row);
    if (!wait || !/mutex/.test(wait.kind)) continue;
    const leaf = dump.leaf.at(row);
    let frames = framesOf.get(leaf);
    if (!frames) {
      frames = dump.stacks.frames(dump.stacks.nodes[leaf]!);
      framesOf.set(leaf, frames);
    }
    const part = dump.part.at(row);
    const waiter: Waiter = { row, kind: wait.kind, wait, receiver: siteReceiver(dump, row, wait, frames.length) };
    const address = lockAddress(dump, row, wait, frames);
    if (address >= 0) add(`${part} ${address}`, part, hex(address), address, waiter);
    else unnamed.push({ waiter, part });
  }
  // A lock without an address is known by the object whose methods wait for it. Where another waiter of the same object
  // and type shows an address just above the object, it is that lock.
  const byObject = new Map<string, Lock>();
  for (const lock of locks.values())
    for (const waiter of lock.waiters) {
      if (waiter.kind === 'mutex' || waiter.receiver < 0) continue;
      byObject.set(objectKey(dump, lock.part, waiter), lock);
    }
  for (const { waiter, part } of unnamed) {
    const key = objectKey(dump, part, waiter);
    const same = byObject.get(key);
    if (same) {
      same.waiters.push(waiter);
      same.kind = 'rwmutex';
      continue;
    }
    const site = siteFunction(dump, waiter);
    const name = waiter.receiver >= 0 ? `in-${hex(waiter.receiver)}` : `of-${site || 'unknown'}`;
    byObject.set(key, add(`${part} ${key}`, part, name, -1, waiter));
  }
  return [...locks.values()];
}

export const siteFunction = (dump: Dump, waiter: Waiter): string =>
  dump.stacks.frames(dump.stacks.nodes[dump.leaf.at(waiter.row)]!)[waiter.wait.site]?.func ?? '';

/** The object that the lock is part of: the first live word of the calling frame, or of the next one if that is inlined. */
function siteReceiver(dump: Dump, row: number, wait: StackWait, depth: number): number {
  for (let at = wait.site; at < depth && at < wait.site + 3; at++) {
    const word = firstWord(dump, row, at);
    if (word >= 0) return word;
  }
  return -1;
}

function objectKey(dump: Dump, part: number, waiter: Waiter): string {
  const name = readFunction(siteFunction(dump, waiter));
  return `${part} ${waiter.receiver >= 0 ? waiter.receiver : name.family} ${name.type || name.pkg}`;
}
