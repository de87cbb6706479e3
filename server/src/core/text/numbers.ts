// A set of numbers that is cheap to fill: no object for each, as `Set` has.

export class NumberSet {
  #slots = new Float64Array(64).fill(Number.NaN);
  #length = 0;

  has(value: number): boolean {
    return this.#slots[this.#slotOf(value)] === value;
  }

  add(value: number): void {
    const slot = this.#slotOf(value);
    if (this.#slots[slot] === value) return;
    this.#slots[slot] = value;
    // Half of the slots stay free.
    if (++this.#length * 2 > this.#slots.length) this.#grow();
  }

  /** The slot of a number, or the free one where it belongs. */
  #slotOf(value: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const mixed = Math.imul((value | 0) ^ Math.floor(value / 0x100000000), 0x9e3779b1);
    let slot = (mixed ^ (mixed >>> 15)) & mask;
    for (let known = slots[slot]!; !Number.isNaN(known) && known !== value; known = slots[slot]!)
      slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const before = this.#slots;
    this.#slots = new Float64Array(before.length * 4).fill(Number.NaN);
    for (const value of before) if (!Number.isNaN(value)) this.#slots[this.#slotOf(value)] = value;
  }
}
