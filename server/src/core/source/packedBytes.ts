// Files of any bytes, told as lock maps are: WebAssembly is a fifth to a third smaller so than in the package's own packing.
// scripts/packing/packBytes.ts writes.

import type { Kind } from './numberModel.js';
import { NumberReader } from './numberReader.js';
import { Stream } from './numberStream.js';

/** Bytes in front of what is packed: how many there are when unpacked, the highest first. */
export const LENGTH = 4;
/** Bytes of an unpacked file; the largest is a tenth of this. */
const LARGEST = 1 << 21;
/** Bytes of a step: some milliseconds. */
const STEP = 2048;

export const byteKind = (): Kind => ({ id: 0, stream: new Stream(), wide: true });

/** Unpacks in steps. Throws where it is no such file. */
export function* unpackBytes(packed: Uint8Array): Generator<undefined, Uint8Array<ArrayBuffer>> {
  const [a = 255, b = 0, c = 0, d = 0] = packed;
  const length = a * 0x1000000 + (b << 16) + (c << 8) + d;
  if (length > LARGEST) throw new Error('not a packed file');
  const numbers = new NumberReader(packed, LENGTH);
  const kind = byteKind();
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at++) {
    bytes[at] = numbers.number(kind);
    if (at % STEP === 0) yield;
  }
  return bytes;
}
