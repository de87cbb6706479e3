// Source trees and files that nobody wrote in good faith: they are skipped with a word, and never lead out of their root.

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileLocks } from '../../server/src/core/source/fileLocks.js';
import { Analysis, LiveSource } from '../../server/src/core/source/live.js';
import { Program } from '../../server/src/core/source/program.js';
import { openOnDisk } from '../../server/src/host/disk.js';
import type { SourceFiles } from '../../server/src/host/sourceFiles.js';
import { parser } from './parser.js';

let root = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'hostile-'));
  const tree = join(root, 'tree');
  await mkdir(join(tree, 'pkg/sub'), { recursive: true });
  await writeFile(join(tree, 'pkg/a.go'), 'package pkg\n');
  await writeFile(join(tree, 'pkg/big.go'), `package pkg\n${'// x\n'.repeat(1_000_000)}`);
  await writeFile(join(tree, 'pkg/b_windows.go'), 'package pkg\n');
  await writeFile(join(tree, 'pkg/a_test.go'), 'package pkg\n');
  await mkdir(join(tree, 'pkg/folder.go'));
  await symlink(tree, join(tree, 'pkg/sub/loop'));
  await symlink('nowhere', join(tree, 'pkg/dangling.go'));
  await mkdir(join(root, 'outside/secret'), { recursive: true });
  await writeFile(join(root, 'outside/secret/s.go'), 'package secret\n');
  await symlink(join(root, 'outside/secret'), join(tree, 'secret'));
  await symlink(join(root, 'outside/secret/s.go'), join(tree, 'pkg/s.go'));
  await mkdir(join(tree, ...Array.from({ length: 40 }, () => 'deep')), { recursive: true });
  await mkdir(join(root, 'two/v1/lib/store'), { recursive: true });
  await mkdir(join(root, 'two/other/store'), { recursive: true });
  for (const folder of ['v1/lib/store', 'other/store'])
    await writeFile(join(root, 'two', folder, 'x.go'), 'package store\n');
  await mkdir(join(root, 'module/inner'), { recursive: true });
  await writeFile(join(root, 'module/go.mod'), 'module example.test/app // named otherwise than its folder\n');
  await writeFile(join(root, 'module/main.go'), 'package main\n');
  await writeFile(join(root, 'module/inner/in.go'), 'package inner\n');
});
afterAll(() => rm(root, { recursive: true }));

/** Folders of the tree as roots, and as usual places. */
const at = (roots: readonly string[], usual: readonly string[] = []): Promise<SourceFiles> =>
  openOnDisk(
    roots.map((path) => ({ path: join(root, path) })),
    usual.map((path) => join(root, path)),
  );
const pathOf = async (files: SourceFiles, file: string): Promise<string | undefined> => (await files.find(file))?.path;

describe('a hostile source tree', () => {
  it('links are not followed, in a circle or out of the root', async () => {
    const files = await at(['tree']);
    expect(await pathOf(files, '/x/pkg/a.go')).toBe(join(root, 'tree/pkg/a.go'));
    expect(await pathOf(files, '/x/secret/s.go')).toBeUndefined();
    expect(await pathOf(files, '/x/pkg/s.go')).toBeUndefined();
    expect(await pathOf(files, '/x/pkg/dangling.go')).toBeUndefined();
    expect(await pathOf(files, '/x/pkg/folder.go')).toBeUndefined();
    expect(files.problems.join('\n')).toMatch(/nested more than/);
  });

  it('also not in the usual places', async () => {
    const files = await at([], ['tree']);
    expect(await pathOf(files, '/go/src/pkg/a.go')).toBe(join(root, 'tree/pkg/a.go'));
    expect(await pathOf(files, '/go/src/secret/s.go')).toBeUndefined();
    expect(await pathOf(files, '/go/src/pkg/s.go')).toBeUndefined();
  });

  it('a path that climbs is no path', async () => {
    const files = await at(['tree'], ['tree']);
    for (const path of ['../outside/secret/s.go', '/a/../../outside/secret/s.go', 'a.go', '', '/', '\0/pkg/a.go'])
      expect(await pathOf(files, path), path).toBeUndefined();
    expect(await files.package('../outside/secret')).toEqual([]);
    expect(await files.package('')).toEqual([]);
  });

  it('a file that is too large is left out with a word, and the rest of its package read', async () => {
    const files = await at(['tree']);
    const big = (await files.find('/x/pkg/big.go'))!;
    expect(big.path).toBe(join(root, 'tree/pkg/big.go'));
    expect(await files.read(big)).toBeUndefined();
    expect(files.problems.filter((one) => /big/.test(one))).toEqual([
      expect.stringMatching(/big\.go: larger than 4 MB/),
    ]);
    expect((await files.others(big)).map(({ path }) => path)).toEqual([join(root, 'tree/pkg/a.go')]);
  });

  it('a file that became a link, or a pipe, after it was found is not read', async () => {
    await mkdir(join(root, 'swap/pkg'), { recursive: true });
    await writeFile(join(root, 'swap/pkg/a.go'), 'package pkg\n');
    const files = await at(['swap']);
    const file = (await files.find('/x/pkg/a.go'))!;
    await rm(file.path);
    await symlink(join(root, 'outside/secret/s.go'), file.path);
    expect(await files.read(file)).toBeUndefined();
    await rm(file.path);
    execFileSync('mkfifo', [file.path]);
    expect(await files.read(file)).toBeUndefined();
    expect(files.problems.length).toBe(2);
  });

  it.skipIf(process.getuid?.() === 0)('a folder without permission is said', async () => {
    await mkdir(join(root, 'locked/pkg'), { recursive: true, mode: 0o000 });
    const files = await at(['locked']);
    expect(await pathOf(files, '/x/pkg/a.go')).toBeUndefined();
    expect(files.problems).toEqual([expect.stringMatching(/no permission/)]);
  });

  it('a root that is not there, or is a file, is said', async () => {
    const files = await at(['none', 'tree/pkg/a.go']);
    expect(await pathOf(files, '/x/pkg/a.go')).toBeUndefined();
    expect(files.problems.length).toBe(2);
  });
});

