// Source files as a git repository has them at a tag, branch or commit: its objects are read, nothing is checked out, and
// no program is run.

import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Entry, Root, SourceTree } from '../sourceTree.js';
import { LARGEST, tooLarge } from '../sourceTree.js';
import { Objects } from './objects.js';
import { resolveRef } from './refs.js';

/** Tags of tags. */
const DEEPEST = 10;

/**
 * The root of a repository's tree at a revision: the name of a tag or branch, or a commit (at least 6 digits). Rejects with a
 * word for the user where there is none.
 */
export async function openRevision(repository: string, revision: string, prefix?: string): Promise<Root> {
  const gitdir = await gitFolder(repository);
  const objects = new Objects(join(gitdir, 'objects'));
  const root = await treeOf(gitdir, objects, revision).catch(() => undefined);
  if (root === undefined) throw new Error(`no tag, branch or commit is called ${revision}`);
  /** Objects by path, as the folders that were listed name them. */
  const known = new Map<string, string>([['', root]]);
  const read = async (path: string, type: 'tree' | 'blob'): Promise<Buffer> => {
    const name = known.get(path);
    const object = name === undefined ? undefined : await objects.read(name);
    if (object?.type !== type) throw Object.assign(new Error(), { code: 'ENOENT' });
    return object.data;
  };
  const tree: SourceTree = {
    async list(folder) {
      const entries: Entry[] = [];
      for (const { mode, name, object } of entriesOf(await read(folder, 'tree'))) {
        // 120000 is a link, 160000 a submodule.
        const kind = mode === '40000' ? 'folder' : /^100/.test(mode) ? 'file' : undefined;
        if (kind === undefined || !isName(name)) continue;
        known.set(joined(folder, name), object);
        entries.push({ name, kind });
      }
      return entries;
    },
    async read(path) {
      const data = await read(path, 'blob');
      if (data.length > LARGEST) throw tooLarge();
      return new TextDecoder().decode(data);
    },
    join: joined,
    uri: () => undefined,
  };
  const name = basename(repository).replace(/\.git$/, '');
  return { tree, path: '', name: repository, prefix, origin: `${name} ${revision}` };
}

/** What is in a folder's object: mode, name, and the 20 bytes of an object's name, again and again. */
function* entriesOf(data: Buffer): Generator<{ mode: string; name: string; object: string }> {
  for (let at = 0; at < data.length; ) {
    const space = data.indexOf(32, at);
    const end = data.indexOf(0, space);
    if (space < 0 || end < 0 || end + 21 > data.length) throw new Error('a damaged folder');
    const mode = data.toString('latin1', at, space);
    yield { mode, name: data.toString('utf8', space + 1, end), object: data.toString('hex', end + 1, end + 21) };
    at = end + 21;
  }
}

const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);

/** The tree of the commit that a revision names; undefined where there is none. */
async function treeOf(gitdir: string, objects: Objects, revision: string): Promise<string | undefined> {
  let name = await resolveRef(gitdir, revision);
  if (name === undefined && /^[0-9a-f]{6,40}$/.test(revision)) {
    const names = await objects.startingWith(revision);
    if (names.length === 1) [name] = names;
  }
  // A tag's object leads to its commit, and that to its tree.
  for (let depth = 0; name !== undefined && depth < DEEPEST; depth++) {
    const { type, data } = await objects.read(name);
    const first = /^(tree|object) ([0-9a-f]{40})\n/.exec(data.toString('latin1', 0, 64));
    if (type === 'commit' && first?.[1] === 'tree') return first[2];
    name = type === 'tag' && first?.[1] === 'object' ? first[2] : undefined;
  }
  return undefined;
}

/** The folder with the objects: `.git`, where a `.git` file of a worktree or submodule leads, or the folder itself. */
async function gitFolder(repository: string): Promise<string> {
  const dot = join(repository, '.git');
  const info = await stat(dot).catch(() => undefined);
  if (info?.isDirectory()) return dot;
  if (info?.isFile()) {
    const to = /^gitdir: (.{1,4096})/.exec((await readFile(dot, 'utf8')).slice(0, 8192))?.[1]?.trim();
    if (to === undefined) throw new Error('no git repository');
    const own = resolve(repository, to);
    const common = await readFile(join(own, 'commondir'), 'utf8').catch(() => '.');
    return resolve(own, common.trim());
  }
  const bare = await stat(join(repository, 'objects')).catch(() => undefined);
  if (!bare?.isDirectory()) throw new Error('no git repository');
  return repository;
}
