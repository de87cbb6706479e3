// Weighs the evidence: which goroutine holds a lock, and how sure that is. Go does not record it (sync.Mutex keeps no
// owner), so every answer is an inference, and below a bar no holder is named but candidates are listed.

import type { SourceEvidence } from '../../source/evidence.js';
import type { Steps } from '../../text/steps.js';
import type { Confidence, Evidence } from '../../trace/trace.js';
import { KEPT, WordCounts } from './counts.js';
import type { Dump } from './dump.js';
import { Functions } from './functions.js';
import { onlyGroup } from './groups.js';
import { HeldCalls } from './held.js';
import { NEAR, Occurrences, type WordTable } from './interest.js';
import { kindsOf } from './kinds.js';
import { leavesOf } from './leaves.js';
import { type Lock, modeOf } from './locks.js';
import { Places } from './places.js';
import { addSiblings } from './siblings.js';
import { SourceView } from './sourced.js';
import { canHold, type Portrait, portray, RelatedStacks } from './suspects.js';
import { CLOSE } from './unheld.js';
import { waitsOf } from './waits.js';
import { type Context, Scales } from './weigh.js';

export interface Suspect {
  readonly row: number;
  readonly mode: 'write' | 'read';
  readonly confidence: Confidence;
  readonly evidence: readonly Evidence[];
  readonly score: number;
  /** Merely possible, yet nobody else in the dump fits. */
  readonly only?: boolean;
  /** A word or its place in the code ties it to this very lock. */
  readonly linked?: boolean;
}

export interface Verdict {
  readonly lock: Lock;
  /** Surest first, at most MOST. */
  readonly suspects: readonly Suspect[];
}

/** What the dump alone says about all its locks, before anything is decided. */
export interface Weighing {
  readonly dump: Dump;
  /** Where the words in the table occur. */
  readonly words: Occurrences;
  readonly portraits: readonly Portrait[];
  /** The candidates of each lock. */
  readonly scored: readonly (readonly Scored[])[];
  readonly scales?: Scales;
  readonly context?: Context;
  /** The kind of each lock. */
  readonly kinds?: readonly number[];
}

/** Candidates listed for one lock. */
const MOST = 5;
/** Candidates weighed for one lock. More than so many tied by the same word are tied by nothing. */
const WEIGHED = 256;
/** An object that more locks than this have to do with is no owner of theirs. */
const FEW = 16;
/** A word or a stack that more goroutines have than this tells nothing. */
const MANY = 64;

/** Scores below this say little more than that the goroutine is of the same program. */
const MUCH = 1.5;

/** Two locks of one kind that a goroutine fits within this much of a score: nothing tells which of them it holds. */
const TORN = 1.5;
/** Fitting another lock so little better is too little to be likely there. */
const TORN_AS_WELL = 0.7;

/**
 * What *likely* takes: this score, and this lead over the next candidate. Where the goroutine stands in the code speaks
 * for it, less is enough. Where only words do, it must have been started like those who wait: background loops have an
 * object's words too, and come out of their calls without its lock. Measured on dumps with known holders.
 */
const LIKELY = {
  placed: { score: 3, lead: 0.8 },
  unplaced: { score: 4.4, lead: 1 },
  /** Words again, where nobody else comes near. */
  alone: { score: 3.8, lead: 2.5 },
} as const;

/**
 * Weighs the candidates for each lock by what the dump alone says.
 *
 * @param table words that other questions are asked about; `words` has their occurrences too.
 */
