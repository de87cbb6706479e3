// Which locks are held at a point of a function: on all paths that lead there, on some, or not any more.

export type Mode = 'write' | 'read';

/** A lock as a function's code names it. */
export interface LockRef {
  /** The expression, its variables told apart: equal texts in one function are the same lock. */
  readonly expr: string;
  /** The expression as written. */
  readonly text: string;
  /** Which field of which struct, or which variable (`Scope.keyOf`); `?` for what is not known. */
  readonly key: string;
  /** Whether the expression starts at the receiver or a parameter, which the caller gives; and the rest of it. */
  readonly root: { readonly kind: 'receiver' | 'parameter' | 'other'; readonly index: number };
  readonly path: string;
}

export interface Entry {
  readonly ref: LockRef;
  readonly mode: Mode;
  /** `none`: released, on all paths. */
  readonly held: 'all' | 'some' | 'none';
  /** Where it was locked; 0 where that was before the function began. */
  readonly lockLine: number;
  /** Where it was released; 0 while held. */
  readonly unlockLine: number;
  /** A helper locked it, unless it failed: the offset of that call; 0 otherwise. */
  readonly unlessFailed: number;
}

/** A deferred call, by the offset of its statement. */
export interface Deferred {
  readonly id: number;
  readonly sure: boolean;
}

/** The state at a point. Never changed in place; `null` stands for a point that is never reached. */
export interface State {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly deferred: readonly Deferred[];
}

export const START: State = { entries: new Map(), deferred: [] };

export function withEntry(state: State, entry: Entry): State {
  const entries = new Map(state.entries);
  entries.set(entry.ref.expr, entry);
  return { ...state, entries };
}

/** What is known where two paths meet. */
export function join(a: State | null, b: State | null): State | null {
  if (!a || !b) return a ?? b;
  if (a === b) return a;
  const entries = new Map<string, Entry>();
  for (const [expr, one] of a.entries) {
    const other = b.entries.get(expr);
    if (other) entries.set(expr, merge(one, other));
    else entries.set(expr, one.held === 'none' && one.lockLine > 0 ? one : { ...one, held: 'some' });
  }
  for (const [expr, other] of b.entries)
    if (!a.entries.has(expr))
      entries.set(expr, other.held === 'none' && other.lockLine > 0 ? other : { ...other, held: 'some' });
  const deferred = a.deferred.map((d) => ({
    id: d.id,
    sure: d.sure && b.deferred.some((other) => other.id === d.id && other.sure),
  }));
  for (const d of b.deferred)
    if (!deferred.some((known) => known.id === d.id)) deferred.push({ id: d.id, sure: false });
  deferred.sort((x, y) => x.id - y.id);
  return { entries, deferred };
}

function merge(one: Entry, other: Entry): Entry {
  const held = one.held === other.held ? one.held : 'some';
  return {
    ref: one.ref,
    mode: one.mode === 'write' || other.mode === 'write' ? 'write' : 'read',
    held,
    lockLine: one.lockLine || other.lockLine,
    unlockLine: held === 'none' ? one.unlockLine || other.unlockLine : 0,
    unlessFailed: one.unlessFailed === other.unlessFailed ? one.unlessFailed : 0,
  };
}

export function equal(a: State | null, b: State | null): boolean {
  if (a === b) return true;
  if (!a || !b || a.entries.size !== b.entries.size || a.deferred.length !== b.deferred.length) return false;
  for (const [expr, one] of a.entries) if (b.entries.get(expr)?.held !== one.held) return false;
  return a.deferred.every((d, at) => d.id === b.deferred[at]!.id && d.sure === b.deferred[at]!.sure);
}
