// Which lock each waiting goroutine waits for: its address where the dump shows it, else the object whose method waits.

import type { Steps } from '../../text/steps.js';
import type { WaitKind } from '../../trace/trace.js';
import type { Dump } from './dump.js';
import { NEAR } from './interest.js';
import { framesOf } from './leaves.js';
import { hex, readFunction } from './names.js';
import type { StackNode } from './stacks.js';
import { type StackWait, waitsOf } from './waits.js';
import { firstWord, openFrame, STATIC, Words } from './words.js';

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

/** A stack's semaphore call names the lock by one of its fields (sync/rwmutex.go, sync/mutex.go). */
const FIELD = { mutex: 4, 'rwmutex-write': 8, 'rwmutex-read': 12 } as const;
/** Up to Go 1.17 the call that `sync` makes; where the runtime's own frames are printed, as for a signal, the one below it in every version. */
const SEMAPHORE = /runtime_Semacquire|^runtime\.semacquire1$/;

/** A frame that may show a lock's address, and how far behind it the word there points. */
interface Place {
  readonly depth: number;
  readonly offset: number;
  readonly least: number;
}

/** What all goroutines of one stack and state have in common: where to look for their lock, and who asks. */
interface Asking {
  readonly wait: StackWait;
  readonly frames: readonly StackNode[];
  readonly places: readonly Place[];
  readonly site: string;
  /** Family and type of the asking function: what an object without an address is known by. */
  readonly family: string;
  readonly type: string;
}

function askingOf(wait: StackWait, frames: readonly StackNode[]): Asking {
  const site = frames[wait.site]?.func ?? '';
  const name = readFunction(site);
  return { wait, frames, places: placesOf(wait, frames), site, family: name.family, type: name.type || name.pkg };
}

/** The frames that may show the lock's address, the surest first. */
function placesOf(wait: StackWait, frames: readonly StackNode[]): Place[] {
  const places: Place[] = [];
  if (wait.lockSlow >= 0) {
    places.push({ depth: wait.lockSlow, offset: 0, least: 0 });
    // lockSlow's callers may show it where it does not: Lock(0x…) of a build without inlining.
    for (let at = wait.lockSlow + 1; at < wait.site; at++)
      if (/Mutex\)\.(?:Lock|lock)$/.test(frames[at]!.func)) places.push({ depth: at, offset: 0, least: 0 });
  }
  if (wait.rwLock >= 0 && !/rlocker/.test(frames[wait.rwLock]!.func))
    places.push({ depth: wait.rwLock, offset: 0, least: 0 });
  // A writer behind another writer waits for the mutex at the RWMutex's own address.
  const offset = FIELD[wait.lockSlow >= 0 ? 'mutex' : (wait.kind as keyof typeof FIELD)];
  for (let at = 0; at < wait.site && offset !== undefined; at++)
    if (SEMAPHORE.test(frames[at]!.func)) places.push({ depth: at, offset, least: 0x10001 });
  return places;
}

/** The lock's address from the lock's own frames; -1 where they do not show it. */
function lockAddress(dump: Dump, row: number, { frames, places }: Asking): number {
  for (const { depth, offset, least } of places) {
    const word = firstWord(dump, row, frames, depth);
    if (word >= least) return word - offset;
  }
  return -1;
}

/** The object that the lock is part of: the first live word of the calling frame, or of the next one if that is inlined. */
function siteReceiver(dump: Dump, row: number, { frames, wait }: Asking): number {
  for (let at = wait.site; at < frames.length && at < wait.site + 3; at++) {
    const word = firstWord(dump, row, frames, at);
    if (word >= 0) return word;
  }
  return -1;
}

/** Goroutines that are one piece of the work. */
const PIECE = 8_192;

