// The names of calls as a log has them, each with a number; found again by their letters' hashes, without a string for each line.

import { ROLES, Role } from './calls.js';

export class CallNames {
  /** As they were met. */
  readonly names: string[] = [];
  /** What each means for the state that the parser keeps. */
  readonly roles: number[] = [];
  // hash -> id
  #slots = new Int32Array(1024).fill(-1);
  readonly #hashes: number[] = [];
  readonly #hashes2: number[] = [];

  /** The number of the name from `start` to `end`, whose letters have these hashes. */
  id(text: string, hash: number, hash2: number, start: number, end: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const size = end - start;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (let id = slots[slot]!; id >= 0; id = slots[slot]!) {
      // Two hashes of 32 bits and the length: as good as the name itself.
      if (this.#hashes[id] === hash && this.#hashes2[id] === hash2 && this.names[id]!.length === size) return id;
      slot = (slot + 1) & mask;
    }
    const id = this.names.length;
    const name = text.slice(start, end);
    this.names.push(name);
    this.#hashes.push(hash);
    this.#hashes2.push(hash2);
    this.roles.push(ROLES.get(name) ?? Role.none);
    slots[slot] = id;
    if (this.names.length * 2 > slots.length) this.#grow();
    return id;
  }

  #grow(): void {
    const grown = new Int32Array(this.#slots.length * 4).fill(-1);
    const mask = grown.length - 1;
    this.#hashes.forEach((hash, id) => {
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (grown[slot]! >= 0) slot = (slot + 1) & mask;
      grown[slot] = id;
    });
    this.#slots = grown;
  }
}
