// Lock maps as they are stored, and how they are read. Each thing is told after what resembles it: a version of a file after the one
// before, a function's shape after the same function's last, lines by the calls that stand on them. A word and a shape are spelled out
// where they are met first. What is left of it are small numbers that repeat, for a NumberModel. scripts/lock-maps/packMap.ts writes.

import { DEFER, type FileEntry, type LockMap, NEVER, type Shape, SOME } from './lockMap.js';
import {
  DEFERRED,
  HEAD,
  type Lock,
  locksOf,
  NEW,
  NOT_RELEASED,
  newKinds,
  PARTS,
  type Places,
  type Purpose,
  rankOf,
  SCHEMA,
} from './mapKinds.js';
import type { Kind } from './numberModel.js';
import { NumberReader } from './numberReader.js';

/** Reads a stored map in steps. Throws where it is not whole, or of another schema. */
export function* unpackMap(bytes: Uint8Array): Generator<undefined, LockMap> {
  const [schema, a = 0, b = 0, c = 0, d = 0] = bytes;
  if (schema !== SCHEMA) throw new Error(`lock map: schema ${schema} is not known here`);
  if (((a << 24) | (b << 16) | (c << 8) | d) !== bytes.length - HEAD) throw new Error('lock map: not whole');
  return yield* new Unpacker(bytes).map();
}

class Unpacker {
  readonly #in: NumberReader;
  readonly #kinds = newKinds();
  readonly #words = [''];
  readonly #shapes: Shape[] = [];
  /** Where each shape began. */
  readonly #places: Places[] = [];
  /** Where the last text of a purpose began. */
  readonly #texts: Partial<Record<Purpose, number>> = {};

  constructor(bytes: Uint8Array) {
    this.#in = new NumberReader(bytes, HEAD);
  }

  *map(): Generator<undefined, LockMap> {
    const [name, modules, tags] = JSON.parse(this.#text('head'));
    const versions = (tags as string[]).map((tag) => ({ tag, files: {} as Record<string, FileEntry> }));
    for (let left = this.#in.number(this.#kinds.files); left > 0; left--) {
      const file = this.#word(this.#kinds.path, 'file');
      let before: FileEntry = [];
      let version = 0;
      for (let changes = this.#in.number(this.#kinds.changes); changes > 0; changes--) {
        version += this.#in.number(this.#kinds.version);
        before = this.#entry(before);
        versions[version]!.files[file] = before;
        yield;
      }
    }
    return { schema: 1, name, modules, words: this.#words, shapes: this.#shapes, versions };
  }

  #text(purpose: Purpose): string {
    const kind = this.#kinds.letters[purpose];
    const start = kind.stream.length;
    kind.stream.expect(this.#texts[purpose] ?? start);
    this.#texts[purpose] = start;
    let text = '';
    for (;;) {
      const letter = this.#in.number(kind);
      if (letter === 0) return text;
      text += String.fromCharCode(letter);
    }
  }

  /** A word: a new one, which follows, or the number of one that is known. */
  #word(kind: Kind, purpose: Purpose): number {
    const told = this.#in.number(kind);
    return told > 0 ? told - 1 : this.#words.push(this.#text(purpose)) - 1;
  }

  #entry(before: FileEntry): FileEntry {
    const kinds = this.#kinds;
    const entry: number[] = [];
    let expected = 0;
    let line = 0;
    let shift = 0;
    for (let left = this.#in.number(kinds.functions); left > 0; left--) {
      const how = this.#in.number(kinds.how);
      if (how === NEW) {
        const name = this.#word(kinds.name, 'function');
        const shape = this.#shapeOf(undefined);
        line += this.#in.signed(kinds.from);
        entry.push(name, shape, line);
        line += this.#shapes[shape]!.n;
      } else {
        const place = expected + 3 * (how % 2 === 0 ? how / 2 : (1 - how) / 2);
        const [name, old, from] = before.slice(place, place + 3) as [number, number, number];
        const shape = this.#shapeOf(old);
        shift += this.#in.signed(kinds.shift);
        entry.push(name, shape, from + shift);
        line = from + shift + this.#shapes[shape]!.n;
        // What is longer moves what follows.
        shift += this.#shapes[shape]!.n - this.#shapes[old]!.n;
        expected = place + 3;
      }
    }
    return entry;
  }

