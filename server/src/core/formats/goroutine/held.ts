// What is known of locks by name: calls during which a lock is held, and the standard library's own proof frames.

import { LOCKS, type LockRow } from './knowledge/locks.js';
import type { Dump } from './parse.js';
import { framesOf, liveReceiver, type Portrait } from './suspects.js';

export interface Held {
  /** Depth of the frame that shows it. */
  readonly depth: number;
  /** The same object, by a live pointer: no doubt is left. */
  readonly proven: boolean;
  readonly row: LockRow | undefined;
}

/** A lock taken by the standard library in the frame it calls through: `sync.Once`, `poll.FD`. */
const PROOF =
  /^sync\.\(\*Once\)\.doSlow$|^internal\/poll\.\(\*FD\)\.(?:Read|Write|ReadFrom|WriteTo|Pread|Pwrite|ReadMsg|WriteMsg|Accept|Writev)/;

/** Whether the goroutine in a row is in a call that holds the lock; undefined where nothing known says so. */
export function heldDuring(dump: Dump, row: number, portrait: Portrait): Held | undefined {
  const { lock } = portrait;
  const frames = framesOf(dump, row);
  // sync.Once runs its function, and poll.FD its system call, with a mutex at a fixed place in the object held.
  if (portrait.proofs.size > 0)
    for (let depth = 0; depth < frames.length; depth++) {
      const { func } = frames[depth]!;
      if (!PROOF.test(func) || !portrait.proofs.has(func)) continue;
      const object = liveReceiver(dump, row, depth);
      if (object >= 0 && portrait.proofs.get(func)!.has(object)) return { depth, proven: true, row: undefined };
    }
  for (const known of rowsOf(portrait)) {
    for (let depth = 0; depth < frames.length; depth++) {
      const { func, kind } = frames[depth]!;
      if (kind === 'created') break;
      const holder = known.holders.find((h) => func.endsWith(h.in));
      if (!holder) continue;
      const { calling } = holder;
      const inCall = !calling || frames.slice(0, depth).some((f) => calling.some((call) => f.func.endsWith(call)));
      if (!inCall) continue;
      const object = liveReceiver(dump, row, depth);
      const same = object >= 0 && [...portrait.receivers.values()].some((set) => set.has(object));
      if (known.object && object >= 0 && !same) continue;
      return { depth, proven: known.object && same && lock.address >= 0 && calling !== undefined, row: known };
    }
  }
  return undefined;
}

const rowsKept = new WeakMap<Portrait, readonly LockRow[]>();

function rowsOf(portrait: Portrait): readonly LockRow[] {
  let rows = rowsKept.get(portrait);
  if (!rows) {
    const sites = [...portrait.sites.keys()];
    rows = LOCKS.filter((row) => row.takers.some((taker) => sites.some((site) => site.endsWith(taker))));
    rowsKept.set(portrait, rows);
  }
  return rows;
}

export const isProofFrame = (func: string): boolean => PROOF.test(func);
