// What ties one goroutine to one lock, and how much that weighs. A large dump has thousands of candidates: weighing one
// makes no objects, and its evidence is written down only where it is named.

import type { Evidence } from '../../trace/trace.js';
import type { WordCounts } from './counts.js';
import type { Dump } from './dump.js';
import { type Func, type Functions, isStandard } from './functions.js';
import type { Held, HeldCalls } from './held.js';
import { NEAR, type Occurrences } from './interest.js';
import { objectsOf, type Sites, sitesOfKinds } from './kinds.js';
import type { Leaves } from './leaves.js';
import { modeOf } from './locks.js';
import { isOwnLoop } from './loops.js';
import { hex } from './names.js';
import type { Places } from './places.js';
import type { StackNode } from './stacks.js';
import type { Portrait } from './suspects.js';
import {
  BEFORE,
  CREATOR,
  EXACT,
  FAMILY,
  IS_CALLER,
  IS_CREATOR,
  IS_FAMILY,
  IS_OUTER,
  IS_PKG,
  IS_SITE,
  IS_TYPE,
  IS_WORD,
  KNOWN,
  NAME,
  NEARBY,
  OBJECT,
  OTHER_OBJECT,
  OUTER,
  OWNER,
  PAST,
  PAST_CALL,
  PKG,
  RECEIVER,
  REENTRY,
  RULE,
  SHARED,
  STALE_RULE,
  TIES,
  TYPE,
  WEIGHTS,
} from './ties.js';
import type { StackWait, Waits } from './waits.js';
import { liveReceiver, STATIC } from './words.js';

/** Words that add up to this tie a goroutine to one lock. */
const LINKED = 0.5;

/** What the lock's own address is worth where it may be stale: it had to do with the lock, if only before. */
const STALE = 0.6;

/** What is known of the whole dump. */
export interface Context {
  readonly dump: Dump;
  readonly leaves: Leaves;
  readonly waits: Waits;
  readonly functions: Functions;
  readonly words: Occurrences;
  readonly counts: WordCounts;
  /** The lock that each goroutine waits for; -1 for none. */
  readonly lockOf: Int32Array;
  readonly places: Places;
  readonly held: HeldCalls;
}

/** Scales for the candidates of one lock after the other. */
export class Scales {
  readonly #all: Context;
  readonly #portraits: readonly Portrait[];
  /** How many locks of a part are asked for by a function, or by methods of a type: by number of the name. */
  readonly #roles: Uint32Array;
  #rolesOf = -1;
  /** What each name is to the present lock. */
  readonly #flags: Uint8Array;
  /** What each function is to it, by all its names: most are nothing. Worked out once for each lock, when first asked. */
  readonly #mask: Uint8Array;
  readonly #maskedFor: Int32Array;
  /** The depths of each stack's frames that are anything to it; worked out likewise. */
  readonly #told: (readonly number[])[] = [];
  readonly #toldFor: Int32Array;
  /** 1 + place of each word in the present portrait; 0 where it has none. */
  readonly #place: Int32Array;
  /** The round in which each word was counted last: a goroutine may print one many times. */
  readonly #stamp: Int32Array;
  #round = 0;
  /** Names whose flags are set. */
  readonly #marked: number[] = [];
  /** For each lock the lines that lock such locks. */
  readonly #sites: readonly Sites[];
  /** Of these, those that lock for writing; and the lines that call the functions that lock. */
  readonly #writes: readonly Sites[];
  readonly #calls: readonly Sites[];
  /** For each lock the object that it lies in; -1 where that is not known. And all of these, by part. */
  readonly #objects: readonly number[];
  readonly #taken: Set<number>[] = [];
  #portrait: Portrait | undefined;
  #lock = -1;
  #exclusive = true;
  #lockIsReceiver = false;
  /** What the shared words of the heap are worth: text and tables are everybody's. */
  #sharedHeap = 0;
  /** The goroutine on the scales has the lock's own address or its object, live. */
  #hasLock = false;
  /** What passes for the receiver is a generic function's dictionary, which objects of one type share. */
  #byDictionary = false;
  #siblings = 1;
  /** Locks of the part that methods of the same types ask for. */
  #kin = 1;
  #waiters = new Float64Array(64);
  #receiver = new Uint8Array(64);