  /** The shape of a function: that of the version before, a new one, or one that is known, counted from the last. */
  #shapeOf(before: number | undefined): number {
    const told = this.#in.number(this.#kinds.shape);
    if (told === 0) return before!;
    return told === NEW ? this.#shape(before) : this.#shapes.length + 1 - told;
  }

  #shape(before: number | undefined): number {
    const { streams } = this.#kinds;
    const starts = Object.fromEntries(PARTS.map((part) => [part, streams[part].length])) as Places;
    if (before !== undefined) for (const part of PARTS) streams[part].expect(this.#places[before]![part]);
    const { calls, lines, asked } = this.#calls();
    const n = (lines.at(-1) ?? 0) + this.#in.signed(this.#kinds.rest);
    const asks = asked.map((line) => this.#ask(line));
    const held = this.#times(this.#kinds.held, () => this.#held(lines, asks));
    const locks = locksOf(asks, held);
    const released = this.#times(this.#kinds.released, () => this.#released(lines, locks));
    this.#places.push(starts);
    return this.#shapes.push({ n, h: held, r: released, a: asks, c: calls }) - 1;
  }

  #times<T>(kind: Kind, read: () => T): T[] {
    return Array.from({ length: this.#in.number(kind) }, read);
  }

  #calls(): { calls: number[][]; lines: number[]; asked: number[] } {
    const kinds = this.#kinds;
    const lines: number[] = [];
    const asked: number[] = [];
    let line = 0;
    const calls = this.#times(kinds.calls, () => {
      line += this.#in.number(kinds.line);
      lines.push(line);
      const names = this.#times(kinds.names, () => this.#word(kinds.call, 'call'));
      for (let asks = this.#in.number(kinds.asksHere); asks > 0; asks--) asked.push(line);
      return [line, ...names];
    });
    return { calls, lines, asked };
  }

  #ask(line: number): number[] {
    const kinds = this.#kinds;
    const key = this.#word(kinds.askKey, 'key');
    const on = this.#word(kinds.askOn, 'expression');
    const flags = this.#in.number(kinds.askFlags);
    return [line, key, on, flags, this.#word(kinds.askPath, 'path')];
  }

  /** A line, by the rank of the last line with calls that is not behind it. */
  #line(lines: readonly number[], rank: number, behind: Kind): number {
    return (lines[rank] ?? 0) + this.#in.number(behind);
  }

  #held(lines: readonly number[], asks: readonly number[][]): number[] {
    const kinds = this.#kinds;
    const [lockLine, key, on, flags, path] = asks[this.#in.number(kinds.lock) - 1] ?? this.#otherLock();
    const some = this.#in.number(kinds.some) * SOME;
    const fromRank = rankOf(lines, lockLine!) + this.#in.signed(kinds.heldFrom);
    const from = this.#line(lines, fromRank, kinds.heldFromBehind);
    const toRank = fromRank + this.#in.number(kinds.heldTo);
    const to = this.#line(lines, toRank, kinds.heldBehind);
    const unlock = this.#in.number(kinds.unlock);
    const unlockLine =
      unlock === DEFERRED
        ? DEFER
        : unlock === NOT_RELEASED
          ? NEVER
          : this.#line(lines, toRank + this.#in.signed(kinds.unlockLine), kinds.heldBehind);
    return [from, to, key!, on!, flags! | some, lockLine!, unlockLine, path!];
  }

  /** A lock that is asked for nowhere in the function: as one that is. */
  #otherLock(): number[] {
    const { otherWord, otherNumber } = this.#kinds;
    const key = this.#word(otherWord, 'key');
    const on = this.#word(otherWord, 'expression');
    const path = this.#word(otherWord, 'path');
    return [this.#in.signed(otherNumber), key, on, this.#in.number(otherNumber), path];
  }

  #released(lines: readonly number[], locks: readonly Lock[]): number[] {
    const kinds = this.#kinds;
    const known = locks[this.#in.number(kinds.which) - 1];
    const key = known ? known[0] : this.#word(kinds.which, 'key');
    const on = known ? known[1] : this.#word(kinds.which, 'expression');
    const rank = this.#in.number(kinds.releasedAt) - 1;
    const unlockLine = this.#line(lines, rank, kinds.releasedBehind);
    const fromRank = rank + this.#in.signed(kinds.releasedFrom);
    const from = this.#line(lines, fromRank, kinds.releasedBehind);
    const to = this.#line(lines, fromRank + this.#in.number(kinds.releasedTo), kinds.releasedToBehind);
    return [from, to, key, on, unlockLine, this.#in.number(kinds.callers)];
  }
}
