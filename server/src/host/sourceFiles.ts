// Finds Go files by the paths that tracebacks print, and reads them. The paths are untrusted: nothing outside the roots is
// looked at, and what cannot be read is left out with a word.

import type { SourceText } from '../core/source/live.js';
import { partsOf, pathsBelow } from './host.js';
import { type Entry, LARGEST, type Root, type SourceFile, wordOf } from './sourceTree.js';

/** Bytes of the files of one package together. */
const LARGEST_PACKAGE = 4 * LARGEST;
const MOST_DEPTH = 20;
const MOST_ENTRIES = 400_000;
const MOST_FILES = 500;
const SKIPPED = new Set(['node_modules', 'testdata']);
/** Files for another system than the one that nearly all daemons run on; a file that a frame names is read whatever it is called. */
const ELSEWHERE =
  /_(?:test|windows|darwin|freebsd|netbsd|openbsd|dragonfly|solaris|illumos|aix|plan9|js|wasip1|android|ios)(?:_[a-z0-9]+)?\.go$/;

/** A folder of Go files. */
interface Folder {
  readonly path: string;
  /** Its name and those above it, from the root's own path down. */
  readonly names: readonly string[];
  /** How many of them are the root's. */
  readonly own: number;
  /** The import path that it stands for, where a go.mod above says so. */
  readonly module: readonly string[];
}

interface Listing {
  readonly root: Root;
  /** File name -> folders that have one. */
  readonly files: ReadonlyMap<string, readonly Folder[]>;
  readonly folders: readonly Folder[];
}

/** Finds one of the usual places' files without a search: the paths that a printed one can stand for are tried. */
export type Probe = (below: string) => Promise<SourceFile | undefined>;

export class SourceFiles {
  /** What was skipped, and why; in words for the user. */
  readonly problems: string[] = [];
  /** What an editor opens for a file that only its tree can read, by the printed path. */
  virtualUri: ((file: string) => string) | undefined;
  readonly #roots: readonly Root[];
  readonly #probes: readonly Probe[];
  readonly #packages: readonly Root[];
  readonly #listings = new Map<Root, Promise<Listing>>();
  readonly #found = new Map<string, Promise<SourceFile | undefined>>();
  readonly #known = new Map<string, SourceFile>();

  /**
   * `roots` are searched whole. Where none has a file, `probes` are tried with what a printed path can end in, and the
   * folders of a package are looked for at its import path below `packages`.
   */
  constructor(roots: readonly Root[], probes: readonly Probe[] = [], packages: readonly Root[] = []) {
    this.#roots = roots;
    this.#probes = probes;
    this.#packages = packages;
  }

  /** Whether anything can be found at all. */
  get any(): boolean {
    return this.#roots.length + this.#probes.length > 0;
  }

