// Goroutines that wait in the very function they were started with: loops that wait for work, or for an end.

import type { Functions } from './functions.js';
import type { Leaves } from './leaves.js';
import type { StackWait } from './waits.js';

/** Waits of loops: work, events and ends are told through channels. */
const LOOPS: ReadonlySet<string> = new Set(['select', 'chan-receive']);
/** What the compiler puts around the call of a `go` statement: `main.start.gowrap1`, up to Go 1.21 `main.start.func1·dwrap·2`. */
const WRAPPER = /[.·](?:go|d)wrap·?\d+$/;

/** Whether the function that waits is the one that the goroutine was started with. */
export function isOwnLoop(
  { leaves, functions }: { readonly leaves: Leaves; readonly functions: Functions },
  stack: number,
  wait: StackWait,
): boolean {
  if (!LOOPS.has(wait.kind)) return false;
  const frames = leaves.frames(stack);
  const funcs = functions.onStack(stack);
  const created = leaves.created(stack, 0);
  for (let depth = wait.site + 1; depth < created; depth++)
    if (!functions.all[funcs[depth]!]!.standard && !WRAPPER.test(frames[depth]!.func)) return false;
  return created < funcs.length;
}
