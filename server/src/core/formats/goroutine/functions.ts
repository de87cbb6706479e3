// The functions of a dump's stacks with numbers for their names, so that a candidate's frames are compared with a lock's
// waiters by looking into small tables.

import type { Leaves } from './leaves.js';
import { type FunctionName, readFunction } from './names.js';
import type { StackNode } from './stacks.js';

/** Frames of the runtime and of libraries that any program calls say nothing about who owns a lock. */
const PLUMBING = /^(?:runtime|internal\/|syscall|time|io|bufio|reflect)(?:[./]|$)/;

/** The standard library's packages, by the first part of their path. */
const STANDARD =
  /^(?:archive|bufio|bytes|cmp|compress|container|context|crypto|database|debug|embed|encoding|errors|expvar|flag|fmt|go|hash|html|image|index|internal|io|iter|log|maps|math|mime|net|os|path|plugin|reflect|regexp|runtime|slices|sort|strconv|strings|sync|syscall|testing|text|time|unicode|unique|vendor)(?:\/|$)/;

/** Whether a package is the standard library's: what every program's stacks have in common. */
export const isStandard = (pkg: string): boolean => STANDARD.test(pkg);

export const isPlumbing = (pkg: string): boolean => PLUMBING.test(pkg);

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

/** A function as a frame names it. Names have the numbers of `Functions.key`; 0 stands for ''. */
export interface Func {
  readonly name: FunctionName;
  /** Its own number, from 0 on. */
  readonly index: number;
  readonly key: number;
  readonly type: number;
  readonly pkg: number;
  readonly family: number;
  readonly plumbing: boolean;
  readonly standard: boolean;
  /** The telling words of the method's name. */
  readonly words: readonly number[];
}

export class Functions {
  readonly #keys = new Map<string, number>([['', 0]]);
  readonly #known = new Map<string, Func>();
  readonly all: Func[] = [];
  readonly #ofNode: (Func | undefined)[];
  /** Indexes into `all` of each stack's frames, top first. */
  readonly #onStack: Int32Array[] = [];

  constructor(leaves: Leaves, nodes: readonly StackNode[]) {
    this.#ofNode = new Array(nodes.length).fill(undefined);
    for (let stack = 0; stack < leaves.length; stack++) this.#onStack.push(this.#indexes(leaves.frames(stack)));
  }

  #indexes(frames: readonly StackNode[]): Int32Array {
    const indexes = new Int32Array(frames.length);
    for (let depth = 0; depth < frames.length; depth++) {
      const { id, func } = frames[depth]!;
      indexes[depth] = (this.#ofNode[id] ??= this.of(func)).index;
    }
    return indexes;
  }

  /** How many numbers of names there are. */
  get size(): number {
    return this.#keys.size;
  }

  /** The number of a name. */
  key(name: string): number {
    let key = this.#keys.get(name);
    if (key === undefined) {
      key = this.#keys.size;
      this.#keys.set(name, key);
    }
    return key;
  }

  of(func: string): Func {
    let known = this.#known.get(func);
    if (!known) {
      const name = readFunction(func);
      const plumbing = isPlumbing(name.pkg);
      known = {
        name,
        index: this.all.length,
        key: this.key(func),
        type: this.key(name.type),
        pkg: this.key(name.pkg),
        family: this.key(name.family),
        plumbing,
        standard: isStandard(name.pkg),
        words: plumbing ? [] : wordsOf(name.method).map((word) => this.key(word)),
      };
      this.#known.set(func, known);
      this.all.push(known);
    }
    return known;
  }

  /** The functions of a stack's frames, top first: indexes into `all`. */
  onStack(stack: number): Int32Array {
    return this.#onStack[stack]!;
  }
}
