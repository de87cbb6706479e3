// Growing columns of numbers: what a parser notes about a million frames without a million objects.

type Numbers = Int32Array | Float64Array | Uint8Array;

/**
 * Makes a column class over one kind of array. A class of its own for each kind, because shared code that meets all three
 * arrays runs several times slower in the engine.
 */
function column<A extends Numbers>(make: (size: number) => A) {
  return class {
    length = 0;
    items: A;

    /** @param expected about how many values will come; more are no error. */
    constructor(expected = 256) {
      this.items = make(Math.max(16, expected));
    }

    push(value: number): void {
      if (this.length === this.items.length) {
        const more = make(this.items.length * 2);
        more.set(this.items);
        this.items = more;
      }
      this.items[this.length++] = value;
    }

    at(index: number): number {
      return this.items[index] as number;
    }

    set(index: number, value: number): void {
      this.items[index] = value;
    }
  };
}

/** Whole numbers below 2^31: offsets and indexes. */
export class IntColumn extends column((size) => new Int32Array(size)) {}

/** Any number: goroutine ids, addresses (48 bits fit a double exactly). */
export class NumberColumn extends column((size) => new Float64Array(size)) {}

/** Small numbers and flags below 256. */
export class ByteColumn extends column((size) => new Uint8Array(size)) {}
