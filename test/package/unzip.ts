// Unpacks a zip file: the entries that its central directory names (PKWARE APPNOTE 4.3.12), stored or deflated.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { inflateRawSync } from 'node:zlib';

interface Packed {
  readonly name: string;
  /** Bytes in the zip file. */
  readonly packed: number;
}

/** What is in a zip file. Throws where it is none. */
export const sizesIn = (path: string): Packed[] => [...entriesOf(readFileSync(path), path)];

/** Throws where it is no zip file. Writes below the folder; returns the names. */
export function unzip(path: string, folder: string): string[] {
  const names: string[] = [];
  for (const { name, body, deflated } of entriesOf(readFileSync(path), path)) {
    if (name.endsWith('/')) continue;
    if (name.split('/').includes('..')) throw new Error(`${name} leads out of the package`);
    const target = join(folder, name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, deflated ? inflateRawSync(body) : body);
    names.push(name);
  }
  return names;
}

function* entriesOf(bytes: Buffer, path: string): Generator<Packed & { body: Buffer; deflated: boolean }> {
  const end = bytes.lastIndexOf('PK\u0005\u0006', undefined, 'latin1');
  if (end < 0) throw new Error(`${path} is no zip file`);
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    const packed = bytes.readUInt32LE(at + 20);
    const nameLength = bytes.readUInt16LE(at + 28);
    const local = bytes.readUInt32LE(at + 42);
    const name = bytes.toString('utf8', at + 46, at + 46 + nameLength);
    const start = local + 30 + bytes.readUInt16LE(local + 26) + bytes.readUInt16LE(local + 28);
    const body = bytes.subarray(start, start + packed);
    const deflated = bytes.readUInt16LE(at + 10) === 8;
    at += 46 + nameLength + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    yield { name, packed, body, deflated };
  }
}