/** All locks of the dump that somebody waits for, in the order of their first waiter. */
export function* findLocks(dump: Dump): Steps<Lock[]> {
  const locks: Lock[] = [];
  const byAddress: Map<number, Lock>[] = []; // by part
  const unnamed: { waiter: Waiter; part: number; asking: Asking }[] = [];
  const waits = waitsOf(dump);
  const askings: (Asking | undefined)[] = [];
  const make = (name: string, address: number, part: number): Lock => {
    const lock: Lock = { name, address, part, kind: 'mutex', waiters: [] };
    locks.push(lock);
    return lock;
  };
  const add = (lock: Lock, waiter: Waiter): void => {
    lock.waiters.push(waiter);
    if (waiter.kind !== 'mutex') lock.kind = 'rwmutex';
  };
  // A lock without an address is known by the object whose methods wait for it. Where another waiter of the same object
  // and type shows an address just above the object, it is that lock.
  const byObject: Map<string, Lock>[] = [];
  const objects = (part: number): Map<string, Lock> => (byObject[part] ??= new Map());
  for (let row = 0; row < dump.length; row++) {
    if (row % PIECE === PIECE - 1) yield;
    const wait = waits.at(row);
    if (!wait || !LOCK_WAITS.has(wait.kind)) continue;
    const asking = (askings[waits.of[row]!] ??= askingOf(wait, framesOf(dump, row)));
    const part = dump.part.at(row);
    const waiter: Waiter = { row, kind: wait.kind, wait, receiver: siteReceiver(dump, row, asking) };
    const address = lockAddress(dump, row, asking);
    if (address < 0) {
      unnamed.push({ waiter, part, asking });
      continue;
    }
    const known = (byAddress[part] ??= new Map());
    let lock = known.get(address);
    if (!lock) {
      lock = make(hex(address), address, part);
      known.set(address, lock);
    }
    add(lock, waiter);
  }
  const byArgument = new Map<string, Lock | undefined>();
  for (const lock of unnamed.length > 0 ? locks : [])
    for (const waiter of lock.waiters) {
      if (waiter.kind === 'mutex') continue;
      const asking = askings[waits.of[waiter.row]!]!;
      if (waiter.receiver >= 0) objects(lock.part).set(objectKey(waiter.receiver, asking), lock);
      // Where the lock lies in the receiver, what is passed besides may be passed to other receivers too.
      const offset = lock.address - firstWord(dump, waiter.row, asking.frames, asking.wait.site, true);
      if (offset >= 0 && offset <= NEAR) continue;
      for (const word of argumentsOf(dump, waiter, asking)) {
        const key = argumentKey(lock.part, asking, word);
        byArgument.set(key, byArgument.has(key) && byArgument.get(key) !== lock ? undefined : lock);
      }
    }
  // First those whose own frame shows the object, then those whose caller shows one: that may be of another type.
  const isOwn = ({ waiter, asking }: (typeof unnamed)[number]): boolean =>
    waiter.receiver >= 0 && firstWord(dump, waiter.row, asking.frames, asking.wait.site) >= 0;
  const unseen = (one: (typeof unnamed)[number]): number => (one.waiter.receiver < 0 ? 2 : isOwn(one) ? 0 : 1);
  unnamed.sort((a, b) => unseen(a) - unseen(b));
  for (const { waiter, part, asking } of unnamed) {
    const key = objectKey(waiter.receiver, asking);
    // A receiver that may be stale is believed where others wait for a lock of that very object and type.
    const stale = firstWord(dump, waiter.row, asking.frames, asking.wait.site, true);
    // An argument that, among methods of the type, only those who wait for one lock have says which lock of many it is.
    const told = argumentsOf(dump, waiter, asking).map((word) => byArgument.get(argumentKey(part, asking, word)));
    const byWord = new Set(told.filter((lock) => lock !== undefined));
    const same =
      (byWord.size === 1 ? [...byWord][0] : undefined) ??
      (stale >= 0 ? objects(part).get(objectKey(stale, asking)) : undefined) ??
      objects(part).get(key);
    if (same) {
      same.waiters.push(waiter);
      if (waiter.kind !== 'mutex') same.kind = 'rwmutex';
      continue;
    }
    const name = waiter.receiver >= 0 ? `in-${hex(waiter.receiver)}` : `of-${asking.site || 'unknown'}`;
    const lock = make(name, -1, part);
    add(lock, waiter);
    objects(part).set(key, lock);
  }
  return locks;
}

/** Addresses of the heap behind the receiver of the call that asks, live or left over. */
function argumentsOf(dump: Dump, { row }: Waiter, { frames, wait }: Asking): number[] {
  const found: number[] = [];
  const words = new Words(dump.text);
  openFrame(dump, words, row, frames, wait.site);
  const receiver = firstWord(dump, row, frames, wait.site, true);
  while (words.next()) if (words.value >= STATIC && words.value !== receiver) found.push(words.value);
  return found;
}

const argumentKey = (part: number, { type }: Asking, word: number): string => `${part} ${type} ${word}`;

const LOCK_WAITS: ReadonlySet<WaitKind> = new Set(['mutex', 'rwmutex-read', 'rwmutex-write']);

/** The function that asks for the lock; '' where the stack does not show it. */
export const siteFunction = (dump: Dump, waiter: Waiter): string =>
  framesOf(dump, waiter.row)[waiter.wait.site]?.func ?? '';

const objectKey = (receiver: number, { family, type }: Asking): string =>
  `${receiver >= 0 ? receiver : family} ${type}`;

/** How the holder would hold it: only a lock that writers wait for and nobody reads for can be held by readers. */
export const modeOf = (lock: Lock): 'read' | 'write' =>
  lock.kind === 'rwmutex' && lock.waiters.some((waiter) => waiter.kind === 'rwmutex-write') ? 'read' : 'write';
