// Goroutines by their distinct stack, numbered in the order of their first goroutine.

import type { Dump } from './dump.js';
import type { StackNode } from './stacks.js';

export class Leaves {
  /** The number of a row's stack. */
  readonly of: Int32Array;
  /** The first goroutine of each stack. */
  readonly first: Int32Array;
  readonly length: number;
  readonly #frames: (readonly StackNode[])[] = [];
  readonly #created: number[] = [];
  readonly #counts: number[] = [];
  #start: Int32Array | undefined;
  #rows: Int32Array | undefined;

  constructor(dump: Dump) {
    const numbers = new Int32Array(dump.stacks.nodes.length); // number + 1 by node
    const of = new Int32Array(dump.length);
    let length = 0;
    const first: number[] = [];
    for (let row = 0; row < of.length; row++) {
      const leaf = dump.leaf.at(row);
      let number = numbers[leaf]!;
      if (number === 0) {
        number = numbers[leaf] = ++length;
        first.push(row);
        const frames = dump.stacks.frames(dump.stacks.nodes[leaf]!);
        const created = frames.findIndex((frame) => frame.kind === 'created');
        this.#frames.push(frames);
        this.#counts.push(0);
        this.#created.push(created < 0 ? frames.length : created);
      }
      of[row] = number - 1;
      this.#counts[number - 1]!++;
    }
    this.of = of;
    this.first = Int32Array.from(first);
    this.length = length;
  }

  /** Depth of the `created by` line of a stack, from a depth on; its length where there is none. */
  created(stack: number, from: number): number {
    const created = this.#created[stack]!;
    if (created >= from) return created;
    // Damaged text may have several.
    const frames = this.#frames[stack]!;
    let depth = from;
    while (depth < frames.length && frames[depth]!.kind !== 'created') depth++;
    return depth;
  }

  /** The frames of a stack, top first. */
  frames(stack: number): readonly StackNode[] {
    return this.#frames[stack]!;
  }

  /** How many goroutines have the stack. */
  count(stack: number): number {
    return this.#counts[stack]!;
  }

  /** The goroutines that have the stack, in document order. */
  rows(stack: number): Int32Array {
    if (!this.#rows || !this.#start) {
      const { start, items } = group(this.of, this.length);
      this.#start = start;
      this.#rows = items;
    }
    return this.#rows.subarray(this.#start[stack]!, this.#start[stack + 1]!);
  }
}

/** Indexes of `keys` by key: those of key k are `items[start[k] … start[k + 1]]`, ascending. */
export function group(keys: Int32Array, count: number): { start: Int32Array; items: Int32Array } {
  const start = new Int32Array(count + 1);
  for (let i = 0; i < keys.length; i++) start[keys[i]! + 1]!++;
  for (let k = 0; k < count; k++) start[k + 1]! += start[k]!;
  const next = start.slice();
  const items = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) items[next[keys[i]!]!++] = i;
  return { start, items };
}

const kept = new WeakMap<Dump, Leaves>();

/** The dump's distinct stacks; worked out once. */
export function leavesOf(dump: Dump): Leaves {
  let leaves = kept.get(dump);
  if (!leaves) {
    leaves = new Leaves(dump);
    kept.set(dump, leaves);
  }
  return leaves;
}

/** The frames of the goroutine in a row, top first; kept per distinct stack. */
export const framesOf = (dump: Dump, row: number): readonly StackNode[] =>
  dump.stacks.frames(dump.stacks.nodes[dump.leaf.at(row)]!);
