// Lock maps: what the analysis of a program's public source found, made beforehand, for all its versions in one table. Facts
// only: functions, lines, the expressions that are locked, the names that lines call. See scripts/lock-maps.mjs.

import type { Held, HeldAt, Released, SourceEvidence, SourceLock } from './evidence.js';
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
  /** Texts; the first is empty. */
  readonly words: readonly string[];
  readonly shapes: readonly Shape[];
  /**
   * In ascending order. A version's files are those of the one before it with `files` put in; an empty list takes a file away.
   * Files by number: `words` has the path, from the repository's root.
   */
  readonly versions: readonly { readonly tag: string; readonly files: Readonly<Record<string, FileEntry>> }[];
}

/** How well a version fits a dump: so many of the distinct frames in functions that the version's map has. */
export interface Fit {
  readonly tag: string;
  readonly fit: number;
  readonly all: number;
}

export interface MapFrame {
  readonly file: string;
  readonly func: string;
  readonly line: number;
  readonly callee: string | undefined;
}

interface Place {
  readonly name: string;
  readonly from: number;
  readonly shape: Shape;
}

/** A version's functions by file. */
type Version = ReadonlyMap<string, readonly Place[]>;

/** Version by version, what the map says. */
export class LockMapReader {
  readonly map: LockMap;
  readonly #versions = new Map<string, Version>();
  /** The last two components of each file's path -> paths. */
  readonly #files = new Map<string, string[]>();

  constructor(map: LockMap) {
    this.map = map;
    const paths = new Set(
      map.versions.flatMap(({ files }) => Object.keys(files).map((file) => map.words[Number(file)]!)),
    );
    for (const path of paths) {
      const end = endOf(path);
      this.#files.set(end, [...(this.#files.get(end) ?? []), path]);
    }
  }

  /** The map's path of a file that a traceback prints; the longest that the printed path ends in. */
  pathOf(printed: string): string | undefined {
    const slashed = printed.replaceAll('\\', '/').replace(/@v[0-9][^/]*/g, '');
    let best: string | undefined;
    for (const path of this.#files.get(endOf(slashed)) ?? [])
      if (`/${slashed}`.endsWith(`/${path}`) && path.length > (best?.length ?? 0)) best = path;
    return best;
  }

  version(tag: string): Version | undefined {
    const known = this.#versions.get(tag);
    if (known) return known;
    const { words, shapes, versions } = this.map;
    const entries = new Map<string, FileEntry>();
    for (const version of versions) {
      for (const [file, entry] of Object.entries(version.files)) {
        if (entry.length > 0) entries.set(file, entry);
        else entries.delete(file);
      }
      if (version.tag !== tag) continue;
      const found = new Map<string, Place[]>();
      for (const [file, entry] of entries) {
        const places: Place[] = [];
        for (let i = 0; i + 2 < entry.length; i += 3)
          places.push({ name: words[entry[i]!] ?? '', shape: shapes[entry[i + 1]!] ?? { n: 0 }, from: entry[i + 2]! });
        found.set(words[Number(file)] ?? '', places);
      }
      this.#versions.set(tag, found);
      return found;
    }
    return undefined;
  }

  /**
   * How well each version fits the frames of a dump, best first, and of equals the older first. Frames in functions that a
   * version's map does not have say nothing; function literals neither.
   */
  recognise(frames: Iterable<MapFrame>): Fit[] {
    const known: { frame: MapFrame; path: string }[] = [];
    const seen = new Set<string>();
    for (const frame of frames) {
      const key = `${frame.func} ${frame.line} ${frame.callee}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const path = this.pathOf(frame.file);
      if (path !== undefined) known.push({ frame, path });
    }
    const fits = this.map.versions.map(({ tag }): Fit => {
      const version = this.version(tag)!;
      const results = known.map(({ frame, path }) => fitsAt(version.get(path), frame, this.map.words));
      return {
        tag,
        fit: results.filter((one) => one === true).length,
        all: results.filter((one) => one !== undefined).length,
      };
    });
    const rank = ({ fit, all }: Fit): number => fit - 2 * (all - fit);
    return fits.sort((a, b) => rank(b) - rank(a));
  }

  /** The evidence of one version. */
  evidence(tag: string): SourceEvidence | undefined {
    const version = this.version(tag);
    return version && new MapSource(this, tag, version);
  }
}

const endOf = (path: string): string => {
  const last = path.lastIndexOf('/');
  return path.slice(path.lastIndexOf('/', last - 1) + 1);
};

/** The function that a frame stands in; of functions in each other the innermost. */
function placeOf(places: readonly Place[] | undefined, func: string, line: number): Place | undefined {
  const { rest, outer, literal } = readPrinted(func);
  let best: Place | undefined;
  for (const place of places ?? []) {
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
function fitsAt(places: readonly Place[] | undefined, frame: MapFrame, words: readonly string[]): boolean | undefined {
  const { outer, literal } = readPrinted(frame.func);
  if (literal || !places?.some((place) => place.name === outer)) return undefined;
  const place = placeOf(places, frame.func, frame.line);
  return !!place && callsAt(place, frame.line, frame.callee, words);
}

class MapSource implements SourceEvidence {
  readonly origin: string;
  readonly #reader: LockMapReader;
  readonly #version: Version;

  constructor(reader: LockMapReader, tag: string, version: Version) {
    this.#reader = reader;
    this.#version = version;
    this.origin = `${reader.map.name} ${tag}`;
  }

  #place(file: string, func: string, line: number): Place | 'elsewhere' | undefined {
    const path = this.#reader.pathOf(file);
    const places = path === undefined ? undefined : this.#version.get(path);
    if (!places) return undefined;
    const { outer, literal } = readPrinted(func);
    const known = places.some(({ name }) => name === outer || (literal && name.startsWith(`${outer}.func`)));
    return placeOf(places, func, line) ?? (known && !literal ? 'elsewhere' : undefined);
  }

  heldAt(file: string, func: string, line: number, callee: string | undefined): HeldAt | undefined {
    const { words } = this.#reader.map;
    const place = this.#place(file, func, line);
    if (!place) return undefined;
    if (place === 'elsewhere' || !callsAt(place, line, callee, words)) return { state: 'mismatch' };
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
    const place = this.#place(file, func, line);
    if (!place || place === 'elsewhere') return undefined;
    const asked = (place.shape.a ?? []).filter(([at]) => at === line - place.from);
    const [first] = asked;
    if (!first || asked.some((one) => one[1] !== first[1])) return undefined;
    return lockOf(this.#reader.map.words, first[1]!, first[2]!, first[3]!, first[4]!);
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
