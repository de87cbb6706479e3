// Writes numbers as core/source/numberReader.ts reads them.

import { NumberModel } from '../../server/src/core/source/numberModel.js';

export class NumberWriter extends NumberModel {
  readonly #bytes: number[] = [];
  #low = 0;
  #high = 0xffffffff;

  protected bit(chance: number, bit: number): number {
    const middle = this.#low + Math.floor((this.#high - this.#low) / 65536) * chance;
    if (bit === 1) this.#high = middle;
    else this.#low = middle + 1;
    while ((this.#low ^ this.#high) >>> 24 === 0) {
      this.#bytes.push(this.#high >>> 24);
      this.#low = (this.#low << 8) >>> 0;
      this.#high = ((this.#high << 8) | 255) >>> 0;
    }
    return bit;
  }

  /** All that was written. Nothing can be written behind it. */
  end(): Uint8Array {
    // Any number of the range will do.
    for (let shift = 24; shift >= 0; shift -= 8) this.#bytes.push((this.#high >>> shift) & 255);
    return Uint8Array.from(this.#bytes);
  }
}
