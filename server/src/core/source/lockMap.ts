// Lock maps: what the analysis of a program's public source found, made beforehand, for all its versions in one table. Facts
// only: functions, lines, the expressions that are locked, the names that lines call. See scripts/lock-maps.mjs.

import type { Held, HeldAt, PrintedFrame, Released, SourceEvidence, SourceLock } from './evidence.js';
import { readPrinted } from './names.js';

/**
 * A function's locks, its lines counted from its first one. The same in all versions in which the function did not change.
 * Numbers into `words` where a text is meant.
 */
export interface Shape {
  /** Lines of the function, less one. */
  readonly n: number;
  /** Locks held: from line, to line, key, text, flags, line that locks, line that unlocks (or DEFER, NEVER), path. */
  readonly h?: readonly number[][];
  /** Locks released: from line, to line, key, text, line that unlocked, 1 if the caller had locked it. */
  readonly r?: readonly number[][];
  /** Locks asked for: line, key, text, flags, path. */
  readonly a?: readonly number[][];
  /** Calls: line, names; 0 is a call of a function value. */
  readonly c?: readonly number[][];
}

export const DEFER = -1;
export const NEVER = -2;
/** Flags of a lock. */
export const READ = 1;
export const SOME = 2;
export const ON_RECEIVER = 4;
export const ON_PARAMETER = 8;

/** One file of a version: its functions as name, shape, first line, in turn. */
export type FileEntry = readonly number[];

export interface LockMap {
  readonly schema: 1;
  /** The project: `moby`. */
  readonly name: string;
  /** Import paths of the project's modules, in any version, and their folders: `github.com/docker/docker` and ``. */
  readonly modules: readonly (readonly [module: string, folder: string])[];
  /** Texts; the first is empty. */
  readonly words: readonly string[];
  readonly shapes: readonly Shape[];
  /**
   * In ascending order. A version's files are those of the one before it with `files` put in; an empty list takes a file away.
   * Files by number: `words` has the path from the repository's root, or `vendor/` and the import path.
   */
  readonly versions: readonly { readonly tag: string; readonly files: Readonly<Record<string, FileEntry>> }[];
}

/** The versions that fit a dump best, and how well: so many of the distinct lines in functions that they know. */
export interface Fit {
  /** In ascending order; several where the dump cannot tell them apart. */
  readonly tags: readonly string[];
  readonly fit: number;
  readonly all: number;
}

/** Lines that must fit before anything is said: fewer may fit by chance. */
const FEWEST = 3;
/** Share of lines that must fit. Distributions patch some files, which shifts lines in them; of those nothing is said. */
const SHARE = 0.8;

interface Place {
  readonly name: string;
  readonly from: number;
  readonly shape: Shape;
}

/** Frames of a dump in one file. */
interface Known {
  readonly file: number;
  readonly frames: PrintedFrame[];
}

export class LockMapReader {
  readonly map: LockMap;
  /** Paths -> their numbers in `words`. */
  readonly #numbers = new Map<string, number>();
  /** The last two components of each file's path -> paths. */
  readonly #ends = new Map<string, string[]>();
  readonly #modules: readonly (readonly [string, string])[];
  readonly #places = new Map<FileEntry, readonly Place[]>();

  constructor(map: LockMap) {
    this.map = map;
    this.#modules = [...map.modules].sort(([a], [b]) => b.length - a.length);
    for (const { files } of map.versions)
      for (const file in files) {
        const number = Number(file);
        const path = map.words[number]!;
        if (this.#numbers.has(path)) continue;
        this.#numbers.set(path, number);
        const end = endOf(path);
        const same = this.#ends.get(end);
        if (same) same.push(path);
        else this.#ends.set(end, [path]);
      }
  }

  /** The number of the file that a frame names; undefined where the map has no such file in any version. */
  fileOf(file: string, func: string): number | undefined {
    const { pkg } = readPrinted(func);
    const slashed = file.replaceAll('\\', '/');
    if (pkg === 'main') return this.#mainFile(slashed);
    const name = slashed.slice(slashed.lastIndexOf('/') + 1);
    for (const [module, folder] of this.#modules) {
      if (pkg !== module && !pkg.startsWith(`${module}/`)) continue;
      const below = pkg.slice(module.length + 1);
      return this.#numbers.get([folder, below, name].filter(Boolean).join('/'));
    }
    return this.#numbers.get(`vendor/${pkg}/${name}`);
  }

  /** The package does not say where it lies: the longest path that the printed one ends in. */
  #mainFile(printed: string): number | undefined {
    let best = '';
    for (const path of this.#ends.get(endOf(printed)) ?? [])
      if (`/${printed}`.endsWith(`/${path}`) && path.length > best.length) best = path;
    return this.#numbers.get(best);
  }

  /** A file as a version has it. */
  #entry(file: number, version: number): FileEntry | undefined {
    for (let at = version; at >= 0; at--) {
      const entry = this.map.versions[at]!.files[file];
      if (entry) return entry;
    }
    return undefined;
  }

