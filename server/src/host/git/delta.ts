// Git's deltas: what to copy out of a base and what to put in between. gitformat-pack, "Deltified representation".

/** What the delta makes of the base. Throws where it is none for it, or makes more bytes than allowed. */
export function applyDelta(base: Buffer, delta: Buffer, largest: number): Buffer {
  let at = 0;
  const next = (): number => {
    if (at >= delta.length) throw new Error('a delta that ends early');
    return delta[at++]!;
  };
  const size = (): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = next();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  /** A number whose bytes that are not zero are there, as the bits of a mask say. */
  const number = (mask: number, bytes: number): number => {
    let value = 0;
    for (let i = 0; i < bytes; i++) if (mask & (1 << i)) value += next() * 256 ** i;
    return value;
  };
  if (size() !== base.length) throw new Error('a delta for another base');
  const length = size();
  if (length > largest) throw new Error('a delta that makes too much');
  const made = Buffer.alloc(length);
  let filled = 0;
  while (at < delta.length) {
    const code = next();
    const copied = code >= 128;
    const from = copied ? number(code, 4) : at;
    const count = copied ? number(code >> 4, 3) || 65536 : code;
    const source = copied ? base : delta;
    if (count === 0 || from + count > source.length || filled + count > length)
      throw new Error('a delta that does not fit');
    source.copy(made, filled, from, from + count);
    filled += count;
    if (!copied) at += count;
  }
  if (filled !== length) throw new Error('a delta that ends early');
  return made;
}
