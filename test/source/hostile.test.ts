// Source trees and files that nobody wrote in good faith: they are skipped with a word, and never lead out of their root.

import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fileLocks } from '../../server/src/core/source/fileLocks.js';
import { Analysis, LiveSource } from '../../server/src/core/source/live.js';
import { Program } from '../../server/src/core/source/program.js';
import { SourceFiles } from '../../server/src/host/sourceFiles.js';
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

describe('a hostile source tree', () => {
  it('links are not followed, in a circle or out of the root', async () => {
    const files = new SourceFiles([join(root, 'tree')]);
    expect(await files.find('/x/pkg/a.go')).toBe(join(root, 'tree/pkg/a.go'));
    expect(await files.find('/x/secret/s.go')).toBeUndefined();
    expect(await files.find('/x/pkg/s.go')).toBeUndefined();
    expect(await files.find('/x/pkg/dangling.go')).toBeUndefined();
    expect(await files.find('/x/pkg/folder.go')).toBeUndefined();
    expect(files.problems.join('\n')).toMatch(/nested more than/);
  });

  it('also not in the usual places', async () => {
    const files = new SourceFiles([], [join(root, 'tree')]);
    expect(await files.find('/go/src/pkg/a.go')).toBe(join(root, 'tree/pkg/a.go'));
    expect(await files.find('/go/src/secret/s.go')).toBeUndefined();
    expect(await files.find('/go/src/pkg/s.go')).toBeUndefined();
  });

  it('a path that climbs is no path', async () => {
    const files = new SourceFiles([join(root, 'tree')], [join(root, 'tree')]);
    for (const path of ['../outside/secret/s.go', '/a/../../outside/secret/s.go', 'a.go', '', '/', '\0/pkg/a.go'])
      expect(await files.find(path), path).toBeUndefined();
    expect(await files.package('../outside/secret')).toEqual([]);
    expect(await files.package('')).toEqual([]);
  });

  it('a file that is too large is left out with a word, and the rest of its package read', async () => {
    const files = new SourceFiles([join(root, 'tree')]);
    expect(await files.read(join(root, 'tree/pkg/big.go'))).toBeUndefined();
    expect(files.problems).toEqual([expect.stringMatching(/big\.go: larger than 4 MB/)]);
    expect((await files.others(join(root, 'tree/pkg/big.go'))).map(({ path }) => path)).toEqual([
      join(root, 'tree/pkg/a.go'),
    ]);
  });

  it('a root that is not there, or is a file, is said', async () => {
    const files = new SourceFiles([join(root, 'none'), join(root, 'tree/pkg/a.go')]);
    expect(await files.find('/x/pkg/a.go')).toBeUndefined();
    expect(files.problems.length).toBe(2);
    expect(await files.read(join(root, 'none/x.go'))).toBeUndefined();
  });
});

describe('finding a file', () => {
  it('the longest common end wins, then what is shared otherwise', async () => {
    const files = new SourceFiles([join(root, 'two')]);
    expect(await files.find('/src/lib/store/x.go')).toBe(join(root, 'two/v1/lib/store/x.go'));
    expect(await files.find('/src/other/thing/store/x.go')).toBe(join(root, 'two/other/store/x.go'));
    expect(await files.find('/src/v1/thing/store/x.go')).toBe(join(root, 'two/v1/lib/store/x.go'));
  });

  it('a module is known by its go.mod, whatever its folder is called', async () => {
    const files = new SourceFiles([join(root, 'module')]);
    expect(await files.find('example.test/app/main.go')).toBe(join(root, 'module/main.go'));
    expect(await files.find('/home/x/unrelated/main.go')).toBeUndefined();
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
