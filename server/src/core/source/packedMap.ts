// Lock maps as they are stored: the same numbers in columns, small where they can be, so that gzip finds more in them that
// repeats. The words that are used most have the smallest numbers; lines count from the line before. What is alike stands side by side,
// because gzip looks back 32 KB only: the shapes of one function, and the versions of one file, each told by what differs from the last.

import type { FileEntry, LockMap, Shape } from './lockMap.js';

/** A column: numbers of one kind, one after the other. */
type Column = readonly number[];

export interface PackedMap {
  readonly schema: 2;
  readonly name: string;
  readonly modules: LockMap['modules'];
  readonly words: readonly string[];
  readonly tags: readonly string[];
  /** Of each shape: its lines; how many records it has, and their numbers. */
  readonly lines: Column;
  readonly held: Column;
  readonly released: Column;
  readonly asks: Column;
  readonly calls: Column;
  /** Of each file: its path, how many versions changed it; of each its number, how many functions it has, and how they differ. */
  readonly files: Column;
}

/** What is in the records of a shape: a line, the line after it, a word, or a number as it is. */
const RECORDS = {
  h: ['line', 'until', 'word', 'word', 'number', 'number', 'number', 'word'],
  r: ['line', 'until', 'word', 'word', 'number', 'number'],
  a: ['line', 'word', 'word', 'number', 'word'],
} as const;
type Kind = (typeof RECORDS)[keyof typeof RECORDS][number];

export function packMap(unsorted: LockMap): PackedMap {
  const map = sorted(unsorted);
  const { order, numbers } = byUse(map);
  const column = (key: keyof typeof RECORDS): number[] =>
    map.shapes.flatMap((shape) => {
      const packed = [shape[key]?.length ?? 0];
      let line = 0;
      for (const record of shape[key] ?? [])
        RECORDS[key].forEach((kind: Kind, at) => {
          const value = record[at]!;
          packed.push(kind === 'word' ? numbers[value]! : kind === 'number' ? value : value - line);
          if (kind === 'line') line = value;
        });
      return packed;
    });
  return {
    schema: 2,
    name: map.name,
    modules: map.modules,
    words: order.map((word) => map.words[word]!),
    tags: map.versions.map(({ tag }) => tag),
    lines: map.shapes.map(({ n }) => n),
    held: column('h'),
    released: column('r'),
    asks: column('a'),
    calls: map.shapes.flatMap(({ c = [] }) => {
      const packed = [c.length];
      let before = 0;
      for (const [line, ...names] of c) {
        packed.push(line! - before, names.length, ...names.map((name) => numbers[name]!));
        before = line!;
      }
      return packed;
    }),
    files: packFiles(map, numbers),
  };
}

/** Every file's entries in the order of versions: number of the version, entry. */
function histories({ versions }: LockMap): Map<number, [version: number, entry: FileEntry][]> {
  const all = new Map<number, [number, FileEntry][]>();
  versions.forEach(({ files }, version) => {
    for (const [file, entry] of Object.entries(files)) {
      const history = all.get(Number(file)) ?? [];
      history.push([version, entry]);
      all.set(Number(file), history);
    }
  });
  return all;
}

/** The same map, its shapes in the order of files, functions and versions; each once, where it is met first. */
function sorted(map: LockMap): LockMap {
  const order = new Set<number>();
  for (const history of histories(map).values()) {
    const functions = new Map<number, number[]>();
    for (const [, entry] of history)
      for (let at = 0; at < entry.length; at += 3) {
        const shapes = functions.get(entry[at]!) ?? [];
        shapes.push(entry[at + 1]!);
        functions.set(entry[at]!, shapes);
      }
    for (const shapes of functions.values()) for (const shape of shapes) order.add(shape);
  }
  const numbers = new Map([...order].map((shape, at) => [shape, at]));
  const renumbered = (entry: FileEntry): FileEntry =>
    entry.map((number, at) => (at % 3 === 1 ? numbers.get(number)! : number));
  return {
    ...map,
    shapes: [...order].map((shape) => map.shapes[shape]!),
    versions: map.versions.map(({ tag, files }) => ({
      tag,
      files: Object.fromEntries(Object.entries(files).map(([file, entry]) => [file, renumbered(entry)])),
    })),
  };
}

/** A function of a file: the one that stands there in the version before, one from elsewhere in it, or a new one. */
const SAME = 0;
const NEW = 1;

