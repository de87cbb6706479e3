// What source code says about who holds a lock: whether a goroutine's frames stand on lines where the lock that the others
// wait for is held, or was held and is not any more. Works on any SourceEvidence; without one nothing here is asked.

import type { HeldAt, SourceEvidence, SourceLock } from '../../source/evidence.js';
import { compareKeys } from '../../source/keys.js';
import type { Steps } from '../../text/steps.js';
import type { Evidence } from '../../trace/trace.js';
import type { Dump } from './dump.js';
import { framesOf, leavesOf } from './leaves.js';
import type { Lock } from './locks.js';
import { readFunction } from './names.js';
import type { StackNode } from './stacks.js';
import { liveArgument, liveReceiver } from './words.js';

/** How much the source counts. */
const WEIGHT = { all: 4, some: 2, maybe: 1.5, released: -3, over: -5, none: -2.5 } as const;
/** What is told of a lock that is held on all paths, by how the function releases it. */
const RULE = { defer: 'source-held', line: 'source-held-until', never: 'source-held-on' } as const;
/** Waiters looked at for one lock. */
const SAMPLE = 24;
/** Frames above the lock call whose packages may hold the lock. */
const DEPTH = 24;
/** A stack that more goroutines have than this adds no candidates. */
const MANY = 64;
/** Share of a file's, and of a folder's, frames that must fit its code; else it is another version's. */
const FITS = { file: 0.8, folder: 0.75 } as const;

/** Go's own packages: their locks are not those of the program. */
const STANDARD =
  /^(?:bufio|bytes|cmp|compress|container|context|crypto|database|embed|encoding|errors|expvar|flag|fmt|hash|html|image|index|internal|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|runtime|slices|sort|strconv|strings|sync|syscall|testing|text|time|unicode|unique|unsafe|weak)(?:\/|$)/;

/** What the source says about one goroutine and one lock. */
export interface Sourced {
  readonly weight: number;
  readonly evidence: Evidence | undefined;
  /** It stands where the lock is held, on all paths. */
  readonly placed: boolean;
  /** And the object is the waiters' own. */
  readonly proven: boolean;
}

const NOTHING: Sourced = { weight: 0, evidence: undefined, placed: false, proven: false };

/** A lock as its waiters' code names it. */
interface Asked {
  readonly keys: ReadonlySet<string>;
  /** Objects on which pointer methods ask for it, by the path from the receiver to the lock. */
  readonly objects: ReadonlyMap<string, ReadonlySet<number>>;
}

interface OnStack extends SourceLock {
  readonly depth: number;
  readonly sure: 'all' | 'some';
  readonly lockLine: number;
  readonly unlock: number | 'defer' | 'never';
}

/** What the code says about one stack. */
interface StackFacts {
  readonly held: readonly OnStack[];
  readonly released: readonly {
    readonly key: string;
    readonly on: string;
    readonly depth: number;
    readonly line: number;
  }[];
  /** Every frame of the program's own code was found and fits. */
  readonly whole: boolean;
}

/** A file or folder whose code is not that of the program: so many of the lines looked at fit. */
export interface Mismatch {
  /** As the traceback prints it; a folder ends in a slash. */
  readonly path: string;
  readonly fit: number;
  readonly all: number;
  /** A frame that names it. */
  readonly node: StackNode;
}

/** One source's answers about a dump's frames, and whether it is the program's source at all. */
class Reading {
  readonly source: SourceEvidence;
  readonly #answers = new Map<number, HeldAt | undefined>();
  readonly bad = new Map<string, Mismatch>();

  constructor(source: SourceEvidence) {
    this.source = source;
  }

  /** Asks about frames. Nearly every one must fit its line, or the source is another version's. */
  *ask(nodes: readonly StackNode[]): Steps<void> {
    const fits = new Map<string, { path: string; fit: number; all: number; node: StackNode }>();
    const count = (path: string, fit: boolean, node: StackNode): void => {
      const known = fits.get(path) ?? { path, fit: 0, all: 0, node };
      known.all++;
      if (fit) known.fit++;
      fits.set(path, known);
    };
    const seen = new Set<string>();
    for (const node of nodes) {
      const answer = this.#ask(node);
      const key = `${node.func} ${node.line} ${node.parent?.func}`;
      if (!answer || seen.has(key)) continue;
      seen.add(key);
      count(node.file, answer.state === 'match', node);
      count(folderOf(node.file), answer.state === 'match', node);
      yield;
    }
    for (const found of fits.values())
      if (found.fit / found.all < (found.path.endsWith('.go') ? FITS.file : FITS.folder))
        this.bad.set(found.path, found);
  }

