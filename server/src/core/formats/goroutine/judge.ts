// Weighs the evidence: which goroutine holds a lock, and how sure that is. Go does not record it (sync.Mutex keeps no
// owner), so every answer is an inference, and below a bar no holder is named but candidates are listed.

import type { Confidence, Evidence } from '../../trace/trace.js';
import { heldDuring } from './held.js';
import type { Lock } from './locks.js';
import { hex, readFunction } from './names.js';
import type { Dump } from './parse.js';
import {
  canHold,
  framesOf,
  isPlumbing,
  liveReceiver,
  NEAR,
  type Portrait,
  portray,
  rowOfPointer,
  rowsByLeaf,
  type Seen,
  SharedStacks,
  type TieName,
  type Ties,
  type Word,
  WordIndex,
  wordsOf,
} from './suspects.js';
import { waitOf } from './waits.js';

export interface Suspect {
  readonly row: number;
  readonly mode: 'write' | 'read';
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  readonly score: number;
}

export interface Verdict {
  readonly lock: Lock;
  /** Surest first, at most MOST. */
  readonly suspects: readonly Suspect[];
  /** Why nobody is named: an article of kind `unheld`; undefined where somebody is. */
  readonly reason: string | undefined;
}

/** Candidates listed for one lock. */
const MOST = 5;
/** Candidates weighed for one lock. More than so many tied by the same word are tied by nothing. */
const WEIGHED = 256;
/** A word or a stack that more goroutines have than this tells nothing. */
const MANY = 64;

/** Two locks of one kind that a goroutine fits within this much of a score: nothing tells which of them it holds. */
const TORN = 1.5;

/**
 * What *likely* takes: this score, and this lead over the next candidate. Where the goroutine stands in the code speaks
 * for it, less is enough. Measured on dumps with known holders: at these bars 98 of 100 are right.
 */
const LIKELY = { placed: { score: 3, lead: 0.8 }, unplaced: { score: 4.2, lead: 1 } } as const;

/** How much each tie counts. */
export const WEIGHT: Readonly<Record<TieName, number>> = {
  exact: 2.5,
  receiver: 2.5,
  shared: 2,
  near: 1,
  past: 2,
  before: 0.3,
  otherObject: -3,
  type: 1,
  outer: 0.6,
  pkg: 0.5,
  name: 0.8,
  family: 1,
  creator: 0.3,
  known: 4,
  reentry: 3,
};

export function judge(dump: Dump, locks: readonly Lock[]): Verdict[] {
  if (locks.length === 0) return [];
  const portraits = locks.map((lock) => portray(dump, lock));
  const index = new WordIndex(dump, portraits);
  const leaves = rowsByLeaf(dump);
  const locksWithWord = new Map<number, number>();
  for (const portrait of portraits)
    for (const word of portrait.words.keys()) locksWithWord.set(word, (locksWithWord.get(word) ?? 0) + 1);
  const roles = new Map<string, number>();
  for (const portrait of portraits)
    for (const key of [...portrait.sites.keys(), ...portrait.types]) roles.set(key, (roles.get(key) ?? 0) + 1);
  const context: Context = { index, leaves, locksWithWord, roles, shared: new SharedStacks(dump, leaves) };
  const scored = portraits.map((portrait, at) => weigh(dump, portrait, at, context));
  preferOneEach(portraits, scored);
  preferCycles(dump, locks, scored);
  return scored.map((list, at) => verdict(dump, portraits[at]!, list));
}

/** What is known of the whole dump. */
interface Context {
  readonly index: WordIndex;
  readonly leaves: ReadonlyMap<number, readonly number[]>;
  /** How many locks' waiters have a word. */
  readonly locksWithWord: ReadonlyMap<number, number>;
  /** How many locks are asked for by a function, or by methods of a type. */
  readonly roles: ReadonlyMap<string, number>;
  readonly shared: SharedStacks;
}

interface Scored {
  readonly ties: Ties;
  score: number;
  readonly evidence: Evidence[];
  /** Tied to another lock of the same kind just as well: nothing tells which of them it holds. */
  torn?: boolean;
  /** Part of a deadlock of two. */
  cyclic?: boolean;
}

