// Reads numbers that a NumberModel told: arithmetic decoding, a bit at a time.

import { NumberModel } from './numberModel.js';

export class NumberReader extends NumberModel {
  readonly #bytes: Uint8Array;
  #at: number;
  /** The range that the rest lies in, and where in it. */
  #low = 0;
  #high = 0xffffffff;
  #code = 0;

  /** Reads from a place of the bytes on. Behind their end are zeros. */
  constructor(bytes: Uint8Array, at: number) {
    super();
    this.#bytes = bytes;
    this.#at = at;
    for (let i = 0; i < 4; i++) this.#shift();
  }

  #shift(): void {
    this.#code = ((this.#code << 8) | (this.#bytes[this.#at++] ?? 0)) >>> 0;
  }

  protected bit(chance: number): number {
    const middle = this.#low + Math.floor((this.#high - this.#low) / 65536) * chance;
    const bit = this.#code <= middle ? 1 : 0;
    if (bit === 1) this.#high = middle;
    else this.#low = middle + 1;
    // What both ends have in common is decided.
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 255) >>> 0;
      this.#shift();
    }
    return bit;
  }
}