describe('finding a file', () => {
  it('the longest common end wins, then what is shared otherwise', async () => {
    const files = await at(['two']);
    expect(await pathOf(files, '/src/lib/store/x.go')).toBe(join(root, 'two/v1/lib/store/x.go'));
    expect(await pathOf(files, '/src/other/thing/store/x.go')).toBe(join(root, 'two/other/store/x.go'));
    expect(await pathOf(files, '/src/v1/thing/store/x.go')).toBe(join(root, 'two/v1/lib/store/x.go'));
  });

  it('a root with a prefix stands for that folder, and for no other', async () => {
    const path = join(root, 'two');
    const files = await openOnDisk([{ path, prefix: '/build/app' }]);
    expect(await pathOf(files, '/build/app/v1/lib/store/x.go')).toBe(join(path, 'v1/lib/store/x.go'));
    expect(await pathOf(files, '/build/app/lib/store/x.go')).toBeUndefined();
    expect(await pathOf(files, '/home/v1/lib/store/x.go')).toBeUndefined();
  });

  it('a module is known by its go.mod, whatever its folder is called', async () => {
    const files = await at(['module']);
    expect(await pathOf(files, 'example.test/app/main.go')).toBe(join(root, 'module/main.go'));
    expect(await pathOf(files, '/home/x/unrelated/main.go')).toBeUndefined();
    expect((await files.package('example.test/app/inner')).length).toBe(1);
  });
});

describe('hostile Go', () => {
  const analyse = async (text: string): Promise<number> => {
    const program = new Program(await parser());
    const file = program.add('x.go', 'x', text);
    return file ? fileLocks(new Analysis(program), file).length : -1;
  };

  it('nesting as deep as one likes', async () => {
    const deep = 20_000;
    const text = `package x\nfunc F() {\n\tmu.Lock()\n\tx := ${'('.repeat(deep)}1${')'.repeat(deep)}\n\tinside(x)\n}\n`;
    expect(await analyse(text)).toBeGreaterThanOrEqual(0);
    expect(await analyse(`package x\nfunc F() ${'{ mu.Lock() '.repeat(5000)}`)).toBeGreaterThanOrEqual(0);
    expect(
      await analyse(`package x\nfunc F() { ${'func() { mu.Lock(); '.repeat(3000)} ${'}()'.repeat(3000)} }`),
    ).toBeGreaterThanOrEqual(0);
  });

  it('functions that call each other in a circle, types that are made of each other', async () => {
    const text = `package x
type A = B
type B = A
type C struct { D }
type D struct { C }
type I interface { J }
type J interface { I }
func f(c *C, a A, i I) { c.Lock(); g(c, a, i); c.mu.Unlock(); i.Lock(); a.Lock() }
func g(c *C, a A, i I) { c.Unlock(); f(c, a, i); x := y; y := x; x.Lock(); a.b.Lock() }
func h() { a, b := b, a; a.Lock(); defer b.Unlock(); for { goto l }; l: goto l }
`;
    expect(await analyse(text)).toBe(3);
  });

  it('a name that no table may confuse with its own', async () => {
    const text = 'package x\nfunc constructor(toString T) { toString.__proto__.Lock(); hasOwnProperty() }\n';
    expect(await analyse(text)).toBe(1);
    const live = new LiveSource(await parser());
    live.give('x/x.go', 'x.constructor', { path: 'x/x.go', text });
    expect(live.heldAt('x/x.go', 'x.constructor', 2, 'x.__proto__')?.state).toBe('mismatch');
  });

  it('any mixture of words parses', async () => {
    const words =
      'func { } ( ) mu.Lock() mu.Unlock() defer if x := for range select case default : go return goto l break ; , = := type struct interface [ ] * & <- "'.split(
        ' ',
      );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...words, '\n', 'a', 'b.c'), { maxLength: 80 }), async (parts) => {
        expect(await analyse(`package x\nfunc F() {\n${parts.join(' ')}\n}\n`)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 300 },
    );
  });
});
