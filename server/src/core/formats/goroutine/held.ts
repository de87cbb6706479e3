// Calls that the Go standard library makes with a lock held: the one place where a dump alone proves a holder.

import type { Dump } from './parse.js';
import type { Portrait } from './suspects.js';

/** The depth of the frame that proves it; -1 where none does. */
export function heldDuring(_dump: Dump, _row: number, _portrait: Portrait): number {
  return -1;
}
