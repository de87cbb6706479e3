// From the paths on the command line to the files to read. Folders are searched, with limits; links in them are not
// followed, so that the search never leaves the folder. Patterns that no shell has expanded are.

import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';

/** One file to read. */
export interface Input {
  /** As given, or below the folder that was given; `-` for standard input. */
  readonly name: string;
  /** Whether the user named this very file: then it is read even if it does not look like a trace, and missed if it fails. */
  readonly named: boolean;
  /** Bytes; undefined for pipes and standard input. */
  readonly size: number | undefined;
}

const MOST_FILES = 5_000;
const MOST_DEPTH = 16;
const SKIPPED = new Set(['.git', '.svn', '.hg', 'node_modules']);

export interface Found {
  readonly inputs: readonly Input[];
  /** Paths that are not there, or folders that could not be searched whole. */
  readonly problems: readonly { readonly input: Input; readonly reason: string }[];
}

export async function findInputs(paths: readonly string[]): Promise<Found> {
  const inputs: Input[] = [];
  const problems: { input: Input; reason: string }[] = [];
  const add = async (path: string): Promise<void> => {
    const info = await stat(path);
    if (info.isDirectory()) await search(path, 0, inputs, problems);
    else inputs.push({ name: path, named: true, size: info.isFile() ? info.size : undefined });
  };
  for (const path of new Set(paths)) {
    if (path === '-') {
      inputs.push({ name: '-', named: true, size: undefined });
      continue;
    }
    try {
      await add(path).catch(async (error: NodeJS.ErrnoException) => {
        // A file of that very name goes first.
        if (error.code !== 'ENOENT' || !picomatch.scan(slashes(path)).isGlob) throw error;
        const found = await matches(path);
        if (found.length === 0) throw new Error('no file matches this pattern');
        for (const one of found) await add(one);
      });
    } catch (error) {
      problems.push({ input: { name: path, named: true, size: undefined }, reason: errorWords(error) });
    }
  }
  return { inputs, problems };
}

/** Shells of Windows expand no patterns, and write folders with a backslash. */
const slashes = (path: string): string => (process.platform === 'win32' ? path.replaceAll('\\', '/') : path);

/** Files and folders that match, each once, in the order of their names. Links are not followed on the way. */
async function matches(pattern: string): Promise<string[]> {
  const { base, glob } = picomatch.scan(slashes(pattern));
  const fits = picomatch(glob);
  const deepest = glob.includes('**') ? MOST_DEPTH : glob.split('/').length;
  const found: string[] = [];
  const look = async (below: string, depth: number): Promise<void> => {
    for (const entry of await list(join(base, below) || '.')) {
      const path = below === '' ? entry.name : `${below}/${entry.name}`;
      // What is in a folder that matches is not looked at again.
      if (fits(path) && !entry.isSymbolicLink()) found.push(join(base, path));
      else if (entry.isDirectory() && depth < deepest && !SKIPPED.has(entry.name)) await look(path, depth + 1);
    }
  };
  await look('', 1).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  return found;
}

async function search(
  folder: string,
  depth: number,
  inputs: Input[],
  problems: { input: Input; reason: string }[],
): Promise<void> {
  const problem = (reason: string): void => {
    problems.push({ input: { name: folder, named: depth === 0, size: undefined }, reason });
  };
  if (depth > MOST_DEPTH) return problem(`folders are nested more than ${MOST_DEPTH} deep; not searched further`);
  let entries: Awaited<ReturnType<typeof list>>;
  try {
    entries = await list(folder);
  } catch (error) {
    return problem(errorWords(error));
  }
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!SKIPPED.has(entry.name)) await search(path, depth + 1, inputs, problems);
    } else if (entry.isFile()) {
      if (inputs.length >= MOST_FILES) return problem(`more than ${MOST_FILES} files; the rest is left out`);
      const info = await stat(path).catch(() => undefined);
      inputs.push({ name: path, named: false, size: info?.size });
    }
  }
}

/** Sorted by name, so that the same folder always gives the same report. */
const list = async (folder: string) =>
  (await readdir(folder, { withFileTypes: true })).sort((a, b) => (a.name < b.name ? -1 : 1));

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'is a folder',
  ELOOP: 'too many links',
};

/** What went wrong, in plain words. */
export function errorWords(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return (code && WORDS[code]) || message || String(error);
}
