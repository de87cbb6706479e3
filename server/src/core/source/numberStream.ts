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
  readonly #few = new Places();
  readonly #many = new Places();
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
    const few = this.#few.replace(hash, this.#length);
    for (let by = FEW + 1; by <= MANY; by++) hash = mix(hash, this.back(by));
    const many = this.#many.replace(hash, this.#length);
    const found = many > 0 ? many : few;
    const alike = many > 0 ? MANY : FEW;
    if (found === 0 || found === this.#next || this.trust >= alike) return;
    this.#next = found;
    this.trust = alike - 2;
  }
}

/** Hash -> place, which is never 0. Of numbers alone, so much faster than a `Map`: it is asked for each number of a stream. */
class Places {
  /** Hash and place by turns. */
  #slots = new Int32Array(2048);
  #count = 0;

  /** The place that the hash had, or 0; it has this one from now on. */
  replace(hash: number, place: number): number {
    const slots = this.#slots;
    const at = slotOf(slots, hash);
    const before = slots[at + 1]!;
    slots[at] = hash;
    slots[at + 1] = place;
    if (before === 0 && ++this.#count * 4 > slots.length) this.#grow();
    return before;
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    for (let at = 0; at < old.length; at += 2) {
      if (old[at + 1] === 0) continue;
      const to = slotOf(slots, old[at]!);
      slots[to] = old[at]!;
      slots[to + 1] = old[at + 1]!;
    }
    this.#slots = slots;
  }
}

/** Where the hash stands, or may stand. */
function slotOf(slots: Int32Array, hash: number): number {
  const mask = slots.length - 2;
  let at = (2 * hash) & mask;
  while (slots[at + 1] !== 0 && slots[at] !== hash) at = (at + 2) & mask;
  return at;
}
