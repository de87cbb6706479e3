// The numbers that were told so far in one stream of a lock map, and which is expected next, since the same came before.

/** So many numbers in a row that came before make those behind them expected; the more, the better. */
const FEW = 4;
const MANY = 12;
/** How much what stands behind a given place is trusted at first, and what came right very often and is wrong once. */
const GIVEN = 4;

/** A hash of a hash and one more number. */
export function mix(hash: number, number: number): number {
  const mixed = Math.imul(hash ^ number, 0x9e3779b1);
  return mixed ^ (mixed >>> 15);
}

export class Stream {
  #numbers = new Int32Array(1024);
  #length = 0;
  /** Hashes of numbers in a row -> where they ended last. */
  readonly #few = new Map<number, number>();
  readonly #many = new Map<number, number>();
  /** Where the number stands that is expected next. */
  #next = -1;
  /** For how many numbers what is expected has come. */
  trust = 0;

  get length(): number {
    return this.#length;
  }

  /** The last number, the one before, and so on; 0 before the first. */
  back(by: number): number {
    return by <= this.#length ? this.#numbers[this.#length - by]! : 0;
  }

  /** The number that is expected; -1: none. */
  get expected(): number {
    return this.#next < 0 ? -1 : this.#numbers[this.#next]!;
  }

  /** From here on it is expected to go on as it did from a place. */
  expect(place: number): void {
    this.#next = place < this.#length ? place : -1;
    this.trust = GIVEN;
  }

  push(number: number): void {
    if (this.#next >= 0) {
      // One other number in between is no reason to look elsewhere.
      this.trust = this.#numbers[this.#next] === number ? this.trust + 1 : this.trust > 15 ? GIVEN : 0;
      this.#next++;
    }
    if (this.#length === this.#numbers.length) {
      const longer = new Int32Array(2 * this.#length);
      longer.set(this.#numbers);
      this.#numbers = longer;
    }
    this.#numbers[this.#length++] = number;
    this.#find();
  }

  /** Looks for what was alike before; keeps what is trusted more. */
  #find(): void {
    let hash = 0;
    for (let by = 1; by <= FEW; by++) hash = mix(hash, this.back(by));
    const few = this.#few.get(hash);
    this.#few.set(hash, this.#length);
    for (let by = FEW + 1; by <= MANY; by++) hash = mix(hash, this.back(by));
    const many = this.#many.get(hash);
    this.#many.set(hash, this.#length);
    const found = many ?? few;
    const alike = many === undefined ? FEW : MANY;
    if (found === undefined || found === this.#next || this.trust >= alike) return;
    this.#next = found;
    this.trust = alike - 2;
  }
}
