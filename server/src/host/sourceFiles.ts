// Finds and reads Go files on disk by the paths that tracebacks print. The paths are untrusted: nothing outside the roots is
// looked at, links are not followed below them, and what cannot be read is left out with a word.

import type { Dirent } from 'node:fs';
import { open, readdir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { SourceText } from '../core/source/live.js';
import { pathsBelow } from './host.js';

/** Bytes of one file, and of the files of one package together. */
const LARGEST = 4 * 1024 * 1024;
const LARGEST_PACKAGE = 16 * 1024 * 1024;
const MOST_DEPTH = 20;
const MOST_ENTRIES = 400_000;
const MOST_FILES = 500;
const SKIPPED = new Set(['.git', '.svn', '.hg', 'node_modules', 'testdata']);
/** Files for another system than the one that nearly all daemons run on; a file that a frame names is read whatever it is called. */
const ELSEWHERE =
  /_(?:test|windows|darwin|freebsd|netbsd|openbsd|dragonfly|solaris|illumos|aix|plan9|js|wasip1|android|ios)(?:_[a-z0-9]+)?\.go$/;

/** The folders searched besides those that the user gives: the Go installation and the module cache. Some may not be there. */
export function usualRoots(env: NodeJS.ProcessEnv): string[] {
  const roots: string[] = [];
  if (env.GOROOT) roots.push(join(env.GOROOT, 'src'));
  const gopaths = env.GOPATH ? env.GOPATH.split(process.platform === 'win32' ? ';' : ':') : [join(homedir(), 'go')];
  roots.push(env.GOMODCACHE ?? join(gopaths[0] ?? '', 'pkg/mod'));
  for (const path of gopaths) roots.push(join(path, 'src'));
  roots.push('/usr/local/go/src', '/usr/lib/go/src', '/usr/share/gocode/src');
  return roots.filter((root) => isAbsolute(root));
}

interface Listing {
  /** File name -> folders that have one. */
  readonly files: Map<string, string[]>;
  /** Folder -> the import path that it stands for, where a go.mod above says so. */
  readonly imports: Map<string, string>;
}

export class SourceFiles {
  /** What was skipped, and why; in words for the user. */
  readonly problems: string[] = [];
  readonly #roots: readonly string[];
  readonly #usual: readonly string[];
  readonly #listings = new Map<string, Promise<Listing>>();
  readonly #found = new Map<string, Promise<string | undefined>>();

  /** `roots` are searched whole; in `usual` only the paths that a printed one can stand for are tried. */
  constructor(roots: readonly string[], usual: readonly string[] = []) {
    this.#roots = roots.map((root) => resolve(root));
    this.#usual = usual;
  }

  /** The path of the file that a traceback prints as `file`; undefined where no root has it. */
  find(file: string): Promise<string | undefined> {
    let found = this.#found.get(file);
    if (!found) {
      found = this.#find(file);
      this.#found.set(file, found);
    }
    return found;
  }

  async #find(file: string): Promise<string | undefined> {
    const parts = file.split(/[\\/]/).filter((part) => part !== '' && part !== '.');
    if (parts.length < 2 || parts.length > 64 || parts.some((part) => part === '..' || part.includes('\0')))
      return undefined;
    let best: { path: string; suffix: number; common: number } | undefined;
    for (const root of this.#roots) {
      const { files, imports } = await this.#listing(root);
      for (const folder of files.get(parts.at(-1)!) ?? []) {
        const path = join(folder, parts.at(-1)!);
        const own = path.split(sep).filter((part) => part !== '');
        const module = imports.get(folder)?.split('/') ?? [];
        const suffix = Math.max(commonSuffix(parts, own), commonSuffix(parts, [...module, parts.at(-1)!]));
        // A name alone (`mutex.go`) is no evidence.
        if (suffix < 2) continue;
        const common = own.filter((part) => parts.includes(part)).length;
        if (!best || suffix > best.suffix || (suffix === best.suffix && common > best.common))
          best = { path, suffix, common };
      }
    }
    if (best) return best.path;
    for (const root of this.#usual)
      for (const below of pathsBelow(file, { path: root })) {
        if (below.split('/').length < 2) continue;
        for (const path of [below, escaped(below)]) {
          const whole = join(root, path);
          if (await isFileWithin(root, whole)) return whole;
        }
      }
    return undefined;
  }

  /** The text of a file; undefined where it is too large, or not ours to read. */
  async read(path: string): Promise<string | undefined> {
    try {
      const file = await open(path);
      try {
        const info = await file.stat();
        if (!info.isFile()) return undefined;
        if (info.size > LARGEST) {
          this.#problem(`${path}: larger than ${LARGEST / 1024 / 1024} MB; left out`);
          return undefined;
        }
        return await file.readFile('utf8');
      } finally {
        await file.close();
      }
    } catch (error) {
      this.#problem(`${path}: ${wordOf(error)}; left out`);
      return undefined;
    }
  }

  /** The other Go files of a file's folder: its package. */
  async others(path: string): Promise<SourceText[]> {
    return this.#folder(dirname(path), basename(path));
  }

  /** The files of the package with an import path; none where no root has it. */
  async package(importPath: string): Promise<SourceText[]> {
    const parts = importPath.split('/').filter((part) => part !== '');
    if (parts.length === 0 || parts.some((part) => part === '..' || part === '.')) return [];
    let best: { folder: string; suffix: number } | undefined;
    for (const root of this.#roots) {
      const { files, imports } = await this.#listing(root);
      for (const folder of new Set([...files.values()].flat())) {
        const module = imports.get(folder);
        if (!folder.endsWith(`${sep}${parts.at(-1)}`) && module !== importPath) continue;
        const suffix = module === importPath ? parts.length : commonSuffix(parts, folder.split(sep));
        // One name may be many packages'; an import path of several parts must agree in two.
        if (suffix >= Math.min(2, parts.length) && (!best || suffix > best.suffix)) best = { folder, suffix };
      }
    }
    if (best) return this.#folder(best.folder);
    for (const root of this.#usual) {
      const folder = join(root, escaped(importPath));
      const files = await this.#folder(folder, '', true);
      if (files.length > 0) return files;
    }
    return [];
  }

  async #folder(folder: string, except = '', quiet = false): Promise<SourceText[]> {
    let names: string[];
    try {
      names = (await readdir(folder, { withFileTypes: true })).filter((e) => e.isFile()).map((e) => e.name);
    } catch (error) {
      if (!quiet) this.#problem(`${folder}: ${wordOf(error)}; left out`);
      return [];
    }
    const wanted = names.filter((name) => name.endsWith('.go') && name !== except && !ELSEWHERE.test(name)).sort();
    if (wanted.length > MOST_FILES)
      this.#problem(`${folder}: more than ${MOST_FILES} files in one package; the rest is left out`);
    const read = await Promise.all(
      wanted.slice(0, MOST_FILES).map(async (name) => {
        const path = join(folder, name);
        return { path, text: await this.read(path) };
      }),
    );
    const texts: SourceText[] = [];
    let size = 0;
    for (const { path, text } of read) {
      if (text === undefined) continue;
      size += text.length;
      if (size > LARGEST_PACKAGE) {
        this.#problem(`${folder}: too much for one package; the rest is left out`);
        break;
      }
      texts.push({ path, text });
    }
    return texts;
  }

  #listing(root: string): Promise<Listing> {
    let listing = this.#listings.get(root);
    if (!listing) {
      listing = this.#list(root);
      this.#listings.set(root, listing);
    }
    return listing;
  }

  async #list(root: string): Promise<Listing> {
    const files = new Map<string, string[]>();
    let entries = 0;
    const imports = new Map<string, string>();
    const search = async (folder: string, depth: number, above: string): Promise<void> => {
      let module = above;
      let list: Dirent[];
      try {
        list = await readdir(folder, { withFileTypes: true });
      } catch (error) {
        this.#problem(`${folder}: ${wordOf(error)}; left out`);
        return;
      }
      if (list.some((entry) => entry.isFile() && entry.name === 'go.mod'))
        module = /^module\s+"?([^\s"]{1,300})/m.exec((await this.read(join(folder, 'go.mod'))) ?? '')?.[1] ?? above;
      if (module) imports.set(folder, module);
      for (const entry of list) {
        if (++entries > MOST_ENTRIES) return;
        if (entry.isDirectory()) {
          if (SKIPPED.has(entry.name)) continue;
          if (depth >= MOST_DEPTH)
            this.#problem(`${root}: folders are nested more than ${MOST_DEPTH} deep; left out below`);
          else await search(join(folder, entry.name), depth + 1, module && `${module}/${entry.name}`);
        } else if (entry.isFile() && entry.name.endsWith('.go')) {
          const known = files.get(entry.name);
          if (known) known.push(folder);
          else files.set(entry.name, [folder]);
        }
      }
    };
    await search(root, 0, '');
    if (entries > MOST_ENTRIES) this.#problem(`${root}: more than ${MOST_ENTRIES} files; the rest is left out`);
    return { files, imports };
  }

  #problem(text: string): void {
    if (this.problems.length < 50 && !this.problems.includes(text)) this.problems.push(text);
  }
}

/** How many components two paths share at their ends. `y@v1.2.3` is `y`. */
function commonSuffix(a: readonly string[], b: readonly string[]): number {
  let n = 0;
  while (n < a.length && n < b.length && plain(a[a.length - 1 - n]!) === plain(b[b.length - 1 - n]!)) n++;
  return n;
}

const plain = (part: string): string => part.replace(/@v[0-9][^/]*$/, '');

/** As the module cache writes upper case: `!burnt!sushi` (module.EscapePath). */
const escaped = (path: string): string => path.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`);

async function isFileWithin(root: string, path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    const home = await realpath(root);
    return (await realpath(path)).startsWith(home.endsWith(sep) ? home : home + sep);
  } catch {
    return false;
  }
}

function wordOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'not there';
  if (code === 'EACCES' || code === 'EPERM') return 'no permission';
  return message ?? String(error);
}
