// Goroutines that wait as they should: accept loops, signal loops, the runtime's own workers. They are no findings.

import { IDLE_CALLS, IDLE_STATES } from './knowledge/idle.js';
import type { StackNode } from './stacks.js';

/** Why a goroutine counts as idle: the name of an article of kind `idle`; undefined where it does not. */
export function idleReason(state: string, frames: readonly StackNode[]): string | undefined {
  for (const row of IDLE_STATES) if (state === row.state) return row.why;
  for (const frame of frames) {
    if (frame.kind === 'created') break;
    for (const row of IDLE_CALLS) if (frame.func.endsWith(row.ends)) return row.why;
  }
  return undefined;
}