  #ask(node: StackNode): HeldAt | undefined {
    const above = node.parent?.kind === 'root' ? undefined : node.parent?.func;
    const answer = this.source.heldAt(node.file, node.func, node.line, above);
    this.#answers.set(node.id, answer);
    return answer;
  }

  answer(node: StackNode): HeldAt | undefined {
    return this.#answers.get(node.id);
  }

  isBad(node: StackNode): boolean {
    return this.bad.has(node.file) || this.bad.has(folderOf(node.file));
  }
}

/**
 * What sources say about one dump; of several the first that is the program's. `look` asks them, and yields between pieces
 * of work, so that whoever has more urgent things to do can do them.
 */
export class SourceView {
  readonly #dump: Dump;
  readonly #locks: readonly Lock[];
  readonly #readings: readonly Reading[];
  readonly #stacks = new Map<number, StackFacts>();
  readonly #asked = new Map<Lock, Asked>();
  /** Packages whose code may hold a lock that somebody waits for. */
  readonly #packages = new Set<string>();
  readonly #standard = new Map<string, boolean>();
  /** By the lock's key: how often the offset computed from the code was right for a waiter. */
  readonly #layouts = new Map<string, { right: number; wrong: number }>();
  #nodes: readonly StackNode[] = [];

  constructor(dump: Dump, locks: readonly Lock[], sources: readonly SourceEvidence[]) {
    this.#dump = dump;
    this.#locks = locks;
    this.#readings = sources.map((source) => new Reading(source));
  }

