// Source files of a git repository at a revision: read from its objects, whatever is checked out.

import * as fs from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as git from 'isomorphic-git';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openOnDisk } from '../../server/src/host/disk.js';

const author = { name: 'A', email: 'a@example.test' };
let folder = '';
let dir = '';
let first = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'git-'));
  dir = join(folder, 'shop');
  await mkdir(join(dir, 'till'), { recursive: true });
  await git.init({ fs, dir, defaultBranch: 'main' });
  const commit = async (message: string, files: Record<string, string>): Promise<string> => {
    for (const [path, text] of Object.entries(files)) {
      await writeFile(join(dir, path), text);
      await git.add({ fs, dir, filepath: path });
    }
    return git.commit({ fs, dir, message, author });
  };
  first = await commit('one', {
    'go.mod': 'module example.test/shop\n',
    'till/till.go': 'package till // one\n',
    'till/drawer.go': 'package till\n',
    'till/huge.go': `package till\n${'// x\n'.repeat(1_000_000)}`,
  });
  await git.annotatedTag({ fs, dir, ref: 'v1.0.0', message: 'one', tagger: author });
  await commit('two', { 'till/till.go': 'package till // two\n' });
  await git.branch({ fs, dir, ref: 'release/next' });
  // A link, and a module of another repository.
  const tree = await git.writeTree({
    fs,
    dir,
    tree: [
      {
        mode: '120000',
        path: 'link.go',
        oid: await git.writeBlob({ fs, dir, blob: Buffer.from('/etc/passwd') }),
        type: 'blob',
      },
      { mode: '160000', path: 'other', oid: first, type: 'commit' },
      {
        mode: '100644',
        path: 'plain.go',
        oid: await git.writeBlob({ fs, dir, blob: Buffer.from('package x\n') }),
        type: 'blob',
      },
    ],
  });
  await git.commit({ fs, dir, message: 'links', author, tree, ref: 'refs/heads/links', parent: [first] });
});
afterAll(() => rm(folder, { recursive: true }));

const read = async (revision: string, file = '/build/shop/till/till.go'): Promise<string | undefined> => {
  const files = await openOnDisk([{ path: `${dir}@${revision}` }]);
  const found = await files.find(file);
  return found ? files.read(found) : files.problems[0];
};

describe('a file', () => {
  test('at a tag, a branch, a commit', async () => {
    expect(await read('v1.0.0')).toBe('package till // one\n');
    expect(await read('main')).toBe('package till // two\n');
    expect(await read('release/next')).toBe('package till // two\n');
    expect(await read(first)).toBe('package till // one\n');
    expect(await read(first.slice(0, 9))).toBe('package till // one\n');
  });

  test('also where the objects are in a pack, and the repository has no work tree', async () => {
    const packed = join(folder, 'packed');
    await fs.promises.cp(dir, packed, { recursive: true });
    const gitdir = join(packed, '.git');
    const oids: string[] = [];
    for (const name of await readdir(join(gitdir, 'objects')))
      if (/^[0-9a-f]{2}$/.test(name))
        for (const rest of await readdir(join(gitdir, 'objects', name))) oids.push(name + rest);
    const { filename } = await git.packObjects({ fs, dir: packed, oids, write: true });
    await git.indexPack({ fs, dir: packed, filepath: `.git/objects/pack/${filename}` });
    for (const oid of oids) await rm(join(gitdir, 'objects', oid.slice(0, 2), oid.slice(2)));
    for (const path of [packed, gitdir]) {
      const files = await openOnDisk([{ path: `${path}@v1.0.0` }]);
      const found = (await files.find('/build/shop/till/till.go'))!;
      expect(await files.read(found)).toBe('package till // one\n');
      expect((await files.others(found)).map((one) => one.path)).toEqual(['till/drawer.go']);
      expect(files.problems).toEqual([expect.stringMatching(/huge\.go: larger than 4 MB/)]);
    }
  });

  test('also where another folder works on the same repository', async () => {
    const work = join(folder, 'work');
    const own = join(dir, '.git/worktrees/work');
    await mkdir(work);
    await mkdir(own, { recursive: true });
    await writeFile(join(work, '.git'), `gitdir: ${own}\n`);
    await writeFile(join(own, 'commondir'), '../..\n');
    const files = await openOnDisk([{ path: `${work}@v1.0.0` }]);
    expect(await files.read((await files.find('/build/work/till/till.go'))!)).toBe('package till // one\n');
  });

  test('names its revision, and opens in no editor', async () => {
    const files = await openOnDisk([{ path: `${dir}@v1.0.0` }]);
    const { root, path } = (await files.find('/build/shop/till/till.go'))!;
    expect(root.origin).toBe('shop v1.0.0');
    expect(root.tree.uri(path)).toBeUndefined();
    expect((await files.package('example.test/shop/till')).length).toBe(2);
  });
});

describe('what is left out with a word', () => {
  test('a revision that is not there', async () => {
    expect(await read('v9.9.9')).toMatch(/no tag, branch or commit is called v9\.9\.9; left out/);
    expect(await read('../../config')).toMatch(/left out/);
    expect(await read('')).toMatch(/left out/);
  });

  test('a folder that is no repository', async () => {
    const files = await openOnDisk([{ path: `${folder}@v1.0.0` }]);
    expect(files.problems).toEqual([expect.stringMatching(/no git repository; left out/)]);
  });

  test('links, and repositories in it', async () => {
    expect(await read('links', '/build/shop/plain.go')).toBe('package x\n');
    expect(await read('links', '/build/shop/link.go')).toBeUndefined();
    expect(await read('links', '/build/shop/other/till.go')).toBeUndefined();
  });

  test('a folder whose own name has an @ is that folder', async () => {
    await mkdir(join(folder, 'y@v1.2.3/sub'), { recursive: true });
    await writeFile(join(folder, 'y@v1.2.3/sub/a.go'), 'package sub\n');
    const files = await openOnDisk([{ path: join(folder, 'y@v1.2.3') }]);
    expect((await files.find('/x/y/sub/a.go'))?.path).toBe(join(folder, 'y@v1.2.3/sub/a.go'));
  });
});
