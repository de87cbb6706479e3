// A process's descriptor table: number -> entry. Children get a copy at a price that does not grow with the table: numbers below
// 256 are copied, larger ones lie in layers that parent and child share.

/** An entry: the descriptor's life (index) and whether exec closes it. */
export type Entry = number;
/** Nothing is known of the number: it may have been open before the log began. */
export const NONE: Entry = -1;
/** It was closed. */
export const CLOSED: Entry = -2;
export const entry = (life: number, cloexec: boolean): Entry => life * 2 + (cloexec ? 1 : 0);
export const lifeOf = (value: Entry): number => value >> 1;
export const closesOnExec = (value: Entry): boolean => (value & 1) === 1;

const SMALL = 256;

interface Layer {
  readonly own: Map<number, Entry>;
  /** Layers below were made before an exec: what closes on exec is gone from them. */
  readonly exec: boolean;
  readonly below: Layer | undefined;
}

export class FdTable {
  #small = new Int32Array(16).fill(NONE);
  #big: Layer | undefined;
  /** The topmost layer is this table's own, and may be written to. */
  #ownsBig = false;

  get(fd: number): Entry {
    if (fd < SMALL) return fd >= 0 && fd < this.#small.length ? this.#small[fd]! : NONE;
    let exec = false;
    for (let layer = this.#big; layer; layer = layer.below) {
      const found = layer.own.get(fd);
      if (found !== undefined) return exec && found >= 0 && closesOnExec(found) ? CLOSED : found;
      exec ||= layer.exec;
    }
    return NONE;
  }

  set(fd: number, value: Entry): void {
    if (fd < 0) return;
    if (fd < SMALL) {
      if (fd >= this.#small.length) {
        if (value === NONE) return;
        const grown = new Int32Array(Math.min(SMALL, Math.max(fd + 1, this.#small.length * 2))).fill(NONE);
        grown.set(this.#small);
        this.#small = grown;
      }
      this.#small[fd] = value;
      return;
    }
    if (!this.#big || !this.#ownsBig) {
      if (value === NONE && this.get(fd) === NONE) return;
      this.#big = { own: new Map(), exec: false, below: this.#big };
      this.#ownsBig = true;
    }
    this.#big.own.set(fd, value);
  }

  copy(): FdTable {
    const copy = new FdTable();
    copy.#small = this.#small.slice();
    this.#settle();
    copy.#big = this.#big;
    this.#ownsBig = false;
    return copy;
  }

  /** A successful exec: what was to close is closed. */
  exec(): void {
    for (let fd = 0; fd < this.#small.length; fd++) {
      const value = this.#small[fd]!;
      if (value >= 0 && closesOnExec(value)) this.#small[fd] = CLOSED;
    }
    if (!this.#big) return;
    this.#settle();
    this.#big = { own: new Map(), exec: true, below: this.#big };
    this.#ownsBig = true;
  }

  /** Joins layers so that each is less than half of the one below it: few layers, and each entry is moved seldom. */
  #settle(): void {
    let top = this.#big;
    while (top?.below && top.own.size * 2 >= top.below.own.size) {
      const { below } = top;
      const own = new Map<number, Entry>();
      for (const [fd, value] of below.own) own.set(fd, top.exec && value >= 0 && closesOnExec(value) ? CLOSED : value);
      for (const [fd, value] of top.own) own.set(fd, value);
      top = { own, exec: top.exec || below.exec, below: below.below };
      this.#ownsBig = true;
    }
    this.#big = top;
  }

  /** Calls back for all numbers from `first` to `last` that are open. */
  each(first: number, last: number, found: (fd: number, value: Entry) => void): void {
    for (let fd = Math.max(0, first); fd < this.#small.length && fd <= last; fd++)
      if (this.#small[fd]! >= 0) found(fd, this.#small[fd]!);
    if (last < SMALL || !this.#big) return;
    const seen = new Set<number>();
    let exec = false;
    for (let layer: Layer | undefined = this.#big; layer; layer = layer.below) {
      for (const [fd, value] of layer.own) {
        if (fd < first || fd > last || seen.has(fd)) continue;
        seen.add(fd);
        if (value >= 0 && !(exec && closesOnExec(value))) found(fd, value);
      }
      exec ||= layer.exec;
    }
  }
}