export function* weighAll(dump: Dump, locks: readonly Lock[], table: WordTable): Steps<Weighing> {
  const leaves = leavesOf(dump);
  const asked = table.length;
  if (locks.length === 0) {
    const words = yield* new Occurrences(dump, table, []).read(dump, leaves);
    words.select(new Uint8Array(asked).fill(1));
    return { dump, words, portraits: [], scored: [] };
  }
  const functions = new Functions(leaves, dump.stacks.nodes);
  const portraits: Portrait[] = [];
  for (const lock of locks) {
    portraits.push(portray(dump, lock, table, functions));
    yield;
  }
  const addresses = locks.flatMap((lock) => (lock.address >= 0 ? [lock.address] : []));
  for (const address of addresses) table.number(address);
  const words = yield* new Occurrences(dump, table, addresses).read(dump, leaves);
  const lockOf = new Int32Array(dump.length).fill(-1);
  locks.forEach((lock, at) => {
    for (const { row } of lock.waiters) lockOf[row] = at;
  });
  const context: Context = {
    dump,
    leaves,
    waits: waitsOf(dump),
    functions,
    words,
    counts: new WordCounts(dump, words, portraits, lockOf),
    lockOf,
    places: new Places(dump, leaves, functions, portraits, lockOf),
    held: new HeldCalls(dump, leaves),
  };
  const selected = new Uint8Array(table.length).fill(1, 0, asked);
  const specific = portraits.map((portrait, lock) => specificWords(portrait, context.counts, lock));
  for (const list of specific) for (const word of list) selected[word] = 1;
  for (const address of addresses) selected[table.number(address)] = 1;
  yield;
  words.select(selected);
  yield;
  const related = new RelatedStacks(dump, leaves, functions, portraits, MANY);
  const kinds = kindsOf(portraits);
  const scales = new Scales(context, portraits, kinds);
  yield;
  const scored: Scored[][] = [];
  for (const [lock, portrait] of portraits.entries()) {
    const list: Scored[] = [];
    scales.set(portrait, lock);
    for (const row of candidatesOf(context, portrait, lock, specific[lock]!, related)) {
      const score = scales.weigh(row);
      if (score > 0) list.push(scoredAs(row, lockOf[row] === lock, scales, score));
    }
    scored.push(list);
    yield;
  }
  return { dump, words, portraits, scored, scales, context, kinds };
}

/** Names the suspects of each lock; `source` is what the program's code says, where that is at hand. */
export function* decide(weighing: Weighing, source?: SourceView): Steps<readonly Verdict[]> {
  const { dump, portraits, scales, context, kinds } = weighing;
  if (!scales || !context || !kinds) return [];
  const scored = weighing.scored.map((list) => list.map((one) => ({ ...one })));
  if (source) yield* addSource(context, portraits, scored, scales, source);
  preferOneEach(portraits, scored, kinds);
  preferPlaced(portraits, scored);
  preferCycles(
    dump,
    portraits.map(({ lock }) => lock),
    scored,
  );
  const verdicts: Verdict[] = [];
  for (const [lock, list] of scored.entries()) {
    const found = verdict(dump, portraits[lock]!, lock, list, scales);
    const group = found.suspects.length === 0 ? onlyGroup(context, portraits[lock]!, lock, source) : undefined;
    verdicts.push(group ? { ...found, suspects: [group] } : found);
    yield;
  }
  const fits = (lock: number, row: number): boolean => {
    scales.set(portraits[lock]!, lock);
    scales.weigh(row);
    return !scales.elsewhere;
  };
  return addSiblings(dump, context, verdicts, kinds, fits, source);
}

/** What sources say about the weighed locks: the code of their waiters and of their first suspects. */
export function* lookAtSource({ dump, portraits, scored }: Weighing, sources: readonly SourceEvidence[]) {
  const view = new SourceView(
    dump,
    portraits.map(({ lock }) => lock),
    sources,
  );
  const first = scored.flatMap((list) => list.toSorted((a, b) => b.score - a.score).slice(0, LOOKED_AT));
  yield* view.look([...new Set(first.map(({ row }) => row))]);
  return view;
}

/** Shared by the thousands of candidates that comparing says nothing about. */
const NONE: readonly Evidence[] = [];

interface Scored {
  readonly row: number;
  readonly waitsForIt: boolean;
  /** A word or its place in the code ties it to this very lock. */
  readonly linked: boolean;
  /** Where it stands in the code speaks for it. */
  readonly inPlace: boolean;
  score: number;
  /** Evidence that comes from comparing locks. */
  more: readonly Evidence[];
  /** Tied to another lock of the same kind just as well: nothing tells which of them it holds. */
  torn: boolean;
  /** Part of a deadlock. */
  cyclic: boolean;
  /** What the code says. */
  code: Evidence | undefined;
  /** The code says that it holds the lock, on all paths; and that it is this very object's. */
  placed: boolean;
  proven: boolean;
}