  #placesOf(entry: FileEntry): readonly Place[] {
    let places = this.#places.get(entry);
    if (!places) {
      const { words, shapes } = this.map;
      const list: Place[] = [];
      for (let i = 0; i + 2 < entry.length; i += 3)
        list.push({ name: words[entry[i]!] ?? '', shape: shapes[entry[i + 1]!] ?? { n: 0 }, from: entry[i + 2]! });
      places = list;
      this.#places.set(entry, places);
    }
    return places;
  }

  #known(frames: Iterable<PrintedFrame>): Known[] {
    const known = new Map<number, Known>();
    const seen = new Set<string>();
    for (const frame of frames) {
      const key = `${frame.func} ${frame.line} ${frame.callee}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const file = this.fileOf(frame.file, frame.func);
      if (file === undefined) continue;
      const there = known.get(file);
      if (there) there.frames.push(frame);
      else known.set(file, { file, frames: [frame] });
    }
    return [...known.values()];
  }

  #fitOf(entry: FileEntry, frames: readonly PrintedFrame[]): { fit: number; all: number } {
    const places = this.#placesOf(entry);
    let fit = 0;
    let all = 0;
    for (const frame of frames) {
      const fits = fitsAt(places, frame, this.map.words);
      if (fits !== undefined) all++;
      if (fits) fit++;
    }
    return { fit, all };
  }

  /**
   * The versions that fit the frames of a dump best; undefined where none has a function of them. Frames in functions that a
   * version's map does not have say nothing; function literals and vendored packages neither.
   */
  recognise(frames: Iterable<PrintedFrame>): Fit | undefined {
    return this.#recognise(this.#known(frames));
  }

  #recognise(known: readonly Known[]): Fit | undefined {
    const { versions } = this.map;
    const fit = new Uint32Array(versions.length);
    const all = new Uint32Array(versions.length);
    for (const { file, frames } of known) {
      // Distributions build with other versions of what a project has below vendor.
      if (this.map.words[file]!.startsWith('vendor/')) continue;
      let now = { fit: 0, all: 0 };
      for (const [at, { files }] of versions.entries()) {
        const entry = files[file];
        if (entry) now = this.#fitOf(entry, frames);
        fit[at]! += now.fit;
        all[at]! += now.all;
      }
    }
    const rank = (at: number): number => fit[at]! - 2 * (all[at]! - fit[at]!);
    let best = -1;
    for (const at of versions.keys()) if (all[at]! > 0 && (best < 0 || rank(at) > rank(best))) best = at;
    if (best < 0) return undefined;
    const tags = [...versions.keys()].filter((at) => rank(at) === rank(best) && fit[at] === fit[best]);
    return { tags: tags.map((at) => versions[at]!.tag), fit: fit[best]!, all: all[best]! };
  }

  /**
   * What the map says about the program that printed the frames; undefined where no version fits well enough. Of a file
   * in which one line does not fit it says nothing; and nothing on which the versions that fit equally well differ.
   */
  evidence(frames: Iterable<PrintedFrame>): SourceEvidence | undefined {
    const known = this.#known(frames);
    const found = this.#recognise(known);
    if (!found || found.fit < FEWEST || found.fit < SHARE * found.all) return undefined;
    const { versions, words } = this.map;
    const tags = new Set(found.tags);
    const at = [...versions.keys()].filter((one) => tags.has(versions[one]!.tag));
    const files = new Map<number, readonly (readonly Place[])[]>();
    for (const { file, frames } of known) {
      const entries = [...new Set(at.map((version) => this.#entry(file, version)))];
      // Where a version has no such file, that is another answer than those of the others.
      const whole = entries.every((entry) => {
        const how = entry && this.#fitOf(entry, frames);
        return how && how.fit === how.all;
      });
      if (whole)
        files.set(
          file,
          entries.map((entry) => this.#placesOf(entry!)),
        );
    }
    const which = versionsInWords(found.tags, at.at(-1)! - at[0]! === at.length - 1);
    const origin = `${this.map.name} ${which}, built-in lock map; ${found.fit} of ${found.all} lines fit`;
    return new MapSource(origin, words, (file, func) => {
      const number = this.fileOf(file, func);
      return number === undefined ? undefined : files.get(number);
    });
  }
}

/** `v20.10.24`; `v20.10.21 to v20.10.24`; `v1.6.4 or v1.7.0`; `one of 6 versions from v1.6.4 to v1.7.2`. */
function versionsInWords(tags: readonly string[], row: boolean): string {
  if (tags.length === 1) return tags[0]!;
  if (row) return `${tags[0]} to ${tags.at(-1)}`;
  if (tags.length === 2) return `${tags[0]} or ${tags[1]}`;
  return `one of ${tags.length} versions from ${tags[0]} to ${tags.at(-1)}`;
}

const endOf = (path: string): string => {
  const last = path.lastIndexOf('/');
  return path.slice(path.lastIndexOf('/', last - 1) + 1);
};

/** The function that a frame stands in; of functions in each other the innermost. */
function placeOf(places: readonly Place[], func: string, line: number): Place | undefined {
  const { rest, outer, literal } = readPrinted(func);
  let best: Place | undefined;
  for (const place of places) {
    if (line < place.from || line > place.from + place.shape.n) continue;
    const fits = literal
      ? place.name === rest || (place.name.startsWith(`${outer}.func`) && !/wrap/.test(rest))
      : place.name === outer;
    if (fits && (!best || place.shape.n < best.shape.n)) best = place;
  }
  return best;
}

/** Whether the line calls the function of the frame above. */
function callsAt(place: Place, line: number, callee: string | undefined, words: readonly string[]): boolean {
  if (callee === undefined || callee === 'panic') return true;
  const called = readPrinted(callee);
  if (/^(?:runtime|panic|reflect|internal\/runtime\/[a-z]+)$/.test(called.pkg)) return true;
  const names = place.shape.c?.find(([at]) => at === line - place.from)?.slice(1);
  return names?.some((name) => name === 0 || called.literal || words[name] === called.method) ?? false;
}

/** undefined where this version has no such function to fit. */
function fitsAt(places: readonly Place[], frame: PrintedFrame, words: readonly string[]): boolean | undefined {
  const { outer, literal } = readPrinted(frame.func);
  if (literal || !places.some((place) => place.name === outer)) return undefined;
  const place = placeOf(places, frame.func, frame.line);
  return !!place && callsAt(place, frame.line, frame.callee, words);
}

class MapSource implements SourceEvidence {
  readonly origin: string;
  readonly #words: readonly string[];
  /** The functions of a file, in each version that may be the dump's. */
  readonly #files: (file: string, func: string) => readonly (readonly Place[])[] | undefined;

  constructor(
    origin: string,
    words: readonly string[],
    files: (file: string, func: string) => readonly (readonly Place[])[] | undefined,
  ) {
    this.origin = origin;
    this.#words = words;
    this.#files = files;
  }

  /** What all versions say alike; undefined where they differ. */
  #agreed<T>(file: string, func: string, ask: (places: readonly Place[]) => T | undefined): T | undefined {
    const versions = this.#files(file, func);
    if (!versions) return undefined;
    const [first, ...others] = versions.map(ask);
    return others.every((one) => JSON.stringify(one) === JSON.stringify(first)) ? first : undefined;
  }

  heldAt(file: string, func: string, line: number, callee: string | undefined): HeldAt | undefined {
    return this.#agreed(file, func, (places) => this.#heldAt(places, func, line, callee));
  }

  #heldAt(places: readonly Place[], func: string, line: number, callee: string | undefined): HeldAt | undefined {
    const place = placeOf(places, func, line);
    const words = this.#words;
    if (!place || !callsAt(place, line, callee, words)) return undefined;
    const at = line - place.from;
    const waits = callee === 'sync.(*Cond).Wait';
    const held: Held[] = [];
    const released: Released[] = [];
    for (const [from, to, key, on, flags, locked, unlocked, path] of place.shape.h ?? []) {
      if (at < from! || at > to! || waits) continue;
      held.push({
        ...lockOf(words, key!, on!, flags!, path!),
        lockLine: place.from + locked!,
        unlock: unlocked === DEFER ? 'defer' : unlocked === NEVER ? 'never' : place.from + unlocked!,
        sure: flags! & SOME ? 'some' : 'all',
      });
    }
    for (const [from, to, key, on, unlocked, callers] of place.shape.r ?? [])
      if (at >= from! && at <= to!)
        released.push({
          on: words[on!] ?? '',
          key: words[key!] ?? '?',
          unlockLine: place.from + unlocked!,
          callers: callers === 1,
        });
    return { state: 'match', held, released };
  }

  lockAt(file: string, func: string, line: number): SourceLock | undefined {
    return this.#agreed(file, func, (places) => {
      const place = placeOf(places, func, line);
      const asked = (place?.shape.a ?? []).filter(([at]) => at === line - place!.from);
      const [first] = asked;
      if (!first || asked.some((one) => one[1] !== first[1])) return undefined;
      return lockOf(this.#words, first[1]!, first[2]!, first[3]!, first[4]!);
    });
  }
}

function lockOf(words: readonly string[], key: number, on: number, flags: number, path: number): SourceLock {
  return {
    on: words[on] ?? '',
    key: words[key] ?? '?',
    mode: flags & READ ? 'read' : 'write',
    root: flags & ON_RECEIVER ? 'receiver' : flags & ON_PARAMETER ? 'parameter' : 'other',
    index: 0,
    path: words[path] ?? '',
  };
}