  // The ties of the goroutine on the scales.
  readonly strength = new Float64Array(TIES.length);
  readonly #depth = new Int32Array(TIES.length);
  /** The occurrence that shows it; -1 where the tie is no word. */
  readonly #seen = new Int32Array(TIES.length);
  /** What is known of such calls. */
  held: Held | undefined;
  /** Others stand where the goroutine that was weighed last does, and one of them at most can hold the lock. */
  among = false;

  constructor(context: Context, portraits: readonly Portrait[], kinds: readonly number[]) {
    this.#all = context;
    const sites = sitesOfKinds(portraits, kinds);
    this.#sites = sites;
    this.#writes = sitesOfKinds(portraits, kinds, ({ writes }) => writes);
    this.#calls = sitesOfKinds(portraits, kinds, ({ calls }) => calls);
    this.#objects = objectsOf(context.dump, portraits, kinds);
    this.#objects.forEach((object, lock) => {
      if (object >= 0) (this.#taken[portraits[lock]!.lock.part] ??= new Set()).add(object);
    });
    const { functions } = context;
    for (const portrait of portraits) for (const name of namesOf(portrait)) functions.key(name);
    this.#flags = new Uint8Array(functions.size);
    this.#mask = new Uint8Array(functions.all.length);
    this.#maskedFor = new Int32Array(functions.all.length).fill(-1);
    this.#toldFor = new Int32Array(context.leaves.length).fill(-1);
    this.#roles = new Uint32Array(functions.size);
    this.#place = new Int32Array(context.words.table.length);
    this.#stamp = new Int32Array(context.words.table.length);
    this.#portraits = portraits;
  }

  /** Puts a lock on the scales; the goroutines that follow are weighed for it. */
  set(portrait: Portrait, lock: number): void {
    this.#clear();
    const { functions } = this.#all;
    if (portrait.lock.part !== this.#rolesOf) this.#countRoles(portrait.lock.part);
    this.#portrait = portrait;
    this.#lock = lock;
    this.#exclusive = modeOf(portrait.lock) === 'write';
    const mark = (names: Iterable<string>, flag: number): void => {
      for (const name of names) {
        const key = functions.key(name);
        this.#flags[key]! |= flag;
        this.#marked.push(key);
      }
    };
    mark(portrait.types, IS_TYPE);
    mark(portrait.outer, IS_OUTER);
    mark(portrait.packages, IS_PKG);
    mark(portrait.families, IS_FAMILY);
    mark(this.#sites[lock]!.keys(), IS_SITE);
    mark(this.#calls[lock]!.keys(), IS_CALLER);
    mark(portrait.names, IS_WORD);
    mark(portrait.creators, IS_CREATOR);
    this.#siblings = 1;
    for (const site of portrait.sites.keys())
      this.#siblings = Math.max(this.#siblings, this.#roles[functions.key(site)]!);
    this.#kin = 1;
    for (const type of portrait.types) this.#kin = Math.max(this.#kin, this.#roles[functions.key(type)]!);
    if (portrait.words.size > this.#waiters.length) {
      this.#waiters = new Float64Array(portrait.words.size * 2);
      this.#receiver = new Uint8Array(portrait.words.size * 2);
    }
    const { address } = portrait.lock;
    const number = address < 0 ? undefined : portrait.words.get(this.#all.words.table.find(address));
    this.#lockIsReceiver = number?.receiver === true;
    let place = 0;
    for (const [word, { waiters, receiver }] of portrait.words) {
      this.#waiters[place] = waiters;
      this.#receiver[place] = receiver ? 1 : 0;
      this.#place[word] = ++place;
    }
  }

  #countRoles(part: number): void {
    this.#rolesOf = part;
    this.#roles.fill(0);
    this.#portraits.forEach(({ lock, types }, at) => {
      if (lock.part !== part) return;
      for (const name of [...this.#sites[at]!.keys(), ...this.#calls[at]!.keys(), ...types])
        this.#roles[this.#all.functions.key(name)]!++;
    });
  }

  /** What a function, by its index, is to the present lock. */
  #is(index: number): number {
    if (this.#maskedFor[index] !== this.#lock) {
      this.#maskedFor[index] = this.#lock;
      this.#mask[index] = this.#maskOf(this.#all.functions.all[index]!);
    }
    return this.#mask[index]!;
  }

  /** Depths of a stack's frames that are anything to the present lock, ascending. */
  #telling(stack: number): readonly number[] {
    if (this.#toldFor[stack] !== this.#lock) {
      this.#toldFor[stack] = this.#lock;
      const depths: number[] = [];
      const funcs = this.#all.functions.onStack(stack);
      for (let depth = 0; depth < funcs.length; depth++) if (this.#is(funcs[depth]!) !== 0) depths.push(depth);
      this.#told[stack] = depths;
    }
    return this.#told[stack]!;
  }

  #maskOf(func: Func): number {
    const flags = this.#flags;
    let mask = func.type === 0 ? 0 : flags[func.type]! & (IS_TYPE | IS_OUTER);
    mask |= flags[func.key]! & (IS_SITE | IS_CREATOR | IS_CALLER);
    if (!func.plumbing) mask |= flags[func.pkg]! & IS_PKG;
    if (func.name.closure) mask |= flags[func.family]! & IS_FAMILY;
    for (const word of func.words) mask |= flags[word]! & IS_WORD;
    return mask;
  }

  #clear(): void {
    if (!this.#portrait) return;
    for (const key of this.#marked) this.#flags[key] = 0;
    this.#marked.length = 0;
    for (const word of this.#portrait.words.keys()) this.#place[word] = 0;
  }

  /** The score of a goroutine as the lock's holder; 0 where nothing ties it. `tell` takes the evidence. */
  weigh(row: number, tell?: Evidence[]): number {
    const portrait = this.#portrait!;
    const waitsForIt = this.#all.lockOf[row] === this.#lock;
    const wait = this.#all.waits.at(row);
    this.#tie(row, portrait, waitsForIt, wait);
    return this.#sum(row, portrait, waitsForIt, wait, tell);
  }

  #put(tie: number, value: number, depth: number, seen: number): void {
    if (value <= this.strength[tie]!) return;
    this.strength[tie] = value;
    this.#depth[tie] = depth;
    this.#seen[tie] = seen;
  }

  #tie(row: number, portrait: Portrait, waitsForIt: boolean, wait: StackWait | undefined): void {
    const { strength } = this;
    for (let tie = 0; tie < strength.length; tie++) strength[tie] = 0;
    // Of a waiter only the frames above its own lock call tell: the call itself is why it is here. The call for another lock is that one's.
    const from = waitsForIt ? (wait?.site ?? 0) + 1 : this.#all.lockOf[row]! >= 0 ? (wait?.site ?? 0) : 0;
    this.#tieWords(row, portrait, waitsForIt, from);
    this.#hasLock = strength[EXACT] === 1 || strength[OBJECT] === 1;
    // A lock at the beginning of its object has the object's address: one word is one reason.
    if (this.#lockIsReceiver) strength[EXACT] = waitsForIt ? 0 : Math.max(0, strength[EXACT]! - strength[RECEIVER]!);
    // A role that many locks' waiters share tells them apart only as far as a word ties the goroutine to this lock.
    const link = Math.min(1, strength[EXACT]! + strength[RECEIVER]! + strength[SHARED]! + strength[NEARBY]! / 2);
    this.#tieFrames(row, portrait, from, link, waitsForIt);
    this.held = waitsForIt ? undefined : this.#all.held.during(row, portrait);
    if (this.held) this.#put(KNOWN, this.held.proven ? 1 : Math.max(link, 1 / this.#siblings), this.held.depth, -1);
    if (waitsForIt && wait) this.#tieReentry(row, portrait, wait);
  }

  /** Ties by words: those of the waiters' frames, the lock's address, and what lies right below it. */
  #tieWords(row: number, portrait: Portrait, waitsForIt: boolean, from: number): void {
    const { words, counts, functions, leaves } = this.#all;
    const { strength } = this;
    const funcs = functions.onStack(leaves.of[row]!);
    const { lock, sample } = portrait;
    const own = counts.own(this.#lock);
    const object = this.#objects[this.#lock]!;
    const isTaken = this.#taken[lock.part];
    const round = ++this.#round;
    let sharedSum = 0;
    this.#sharedHeap = 0;
    this.#byDictionary = false;
    const end = words.start[row + 1]!;
    for (let i = words.start[row]!; i < end; i++) {
      const depth = words.depth(i);
      if (depth < from) continue;
      const live = words.live(i);
      const number = words.word(i);
      const word = words.table.value(number);
      if (word === lock.address && (live || !waitsForIt)) this.#put(EXACT, live ? 1 : STALE, depth, i);
      const place = this.#place[number]!;
      const isReceiver = place > 0 && this.#receiver[place - 1] === 1;
      if (!isReceiver && isTaken?.has(word)) {
        // What another lock lies in ties to that one.
        if (word !== object) continue;
        if (!waitsForIt && word !== lock.address) this.#put(OBJECT, live ? 1 : STALE, depth, i);
        continue;
      }
      if (place === 0) {
        if (live && word < lock.address && this.#mayHave(word) && !this.#isForeign(funcs[depth]!))
          this.#put(NEARBY, 1 - (lock.address - word) / (2 * NEAR), depth, i);
        continue;
      }
      const others = counts.total(number, lock.part) - own[place - 1]! - (waitsForIt ? 0 : 1);
      const locks = counts.locks(number, lock.part) - 1;
      const waiters = this.#waiters[place - 1]!;
      // A waiter's own words prove nothing by themselves: only what other waiters have too.
      const share = waitsForIt ? (waiters - 1) / Math.max(1, sample - 1) / 4 : waiters / sample;
      const value = (Math.sqrt(share) * (live ? 1 : 0.6)) / ((1 + 0.5 * others) * (1 + locks));
      if (live && isReceiver) {
        this.#put(RECEIVER, value, depth, i);
        if (word < STATIC && locks > 0 && leaves.frames(leaves.of[row]!)[depth]!.generic) this.#byDictionary = true;
      } else if (this.#stamp[number] !== round) {
        this.#stamp[number] = round;
        sharedSum += value;
        if (word >= STATIC) this.#sharedHeap += value;
        if (sharedSum <= 0) continue;
        const first = strength[SHARED] === 0;
        strength[SHARED] = Math.min(1, sharedSum);
        if (first || value > 0.3) {
          this.#depth[SHARED] = depth;
          this.#seen[SHARED] = i;
        }
      }
    }
  }

  /** Ties by the code it stands in: the lock's own functions, types and packages. */
  #tieFrames(row: number, portrait: Portrait, from: number, link: number, waitsForIt: boolean): void {
    const { dump, leaves, functions } = this.#all;
    const { strength } = this;
    const stack = leaves.of[row]!;
    const frames = leaves.frames(stack);
    const funcs = functions.onStack(stack);
    let sameObject = false;
    let other = -1; // depth of the first frame on another object
    const created = leaves.created(stack, from);
    if (created < funcs.length && this.#is(funcs[created]!) & IS_CREATOR) this.#put(CREATOR, 1, created, -1);
    for (const depth of this.#telling(stack)) {
      if (depth < from) continue;
      if (depth >= created) break;
      const is = this.#is(funcs[depth]!);
      const frame = frames[depth]!;
      const func = functions.all[funcs[depth]!]!;
      if (is & IS_TYPE) {
        const objects = portrait.receivers.get(func.name.type);
        const { address } = portrait.lock;
        const object = objects || address >= 0 ? liveReceiver(dump, row, frames, depth) : -1;
        const same = object >= 0 && !!objects?.has(object);
        // The lock lies in the object it works on. What its being the waiters' receiver has counted already is not added.
        const offset = object >= 0 && address >= 0 ? address - object : -1;
        // A victim can have come through another method of its object: for those who wait, see #tieReentry.
        if (!waitsForIt && this.#mayHave(object) && (same || !objects))
          this.#put(OWNER, Math.max(0, 1 - offset / (4 * NEAR) - strength[RECEIVER]!), depth, -1);
        if (same) sameObject = true;
        else if (objects && object >= 0 && other < 0) other = depth;
        if (!objects || object < 0 || same) this.#put(TYPE, this.#role(func.type, link), depth, -1);
      } else if (is & IS_OUTER) this.#put(OUTER, this.#role(func.type, link), depth, -1);
      else if (is & IS_PKG) this.#put(PKG, 1, depth, -1);
      if (is & IS_SITE && other !== depth) {
        let past = false;
        for (const line of this.#sites[this.#lock]!.get(frame.func)!) if (frame.line > line) past = true;
        this.#put(past ? PAST : BEFORE, this.#role(func.key, link), depth, -1);
      }
      if (is & IS_CALLER && !(is & IS_SITE) && !waitsForIt) {
        const lines = this.#calls[this.#lock]!.get(frame.func)!;
        if ([...lines].some((line) => frame.line > line)) this.#put(PAST_CALL, this.#role(func.key, link), depth, -1);
      }
      if (is & IS_FAMILY && !(is & IS_SITE)) this.#put(FAMILY, 1, depth, -1);
      if (is & IS_WORD) this.#put(NAME, this.#role(func.type, link), depth, -1);
    }
    if (other >= 0 && !sameObject) {
      this.#put(OTHER_OBJECT, 1, other, -1);
      strength[PAST] = 0;
      strength[BEFORE] = 0;
    }
  }

  #role(name: number, link: number): number {
    return Math.max(link, 1 / (this.#roles[name]! || 1));
  }

  /** It came through a method of the very object whose lock it now asks for, and others ask for it another way. */
  #tieReentry(row: number, portrait: Portrait, wait: StackWait): void {
    const { dump, leaves, functions } = this.#all;
    const stack = leaves.of[row]!;
    const frames = leaves.frames(stack);
    const funcs = functions.onStack(stack);
    for (let depth = wait.site + 1; depth < frames.length; depth++) {
      const { type } = functions.all[funcs[depth]!]!.name;
      const objects = type ? portrait.receivers.get(type) : undefined;
      if (!objects?.has(liveReceiver(dump, row, frames, depth))) continue;
      const alike = portrait.rows.filter((other) => other !== row && leaves.of[other] === stack).length;
      const others = portrait.rows.length - 1;
      this.#put(REENTRY, others > 0 ? Math.max(0, 1 - alike / others) : 0.6, depth, -1);
      break;
    }
  }

  /** Adds up the ties, and what speaks against the goroutine. */
  #sum(
    row: number,
    portrait: Portrait,
    waitsForIt: boolean,
    wait: StackWait | undefined,
    tell: Evidence[] | undefined,
  ): number {
    const { dump, leaves } = this.#all;
    const { strength } = this;
    const stack = leaves.of[row]!;
    this.among = !waitsForIt && this.#standsAmongOthers(row, stack);
    // Then it has not got the lock where it stands, and an object that begins with the lock is one reason, not two.
    if (this.among) {
      strength[PAST] = 0;
      if (this.#lockIsReceiver) strength[OWNER] = Math.max(0, strength[OWNER]! - strength[EXACT]!);
    }
    let score = 0;
    let tied = false;
    for (let tie = 0; tie < strength.length; tie++) {
      const value = strength[tie]!;
      if (value === 0) continue;
      tied = true;
      score += WEIGHTS[tie]! * value;
      tell?.push(this.#evidence(row, portrait, tie));
    }
    if (!tied) return 0;
    const say = (rule: string, weight: number, values: Record<string, string>): void => {
      score += weight;
      tell?.push({ rule, weight, values });
    };
    if (waitsForIt) say('waits-for-same-lock', strength[REENTRY]! > 0 ? -2 : -3, {});
    else if (wait && (portrait.leaves.has(dump.leaf.at(row)) || this.#asksAlike(row, wait)))
      say('waits-alike', -1.5, {});
    if (this.among) say('shared-stack', -2, {});
    if (wait?.state === 'idle') say('idle', -2, { why: wait.idle });
    if (wait && isOwnLoop(this.#all, stack, wait)) say('own-loop', -1, {});
    const minutes = dump.minutes.at(row);
    if (portrait.longest > Math.max(0, minutes))
      say('waits-shorter', -0.5, { minutes: String(Math.max(0, minutes)), longest: String(portrait.longest) });
    if (dump.id.at(row) >= 0 && dump.id.at(row) < portrait.lowestId) say('older', 0.2, {});
    return score;
  }

  /** Whether a goroutine asks for another lock on a line where locks of this kind are asked for. */
  #asksAlike(row: number, wait: StackWait): boolean {
    if (this.#all.lockOf[row]! < 0) return false;
    const { leaves } = this.#all;
    const frame = leaves.frames(leaves.of[row]!)[wait.site];
    return !!frame && !!this.#sites[this.#lock]!.get(frame.func)?.has(frame.line);
  }

  /**
   * Whether other goroutines that do not wait for the lock stand with this one at one place on one object, and it stands on no such
   * object alone: of those that stand there one at most can hold the lock.
   */
  #standsAmongOthers(row: number, stack: number): boolean {
    const { functions, leaves } = this.#all;
    let among = false;
    const funcs = functions.onStack(stack);
    for (const depth of this.#telling(stack)) {
      const func = funcs[depth]!;
      if (!(this.#is(func) & (IS_TYPE | IS_SITE)) || functions.all[func]!.plumbing) continue;
      // Readers hold a lock together, unless they got it where it is locked for writing.
      if (!this.#exclusive && !this.#isPastWrite(leaves.frames(stack)[depth]!)) continue;
      const others = this.#othersAt(row, stack, depth);
      if (others === 0) return false;
      if (others > 0) among = true;
    }
    return among;
  }

  /** Whether the lock may lie in an object at the address: close below, and not below what it is known to lie in. */
  #mayHave(object: number): boolean {
    const { address } = this.#portrait!.lock;
    return object >= 0 && object <= address && address - object <= NEAR && object >= this.#objects[this.#lock]!;
  }

  /** Whether a function is of the standard library and of no type that waits: a program's own lock lies in none of its objects. */
  #isForeign(index: number): boolean {
    return isStandard(this.#all.functions.all[index]!.name.pkg) && !(this.#is(index) & (IS_TYPE | IS_SITE));
  }

  /** Whether an object has to do with several locks. */
  readonly #isCommon = (object: number): boolean => {
    const number = this.#all.words.table.find(object);
    return number >= 0 && this.#all.counts.locks(number, this.#portrait!.lock.part) > 1;
  };

  /** Whether a frame stands past a line of its function that locks for writing. */
  #isPastWrite({ func, line }: StackNode): boolean {
    return [...(this.#writes[this.#lock]!.get(func) ?? [])].some((write) => line > write);
  }

  /** How many others that do not wait for the lock stand at a frame's place on its object; -1 where it is not known which. */
  #othersAt(row: number, stack: number, depth: number): number {
    const { dump, leaves, functions, places, lockOf } = this.#all;
    const frames = leaves.frames(stack);
    const func = functions.onStack(stack)[depth]!;
    const { line } = frames[depth]!;
    const object = liveReceiver(dump, row, frames, depth);
    const { address } = this.#portrait!.lock;
    // Who has the lock besides shares another object with them.
    if (this.#hasLock && object !== address && object !== this.#objects[this.#lock]) return -1;
    if (places.crowded(func, line, this.#isCommon)) return 1;
    if (object < 0 || (address >= 0 && !this.#mayHave(object) && this.#isCommon(object))) return -1;
    const isOther = (other: number): boolean => other !== row && lockOf[other] !== this.#lock;
    return places.at(func, line, object, row).some(isOther) ? 1 : 0;
  }

  #evidence(row: number, portrait: Portrait, tie: number): Evidence {
    const { dump, leaves, words } = this.#all;
    const frame: StackNode | undefined = leaves.frames(leaves.of[row]!)[this.#depth[tie]!];
    const seen = this.#seen[tie]!;
    const word = seen >= 0 ? words.table.value(words.word(seen)) : -1;
    const address = portrait.lock.address;
    const at = seen >= 0 ? words.at(seen) : -1;
    const line = dump.firstFrame.at(row) + this.#depth[tie]!;
    const isStale = seen >= 0 && !words.live(seen);
    return {
      rule: isStale ? (STALE_RULE[TIES[tie]!] ?? RULE[TIES[tie]!]) : RULE[TIES[tie]!],
      weight: WEIGHTS[tie]! * this.strength[tie]!,
      values: {
        frame: frame?.func ?? '',
        line: String(frame?.line ?? ''),
        address: portrait.lock.name,
        pointer: word >= 0 ? hex(word) : '',
        offset: word >= 0 && address >= 0 ? String(address - word) : '',
      },
      span:
        at >= 0
          ? { start: at, end: at + 2 + word.toString(16).length }
          : { start: dump.frameStart.at(line), end: dump.frameEnd.at(line) },
    };
  }

  /** Whether a word or its place in the code ties the goroutine that was weighed last to this lock, not just to its kind. */
  get linked(): boolean {
    const { strength } = this;
    return (
      this.placed ||
      strength[OWNER]! +
        strength[OBJECT]! +
        strength[EXACT]! +
        strength[RECEIVER]! +
        strength[NEARBY]! +
        this.#sharedHeap >=
        LINKED
    );
  }

  /** Whether it takes more than words to tell goroutines in one place apart: frames of generic functions show what others left there. */
  get muddled(): boolean {
    const { strength } = this;
    const owns = strength[EXACT]! + strength[OWNER]! + strength[OBJECT]! > 0;
    return !owns && [...this.#sites[this.#lock]!.keys()].some((site) => site.includes('[...]'));
  }

  /** How closely words tie the goroutine that was weighed last to this lock. */
  get words(): number {
    const { strength } = this;
    return strength[OWNER]! + strength[OBJECT]! + strength[EXACT]! + strength[RECEIVER]! + strength[SHARED]!;
  }

  /** Whether the place of the goroutine that was weighed last may be one of another object's: no word tells whose. */
  get anyones(): boolean {
    const { strength } = this;
    const receiver = this.#byDictionary ? strength[RECEIVER]! : 0;
    const told = this.words - receiver + strength[NEARBY]! + strength[KNOWN]! + strength[REENTRY]! > 0;
    return !told && this.#kin > 1;
  }

  /** Whether the goroutine that was weighed last was started like those who wait. */
  get alike(): boolean {
    return this.strength[CREATOR]! > 0;
  }

  /** Whether the goroutine that was weighed last works on another object of the kind. */
  get elsewhere(): boolean {
    return this.strength[OTHER_OBJECT]! > 0;
  }

  /** Whether where it stands in the code speaks for the goroutine that was weighed last. */
  get placed(): boolean {
    const { strength } = this;
    return strength[PAST]! > 0 || strength[KNOWN]! > 0 || strength[REENTRY]! > 0 || strength[FAMILY]! > 0;
  }
}

/** All names of a lock's waiters that a candidate is compared with. */
function* namesOf(portrait: Portrait): Iterable<string> {
  yield* portrait.types;
  yield* portrait.outer;
  yield* portrait.packages;
  yield* portrait.families;
  yield* portrait.sites.keys();
  yield* portrait.calls.keys();
  yield* portrait.names;
  yield* portrait.creators;
}
