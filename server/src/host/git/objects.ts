// The objects of a git repository, loose and packed, by their names. https://git-scm.com/docs/gitformat-pack. Every object is checked
// against its name, so what is damaged is never taken for source.

import { createHash } from 'node:crypto';
import { open, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { constants, inflate } from 'node:zlib';
import { applyDelta } from './delta.js';
import { PackIndex } from './packIndex.js';

const unpack = promisify(inflate);

export type ObjectType = 'commit' | 'tree' | 'blob' | 'tag';

export interface GitObject {
  readonly type: ObjectType;
  readonly data: Buffer;
}

/** gitformat-pack: the types of entries; 6 and 7 are deltas, whose base is at an offset before, or named. */
const TYPES: Readonly<Record<number, ObjectType>> = { 1: 'commit', 2: 'tree', 3: 'blob', 4: 'tag' };
const OFFSET_DELTA = 6;
const NAMED_DELTA = 7;

/** Bytes of an object; larger ones are no source files, nor folders of any. */
const LARGEST_OBJECT = 64 * 1024 * 1024;
/** Deltas on deltas; git itself makes no more than this. */
const DEEPEST = 4095;
/** Bytes that an entry's head may take. */
const HEAD = 64;

interface Pack {
  readonly path: string;
  readonly index: PackIndex;
}

export class Objects {
  readonly #folder: string;
  #packs: Promise<readonly Pack[]> | undefined;

  /** `folder`: the folder `objects` of a repository. */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects where there is no such object, or where it is damaged or too large. */
  async read(name: string): Promise<GitObject> {
    const object = (await this.#loose(name)) ?? (await this.#packed(name, 0));
    if (!object) throw Object.assign(new Error(`no object ${name}`), { code: 'ENOENT' });
    const { type, data } = object;
    const found = createHash('sha1').update(`${type} ${data.length}\0`).update(data).digest('hex');
    if (found !== name) throw new Error(`the object ${name} is damaged`);
    return object;
  }

  /** The names that begin with these digits, at least two. */
  async startingWith(digits: string): Promise<string[]> {
    const [folder, rest] = [digits.slice(0, 2), digits.slice(2)];
    const loose = await readdir(join(this.#folder, folder)).catch(() => []);
    const names = loose.filter((name) => name.startsWith(rest) && name.length === 38).map((name) => folder + name);
    for (const { index } of await this.#allPacks()) names.push(...index.startingWith(digits));
    return [...new Set(names)];
  }

  async #loose(name: string): Promise<GitObject | undefined> {
    const path = join(this.#folder, name.slice(0, 2), name.slice(2));
    let bytes: Buffer;
    try {
      bytes = await readFile(path);
    } catch (error) {
      if ((error as { code?: string }).code === 'ENOENT') return undefined;
      throw error;
    }
    const whole = await unpack(bytes, { maxOutputLength: LARGEST_OBJECT + HEAD });
    const end = whole.indexOf(0);
    const [, type] = /^(commit|tree|blob|tag) \d+$/.exec(whole.toString('latin1', 0, Math.min(end, HEAD))) ?? [];
    if (type === undefined) throw new Error(`the object ${name} is damaged`);
    return { type: type as ObjectType, data: whole.subarray(end + 1) };
  }

  #allPacks(): Promise<readonly Pack[]> {
    this.#packs ??= this.#openPacks();
    return this.#packs;
  }

  async #openPacks(): Promise<Pack[]> {
    const folder = join(this.#folder, 'pack');
    const names = await readdir(folder).catch(() => []);
    const indexes = names.filter((name) => name.endsWith('.idx')).sort();
    return Promise.all(
      indexes.map(async (name) => ({
        path: join(folder, name.replace(/\.idx$/, '.pack')),
        index: new PackIndex(await readFile(join(folder, name))),
      })),
    );
  }

  async #packed(name: string, depth: number): Promise<GitObject | undefined> {
    for (const { path, index } of await this.#allPacks()) {
      const offset = index.offsetOf(name);
      if (offset !== undefined) return this.#entry(path, offset, depth);
    }
    return undefined;
  }

  /** An entry of a pack; of a delta, what it makes of its base. */
  async #entry(path: string, offset: number, depth: number): Promise<GitObject> {
    if (depth > DEEPEST) throw new Error('deltas without end');
    const head = await readAt(path, offset, HEAD);
    let at = 0;
    let byte = head[at++]!;
    const kind = (byte >> 4) & 7;
    let size = byte & 15;
    for (let scale = 16; byte & 128; scale *= 128) {
      byte = head[at++] ?? 0;
      size += (byte & 127) * scale;
    }
    if (size > LARGEST_OBJECT) throw new Error(`larger than ${LARGEST_OBJECT / 1024 / 1024} MB`);
    let base: GitObject | undefined;
    if (kind === OFFSET_DELTA) {
      byte = head[at++]!;
      let back = byte & 127;
      while (byte & 128) {
        byte = head[at++] ?? 0;
        back = (back + 1) * 128 + (byte & 127);
      }
      if (back === 0 || back > offset) throw new Error('a delta without its base');
      base = await this.#entry(path, offset - back, depth + 1);
    } else if (kind === NAMED_DELTA) {
      const name = head.toString('hex', at, at + 20);
      at += 20;
      base = (await this.#packed(name, depth + 1)) ?? (await this.#loose(name));
      if (!base) throw new Error('a delta without its base');
    }
    const data = await inflateAt(path, offset + at, size);
    if (base) return { type: base.type, data: applyDelta(base.data, data, LARGEST_OBJECT) };
    const type = TYPES[kind];
    if (!type) throw new Error(`an entry of unknown type ${kind}`);
    return { type, data };
  }
}

async function readAt(path: string, offset: number, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(length);
    const { bytesRead } = await file.read(buffer, 0, length, offset);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Unpacks so many bytes; how many they are packed is not told, but hardly ever more. */
async function inflateAt(path: string, offset: number, size: number): Promise<Buffer> {
  const packed = await readAt(path, offset, size + Math.ceil(size / 512) + 256);
  // What stands behind the entry's end is the next one.
  const data = await unpack(packed, { maxOutputLength: Math.max(size, 1), finishFlush: constants.Z_SYNC_FLUSH });
  if (data.length !== size) throw new Error('an entry of another size than it says');
  return data;
}
