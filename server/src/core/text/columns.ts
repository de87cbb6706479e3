// Growing columns of numbers: what a parser notes about a million frames without a million objects.

type Numbers = Int32Array | Float64Array | Uint8Array;

abstract class Column<A extends Numbers> {
  protected items: A;
  length = 0;

  protected constructor(items: A) {
    this.items = items;
  }

  protected abstract grown(): A;

  push(value: number): void {
    if (this.length === this.items.length) this.items = this.grown();
    this.items[this.length++] = value;
  }

  at(index: number): number {
    return this.items[index] as number;
  }

  set(index: number, value: number): void {
    this.items[index] = value;
  }
}

/** Whole numbers below 2^31: offsets and indexes. */
export class IntColumn extends Column<Int32Array> {
  constructor() {
    super(new Int32Array(256));
  }
  protected grown(): Int32Array {
    const more = new Int32Array(this.items.length * 2);
    more.set(this.items);
    return more;
  }
}

/** Any number: goroutine ids, addresses (48 bits fit a double exactly). */
export class NumberColumn extends Column<Float64Array> {
  constructor() {
    super(new Float64Array(256));
  }
  protected grown(): Float64Array {
    const more = new Float64Array(this.items.length * 2);
    more.set(this.items);
    return more;
  }
}

/** Small numbers and flags below 256. */
export class ByteColumn extends Column<Uint8Array> {
  constructor() {
    super(new Uint8Array(256));
  }
  protected grown(): Uint8Array {
    const more = new Uint8Array(this.items.length * 2);
    more.set(this.items);
    return more;
  }
}
