// What the server needs from the machine it runs on, and cannot do by itself.

import { isSlowSeconds, type ReadOptions, SLOW_SECONDS } from '../core/formats/format.js';
import type { SourceFiles } from './sourceFiles.js';

/** A folder with source code, and the part of printed paths that it stands for. */
export interface SourceRoot {
  readonly path: string;
  /** `/go/src/example.com/app`: where that folder was when the program was built. Without it, paths are tried from their end. */
  readonly prefix?: string;
}

/** A part of a text: whole lines, except perhaps at the very end. */
export interface Block {
  readonly text: string;
  /** Bytes of the file up to the block's end. */
  readonly read: number;
}

/** A file that is read block by block. Failures are Errors, of the system or with a word for the user. */
export interface LargeFile {
  /** Bytes. */
  readonly size: number;
  /** The text of its first bytes. */
  head(bytes: number): Promise<string>;
  blocks(): AsyncIterable<Block>;
  close(): Promise<void>;
}

export interface Host {
  /** Opens source roots, workspace folders (URIs) and the usual places for searching. A root that cannot be opened is told in `problems`. */
  openSources(roots: readonly SourceRoot[], folders: readonly string[]): Promise<SourceFiles>;
  /** The bytes of a file that lies beside the bundle: the grammar of Go, lock maps. Absent where there is none. */
  readonly readAsset?: (name: string) => Promise<Uint8Array>;
  /** Opens a file (URI) of the disk; with a folder only one that really lies in that. Absent where there is no disk. */
  readonly openLarge?: (uri: string, within?: string) => Promise<LargeFile>;
}

/** Reads the setting `traceInvestigator.sourceRoots`: paths, or objects of path and prefix. Anything else is left out. */
export function readSourceRoots(setting: unknown): SourceRoot[] {
  if (!Array.isArray(setting)) return [];
  const roots: SourceRoot[] = [];
  for (const item of setting) {
    if (typeof item === 'string' && item !== '') roots.push({ path: item });
    else if (typeof item === 'object' && item !== null && typeof item.path === 'string' && item.path !== '')
      roots.push(typeof item.prefix === 'string' ? { path: item.path, prefix: item.prefix } : { path: item.path });
  }
  return roots;
}

/**
 * Reads the setting `traceInvestigator.strace.slowSeconds` of all `settings`. Anything but seconds of `isSlowSeconds` is left out;
 * so is the default, which is nothing that a text has to be read anew for.
 */
export function readReadOptions(settings: { strace?: { slowSeconds?: unknown } } | null | undefined): ReadOptions {
  const slowSeconds = settings?.strace?.slowSeconds;
  return isSlowSeconds(slowSeconds) && slowSeconds !== SLOW_SECONDS ? { slowSeconds } : {};
}

/**
 * The paths below a root at which a printed file may be, the likeliest first. Never leaves the root: a path with `..` gives
 * none.
 *
 * Example input:  `/go/src/example.com/app/pool/pool.go`, root `/home/me/app`
 * Example output: `go/src/example.com/app/pool/pool.go`, `src/…`, …, `pool/pool.go`
 */
export function pathsBelow(file: string, root: SourceRoot): string[] {
  const parts = partsOf(file);
  if (parts.length === 0 || parts.length > 64 || parts.some((part) => part === '..' || part.includes('\0'))) return [];
  if (root.prefix !== undefined) {
    const lead = partsOf(root.prefix);
    const below = parts.slice(lead.length);
    return below.length > 0 && lead.every((part, at) => parts[at] === part) ? [below.join('/')] : [];
  }
  // A name alone (`mutex.go`) is no evidence; its folder must agree: one below the root, or the root itself.
  const name = partsOf(root.path).at(-1);
  const paths: string[] = [];
  for (let from = 0; from < parts.length; from++) {
    const agrees = from < parts.length - 1 || from === 0 || parts[from - 1]!.replace(/@.*$/, '') === name;
    if (agrees) paths.push(parts.slice(from).join('/'));
  }
  return paths;
}

export const partsOf = (path: string): string[] => path.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
