// What source code says about who holds a lock: whether a goroutine's frames stand on lines where the lock that the others
// wait for is held, or was held and is not any more. Works on any SourceEvidence; without one nothing here is asked.

import type { HeldAt, SourceEvidence, SourceLock } from '../../source/evidence.js';
import { compareKeys } from '../../source/keys.js';
import type { Evidence } from '../../trace/trace.js';
import type { Dump } from './dump.js';
import { framesOf, leavesOf } from './leaves.js';
import type { Lock } from './locks.js';
import { readFunction } from './names.js';
import type { StackNode } from './stacks.js';
import { liveReceiver } from './words.js';

/** How much the source counts. */
const WEIGHT = { all: 4, some: 2, maybe: 1.5, released: -3, none: -2.5 } as const;
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

export class SourceView {
  readonly #dump: Dump;
  readonly #source: SourceEvidence;
  readonly #answers = new Map<number, HeldAt | undefined>();
  readonly #stacks = new Map<number, StackFacts>();
  readonly #asked = new Map<Lock, Asked>();
  /** Packages whose code may hold a lock that somebody waits for. */
  readonly #packages = new Set<string>();
  readonly #bad = new Set<string>();

  constructor(dump: Dump, locks: readonly Lock[], source: SourceEvidence) {
    this.#dump = dump;
    this.#source = source;
    for (const lock of locks)
      for (const { row, wait } of sampleOf(lock)) {
        const frames = framesOf(dump, row);
        frames.slice(wait.site, wait.site + DEPTH).forEach((frame, at) => {
          if (frame.kind !== 'created') this.#include(frame, at === 0);
        });
      }
    this.#checkFit();
    for (const lock of locks) this.#asked.set(lock, this.#askedOf(lock));
  }

  #include(frame: StackNode, always: boolean): void {
    const { pkg } = readFunction(frame.func);
    if (always || !STANDARD.test(pkg)) this.#packages.add(pkg);
  }

  /** Whether the source had an answer to anything. */
  get answered(): boolean {
    for (const answer of this.#answers.values()) if (answer) return true;
    return false;
  }

  /** Also looks at the code that these goroutines stand in. */
  suspect(rows: readonly number[]): void {
    const before = this.#packages.size;
    for (const row of rows)
      for (const frame of framesOf(this.#dump, row)) if (frame.kind !== 'created') this.#include(frame, false);
    if (this.#packages.size === before) return;
    this.#answers.clear();
    this.#stacks.clear();
    this.#checkFit();
  }

  /** Whether the sources are those of the program: nearly every frame must fit its line. */
  #checkFit(): void {
    this.#bad.clear();
    const fits = new Map<string, { fit: number; all: number }>();
    const count = (name: string, fit: boolean): void => {
      const known = fits.get(name) ?? { fit: 0, all: 0 };
      known.all++;
      if (fit) known.fit++;
      fits.set(name, known);
    };
    const seen = new Set<string>();
    for (const node of this.#dump.stacks.nodes) {
      if (node.kind === 'root' || node.kind === 'created' || !this.#packages.has(readFunction(node.func).pkg)) continue;
      const key = `${node.func} ${node.line} ${node.parent?.func}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const answer = this.#heldAt(node);
      if (!answer) continue;
      count(node.file, answer.state === 'match');
      count(folderOf(node.file), answer.state === 'match');
    }
    for (const [name, { fit, all }] of fits)
      if (fit / all < (name.endsWith('.go') ? FITS.file : FITS.folder)) this.#bad.add(name);
  }

  #heldAt(node: StackNode): HeldAt | undefined {
    if (this.#answers.has(node.id)) return this.#answers.get(node.id);
    const above = node.parent?.kind === 'root' ? undefined : node.parent?.func;
    const answer = this.#packages.has(readFunction(node.func).pkg)
      ? this.#source.heldAt(node.file, node.func, node.line, above)
      : undefined;
    this.#answers.set(node.id, answer);
    return answer;
  }

  #isBad(node: StackNode): boolean {
    return this.#bad.has(node.file) || this.#bad.has(folderOf(node.file));
  }

  #askedOf(lock: Lock): Asked {
    const keys = new Set<string>();
    const objects = new Map<string, Set<number>>();
    for (const { row, wait } of sampleOf(lock)) {
      const frame = framesOf(this.#dump, row)[wait.site];
      if (!frame || this.#isBad(frame)) continue;
      const asked = this.#source.lockAt(frame.file, frame.func, frame.line);
      if (!asked) continue;
      keys.add(asked.key);
      if (asked.root !== 'receiver' || !isMethod(frame)) continue;
      const object = liveReceiver(this.#dump, row, framesOf(this.#dump, row), wait.site);
      if (object < 0) continue;
      const path = `${asked.key} ${asked.path}`;
      objects.set(path, (objects.get(path) ?? new Set()).add(object));
    }
    return { keys, objects };
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
      const answer = this.#heldAt(frame);
      if (answer?.state !== 'match' || this.#isBad(frame)) {
        if (!STANDARD.test(readFunction(frame.func).pkg)) whole = false;
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
      const strength = same === 'same' ? one.sure : 'maybe';
      const frame = frames[one.depth]!;
      let proven = false;
      if (one.root === 'receiver' && isMethod(frame)) {
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
      const frame = frames[one.depth]!;
      const weight = WEIGHT[strength];
      const rule =
        strength === 'all' ? RULE[typeof one.unlock === 'number' ? 'line' : one.unlock] : `source-held-${strength}`;
      const values = {
        frame: frame.func,
        line: String(frame.line),
        on: one.on,
        file: frame.file.slice(frame.file.lastIndexOf('/') + 1),
        locked: String(one.lockLine),
        unlocked: String(one.unlock),
      };
      return {
        weight,
        evidence: { rule, weight, values, span: this.#span(row, one.depth) },
        placed: strength === 'all',
        proven,
      };
    }
    const gone = facts.released.find((one) => [...keys].some((key) => compareKeys(one.key, key) === 'same'));
    if (gone) {
      const frame = frames[gone.depth]!;
      const values = {
        frame: frame.func,
        line: String(frame.line),
        on: gone.on,
        file: frame.file.slice(frame.file.lastIndexOf('/') + 1),
        unlocked: String(gone.line),
      };
      const weight = WEIGHT.released;
      return {
        ...NOTHING,
        weight,
        evidence: { rule: 'source-released', weight, values, span: this.#span(row, gone.depth) },
      };
    }
    if (facts.whole)
      return { ...NOTHING, weight: WEIGHT.none, evidence: { rule: 'source-none', weight: WEIGHT.none, values: {} } };
    return NOTHING;
  }

  #span(row: number, depth: number): { start: number; end: number } {
    const frame = this.#dump.firstFrame.at(row) + depth;
    return { start: this.#dump.frameStart.at(frame), end: this.#dump.frameEnd.at(frame) };
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
