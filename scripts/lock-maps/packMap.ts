// Writes a lock map as core/source/packedMap.ts reads it, each number in the same order.

import { DEFER, type FileEntry, type LockMap, NEVER, type Shape, SOME } from '../../server/src/core/source/lockMap.js';
import {
  AT_LINE,
  DEFERRED,
  HEAD,
  locksOf,
  NEW,
  NOT_RELEASED,
  newKinds,
  PARTS,
  type Places,
  type Purpose,
  rankOf,
  SCHEMA,
} from '../../server/src/core/source/mapKinds.js';
import type { Kind } from '../../server/src/core/source/numberModel.js';
import { NumberWriter } from '../packing/numberWriter.js';

/** Letters are numbers of 15 bits. */
const LAST_LETTER = 0x7fff;

/** The map as it is stored. Throws where a shape is not as the analysis makes them. */
export function packMap(map: LockMap): Uint8Array {
  const body = new PackedWriter(map).write();
  const bytes = new Uint8Array(HEAD + body.length);
  bytes[0] = SCHEMA;
  new DataView(bytes.buffer).setUint32(1, body.length);
  bytes.set(body, HEAD);
  return bytes;
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

class PackedWriter {
  readonly #map: LockMap;
  readonly #out = new NumberWriter();
  readonly #kinds = newKinds();
  /** Words and shapes of the map -> their numbers in the order in which they are met. */
  readonly #words = new Map<number, number>([[0, 0]]);
  readonly #shapes = new Map<number, number>();
  readonly #places = new Map<number, Places>();
  readonly #texts: Partial<Record<Purpose, number>> = {};

  constructor(map: LockMap) {
    this.#map = map;
  }

  write(): Uint8Array {
    const { name, modules, versions } = this.#map;
    this.#text('head', JSON.stringify([name, modules, versions.map(({ tag }) => tag)]));
    const all = histories(this.#map);
    this.#out.number(this.#kinds.files, all.size);
    for (const [file, history] of all) {
      this.#word(this.#kinds.path, 'file', file);
      this.#out.number(this.#kinds.changes, history.length);
      let before: FileEntry = [];
      let versionBefore = 0;
      for (const [version, entry] of history) {
        this.#out.number(this.#kinds.version, version - versionBefore);
        this.#entry(before, entry);
        before = entry;
        versionBefore = version;
      }
    }
    return this.#out.end();
  }

  #text(purpose: Purpose, text: string): void {
    const kind = this.#kinds.letters[purpose];
    const start = kind.stream.length;
    kind.stream.expect(this.#texts[purpose] ?? start);
    this.#texts[purpose] = start;
    for (let at = 0; at < text.length; at++) {
      const letter = text.charCodeAt(at);
      if (letter === 0 || letter > LAST_LETTER) throw new Error(`cannot be stored: ${text}`);
      this.#out.number(kind, letter);
    }
    this.#out.number(kind, 0);
  }

  #word(kind: Kind, purpose: Purpose, word: number): void {
    const known = this.#words.get(word);
    this.#out.number(kind, known === undefined ? 0 : known + 1);
    if (known !== undefined) return;
    this.#words.set(word, this.#words.size);
    this.#text(purpose, this.#map.words[word]!);
  }

  #entry(before: FileEntry, entry: FileEntry): void {
    const kinds = this.#kinds;
    const { shapes } = this.#map;
    this.#out.number(kinds.functions, entry.length / 3);
    const places = new Map<number, number>();
    for (let at = 0; at < before.length; at += 3) places.set(before[at]!, at);
    let expected = 0;
    let line = 0;
    let shift = 0;
    for (let at = 0; at < entry.length; at += 3) {
      const [name, shape, from] = entry.slice(at, at + 3) as [number, number, number];
      const place = before[expected] === name ? expected : places.get(name);
      if (place === undefined) {
        this.#out.number(kinds.how, NEW);
        this.#word(kinds.name, 'function', name);
        this.#shapeOf(undefined, shape);
        this.#out.signed(kinds.from, from - line);
      } else {
        const moved = (place - expected) / 3;
        this.#out.number(kinds.how, moved >= 0 ? 2 * moved : 1 - 2 * moved);
        const [, old, fromBefore] = before.slice(place, place + 3) as [number, number, number];
        this.#shapeOf(old, shape);
        this.#out.signed(kinds.shift, from - fromBefore - shift);
        shift = from - fromBefore + shapes[shape]!.n - shapes[old]!.n;
        expected = place + 3;
      }
      line = from + shapes[shape]!.n;
    }
  }

  #shapeOf(before: number | undefined, shape: number): void {
    const known = this.#shapes.get(shape);
    if (shape === before) this.#out.number(this.#kinds.shape, 0);
    else if (known !== undefined) this.#out.number(this.#kinds.shape, this.#shapes.size + 1 - known);
    else {
      this.#out.number(this.#kinds.shape, NEW);
      this.#shape(before, this.#map.shapes[shape]!, shape);
      this.#shapes.set(shape, this.#shapes.size);
    }
  }

  #shape(before: number | undefined, { n, h = [], r = [], a = [], c = [] }: Shape, number: number): void {
    const { streams, held, released, rest } = this.#kinds;
    this.#places.set(number, Object.fromEntries(PARTS.map((part) => [part, streams[part].length])) as Places);
    if (before !== undefined) for (const part of PARTS) streams[part].expect(this.#places.get(before)![part]);
    const lines = c.map(([line]) => line!);
    this.#calls(c, a);
    this.#out.signed(rest, n - (lines.at(-1) ?? 0));
    for (const ask of a) this.#ask(ask);
    this.#out.number(held, h.length);
    for (const one of h) this.#held(lines, a, one);
    this.#out.number(released, r.length);
    const locks = locksOf(a, h);
    for (const one of r) this.#released(lines, locks, one);
  }

  #calls(calls: readonly number[][], asks: readonly number[][]): void {
    const kinds = this.#kinds;
    this.#out.number(kinds.calls, calls.length);
    let lineBefore = 0;
    let asked = 0;
    for (const [line, ...names] of calls) {
      this.#out.number(kinds.line, line! - lineBefore);
      lineBefore = line!;
      this.#out.number(kinds.names, names.length);
      for (const name of names) this.#word(kinds.call, 'call', name);
      const here = asks.filter(([at]) => at === line).length;
      this.#out.number(kinds.asksHere, here);
      if (asks.slice(asked, asked + here).some(([at]) => at !== line)) throw new Error('locks asked for out of order');
      asked += here;
    }
    if (asked !== asks.length) throw new Error('a lock asked for on a line without calls');
  }

  #ask([, key, on, flags, path]: readonly number[]): void {
    this.#word(this.#kinds.askKey, 'key', key!);
    this.#word(this.#kinds.askOn, 'expression', on!);
    this.#out.number(this.#kinds.askFlags, flags!);
    this.#word(this.#kinds.askPath, 'path', path!);
  }

  #held(lines: readonly number[], asks: readonly number[][], held: readonly number[]): void {
    const kinds = this.#kinds;
    const [from, to, key, on, flags, lockLine, unlockLine, path] = held as [
      ...[number, number, number, number, number, number, number, number],
    ];
    const same = [lockLine, key, on, flags & ~SOME, path].join();
    const lock = asks.findIndex((ask) => ask.join() === same);
    this.#out.number(kinds.lock, lock + 1);
    if (lock < 0) {
      this.#word(kinds.otherWord, 'key', key);
      this.#word(kinds.otherWord, 'expression', on);
      this.#word(kinds.otherWord, 'path', path);
      this.#out.signed(kinds.otherNumber, lockLine);
      this.#out.number(kinds.otherNumber, flags & ~SOME);
    }
    this.#out.number(kinds.some, flags & SOME ? 1 : 0);
    const fromRank = rankOf(lines, from);
    const toRank = rankOf(lines, to);
    this.#out.signed(kinds.heldFrom, fromRank - rankOf(lines, lockLine));
    this.#behind(lines, from, kinds.heldFromBehind);
    this.#out.number(kinds.heldTo, toRank - fromRank);
    this.#behind(lines, to, kinds.heldBehind);
    const unlock = unlockLine === DEFER ? DEFERRED : unlockLine === NEVER ? NOT_RELEASED : AT_LINE;
    this.#out.number(kinds.unlock, unlock);
    if (unlock !== AT_LINE) return;
    this.#out.signed(kinds.unlockLine, rankOf(lines, unlockLine) - toRank);
    this.#behind(lines, unlockLine, kinds.heldBehind);
  }

  #behind(lines: readonly number[], line: number, kind: Kind): void {
    this.#out.number(kind, line - (lines[rankOf(lines, line)] ?? 0));
  }

  #released(lines: readonly number[], locks: readonly (readonly number[])[], released: readonly number[]): void {
    const kinds = this.#kinds;
    const [from, to, key, on, unlockLine, callers] = released as [number, number, number, number, number, number];
    const which = locks.findIndex(([k, o]) => k === key && o === on);
    this.#out.number(kinds.which, which + 1);
    if (which < 0) {
      this.#word(kinds.which, 'key', key);
      this.#word(kinds.which, 'expression', on);
    }
    const [rank, fromRank, toRank] = [unlockLine, from, to].map((line) => rankOf(lines, line)) as [
      number,
      number,
      number,
    ];
    this.#out.number(kinds.releasedAt, rank + 1);
    this.#behind(lines, unlockLine, kinds.releasedBehind);
    this.#out.signed(kinds.releasedFrom, fromRank - rank);
    this.#behind(lines, from, kinds.releasedBehind);
    this.#out.number(kinds.releasedTo, toRank - fromRank);
    this.#behind(lines, to, kinds.releasedToBehind);
    this.#out.number(kinds.callers, callers);
  }
}
