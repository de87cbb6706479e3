// What a goroutine dump means: who waits for what, who holds what.

import type { Facts } from '../../trace/trace.js';
import type { Dump } from './parse.js';

export function factsOf(_dump: Dump): Facts {
  return { waits: [], holds: [], unheld: [], names: new Map() };
}
