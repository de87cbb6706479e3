// Files of one process that were saved side by side: `status.txt`, `stack.txt`, `fd.txt` in one folder. A stack does not say whose it is;
// the status beside it does, where the names of the files leave no doubt.

import type { Trace } from '../../trace/trace.js';
import type { Owner } from './lines.js';
import { asksOwner, ownersOf, parse } from './parse.js';

/** Words in file names that say which file of /proc it was. */
const KINDS = /^(?:proc|pid|status|stack|wchan|syscall|fds?|limits|txt|log|out)$/i;

/** `bus` of `bus-status.txt`, '' of `proc-stack.txt`; with the folder in front. Undefined for a name that is of no such kind. */
export function groupOf(scope: string): string | undefined {
  const slash = Math.max(scope.lastIndexOf('/'), scope.lastIndexOf('\\'));
  const words = scope
    .slice(slash + 1)
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  const rest = words.filter((word) => !KINDS.test(word));
  return rest.length < words.length ? `${scope.slice(0, slash + 1)}${rest.join('-')}` : undefined;
}

/** Whether the text may tell whose others are, or take that from them. */
export const joins = (trace: Trace): boolean =>
  groupOf(trace.scope) !== undefined && (ownersOf(trace).length > 0 || asksOwner(trace));

/** The same traces; those that do not say whose they are get the one process that the others of their name have. */
export function together(traces: readonly Trace[]): readonly Trace[] {
  const groups = new Map<string, { readonly owners: Map<string, Owner>; readonly from: string }>();
  for (const trace of traces) {
    const group = groupOf(trace.scope);
    const owners = group === undefined ? [] : ownersOf(trace);
    if (group === undefined || owners.length === 0) continue;
    const known = groups.get(group) ?? { owners: new Map<string, Owner>(), from: trace.scope };
    for (const owner of owners) known.owners.set(owner.tid ?? owner.pid, owner);
    groups.set(group, known);
  }
  return traces.map((trace) => {
    const group = groupOf(trace.scope);
    const known = group === undefined ? undefined : groups.get(group);
    if (known?.owners.size !== 1 || !asksOwner(trace)) return trace;
    const owner = [...known.owners.values()][0]!;
    const from = known.from.slice(Math.max(known.from.lastIndexOf('/'), known.from.lastIndexOf('\\')) + 1);
    return parse(trace.text, trace.scope, undefined, { owner, from });
  });
}
