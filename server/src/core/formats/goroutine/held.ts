// What is known of locks by name: calls during which a lock is held, and the standard library's own proof frames.

import { ownText } from '../../text/own.js';
import type { Dump } from './dump.js';
import { LOCKS, type LockRow } from './knowledge/locks.js';
import type { Leaves } from './leaves.js';
import type { StackNode } from './stacks.js';
import type { Portrait } from './suspects.js';
import { liveReceiver } from './words.js';

export interface Held {
  /** Depth of the frame that shows it. */
  readonly depth: number;
  /** The same object, by a live pointer: no doubt is left. */
  readonly proven: boolean;
}

/** A lock taken by the standard library in the frame it calls through: `sync.Once`, `poll.FD`. */
const PROOF =
  /^sync\.\(\*Once\)\.doSlow$|^internal\/poll\.\(\*FD\)\.(?:Read|Write|ReadFrom|WriteTo|Pread|Pwrite|ReadMsg|WriteMsg|Accept|Writev)/;

/** Answers that were given: the same few functions are asked about for every lock. */
const proofs = new Map<string, boolean>();

export function isProofFrame(func: string): boolean {
  let proof = proofs.get(func);
  if (proof === undefined) {
    if (proofs.size > 10_000) proofs.clear();
    proof = PROOF.test(func);
    proofs.set(ownText(func), proof);
  }
  return proof;
}

/** A frame of a stack in which a known lock is held. */
interface Call {
  readonly depth: number;
  /** A call within it shows that it is held, not the function alone. */
  readonly inner: boolean;
}

/** Finds calls that hold a lock. What depends on the stack alone is kept for all goroutines that have it. */
export class HeldCalls {
  readonly #dump: Dump;
  readonly #leaves: Leaves;
  readonly #known = new Map<Portrait, readonly LockRow[]>();
  readonly #calls = new Map<LockRow, Map<number, readonly Call[]>>();

  constructor(dump: Dump, leaves: Leaves) {
    this.#dump = dump;
    this.#leaves = leaves;
  }

  /** Whether the goroutine in a row is in a call that holds the lock; undefined where nothing known says so. */
  during(row: number, portrait: Portrait): Held | undefined {
    const dump = this.#dump;
    const { lock } = portrait;
    const stack = this.#leaves.of[row]!;
    const frames = this.#leaves.frames(stack);
    // sync.Once runs its function, and poll.FD its system call, with a mutex at a fixed place in the object held.
    if (portrait.proofs.size > 0)
      for (let depth = 0; depth < frames.length; depth++) {
        const objects = portrait.proofs.get(frames[depth]!.func);
        if (!objects) continue;
        const object = liveReceiver(dump, row, frames, depth);
        if (object >= 0 && objects.has(object)) return { depth, proven: true };
      }
    for (const known of this.#rowsOf(portrait)) {
      for (const { depth, inner } of this.#callsOf(known, stack, frames)) {
        const object = liveReceiver(dump, row, frames, depth);
        const same = object >= 0 && [...portrait.receivers.values()].some((set) => set.has(object));
        if (known.object && object >= 0 && !same) continue;
        return { depth, proven: known.object && same && lock.address >= 0 && inner };
      }
    }
    return undefined;
  }

  /** Known locks that the waiters ask for. */
  #rowsOf(portrait: Portrait): readonly LockRow[] {
    let rows = this.#known.get(portrait);
    if (!rows) {
      const sites = [...portrait.sites.keys()];
      rows = LOCKS.filter((row) => row.takers.some((taker) => sites.some((site) => site.endsWith(taker))));
      this.#known.set(portrait, rows);
    }
    return rows;
  }

  #callsOf(known: LockRow, stack: number, frames: readonly StackNode[]): readonly Call[] {
    let byStack = this.#calls.get(known);
    if (!byStack) {
      byStack = new Map();
      this.#calls.set(known, byStack);
    }
    let calls = byStack.get(stack);
    if (!calls) {
      calls = callsIn(known, frames);
      byStack.set(stack, calls);
    }
    return calls;
  }
}

function callsIn(known: LockRow, frames: readonly StackNode[]): Call[] {
  const calls: Call[] = [];
  const { holders } = known;
  /** Whether a frame above is the call that the holder must be in. */
  const within = holders.map(() => false);
  for (let depth = 0; depth < frames.length; depth++) {
    const { func, kind } = frames[depth]!;
    if (kind === 'created') break;
    const at = holders.findIndex((holder) => func.endsWith(holder.in));
    if (at >= 0 && (within[at] || !holders[at]!.calling))
      calls.push({ depth, inner: holders[at]!.calling !== undefined });
    for (let i = 0; i < holders.length; i++)
      within[i] ||= holders[i]!.calling?.some((call) => func.endsWith(call)) ?? false;
  }
  return calls;
}