const scoredAs = (row: number, waitsForIt: boolean, { linked, placed }: Scales, score: number): Scored => ({
  row,
  waitsForIt,
  linked,
  inPlace: placed,
  score,
  more: NONE,
  torn: false,
  cyclic: false,
  code: undefined,
  placed: false,
  proven: false,
});

/** Suspects of each lock whose own code is looked at, besides that of the waiters. */
const LOOKED_AT = 8;

/** Adds what the source says, and goroutines that only the source ties to the lock. */
function* addSource(
  { dump, lockOf }: Context,
  portraits: readonly Portrait[],
  scored: Scored[][],
  scales: Scales,
  view: SourceView,
): Steps<void> {
  yield* view.readAll();
  for (const [at, { lock }] of portraits.entries()) {
    yield;
    const list = scored[at]!;
    const known = new Set(list.map(({ row }) => row));
    scales.set(portraits[at]!, at);
    for (const row of view.candidates(lock)) {
      if (known.size >= WEIGHED) break;
      if (known.has(row) || dump.part.at(row) !== lock.part || !canHold(dump, row)) continue;
      known.add(row);
      const score = scales.weigh(row);
      list.push(scoredAs(row, lockOf[row] === at, scales, score));
    }
    for (const one of list) {
      const { weight, evidence, placed, proven } = view.weigh(lock, one.row);
      if (!evidence) continue;
      one.score += weight;
      one.code = evidence;
      one.placed = placed;
      one.proven = proven;
    }
    scored[at] = list.filter(({ score }) => score > 0);
  }
}

/** Words of a lock's waiters that few others have, the rarest first. */
function specificWords(portrait: Portrait, counts: WordCounts, lock: number): number[] {
  const own = counts.own(lock);
  const found: { word: number; outside: number }[] = [];
  let place = 0;
  for (const word of portrait.words.keys()) {
    const outside = counts.total(word, portrait.lock.part) - own[place++]!;
    if (outside > 0 && outside <= MANY) found.push({ word, outside });
  }
  return found.sort((a, b) => a.outside - b.outside).map(({ word }) => word);
}

/** Goroutines that anything in the text ties to a lock, at most WEIGHED, the most telling ties first. */
function candidatesOf(
  context: Context,
  portrait: Portrait,
  at: number,
  specific: readonly number[],
  related: RelatedStacks,
): ReadonlySet<number> {
  const { dump, leaves, words, lockOf } = context;
  const { lock } = portrait;
  const candidates = new Set<number>();
  const add = (row: number): void => {
    if (candidates.size < WEIGHED && dump.part.at(row) === lock.part && canHold(dump, row)) candidates.add(row);
  };
  const full = (): boolean => candidates.size >= WEIGHED;
  if (lock.address >= 0) addHavingAddress(context, lock, at, add);
  for (const word of specific) {
    if (full()) break;
    for (const i of words.of(word)) if (lockOf[words.rowOf[i]!] !== at) add(words.rowOf[i]!);
  }
  if (lock.address >= 0) {
    const page = Math.floor(lock.address / NEAR);
    for (const list of [words.onPage(page), words.onPage(page - 1)])
      for (const i of list) {
        if (full()) break;
        const word = words.table.value(words.word(i));
        if (word > lock.address || lock.address - word > NEAR) continue;
        const row = words.rowOf[i]!;
        if (lockOf[row] !== at) add(row);
      }
  }
  if (!full()) {
    const fresh = (row: number): boolean =>
      lockOf[row] !== at && dump.part.at(row) === lock.part && canHold(dump, row) && !candidates.has(row);
    const count = (stack: number): number => {
      let sum = 0;
      for (const row of leaves.rows(stack)) if (fresh(row)) sum++;
      return sum;
    };
    for (const stack of related.of(portrait, WEIGHED - candidates.size, count)) {
      if (full()) break;
      for (const row of leaves.rows(stack)) if (lockOf[row] !== at) add(row);
    }
  }
  // A waiter can be the holder: it locked before, further up its own stack.
  const asked = new Map<number, number>();
  for (const { row } of lock.waiters) {
    if (full()) break;
    const stack = leaves.of[row]!;
    const before = asked.get(stack) ?? 0;
    if (before >= 3) continue; // more of the same stack are victims alike
    if (asked.size >= MANY) break;
    asked.set(stack, before + 1);
    add(row);
  }
  return candidates;
}

