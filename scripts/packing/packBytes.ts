// Packs a file as core/source/packedBytes.ts unpacks it.

import { byteKind, LENGTH } from '../../server/src/core/source/packedBytes.js';
import { NumberWriter } from './numberWriter.js';

export function packBytes(bytes: Uint8Array): Uint8Array {
  const writer = new NumberWriter();
  const kind = byteKind();
  for (const byte of bytes) writer.number(kind, byte);
  const body = writer.end();
  const packed = new Uint8Array(LENGTH + body.length);
  new DataView(packed.buffer).setUint32(0, bytes.length);
  packed.set(body, LENGTH);
  return packed;
}
