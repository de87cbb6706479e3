// Follows the frames and blocks of a zstd stream (RFC 8878) without unpacking them: what a header claims is judged before the decoder
// believes it, since it sets aside as much memory as the header asks for; and where a frame ends, with its checksum, is told.

/** Bytes. The limit of the zstd program too, unless it is told otherwise. */
const LARGEST_WINDOW = 128 * 1024 * 1024;
/** A block unpacks to no more. */
const LARGEST_BLOCK = 128 * 1024;

/** How far the bytes were followed: to the end of a frame, or to their own. */
export interface Step {
  readonly end: number;
  /** Why they are not to be unpacked, in plain words; '' where they are no zstd. */
  readonly refused?: string;
  /** Whether a frame ends at `end`. */
  readonly done: boolean;
  /** Whether the bytes belong to a frame without content. */
  readonly skippable: boolean;
  /** At the end of a frame: the lower 32 bits of the content's xxh64, where it tells them. */
  readonly checksum?: number | undefined;
}

type State = 'frame' | 'block' | 'checksum' | 'skippable';

export class ZstdFrames {
  /** Bytes of a header that is not whole yet. */
  #head: number[] = [];
  #state: State = 'frame';
  /** Bytes of content that come before the next header. */
  #skip = 0;
  #checked = false;
  #last = false;

  /** Whether a frame is under way. */
  get inside(): boolean {
    return this.#state !== 'frame' || this.#head.length > 0;
  }

  /** Follows the bytes from `at` to the end of the frame, or of the bytes. */
  step(bytes: Uint8Array, at: number): Step {
    let end = at;
    for (;;) {
      const jump = Math.min(this.#skip, bytes.length - end);
      this.#skip -= jump;
      end += jump;
      const skippable = this.#state === 'skippable';
      if (this.#skip === 0 && (skippable || (this.#state === 'block' && this.#last && !this.#checked)))
        return this.#done(end, skippable);
      if (end === bytes.length) return { end, done: false, skippable };
      this.#head.push(bytes[end++]!);
      if (this.#state === 'checksum') {
        if (this.#head.length === 4) return this.#done(end, false, this.#number(0, 4));
        continue;
      }
      const refused = this.#state === 'frame' ? this.#frame() : this.#block();
      if (refused !== undefined) return { end, refused, done: false, skippable: false };
    }
  }

  #done(end: number, skippable: boolean, checksum?: number): Step {
    this.#state = 'frame';
    this.#head = [];
    this.#last = false;
    return { end, done: true, skippable, checksum };
  }

  /** Little-endian. */
  #number(at: number, length: number): number {
    let value = 0;
    for (let i = length - 1; i >= 0; i--) value = value * 256 + this.#head[at + i]!;
    return value;
  }

  #frame(): string | undefined {
    const head = this.#head;
    if (head.length < 5) return undefined;
    const magic = this.#number(0, 4);
    if (magic >>> 4 === 0x184d2a5) {
      if (head.length < 8) return undefined;
      this.#skip = this.#number(4, 4);
      this.#head = [];
      this.#state = 'skippable';
      return undefined;
    }
    if (magic !== 0xfd2fb528) return '';
    const flags = head[4]!;
    const single = (flags >> 5) & 1;
    const dictionary = [0, 1, 2, 4][flags & 3]!;
    const sizeFlag = flags >> 6;
    const sizeBytes = sizeFlag ? 1 << sizeFlag : single;
    const sizeAt = 6 - single + dictionary;
    if (head.length < sizeAt + sizeBytes) return undefined;
    if (dictionary > 0) return 'packed with a dictionary, which is not at hand; unpack it first';
    let window = this.#number(sizeAt, sizeBytes) + (sizeFlag === 1 ? 256 : 0);
    if (!single) {
      const base = 2 ** (10 + (head[5]! >> 3));
      window = base + (base / 8) * (head[5]! & 7);
    }
    if (window > LARGEST_WINDOW)
      return 'packed so that to unpack it takes more than 128 MB of memory; unpack it first (zstd -d --long=31)';
    this.#checked = ((flags >> 2) & 1) === 1;
    this.#state = 'block';
    this.#head = [];
    return undefined;
  }

  /** The header of a block; after the last one its content, and then the checksum. */
  #block(): string | undefined {
    if (this.#head.length < 3) return undefined;
    const header = this.#number(0, 3);
    this.#head = [];
    this.#last = (header & 1) === 1;
    const size = header >> 3;
    if (size > LARGEST_BLOCK) return '';
    // A run is one byte, said `size` times.
    this.#skip = ((header >> 1) & 3) === 1 ? 1 : size;
    if (this.#last && this.#checked) this.#state = 'checksum';
    return undefined;
  }
}
