// What calling a function does to its caller's locks.

import type { FunctionDecl } from './outline.js';
import { type Entry, join, type LockRef, type Mode, type State } from './state.js';

/** What calling a function does to its caller's locks. */
export interface Summary {
  readonly locks: readonly {
    readonly ref: LockRef;
    readonly mode: Mode;
    readonly sure: boolean;
    /** Where the function returns an error, it has not locked. */
    readonly unlessFailed: boolean;
  }[];
  readonly unlocks: readonly { readonly ref: LockRef; readonly sure: boolean }[];
  /** It returns a function that unlocks these. */
  readonly returned: readonly LockRef[];
}

const NEUTRAL: Summary = { locks: [], unlocks: [], returned: [] };
/** Answers what functions do, each worked out once. */
export interface Summaries {
  summary(decl: FunctionDecl): Summary | undefined;
  /** Whether any function of that name may lock or unlock for its caller. */
  mayLock(name: string): boolean;
}

/** One way out of a function. */
export interface Exit {
  readonly state: State;
  /** It returns an error. */
  readonly failed: boolean;
}

/** What calling a function does to its caller's locks. */
export function summarize(all: readonly Exit[], returned: readonly LockRef[]): Summary {
  const good = all.filter((exit) => !exit.failed);
  const exits = successful(all);
  let state: State | null = null;
  for (const exit of exits) state = join(state, exit.state);
  let failed: State | null = null;
  for (const exit of all) if (exit.failed) failed = join(failed, exit.state);
  /** Not held where the function fails; without another path there is nothing to tell apart. */
  const onSuccess = (entry: Entry): boolean =>
    good.length > 0 && failed !== null && (failed.entries.get(entry.ref.expr)?.held ?? 'none') === 'none';
  if (!state) return returned.length > 0 ? { ...NEUTRAL, returned } : NEUTRAL;
  const locks: { ref: LockRef; mode: Mode; sure: boolean; unlessFailed: boolean }[] = [];
  const unlocks: { ref: LockRef; sure: boolean }[] = [];
  for (const entry of state.entries.values()) {
    const { ref } = entry;
    if (entry.held !== 'none' && entry.lockLine > 0)
      locks.push({ ref, mode: entry.mode, sure: entry.held === 'all', unlessFailed: onSuccess(entry) });
    else if (entry.lockLine === 0) unlocks.push({ ref, sure: entry.held === 'none' });
  }
  return locks.length + unlocks.length + returned.length === 0 ? NEUTRAL : { locks, unlocks, returned };
}

/** The exits without an error; all, where every one has one. */
export function successful<T extends Exit>(all: readonly T[]): readonly T[] {
  const good = all.filter((exit) => !exit.failed);
  return good.length > 0 ? good : all;
}