function packFiles(map: LockMap, numbers: readonly number[]): number[] {
  const packed: number[] = [];
  let shapeBefore = 0;
  for (const [file, history] of histories(map)) {
    packed.push(numbers[file]!, history.length);
    let before: FileEntry = [];
    let versionBefore = 0;
    for (const [version, entry] of history) {
      packed.push(version - versionBefore, entry.length / 3);
      const places = new Map<number, number>();
      for (let at = 0; at < before.length; at += 3) places.set(before[at]!, at);
      let expected = 0;
      let line = 0;
      let shift = 0;
      for (let at = 0; at < entry.length; at += 3) {
        const [name, shape, from] = [entry[at]!, entry[at + 1]!, entry[at + 2]!];
        const place = before[expected] === name ? expected : places.get(name);
        if (place === undefined) {
          packed.push(NEW, numbers[name]!, shape - shapeBefore, from - line);
          shapeBefore = shape;
        } else {
          const moved = (place - expected) / 3;
          packed.push(moved === 0 ? SAME : moved > 0 ? 2 * moved : 1 - 2 * moved);
          packed.push(shape - before[place + 1]!, from - before[place + 2]! - shift);
          shift = from - before[place + 2]!;
          expected = place + 3;
        }
        line = from;
      }
      before = entry;
      versionBefore = version;
    }
  }
  return packed;
}

function unpackFiles({ files: column, tags }: PackedMap): LockMap['versions'] {
  const versions = tags.map((tag) => ({ tag, files: {} as Record<string, FileEntry> }));
  const files = new Cursor(column);
  let shapeBefore = 0;
  while (!files.done) {
    const file = files.next();
    let before: FileEntry = [];
    let version = 0;
    for (let left = files.next(); left > 0; left--) {
      version += files.next();
      const entry: number[] = [];
      let expected = 0;
      let line = 0;
      let shift = 0;
      for (let functions = files.next(); functions > 0; functions--) {
        const how = files.next();
        if (how === NEW) {
          const name = files.next();
          shapeBefore += files.next();
          line += files.next();
          entry.push(name, shapeBefore, line);
        } else {
          const place = expected + 3 * (how % 2 === 0 ? how / 2 : (1 - how) / 2);
          const shape = before[place + 1]! + files.next();
          shift += files.next();
          line = before[place + 2]! + shift;
          entry.push(before[place]!, shape, line);
          expected = place + 3;
        }
      }
      const known = versions[version];
      if (known) known.files[file] = entry;
      before = entry;
    }
  }
  return versions;
}

/** The words by how often they are used, the empty one first; and each word's new number. */
function byUse({ words, shapes }: LockMap): { order: number[]; numbers: number[] } {
  const uses = new Array<number>(words.length).fill(0);
  uses[0] = Number.POSITIVE_INFINITY;
  for (const shape of shapes) {
    for (const [, ...names] of shape.c ?? []) for (const name of names) uses[name]!++;
    for (const key of ['h', 'r', 'a'] as const)
      for (const record of shape[key] ?? [])
        RECORDS[key].forEach((kind: Kind, at) => {
          if (kind === 'word') uses[record[at]!]!++;
        });
  }
  const order = [...words.keys()].sort((a, b) => uses[b]! - uses[a]! || a - b);
  const numbers: number[] = [];
  order.forEach((word, at) => {
    numbers[word] = at;
  });
  return { order, numbers };
}

/** Throws where it is not of a known schema. */
export function unpackMap(packed: PackedMap): LockMap {
  if (packed.schema !== 2) throw new Error(`lock map ${packed.name}: schema ${packed.schema} is not known here`);
  const columns = {
    h: new Cursor(packed.held),
    r: new Cursor(packed.released),
    a: new Cursor(packed.asks),
  };
  const records = (key: keyof typeof RECORDS): number[][] => {
    const cursor = columns[key];
    let line = 0;
    return Array.from({ length: cursor.next() }, () => {
      const record: number[] = [];
      for (const kind of RECORDS[key] as readonly Kind[]) {
        const value = cursor.next() + (kind === 'line' || kind === 'until' ? line : 0);
        record.push(value);
        if (kind === 'line') line = value;
      }
      return record;
    });
  };
  const calls = new Cursor(packed.calls);
  const shapes = packed.lines.map((n): Shape => {
    let line = 0;
    const c = Array.from({ length: calls.next() }, () => {
      line += calls.next();
      return [line, ...Array.from({ length: calls.next() }, () => calls.next())];
    });
    return { n, h: records('h'), r: records('r'), a: records('a'), c };
  });
  const versions = unpackFiles(packed);
  return { schema: 1, name: packed.name, modules: packed.modules, words: packed.words, shapes, versions };
}

class Cursor {
  readonly #column: Column;
  #at = 0;

  constructor(column: Column) {
    this.#column = column;
  }

  get done(): boolean {
    return this.#at >= this.#column.length;
  }

  next(): number {
    return this.#column[this.#at++] ?? 0;
  }
}
