// Trees of source files: on disk, in a git repository's history, or where only the editor can read. Whoever searches them
// sees names and texts; where the files are is the tree's own matter.

import { LARGEST_SOURCE } from './protocol.js';

export interface Entry {
  readonly name: string;
  readonly kind: 'file' | 'folder';
}

/** Failures are Errors whose message is a word for the user. */
export interface SourceTree {
  /** Files and folders in a folder. Links and everything else are left out. */
  list(folder: string): Promise<readonly Entry[]>;
  /** The text of a file that `list` gave, at most LARGEST bytes long. */
  read(path: string): Promise<string>;
  join(folder: string, name: string): string;
  /** What an editor can open; undefined where only this tree can read the file. */
  uri(path: string): string | undefined;
}

/** A folder of a tree that is searched for the files that traces name. */
export interface Root {
  readonly tree: SourceTree;
  readonly path: string;
  /** As people call it, for messages and for comparing with printed paths. */
  readonly name: string;
  /** The part of printed paths that it stands for. Without it, paths are compared from their end. */
  readonly prefix?: string | undefined;
  /** What was read, for words: `moby v20.10.24`; '' for plain files. */
  readonly origin: string;
}

/** A file that was found. */
export interface SourceFile {
  readonly root: Root;
  readonly path: string;
  /** The folder it is in. */
  readonly folder: string;
}

/** Bytes of one file. */
export const LARGEST = LARGEST_SOURCE;

export const tooLarge = (): Error => new Error(`larger than ${LARGEST / 1024 / 1024} MB`);

/** What went wrong, by the system's codes. */
export const WRONG: Readonly<Record<string, string>> = {
  ENOENT: 'not there',
  NotFoundError: 'not there',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ENOTDIR: 'no folder',
  ELOOP: 'a link',
};

/** The same in a word: in English, for a log. */
export function wordOf(error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  return (code !== undefined && WRONG[code]) || message || String(error);
}