function weigh(dump: Dump, portrait: Portrait, at: number, context: Context): Scored[] {
  const { lock } = portrait;
  const { index, leaves } = context;
  const waiting = new Set(lock.waiters.map((w) => w.row));
  const candidates = new Set<number>();
  const add = (row: number): void => {
    if (candidates.size < WEIGHED && dump.part.at(row) === lock.part && canHold(dump, row)) candidates.add(row);
  };
  const outside = (word: Word): number => word.total - (word.counts.get(at) ?? 0);
  if (lock.address >= 0) for (const row of index.words.get(lock.address)?.rows ?? []) if (!waiting.has(row)) add(row);
  const specific = [...portrait.words.keys()]
    .map((word) => index.words.get(word)!)
    .sort((a, b) => outside(a) - outside(b));
  for (const word of specific) {
    if (outside(word) > MANY) break;
    for (const row of word.rows) if (!waiting.has(row)) add(row);
  }
  if (lock.address >= 0) {
    const page = Math.floor(lock.address / NEAR);
    for (const list of [index.pages.get(page), index.pages.get(page - 1)])
      for (const p of list ?? []) {
        const word = dump.pointer.at(p);
        if (word <= lock.address && lock.address - word <= NEAR) {
          const row = rowOfPointer(dump, p);
          if (!waiting.has(row)) add(row);
        }
      }
  }
  for (const [leaf, rows] of leaves) {
    if (rows.length > MANY) continue;
    if (!relatedStack(dump, rows[0]!, portrait)) continue;
    void leaf;
    for (const row of rows) if (!waiting.has(row)) add(row);
  }
  // A waiter can be the holder: it locked before, further up its own stack.
  const asked = new Map<number, number>();
  for (const { row } of lock.waiters) {
    const leaf = dump.leaf.at(row);
    const before = asked.get(leaf) ?? 0;
    if (before >= 3) continue; // more of the same stack are victims alike
    if (asked.size >= MANY) break;
    asked.set(leaf, before + 1);
    add(row);
  }
  const scored: Scored[] = [];
  for (const row of candidates) {
    const ties = tiesOf(dump, row, portrait, at, waiting, context);
    const one = scoreOf(dump, ties, portrait, context);
    if (one.score > 0) scored.push(one);
  }
  return scored;
}

/** Whether a stack has a frame of the lock's type, its function or its family. */
function relatedStack(dump: Dump, row: number, portrait: Portrait): boolean {
  const frames = framesOf(dump, row);
  for (const frame of frames) {
    if (frame.kind === 'created') break;
    if (portrait.sites.has(frame.func)) return true;
    const name = readFunction(frame.func);
    if ((name.type && portrait.types.has(name.type)) || portrait.families.has(name.family)) return true;
    if (portrait.packages.has(name.pkg) && !isPlumbing(name.pkg)) return true;
  }
  return false;
}

