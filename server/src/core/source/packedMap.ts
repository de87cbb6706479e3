// Lock maps as they are stored: the same numbers in columns, small where they can be, so that gzip finds more in them that
// repeats. The words that are used most have the smallest numbers; lines count from the line before.

import type { FileEntry, LockMap, Shape } from './lockMap.js';

/** A column: numbers of one kind, one after the other. */
type Column = readonly number[];

export interface PackedMap {
  readonly schema: 1;
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
  /** Of each version: how many files changed; of each its path, how many functions it has, and their numbers. */
  readonly files: Column;
}

/** What is in the records of a shape: a line, the line after it, a word, or a number as it is. */
const RECORDS = {
  h: ['line', 'until', 'word', 'word', 'number', 'number', 'number', 'word'],
  r: ['line', 'until', 'word', 'word', 'number', 'number'],
  a: ['line', 'word', 'word', 'number', 'word'],
} as const;
type Kind = (typeof RECORDS)[keyof typeof RECORDS][number];

export function packMap(map: LockMap): PackedMap {
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
    schema: 1,
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
    files: map.versions.flatMap(({ files }) => [
      Object.keys(files).length,
      ...Object.entries(files).flatMap(([file, entry]) => {
        const packed = [numbers[Number(file)]!, entry.length / 3];
        let before = 0;
        for (let at = 0; at < entry.length; at += 3) {
          packed.push(numbers[entry[at]!]!, entry[at + 1]!, entry[at + 2]! - before);
          before = entry[at + 2]!;
        }
        return packed;
      }),
    ]),
  };
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
  if (packed.schema !== 1) throw new Error(`lock map ${packed.name}: schema ${packed.schema} is not known here`);
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
  const files = new Cursor(packed.files);
  const versions = packed.tags.map((tag) => {
    const changed: Record<string, FileEntry> = {};
    for (let left = files.next(); left > 0; left--) {
      const file = files.next();
      const entry: number[] = [];
      let line = 0;
      for (let functions = files.next(); functions > 0; functions--) {
        entry.push(files.next(), files.next());
        line += files.next();
        entry.push(line);
      }
      changed[file] = entry;
    }
    return { tag, files: changed };
  });
  return { schema: 1, name: packed.name, modules: packed.modules, words: packed.words, shapes, versions };
}

class Cursor {
  readonly #column: Column;
  #at = 0;

  constructor(column: Column) {
    this.#column = column;
  }

  next(): number {
    return this.#column[this.#at++] ?? 0;
  }
}