  /** Asks about the code that the locks' waiters, and these suspects, stand in. */
  *look(suspects: readonly number[]): Steps<void> {
    for (const lock of this.#locks)
      for (const { row, wait } of sampleOf(lock)) {
        const frames = framesOf(this.#dump, row);
        frames.slice(wait.site, wait.site + DEPTH).forEach((frame, at) => {
          if (frame.kind !== 'created') this.#include(frame, at === 0);
        });
      }
    for (const row of suspects)
      for (const frame of framesOf(this.#dump, row)) if (frame.kind !== 'created') this.#include(frame, false);
    yield;
    this.#nodes = this.#dump.stacks.nodes.filter(
      ({ kind, func }) => kind !== 'root' && kind !== 'created' && this.#packages.has(readFunction(func).pkg),
    );
    for (const reading of this.#readings) yield* reading.ask(this.#nodes);
    for (const lock of this.#locks) {
      this.#asked.set(lock, this.#askedOf(lock));
      yield;
    }
  }

  /** Works out beforehand what `candidates` and `weigh` ask of each stack. */
  *readAll(): Steps<void> {
    if (![...this.#asked.values()].some(({ keys }) => keys.size > 0)) return;
    const leaves = leavesOf(this.#dump);
    for (let stack = 0; stack < leaves.length; stack++) {
      if (leaves.count(stack) <= MANY) this.#factsOf(leaves.first[stack]!);
      if (stack % 64 === 0) yield;
    }
  }

  #include(frame: StackNode, always: boolean): void {
    const { pkg } = readFunction(frame.func);
    if (always || !STANDARD.test(pkg)) this.#packages.add(pkg);
  }

  /** The first source that is the program's and has an answer. */
  #reading(node: StackNode): Reading | undefined {
    return this.#readings.find((reading) => reading.answer(node) && !reading.isBad(node));
  }

  /** Whether a source had an answer to anything. */
  get answered(): boolean {
    return this.#nodes.some((node) => this.#readings.some((reading) => reading.answer(node)));
  }

  /** Frames by the number of their node, and whether their line is what a source at hand has there. */
  get fits(): ReadonlyMap<number, boolean> {
    const fits = new Map<number, boolean>();
    for (const node of this.#nodes)
      if (this.#readings.some((reading) => reading.answer(node)))
        fits.set(node.id, this.#reading(node)?.answer(node)?.state === 'match');
    return fits;
  }

  /** Sources of another version than the program's, where no other is: they were not used. A folder stands for its files. */
  get mismatches(): Mismatch[] {
    return this.#readings.flatMap(({ bad }) =>
      [...bad.values()].filter(
        ({ path, node }) => !this.#reading(node) && (path.endsWith('/') || !bad.has(folderOf(node.file))),
      ),
    );
  }

  #askedOf(lock: Lock): Asked {
    const keys = new Set<string>();
    const objects = new Map<string, Set<number>>();
    for (const { row, wait } of sampleOf(lock)) {
      const frame = framesOf(this.#dump, row)[wait.site];
      const asked = frame && this.#reading(frame)?.source.lockAt(frame.file, frame.func, frame.line);
      if (!asked) continue;
      keys.add(asked.key);
      const address = this.#addressOf(row, wait.site, asked, lock);
      if (address >= 0 && lock.address >= 0) {
        const known = this.#layouts.get(asked.key) ?? { right: 0, wrong: 0 };
        this.#layouts.set(asked.key, known);
        known[address === lock.address ? 'right' : 'wrong']++;
      }
      if (asked.root !== 'receiver' || !isMethod(frame)) continue;
      const object = liveReceiver(this.#dump, row, framesOf(this.#dump, row), wait.site);
      if (object < 0) continue;
      const path = `${asked.key} ${asked.path}`;
      objects.set(path, (objects.get(path) ?? new Set()).add(object));
    }
    return { keys, objects };
  }

  /** Where a lock lies that the code at a frame names: its object's address, which the frame shows, and the offset; -1 unknown. */
  #addressOf(row: number, depth: number, one: SourceLock, { address }: Lock): number {
    const { place } = one;
    const frames = framesOf(this.#dump, row);
    if (!place || isGeneric(frames[depth]!)) return -1;
    // Heap addresses of 64 bits are far above what 32 bits hold.
    const offset = address > 0xffffffff ? place.offset8 : place.offset4;
    if (offset === undefined) return -1;
    const object = liveArgument(this.#dump, row, frames, depth, place.argument, place.word);
    return object < 0 ? -1 : object + offset;
  }

  #factsOf(row: number): StackFacts {
    const leaf = this.#dump.leaf.at(row);
    let facts = this.#stacks.get(leaf);
    if (!facts) {
      facts = this.#read(framesOf(this.#dump, row));
      this.#stacks.set(leaf, facts);
    }
    return facts;
  }

  /** From the outermost frame inwards: what a caller locked, a callee may have released. */
  #read(frames: readonly StackNode[]): StackFacts {
    let held: OnStack[] = [];
    const released: { key: string; on: string; depth: number; line: number }[] = [];
    let whole = true;
    for (let depth = frames.length - 1; depth >= 0; depth--) {
      const frame = frames[depth]!;
      if (frame.kind === 'created') continue;
      const answer = this.#reading(frame)?.answer(frame);
      if (answer?.state !== 'match') {
        if (whole && !this.#isStandard(frame.func)) whole = false;
        continue;
      }
      for (const one of answer.released) {
        if (one.callers) held = held.filter((lock) => compareKeys(lock.key, one.key) === 'other');
        released.push({ key: one.key, on: one.on, depth, line: one.unlockLine });
      }
      for (const one of answer.held) held.push({ ...one, depth });
    }
    return { held, released, whole };
  }

  #isStandard(func: string): boolean {
    let known = this.#standard.get(func);
    if (known === undefined) {
      known = STANDARD.test(readFunction(func).pkg);
      this.#standard.set(func, known);
    }
    return known;
  }

  /** Goroutines that stand where such a lock is held, with whatever else ties them to it or not. */
  candidates(lock: Lock): number[] {
    const { keys } = this.#asked.get(lock)!;
    const found: number[] = [];
    if (keys.size === 0) return found;
    const leaves = leavesOf(this.#dump);
    for (let stack = 0; stack < leaves.length; stack++) {
      const rows = leaves.rows(stack);
      if (rows.length > MANY) continue;
      if (this.#factsOf(rows[0]!).held.some((one) => bestOf(one, keys) !== 'other')) found.push(...rows);
    }
    return found;
  }

  /** What the source says for or against a goroutine as the lock's holder. */
  weigh(lock: Lock, row: number): Sourced {
    const { keys, objects } = this.#asked.get(lock)!;
    if (keys.size === 0) return NOTHING;
    const facts = this.#factsOf(row);
    const frames = framesOf(this.#dump, row);
    let best: { one: OnStack; strength: 'all' | 'some' | 'maybe'; proven: boolean } | undefined;
    for (const one of facts.held) {
      const same = bestOf(one, keys);
      if (same === 'other') continue;
      let strength: 'all' | 'some' | 'maybe' = same === 'same' ? one.sure : 'maybe';
      const frame = frames[one.depth]!;
      let proven = false;
      // Offsets count where waiters' own frames have shown that they are right.
      const layout = this.#layouts.get(one.key);
      const address = layout?.wrong === 0 && lock.address >= 0 ? this.#addressOf(row, one.depth, one, lock) : -1;
      if (address >= 0) {
        if (address !== lock.address) continue;
        strength = one.sure;
        proven = strength === 'all';
      } else if (one.root === 'receiver' && isMethod(frame)) {
        const of = objects.get(`${one.key} ${one.path}`);
        const object = of ? liveReceiver(this.#dump, row, frames, one.depth) : -1;
        if (object >= 0 && of!.size > 0) {
          // The same field of another object is another lock.
          if (!of!.has(object)) continue;
          proven = strength === 'all' && !isGeneric(frame);
        }
      }
      const better = !best || WEIGHT[strength] > WEIGHT[best.strength] || (proven && !best.proven);
      if (better) best = { one, strength, proven };
    }
    if (best) {
      const { one, strength, proven } = best;
      const rule =
        strength === 'all' ? RULE[typeof one.unlock === 'number' ? 'line' : one.unlock] : `source-held-${strength}`;
      const weight = WEIGHT[strength];
      const evidence = this.#evidence(row, rule, weight, one, one.lockLine, strength === 'all', String(one.unlock));
      return { weight, evidence, placed: strength === 'all', proven };
    }
    const gone = facts.released.find((one) => [...keys].some((key) => compareKeys(one.key, key) === 'same'));
    if (gone) {
      // Where all its code was read and has no such lock any more, it is as good as ruled out.
      const weight = facts.whole ? WEIGHT.over : WEIGHT.released;
      return {
        ...NOTHING,
        weight,
        evidence: this.#evidence(row, 'source-released', weight, gone, gone.line, true, ''),
      };
    }
    if (facts.whole)
      return { ...NOTHING, weight: WEIGHT.none, evidence: { rule: 'source-none', weight: WEIGHT.none, values: {} } };
    return NOTHING;
  }

  /** `line` is where the code takes or gives the lock, `unlocked` where it will give it. */
  #evidence(
    row: number,
    rule: string,
    weight: number,
    lock: { readonly on: string; readonly depth: number },
    line: number,
    sure: boolean,
    unlocked: string,
  ): Evidence {
    const node = framesOf(this.#dump, row)[lock.depth]!;
    const { func, file, line: here } = node;
    const name = file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
    const frame = this.#dump.firstFrame.at(row) + lock.depth;
    const source = this.#reading(node)?.source;
    return {
      rule,
      weight,
      values: { frame: func, line: String(here), on: lock.on, at: `${name}:${line}`, unlocked: `${name}:${unlocked}` },
      span: { start: this.#dump.frameStart.at(frame), end: this.#dump.frameEnd.at(frame) },
      source: {
        file,
        line,
        sure,
        origin: source?.originOf?.(file) ?? source?.origin ?? '',
        uri: source?.uriOf?.(file),
      },
    };
  }
}

function bestOf(one: SourceLock, keys: ReadonlySet<string>): 'same' | 'maybe' | 'other' {
  let best: 'same' | 'maybe' | 'other' = 'other';
  for (const key of keys) {
    const how = compareKeys(one.key, key);
    if (how === 'same') return how;
    if (how === 'maybe') best = how;
  }
  return best;
}

function sampleOf(lock: Lock): Lock['waiters'] {
  const step = Math.max(1, Math.floor(lock.waiters.length / SAMPLE));
  return lock.waiters.filter((_, at) => at % step === 0).slice(0, SAMPLE);
}

/** Whether a frame's first word is its receiver: a method of a pointer. Of a generic type, the dictionary of its type arguments. */
const isMethod = (frame: StackNode): boolean => frame.func.includes('(*');

const isGeneric = (frame: StackNode): boolean => frame.func.includes('[');

const folderOf = (file: string): string => file.slice(0, file.lastIndexOf('/') + 1);