function tiesOf(
  dump: Dump,
  row: number,
  portrait: Portrait,
  at: number,
  waiting: ReadonlySet<number>,
  context: Context,
): Ties {
  const { lock } = portrait;
  const { locksWithWord } = context;
  const strength: Partial<Record<TieName, number>> = {};
  const seen: Partial<Record<TieName, Seen>> = {};
  const put = (tie: TieName, value: number, where: Seen): void => {
    if (value <= (strength[tie] ?? 0)) return;
    strength[tie] = value;
    seen[tie] = where;
  };
  const frames = framesOf(dump, row);
  const waitsForIt = waiting.has(row);
  const wait = waitOf(dump, row);
  // Of a waiter only the frames above its own lock call tell: the call itself is why it is here.
  const from = waitsForIt ? (wait?.site ?? 0) + 1 : 0;
  const base = dump.firstFrame.at(row);
  const { first, end } = dump.pointerRows(row);
  let sharedSum = 0;
  const counted = new Set<number>();
  for (let p = first; p < end; p++) {
    const depth = dump.pointerFrame.at(p) - base;
    if (depth < from || frames[depth]?.kind === 'created') continue;
    const word = dump.pointer.at(p);
    const live = dump.pointerStale.at(p) === 0;
    const where = { depth, pointer: p };
    if (live && word === lock.address) put('exact', 1, where);
    const known = portrait.words.get(word);
    if (known) {
      const entry = context.index.words.get(word)!;
      const others = entry.total - (entry.counts.get(at) ?? 0) - (waitsForIt ? 0 : 1);
      const locks = (locksWithWord.get(word) ?? 1) - 1;
      // A waiter's own words prove nothing by themselves: only what other waiters have too.
      const share = waitsForIt
        ? (known.waiters - 1) / Math.max(1, portrait.sample - 1) / 4
        : known.waiters / portrait.sample;
      const value = (Math.sqrt(share) * (live ? 1 : 0.6)) / ((1 + 0.5 * others) * (1 + locks));
      if (known.receiver && live) put('receiver', value, where);
      else if (!counted.has(word)) {
        counted.add(word);
        sharedSum += value;
        if (sharedSum > 0) {
          strength.shared = Math.min(1, sharedSum);
          if (!seen.shared || value > 0.3) seen.shared = where;
        }
      }
    } else if (live && lock.address >= 0 && word < lock.address && lock.address - word <= NEAR)
      put('near', 1 - (lock.address - word) / (2 * NEAR), where);
  }
  // A role that many locks' waiters share tells them apart only as far as a word ties the goroutine to this lock.
  const link = Math.min(
    1,
    (strength.exact ?? 0) + (strength.receiver ?? 0) + (strength.shared ?? 0) + (strength.near ?? 0) / 2,
  );
  const role = (key: string): number => Math.max(link, 1 / (context.roles.get(key) ?? 1));
  let sameObject = false;
  let other: Seen | undefined;
  for (let depth = from; depth < frames.length; depth++) {
    const frame = frames[depth]!;
    const where = { depth, pointer: -1 };
    if (frame.kind === 'created') {
      if (portrait.creators.has(frame.func)) put('creator', 1, where);
      break;
    }
    const name = readFunction(frame.func);
    const lines = portrait.sites.get(frame.func);
    if (name.type && portrait.types.has(name.type)) {
      const objects = portrait.receivers.get(name.type);
      const object = objects ? liveReceiver(dump, row, depth) : -1;
      if (object >= 0 && objects!.has(object)) sameObject = true;
      else if (object >= 0) other ??= where;
      if (object < 0 || objects!.has(object)) put('type', role(name.type), where);
    } else if (name.type && portrait.outer.has(name.type)) put('outer', role(name.type), where);
    else if (portrait.packages.has(name.pkg) && !isPlumbing(name.pkg)) put('pkg', 1, where);
    if (lines && other?.depth !== depth) {
      let past = false;
      for (const line of lines) if (frame.line > line) past = true;
      put(past ? 'past' : 'before', role(frame.func), where);
    }
    if (name.closure && portrait.families.has(name.family) && !lines) put('family', 1, where);
    if (!isPlumbing(name.pkg))
      for (const word of wordsOf(name.method)) if (portrait.names.has(word)) put('name', role(name.type), where);
  }
  if (other && !sameObject) {
    put('otherObject', 1, other);
    delete strength.past;
    delete strength.before;
  }
  const held = waitsForIt ? undefined : heldDuring(dump, row, portrait);
  if (held) {
    const siblings = Math.max(...[...portrait.sites.keys()].map((site) => context.roles.get(site) ?? 1));
    put('known', held.proven ? 1 : Math.max(link, 1 / siblings), { depth: held.depth, pointer: -1 });
  }
  if (waitsForIt && wait) {
    // It came through a method of the very object whose lock it now asks for, and others ask for it another way.
    for (let depth = wait.site + 1; depth < frames.length; depth++) {
      const name = readFunction(frames[depth]!.func);
      const objects = name.type ? portrait.receivers.get(name.type) : undefined;
      if (!objects?.has(liveReceiver(dump, row, depth))) continue;
      const leaf = dump.leaf.at(row);
      const alike = portrait.rows.filter((other) => other !== row && dump.leaf.at(other) === leaf).length;
      const others = portrait.rows.length - 1;
      put('reentry', others > 0 ? Math.max(0, 1 - alike / others) : 0.6, { depth, pointer: -1 });
      break;
    }
  }
  return { row, waitsForIt, strength, seen, held };
}

