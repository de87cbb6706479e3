// Packs the locks of several versions of a program into one lock map: what did not change from one to the next is there once.

import type { Held, Released } from '../../server/src/core/source/evidence.js';
import type { FunctionLocks } from '../../server/src/core/source/fileLocks.js';
import {
  DEFER,
  type LockMap,
  NEVER,
  ON_PARAMETER,
  ON_RECEIVER,
  READ,
  type Shape,
  SOME,
} from '../../server/src/core/source/lockMap.js';

export class Packer {
  readonly #name: string;
  readonly #words: string[] = [''];
  readonly #numbers = new Map<string, number>([['', 0]]);
  readonly #shapes: Shape[] = [];
  readonly #shapeNumbers = new Map<string, number>();
  readonly #versions: { tag: string; files: Record<string, number[]> }[] = [];
  #last = new Map<string, string>();
  #modules: readonly (readonly [module: string, folder: string])[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  #word(text: string): number {
    let number = this.#numbers.get(text);
    if (number === undefined) {
      number = this.#words.push(text) - 1;
      this.#numbers.set(text, number);
    }
    return number;
  }

  /** What a lock is called, the same whatever the module was called in that version. */
  #key(key: string): number {
    for (const [module, folder] of this.#modules)
      if (key.startsWith(module) && /^[/.]/.test(key.slice(module.length)))
        return this.#word(this.#name + (folder && `/${folder}`) + key.slice(module.length));
    return this.#word(key);
  }

  #shape(shape: Shape): number {
    const text = JSON.stringify(shape);
    let number = this.#shapeNumbers.get(text);
    if (number === undefined) {
      number = this.#shapes.push(shape) - 1;
      this.#shapeNumbers.set(text, number);
    }
    return number;
  }

  /**
   * Adds a version, in ascending order: the functions of each file, by the file's path from the repository's root. `modules` are
   * the import paths of its modules, and their folders.
   */
  add(tag: string, files: ReadonlyMap<string, readonly FunctionLocks[]>, modules: ReadonlyMap<string, string>): void {
    this.#modules = [...modules].sort(([a], [b]) => b.length - a.length);
    const now = new Map<string, string>();
    const changed: Record<string, number[]> = {};
    for (const [path, functions] of files) {
      const entry: number[] = [];
      for (const one of functions) {
        const shape = this.#shapeOf(one);
        if (shape) entry.push(this.#word(one.name), this.#shape(shape), one.from);
      }
      if (entry.length === 0) continue;
      const text = JSON.stringify(entry);
      const file = String(this.#word(path));
      now.set(file, text);
      if (this.#last.get(file) !== text) changed[file] = entry;
    }
    for (const file of this.#last.keys()) if (!now.has(file)) changed[file] = [];
    this.#last = now;
    this.#versions.push({ tag, files: changed });
  }

  /** `modules` are the import paths of the project's modules and their folders. */
  map(modules: Iterable<readonly [module: string, folder: string]>): LockMap {
    return {
      schema: 1,
      name: this.#name,
      modules: [...modules],
      words: this.#words,
      shapes: this.#shapes,
      versions: this.#versions,
    };
  }

  /** undefined for functions that no lock passes through. */
  #shapeOf(one: FunctionLocks): Shape | undefined {
    const held = new Runs();
    const released = new Runs();
    for (const [line, locks] of one.lines) {
      held.line(line - one.from);
      released.line(line - one.from);
      for (const lock of locks.held) held.add(this.#held(one, lock));
      for (const lock of locks.released) released.add(this.#released(one, lock));
    }
    const h = held.done();
    const r = released.done();
    const a = one.asks.map((ask) => [
      ask.line - one.from,
      this.#key(ask.key),
      this.#word(ask.on),
      flagsOf(ask),
      this.#word(ask.path),
    ]);
    if (h.length === 0 && r.length === 0 && a.length === 0) return undefined;
    const c = [...one.calls]
      .sort(([x], [y]) => x - y)
      .map(([line, names]) => [line - one.from, ...names.map((n) => this.#word(n))]);
    return {
      n: one.to - one.from,
      ...(h.length > 0 ? { h } : {}),
      ...(r.length > 0 ? { r } : {}),
      ...(a.length > 0 ? { a } : {}),
      ...(c.length > 0 ? { c } : {}),
    };
  }

  #held(one: FunctionLocks, lock: Held): number[] {
    const unlock = lock.unlock === 'defer' ? DEFER : lock.unlock === 'never' ? NEVER : lock.unlock - one.from;
    const flags = flagsOf(lock) | (lock.sure === 'some' ? SOME : 0);
    return [this.#key(lock.key), this.#word(lock.on), flags, lock.lockLine - one.from, unlock, this.#word(lock.path)];
  }

  #released(one: FunctionLocks, lock: Released): number[] {
    return [this.#key(lock.key), this.#word(lock.on), lock.unlockLine - one.from, lock.callers ? 1 : 0];
  }
}

const flagsOf = (lock: { mode: string; root: string }): number =>
  (lock.mode === 'read' ? READ : 0) |
  (lock.root === 'receiver' ? ON_RECEIVER : lock.root === 'parameter' ? ON_PARAMETER : 0);

/** Makes runs of lines of what is the same on each line that is asked about. */
class Runs {
  readonly #done: number[][] = [];
  #open = new Map<string, { from: number; to: number; values: number[] }>();
  #next = new Map<string, { from: number; to: number; values: number[] }>();
  #line = -1;

  line(line: number): void {
    this.#close();
    this.#line = line;
  }

  add(values: number[]): void {
    const key = values.join();
    const run = this.#open.get(key) ?? { from: this.#line, to: this.#line, values };
    run.to = this.#line;
    this.#open.delete(key);
    this.#next.set(key, run);
  }

  #close(): void {
    for (const { from, to, values } of this.#open.values()) this.#done.push([from, to, ...values]);
    this.#open = this.#next;
    this.#next = new Map();
  }

  done(): number[][] {
    this.#close();
    this.#close();
    return this.#done.sort((a, b) => a[0]! - b[0]!);
  }
}