/** Goroutines that have the lock's address: at most KEPT of those that wait for one lock, and of those that wait for none. */
function addHavingAddress({ words, lockOf }: Context, lock: Lock, at: number, add: (row: number) => void): void {
  const kept = new Map<number, number>();
  let last = -1;
  for (const i of words.of(words.table.number(lock.address))) {
    const row = words.rowOf[i]!;
    const waitsFor = lockOf[row]!;
    if (row === last || waitsFor === at) continue;
    const count = (kept.get(waitsFor) ?? 0) + 1;
    kept.set(waitsFor, count);
    if (count > KEPT) continue;
    last = row;
    add(row);
  }
}

/**
 * Of several locks of one kind (asked for by the same functions) a goroutine holds one as a rule: where it is tied more
 * closely to another of them, it counts less here.
 */
function preferOneEach(portraits: readonly Portrait[], scored: readonly Scored[][], kind: readonly number[]): void {
  const keyOf = (row: number, lock: number): number => row * portraits.length + kind[lock]!;
  const best = new Map<number, { score: number; lock: number; torn?: boolean }>();
  scored.forEach((list, lock) => {
    for (const { row, score } of list) {
      const key = keyOf(row, lock);
      const known = best.get(key);
      if (!known) best.set(key, { score, lock });
      else if (score > known.score) {
        known.score = score;
        known.lock = lock;
      }
    }
  });
  scored.forEach((list, lock) => {
    for (const one of list) {
      const other = best.get(keyOf(one.row, lock))!;
      if (other.lock === lock || other.score <= one.score + 0.2) continue;
      one.torn = true;
      if (other.score <= one.score + TORN_AS_WELL) best.set(keyOf(one.row, lock), { ...other, torn: true });
      const weight = other.score > one.score + TORN ? -3 : -1.5;
      one.score += weight;
      one.more = [...one.more, { rule: 'holds-another-lock', weight, values: {} }];
    }
    list.sort((a, b) => b.score - a.score);
  });
  scored.forEach((list, lock) => {
    for (const one of list) if (best.get(keyOf(one.row, lock))!.torn) one.torn = true;
  });
  // First for two of them, and nearly as well tied to either: nothing tells which one it holds.
  const firsts = new Map<number, Scored[]>();
  scored.forEach(([one], lock) => {
    if (!one) return;
    const key = keyOf(one.row, lock);
    const others = firsts.get(key);
    if (others) others.push(one);
    else firsts.set(key, [one]);
  });
  for (const list of firsts.values()) {
    list.sort((a, b) => a.score - b.score);
    for (let i = 1; i < list.length; i++)
      if (list[i]!.score - list[i - 1]!.score <= TORN) list[i]!.torn = list[i - 1]!.torn = true;
  }
}

/**
 * Who stands where one lock of an object is held has the object's words for that one's sake: they do not say that it
 * holds another lock of the object too, where it stands in no place that says so.
 */