const RULE: Readonly<Record<TieName, string>> = {
  exact: 'exact-pointer',
  receiver: 'shared-receiver',
  shared: 'shared-words',
  near: 'near-pointer',
  past: 'same-function-past-lock',
  before: 'same-function-before-lock',
  otherObject: 'other-object',
  type: 'same-type-method',
  outer: 'same-outer-type',
  pkg: 'same-package',
  name: 'same-name',
  family: 'closure-of-locker',
  creator: 'same-creator',
  known: 'known-call-under-lock',
  reentry: 'asks-again',
};

function scoreOf(dump: Dump, ties: Ties, portrait: Portrait, context: Context): Scored {
  const { row } = ties;
  const frames = framesOf(dump, row);
  const evidence: Evidence[] = [];
  let score = 0;
  const say = (rule: string, weight: number, values: Record<string, string>, where?: Seen): void => {
    score += weight;
    const span = where && spanOf(dump, row, where);
    evidence.push(span ? { rule, weight, values, span } : { rule, weight, values });
  };
  for (const tie of Object.keys(WEIGHT) as TieName[]) {
    const value = ties.strength[tie];
    if (!value) continue;
    const where = ties.seen[tie]!;
    const word = where.pointer >= 0 ? dump.pointer.at(where.pointer) : -1;
    say(
      RULE[tie],
      WEIGHT[tie] * value,
      {
        frame: frames[where.depth]?.func ?? '',
        line: String(frames[where.depth]?.line ?? ''),
        address: portrait.lock.name,
        pointer: word >= 0 ? hex(word) : '',
        offset: word >= 0 && portrait.lock.address >= 0 ? String(portrait.lock.address - word) : '',
      },
      where,
    );
  }
  if (evidence.length === 0) return { ties, score: 0, evidence };
  const wait = waitOf(dump, row);
  if (ties.waitsForIt) say('waits-for-same-lock', -2, {});
  else if (wait && portrait.leaves.has(dump.leaf.at(row))) say('waits-alike', -1.5, {});
  const shared = context.shared.of(dump.leaf.at(row));
  // Readers share a lock: their standing side by side says nothing.
  const exclusive = modeOf(portrait.lock) === 'write';
  if (exclusive && !ties.waitsForIt && [...portrait.types].some((type) => shared.has(type)))
    say('shared-stack', -2.5, {});
  if (wait?.state === 'idle') say('idle', -2, { why: wait.idle });
  const minutes = dump.minutes.at(row);
  if (portrait.longest > Math.max(0, minutes))
    say('waits-shorter', -0.5, { minutes: String(Math.max(0, minutes)), longest: String(portrait.longest) });
  if (dump.id.at(row) >= 0 && dump.id.at(row) < portrait.lowestId) say('older', 0.2, {});
  return { ties, score, evidence };
}

function spanOf(dump: Dump, row: number, where: Seen): { start: number; end: number } {
  if (where.pointer >= 0) {
    const start = dump.pointerAt.at(where.pointer);
    return { start, end: start + 2 + dump.pointer.at(where.pointer).toString(16).length };
  }
  const frame = dump.firstFrame.at(row) + where.depth;
  return { start: dump.frameStart.at(frame), end: dump.frameEnd.at(frame) };
}

/**
 * Of several locks of one kind (asked for by the same functions) a goroutine holds one as a rule: where it is tied more
 * closely to another of them, it counts less here.
 */
function preferOneEach(portraits: readonly Portrait[], scored: readonly Scored[][]): void {
  const best = new Map<string, { score: number; lock: number }>();
  const kind = kindsOf(portraits);
  scored.forEach((list, lock) => {
    for (const { ties, score } of list) {
      const key = `${ties.row} ${kind[lock]}`;
      const known = best.get(key);
      if (!known || score > known.score) best.set(key, { score, lock });
    }
  });
  scored.forEach((list, lock) => {
    for (const one of list) {
      const key = `${one.ties.row} ${kind[lock]}`;
      const other = best.get(key)!;
      if (other.lock === lock || other.score <= one.score + 0.2) continue;
      one.torn = true;
      const weight = other.score > one.score + TORN ? -3 : -1.5;
      one.score += weight;
      one.evidence.push({ rule: 'holds-another-lock', weight, values: {} });
    }
    list.sort((a, b) => b.score - a.score);
  });
  // First for two of them, and nearly as well tied to either: nothing tells which one it holds.
  const firsts = new Map<string, Scored[]>();
  scored.forEach((list, lock) => {
    const one = list[0];
    if (!one) return;
    const key = `${one.ties.row} ${kind[lock]}`;
    const others = firsts.get(key) ?? [];
    for (const other of others)
      if (Math.abs(other.score - one.score) <= TORN) {
        one.torn = true;
        other.torn = true;
      }
    others.push(one);
    firsts.set(key, others);
  });
}

