// The index of a pack: where in it which object begins. gitformat-pack, versions 1 and 2.

const MAGIC = 0xff744f63;
const NAME = 20;
const FANOUT = 256 * 4;

export class PackIndex {
  readonly #bytes: Buffer;
  readonly #first: boolean;
  /** Where the table of how many names begin with each byte or a lesser one starts. */
  readonly #fanout: number;
  readonly #count: number;

  /** Throws where it is of a version that is not known here. */
  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#first = bytes.readUInt32BE(0) !== MAGIC;
    if (!this.#first && bytes.readUInt32BE(4) !== 2) throw new Error('an index of an unknown version');
    this.#fanout = this.#first ? 0 : 8;
    this.#count = bytes.readUInt32BE(this.#fanout + FANOUT - 4);
  }

  /** Where the object with a name begins; undefined: it is not in the pack. */
  offsetOf(name: string): number | undefined {
    const at = this.#from(name);
    return at < this.#count && this.#name(at) === name ? this.#offset(at) : undefined;
  }

  /** The names that begin with these digits. */
  startingWith(digits: string): string[] {
    const names: string[] = [];
    for (let at = this.#from(digits); at < this.#count; at++) {
      const name = this.#name(at);
      if (!name.startsWith(digits)) break;
      names.push(name);
    }
    return names;
  }

  /** The place of the first name that is not less; they are in order. */
  #from(digits: string): number {
    const byte = Number.parseInt(digits.slice(0, 2), 16);
    let low = byte === 0 ? 0 : this.#bytes.readUInt32BE(this.#fanout + 4 * (byte - 1));
    let high = this.#bytes.readUInt32BE(this.#fanout + 4 * byte);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#name(middle) < digits) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #name(at: number): string {
    const start = this.#fanout + FANOUT + (this.#first ? at * (4 + NAME) + 4 : at * NAME);
    return this.#bytes.toString('hex', start, start + NAME);
  }

  #offset(at: number): number {
    const names = this.#fanout + FANOUT;
    if (this.#first) return this.#bytes.readUInt32BE(names + at * (4 + NAME));
    const offsets = names + this.#count * (NAME + 4); // behind the names and their checksums
    const offset = this.#bytes.readUInt32BE(offsets + 4 * at);
    if (offset < 0x80000000) return offset;
    // In packs beyond 2 GB the number of a place in a table of longer ones.
    return Number(this.#bytes.readBigUInt64BE(offsets + 4 * this.#count + 8 * (offset - 0x80000000)));
  }
}