function preferPlaced(portraits: readonly Portrait[], scored: readonly Scored[][]): void {
  const byObject = new Map<string, number[]>();
  for (const [at, { lock, receivers }] of portraits.entries())
    for (const [type, objects] of receivers)
      for (const object of objects) {
        if (lock.address >= 0 && (object > lock.address || lock.address - object > NEAR)) continue;
        const key = `${lock.part} ${type} ${object}`;
        const locks = byObject.get(key);
        if (locks) locks.push(at);
        else byObject.set(key, [at]);
      }
  for (const locks of byObject.values()) {
    if (locks.length < 2 || locks.length > FEW) continue;
    const placed = new Map<number, number>();
    for (const lock of locks) {
      const [first] = scored[lock]!;
      if (first && (first.inPlace || first.placed)) placed.set(first.row, lock);
    }
    for (const lock of locks)
      for (const one of scored[lock]!) {
        const other = placed.get(one.row);
        if (other === undefined || other === lock || one.inPlace || one.placed || one.torn) continue;
        one.torn = true;
        one.score -= TORN;
        one.more = [...one.more, { rule: 'holds-another-lock', weight: -TORN, values: {} }];
      }
  }
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
  const leaf = ({ row }: Scored): number => dump.leaf.at(row);
  const first = scored.map((list) => {
    const [one, next] = list.filter(({ waitsForIt }) => !waitsForIt);
    // Of several that stand in one place and fit alike, any could be it: such a deadlock would be a guess.
    return one && next && leaf(one) === leaf(next) && one.score - next.score < CLOSE ? undefined : one;
  });
  const done = new Set<number>();
  for (let from = 0; from < locks.length; from++) {
    const path: number[] = [];
    const at = new Map<number, number>();
    let lock: number | undefined = from;
    while (lock !== undefined && !done.has(lock) && !at.has(lock)) {
      at.set(lock, path.length);
      path.push(lock);
      const suspect: Scored | undefined = first[lock];
      lock = suspect && waitsFor.get(suspect.row);
    }
    for (const seen of path) done.add(seen);
    const start = lock === undefined ? undefined : at.get(lock);
    if (start === undefined || path.length - start < 2) continue;
    const members = path.slice(start).map((l) => first[l]!);
    // A deadlock of goroutines that could as well be any others of their kind is a guess.
    if (!members.every((one) => one.linked || one.placed)) continue;
    members.forEach((one, i) => {
      one.score += 2;
      one.cyclic = true;
      const other = members[(i + 1) % members.length]!;
      one.more = [...one.more, { rule: 'cycle', weight: 2, values: { other: String(dump.id.at(other.row)) } }];
    });
  }
}

function verdict(dump: Dump, portrait: Portrait, at: number, list: Scored[], scales: Scales): Verdict {
  const { lock } = portrait;
  const mode = modeOf(lock);
  // Of two that much speaks for, alike, the one deeper in calls comes first: a method that waits by itself is mostly a worker's loop.
  const depth = ({ row, score }: Scored): number =>
    score < MUCH ? 0 : dump.frameRows(row).end - dump.frameRows(row).first;
  const tenths = ({ score }: Scored): number => Math.round(score * 10);
  list.sort((a, b) => tenths(b) - tenths(a) || depth(b) - depth(a));
  const top = list.filter((one) => one.score > 0.5).slice(0, MOST);
  scales.set(portrait, at);
  let wordsOfFirst = 0;
  const suspects = top.map((one, i): Suspect => {
    // Readers may hold it together: those in the same stack as the first count with it, where words tie them to it too.
    const leaf = dump.leaf.at(one.row);
    const together = mode === 'read' && leaf === dump.leaf.at(top[0]!.row);
    const rival = together ? top.find((other) => dump.leaf.at(other.row) !== leaf) : top[i + 1];
    const lead = one.score - (rival?.score ?? 0);
    const evidence: Evidence[] = one.code ? [one.code] : [];
    scales.weigh(one.row, evidence);
    if (i === 0) wordsOfFirst = scales.words;
    const isPlaced = scales.placed || one.placed || one.cyclic;
    const byWords = scales.alike ? [LIKELY.unplaced, LIKELY.alone] : [];
    const isTwin = (other: Scored): boolean => other !== one && !other.waitsForIt && dump.leaf.at(other.row) === leaf;
    const isGuess =
      scales.among || (scales.anyones && !one.cyclic) || (scales.muddled && !together && list.some(isTwin));
    const bars = isGuess && !one.placed ? [] : isPlaced ? [LIKELY.placed] : byWords;
    let confidence: Confidence =
      (i === 0 || (together && scales.words >= wordsOfFirst / 2)) &&
      !one.torn &&
      bars.some((bar) => one.score >= bar.score && lead >= bar.lead)
        ? 'likely'
        : 'possible';
    if (scales.held?.proven || one.proven) confidence = 'certain';
    return {
      row: one.row,
      mode,
      confidence,
      evidence: [...evidence, ...one.more],
      score: one.score,
      linked: one.linked || one.placed,
    };
  });
  return { lock, suspects };
}