/** Numbers the locks so that locks which any function asks for in turn have the same number. */
function kindsOf(portraits: readonly Portrait[]): number[] {
  const parent = portraits.map((_, i) => i);
  const root = (i: number): number => {
    let at = i;
    while (parent[at] !== at) at = parent[at] = parent[parent[at]!]!;
    return at;
  };
  const first = new Map<string, number>();
  portraits.forEach((portrait, i) => {
    for (const site of portrait.sites.keys()) {
      const known = first.get(site);
      if (known === undefined) first.set(site, i);
      else parent[root(i)] = root(known);
    }
  });
  return portraits.map((_, i) => root(i));
}

/**
 * Goroutines each of which waits for what the next is the first suspect of holding: a deadlock explains all their waits.
 * Each lock has one first suspect, so following them from lock to lock finds every such cycle.
 */
function preferCycles(dump: Dump, locks: readonly Lock[], scored: readonly Scored[][]): void {
  const waitsFor = new Map<number, number>();
  locks.forEach((lock, at) => {
    for (const { row } of lock.waiters) waitsFor.set(row, at);
  });
  const first = scored.map((list) => list.find((one) => !one.ties.waitsForIt));
  const done = new Set<number>();
  for (let from = 0; from < locks.length; from++) {
    const path: number[] = [];
    const at = new Map<number, number>();
    let lock: number | undefined = from;
    while (lock !== undefined && !done.has(lock) && !at.has(lock)) {
      at.set(lock, path.length);
      path.push(lock);
      const suspect: Scored | undefined = first[lock];
      lock = suspect && waitsFor.get(suspect.ties.row);
    }
    for (const seen of path) done.add(seen);
    const start = lock === undefined ? undefined : at.get(lock);
    if (start === undefined || path.length - start < 2) continue;
    const members = path.slice(start).map((l) => first[l]!);
    members.forEach((one, i) => {
      one.score += 2;
      one.cyclic = true;
      const other = members[(i + 1) % members.length]!;
      one.evidence.push({ rule: 'cycle', weight: 2, values: { other: String(dump.id.at(other.ties.row)) } });
    });
  }
}

function verdict(dump: Dump, portrait: Portrait, list: Scored[]): Verdict {
  const { lock } = portrait;
  list.sort((a, b) => b.score - a.score);
  const top = list.filter((one) => one.score > 0.5).slice(0, MOST);
  const suspects = top.map((one, i): Suspect => {
    // Readers may hold it together: those in the same stack as the first count with it.
    const leaf = dump.leaf.at(one.ties.row);
    const together = modeOf(lock) === 'read' && leaf === dump.leaf.at(top[0]!.ties.row);
    const rival = together ? top.find((other) => dump.leaf.at(other.ties.row) !== leaf) : top[i + 1];
    const lead = one.score - (rival?.score ?? 0);
    const { strength } = one.ties;
    const placed = strength.past || strength.known || strength.reentry || strength.family || one.cyclic;
    const bar = placed ? LIKELY.placed : LIKELY.unplaced;
    let confidence: Confidence =
      (i === 0 || together) && !one.torn && one.score >= bar.score && lead >= bar.lead ? 'likely' : 'possible';
    if (one.ties.held?.proven) confidence = 'certain';
    return {
      row: one.ties.row,
      mode: modeOf(lock),
      confidence,
      evidence: one.evidence,
      score: one.score,
    };
  });
  return { lock, suspects, reason: suspects.length ? undefined : 'no-candidate' };
}

/** How the holder would hold it: only a lock that writers wait for and nobody reads for can be held by readers. */
function modeOf(lock: Lock): 'read' | 'write' {
  return lock.kind === 'rwmutex' && lock.waiters.some((waiter) => waiter.kind === 'rwmutex-write') ? 'read' : 'write';
}
