// What source code says about a frame of a traceback, whoever read it: files on disk, or lock maps made beforehand.

import type { Mode } from './state.js';

/** A lock, at a line. */
export interface SourceLock {
  /** As written in the code: `c.State`, `d.mu`. */
  readonly on: string;
  /** Which field of which struct, or which variable; for `compareKeys`. */
  readonly key: string;
  readonly mode: Mode;
  /** Where the expression starts: at the function's receiver, at a parameter, or anywhere else; and the path from there. */
  readonly root: 'receiver' | 'parameter' | 'other';
  readonly index: number;
  readonly path: string;
  /** Where the lock lies in the object that the root points to, where the code at hand tells. */
  readonly place?: {
    /** The lock's offset, with pointers of 4 bytes and of 8. */
    readonly offset4: number | undefined;
    readonly offset8: number | undefined;
    /** Which printed argument the root is, aggregates in braces counted as one; and which word, as Go up to 1.16 prints them. */
    readonly argument: number;
    readonly word: number | undefined;
  };
}

/** A lock that is held while the goroutine stands on the line. */
export interface Held extends SourceLock {
  readonly lockLine: number;
  readonly unlock: number | 'defer' | 'never';
  /** On all paths that lead to the line, or on some. */
  readonly sure: 'all' | 'some';
}

/** A lock that was held before the line in this function, and is not any more. */
export interface Released extends Pick<SourceLock, 'on' | 'key'> {
  readonly unlockLine: number;
  /** The caller had locked it, and this function released it. */
  readonly callers: boolean;
}

export type HeldAt =
  | { readonly state: 'match'; readonly held: readonly Held[]; readonly released: readonly Released[] }
  /** The source is not that of the program: the line is no call of the next frame's function. */
  | { readonly state: 'mismatch' };

/** A frame as the traceback prints it; `callee` is the function of the frame above, undefined for the top frame. */
export interface PrintedFrame {
  readonly file: string;
  readonly func: string;
  readonly line: number;
  readonly callee: string | undefined;
}

export interface SourceEvidence {
  /**
   * The locks that are held in a frame. `file`, `func` and `line` as the traceback prints them, `callee` the function of the
   * frame above; undefined for the top frame. undefined: there is no source for it, or not yet.
   */
  heldAt(file: string, func: string, line: number, callee: string | undefined): HeldAt | undefined;
  /** The lock that a line asks for; undefined where it asks for none, or for several. */
  lockAt(file: string, func: string, line: number): SourceLock | undefined;
  /** Where the source came from, for words: `moby v20.10.24, built-in lock map`; '' for files. */
  readonly origin: string;
  /** The same for one file as the traceback prints it, where several sources answer together. */
  originOf?(file: string): string;
  /** The URI of a file, where an editor can open it. */
  uriOf?(file: string): string | undefined;
}