  /** The file that a traceback prints as `file`; undefined where no root has it. */
  find(file: string): Promise<SourceFile | undefined> {
    let found = this.#found.get(file);
    if (!found) {
      found = this.#find(file).then((one) => {
        if (one) this.#known.set(file, one);
        return one;
      });
      this.#found.set(file, found);
    }
    return found;
  }

  /** The file, if it was found before. */
  known(file: string): SourceFile | undefined {
    return this.#known.get(file);
  }

  /** What an editor opens for a file that was found before. */
  uri(file: string): string | undefined {
    const found = this.#known.get(file);
    return found && (found.root.tree.uri(found.path) ?? this.virtualUri?.(file));
  }

  async #find(file: string): Promise<SourceFile | undefined> {
    const parts = partsOf(file);
    const name = parts.at(-1) ?? '';
    if (!name.endsWith('.go') || parts.length < 2 || parts.length > 64) return undefined;
    if (parts.some((part) => part === '..' || part.includes('\0'))) return undefined;
    let best: { root: Root; folder: Folder; suffix: number; common: number } | undefined;
    for (const root of this.#roots) {
      const lead = root.prefix === undefined ? undefined : partsOf(root.prefix);
      if (lead && !lead.every((part, at) => parts[at] === part)) continue;
      for (const folder of (await this.#listing(root)).files.get(name) ?? []) {
        if (lead) {
          const below = parts.slice(lead.length, -1);
          const there = folder.names.slice(folder.own);
          if (below.length === there.length && below.every((part, at) => there[at] === part))
            return this.#file(root, folder, name);
          continue;
        }
        const own = [...folder.names, name];
        const suffix = Math.max(commonSuffix(parts, own), commonSuffix(parts, [...folder.module, name]));
        // A name alone (`mutex.go`) is no evidence.
        if (suffix < 2) continue;
        const common = own.filter((part) => parts.includes(part)).length;
        if (
          !best ||
          suffix > best.suffix ||
          (suffix === best.suffix &&
            (common > best.common || (common === best.common && folder.path < best.folder.path)))
        )
          best = { root, folder, suffix, common };
      }
    }
    if (best) return this.#file(best.root, best.folder, name);
    for (const probe of this.#probes)
      for (const below of pathsBelow(file, { path: '' })) {
        if (!below.includes('/')) continue;
        const found = await probe(below);
        if (found) return found;
      }
    return undefined;
  }

  #file(root: Root, { path: folder }: Folder, name: string): SourceFile {
    return { root, folder, path: root.tree.join(folder, name) };
  }

  /** The text of a file; undefined where it is too large, or not ours to read. */
  async read({ root, path }: Pick<SourceFile, 'root' | 'path'>): Promise<string | undefined> {
    try {
      return await root.tree.read(path);
    } catch (error) {
      this.#problem(`${path}: ${wordOf(error)}; left out`);
      return undefined;
    }
  }

  /** The other Go files of a file's folder: its package. */
  others({ root, folder, path }: SourceFile): Promise<SourceText[]> {
    return this.#folder(root, folder, path);
  }

  /** The files of the package with an import path; none where no root has it. */
  async package(importPath: string): Promise<SourceText[]> {
    const parts = importPath.split('/').filter((part) => part !== '');
    if (parts.length === 0 || parts.some((part) => part === '..' || part === '.' || part.includes('\0'))) return [];
    let best: { root: Root; folder: Folder; suffix: number } | undefined;
    for (const root of this.#roots)
      for (const folder of (await this.#listing(root)).folders) {
        const isModule = folder.module.join('/') === importPath;
        if (folder.names.at(-1) !== parts.at(-1) && !isModule) continue;
        const suffix = isModule ? parts.length : commonSuffix(parts, folder.names);
        // One name may be many packages'; an import path of several parts must agree in two.
        if (suffix < Math.min(2, parts.length)) continue;
        if (!best || suffix > best.suffix || (suffix === best.suffix && folder.path < best.folder.path))
          best = { root, folder, suffix };
      }
    if (best) return this.#folder(best.root, best.folder.path);
    for (const root of this.#packages) {
      const path = escaped(importPath)
        .split('/')
        .reduce((folder, name) => root.tree.join(folder, name), root.path);
      const files = await this.#folder(root, path, '', true);
      if (files.length > 0) return files;
    }
    return [];
  }

  async #folder(root: Root, folder: string, except = '', quiet = false): Promise<SourceText[]> {
    let entries: readonly Entry[];
    try {
      entries = await root.tree.list(folder);
    } catch (error) {
      if (!quiet) this.#problem(`${folder}: ${wordOf(error)}; left out`);
      return [];
    }
    const wanted = entries
      .filter(({ kind, name }) => kind === 'file' && name.endsWith('.go') && !ELSEWHERE.test(name))
      .map(({ name }) => root.tree.join(folder, name))
      .filter((path) => path !== except)
      .sort();
    if (wanted.length > MOST_FILES)
      this.#problem(`${folder}: more than ${MOST_FILES} files in one package; the rest is left out`);
    const read = await Promise.all(
      wanted.slice(0, MOST_FILES).map(async (path) => ({ path, text: await this.read({ root, path }) })),
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

  #listing(root: Root): Promise<Listing> {
    let listing = this.#listings.get(root);
    if (!listing) {
      listing = this.#list(root);
      this.#listings.set(root, listing);
    }
    return listing;
  }

  async #list(root: Root): Promise<Listing> {
    const { tree } = root;
    const files = new Map<string, Folder[]>();
    const folders: Folder[] = [];
    const top = partsOf(root.name);
    let entries = 0;
    const search = async (path: string, names: readonly string[], above: readonly string[]): Promise<void> => {
      if (entries > MOST_ENTRIES) return;
      let module = above;
      let list: readonly Entry[];
      try {
        list = await tree.list(path);
      } catch (error) {
        this.#problem(`${path}: ${wordOf(error)}; left out`);
        return;
      }
      if (list.some(({ kind, name }) => kind === 'file' && name === 'go.mod')) {
        const text = await this.read({ root, path: tree.join(path, 'go.mod') });
        module = /^module\s+"?([^\s"]{1,300})/m.exec(text ?? '')?.[1]?.split('/') ?? above;
      }
      const folder: Folder = { path, names, own: top.length, module };
      const below: Promise<void>[] = [];
      let go = false;
      for (const { kind, name } of list) {
        if (++entries > MOST_ENTRIES) break;
        if (kind === 'folder') {
          // As Go itself does, `.git` and its like are left out.
          if (SKIPPED.has(name) || name.startsWith('.')) continue;
          if (names.length - top.length >= MOST_DEPTH)
            this.#problem(`${root.name}: folders are nested more than ${MOST_DEPTH} deep; left out below`);
          else below.push(search(tree.join(path, name), [...names, name], module.length > 0 ? [...module, name] : []));
        } else if (name.endsWith('.go')) {
          go = true;
          const known = files.get(name);
          if (known) known.push(folder);
          else files.set(name, [folder]);
        }
      }
      if (go) folders.push(folder);
      await Promise.all(below);
    };
    await search(root.path, top, []);
    if (entries > MOST_ENTRIES) this.#problem(`${root.name}: more than ${MOST_ENTRIES} files; the rest is left out`);
    return { root, files, folders };
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
export const escaped = (path: string): string => path.replace(/[A-Z]/g, (c) => `!${c.toLowerCase()}`);
