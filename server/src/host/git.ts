// Source files as a git repository has them at a tag, branch or commit: its objects are read, nothing is checked out, and
// no program is run.

import * as fs from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Entry, Root, SourceTree } from './sourceTree.js';
import { LARGEST, tooLarge } from './sourceTree.js';

/** The library keeps the packs that it has read in such an object. */
type Cache = object;

/**
 * The root of a repository's tree at a revision: the name of a tag or branch, or a commit (at least 6 digits). Rejects with a
 * word for the user where there is none.
 */
export async function openRevision(repository: string, revision: string, prefix?: string): Promise<Root> {
  // Loaded when the first revision is asked for.
  const git = await import('./gitReading.js');
  const gitdir = await gitFolder(repository);
  const cache: Cache = {};
  const store = { fs, gitdir, cache };
  const oid = await commitOf(git, store, revision);
  if (oid === undefined) throw new Error(`no tag, branch or commit is called ${revision}`);
  /** Objects by path, as the folders that were listed name them. */
  const known = new Map<string, string>([['', oid]]);
  const tree: SourceTree = {
    async list(folder) {
      const at = known.get(folder);
      if (at === undefined) throw Object.assign(new Error(), { code: 'ENOENT' });
      const { tree: entries } = await git.readTree({ ...store, oid: at });
      return entries.flatMap((entry): Entry | Entry[] => {
        if (!isName(entry.path)) return [];
        const folderish = entry.type === 'tree';
        // 120000 is a link; a submodule is a commit.
        if (!folderish && !(entry.type === 'blob' && /^100/.test(entry.mode))) return [];
        known.set(joined(folder, entry.path), entry.oid);
        return { name: entry.path, kind: folderish ? 'folder' : 'file' };
      });
    },
    async read(path) {
      const at = known.get(path);
      if (at === undefined) throw Object.assign(new Error(), { code: 'ENOENT' });
      const { blob } = await git.readBlob({ ...store, oid: at });
      if (blob.length > LARGEST) throw tooLarge();
      return new TextDecoder().decode(blob);
    },
    join: joined,
    uri: () => undefined,
  };
  const name = basename(repository).replace(/\.git$/, '');
  return { tree, path: '', name: repository, prefix, origin: `${name} ${revision}` };
}

const joined = (folder: string, name: string): string => (folder === '' ? name : `${folder}/${name}`);

const isName = (name: string): boolean => name !== '' && name !== '.' && name !== '..' && !/[/\\\0]/.test(name);

async function commitOf(
  git: typeof import('./gitReading.js'),
  store: { fs: typeof fs; gitdir: string; cache: Cache },
  revision: string,
): Promise<string | undefined> {
  const quiet = <T>(promise: Promise<T>): Promise<T | undefined> => promise.catch(() => undefined);
  const oid =
    (await quiet(git.resolveRef({ ...store, ref: revision }))) ??
    (/^[0-9a-f]{6,40}$/.test(revision) ? await quiet(git.expandOid({ ...store, oid: revision })) : undefined);
  // A tag's object leads to its commit, and that to its tree.
  return oid && (await quiet(git.readCommit({ ...store, oid })))?.oid;
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
