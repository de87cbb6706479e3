// What a stack waits for: by the functions of the C library and of the bus libraries in it.

import type { WaitKind, WaitState } from '../../trace/trace.js';
import { CALLS, type CallRow } from './knowledge/calls.js';
import { argumentOf, type Frame } from './lines.js';
import { plainName } from './values.js';

export interface StackWait {
  readonly kind: WaitKind;
  readonly state: WaitState;
  /** The row of the table. */
  readonly call: string;
  /** The lock's address, and the symbol that gdb names for it. */
  readonly address: string | undefined;
  readonly symbol: string | undefined;
  /** The thread that is waited for: the second number of pthread_join's futex. */
  readonly thread: string | undefined;
  readonly fd: number | undefined;
  /** The frame that called it: the first one that the table does not know. */
  readonly site: string;
  readonly system: string | undefined;
}

/** Functions further out than this did not make the wait. */
const REACH = 14;

export function waitOf(frames: readonly Frame[]): StackWait | undefined {
  let best: { readonly row: CallRow; readonly name: string; readonly at: number } | undefined;
  for (let at = 0; at < Math.min(frames.length, REACH); at++) {
    const name = plainName(frames[at]!.name);
    const row = Object.hasOwn(CALLS, name) ? CALLS[name] : undefined;
    if (!row) continue;
    // Just in pthread_mutex_lock and no further: it takes the lock, it does not wait for it.
    if (row.inner && at === 0) continue;
    if (!best || row.rank > best.row.rank) best = { row, name, at };
  }
  if (!best?.row.kind || !best.row.state) return undefined;
  const { row, name } = best;
  const near = frames.slice(0, best.at + 1).reverse();
  let lock: ReturnType<typeof argumentOf>;
  for (const word of row.lock ?? []) for (const frame of near) lock ??= argumentOf(frame.rest, word);
  const site = frames.find((frame) => !Object.hasOwn(CALLS, plainName(frame.name)) && frame.name !== '??');
  const expected = row.joins
    ? near.map((frame) => /[(, ]expected=(\d{1,10})[,)]/.exec(frame.rest)?.[1]).find(Boolean)
    : undefined;
  const fd = row.fd
    ? near.map((frame) => /[(, ]fd=(?:fd@entry=)?(\d{1,7})[,)]/.exec(frame.rest)?.[1]).find(Boolean)
    : undefined;
  return {
    kind: row.kind!,
    state: row.state!,
    call: name,
    address: lock?.address,
    symbol: lock?.symbol,
    thread: expected,
    fd: fd === undefined ? undefined : Number(fd),
    site: site?.name ?? '',
    system: row.system,
  };
}
