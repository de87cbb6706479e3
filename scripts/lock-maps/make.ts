// Makes a lock map from the history of a program: reads the Go files of each tag out of its git repository, no checkout
// needed, and notes for each function on which lines which locks are held. Run by scripts/lock-maps.mjs.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FunctionLocks, fileLocks } from '../../server/src/core/source/fileLocks.js';
import { Analysis } from '../../server/src/core/source/live.js';
import { Program } from '../../server/src/core/source/program.js';
import type { GoParser, SyntaxNode } from '../../server/src/core/source/syntax.js';
import { loadGoParser } from '../../server/src/host/goParser.js';
import { Packer } from './pack.js';
import { packMap } from './packMap.js';

const USAGE = `usage: npm run lock-maps -- --name NAME --out FILE [--module PATH]... [--only DIR]... [--also DIR]... REPOSITORY TAG...

REPOSITORY is a git repository, bare or not; TAGs are given in ascending order.
--module PATH  an import path of the repository's root, for versions without go.mod; the first is the usual one
--only DIR     only this folder and those below it; all but vendor without
--also DIR     this folder too, though it is below vendor
`;

const LARGEST = 2 * 1024 * 1024;
const SKIPPED =
  /^(?:tests?|functional|tools)\/|(?:^|\/)(?:testdata|testing|testutils?|_[^/]*|\.[^/]*|integration[^/]*|hack|contrib)\/|_test\.go$|\.pb\.go$|_(?:windows|darwin|freebsd|solaris|openbsd|netbsd)(?:_[a-z0-9]+)?\.go$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    out: { type: 'string' },
    module: { type: 'string', multiple: true },
    only: { type: 'string', multiple: true },
    also: { type: 'string', multiple: true },
  },
});
const [repository, ...tags] = positionals;

function git(args: readonly string[], input?: string): Buffer {
  const run = spawnSync('git', ['-C', repository!, ...args], { input, maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(`git ${args[0]}: ${String(run.stderr).trim() || run.error?.message}`);
  return run.stdout;
}

/** The Go files of a tag, by path. */
function* goFiles(tag: string): Generator<GoFile> {
  const below = (path: string, folders: readonly string[]): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));
  const wanted: { path: string; id: string }[] = [];
  for (const line of git(['ls-tree', '-r', '-l', tag]).toString().split('\n')) {
    const [info, path] = line.split('\t');
    const [, type, id, size] = (info ?? '').split(/\s+/);
    if (type !== 'blob' || !path || !id || !(Number(size) <= LARGEST)) continue;
    if (/(?:^|\/)(?:go|vendor)\.mod$/.test(path) && !SKIPPED.test(path) && !/(?:^|\/)vendor\//.test(path))
      wanted.push({ path, id });
    if (!path.endsWith('.go') || SKIPPED.test(path)) continue;
    const also = below(path, values.also ?? []);
    if (!also && /(?:^|\/)vendor\//.test(path)) continue;
    if (also || !values.only || below(path, values.only)) wanted.push({ path, id });
  }
  const all = git(['cat-file', '--batch'], `${wanted.map(({ id }) => id).join('\n')}\n`);
  let at = 0;
  for (const { path, id } of wanted) {
    const end = all.indexOf(10, at);
    const size = Number(all.subarray(at, end).toString().split(' ')[2]);
    yield { path, id, text: all.subarray(end + 1, end + 1 + size).toString('utf8') };
    at = end + 1 + size + 1;
  }
}

interface GoFile {
  readonly path: string;
  readonly id: string;
  readonly text: string;
}

/** What stays the same from one version to the next is not parsed and not looked at again. */
class Maker {
  readonly #trees: GoParser;
  #parsed = new Map<string, SyntaxNode | undefined>();
  #found = new Map<string, FunctionLocks[]>();
  /** Import paths of modules -> their folder. */
  readonly modules = new Map<string, string>();

  constructor(parser: GoParser) {
    this.#trees = parser;
    for (const module of values.module ?? []) this.modules.set(module, '');
  }

  locksOf(tag: string): { files: Map<string, FunctionLocks[]>; functions: number } {
    const texts = [...goFiles(tag)];
    const roots = this.#roots(texts);
    const parsed = new Map<string, SyntaxNode | undefined>();
    const program = new Program({ parse: (text) => parsed.get(text) });
    for (const { path, id, text } of texts) {
      if (!path.endsWith('.go')) continue;
      const tree = this.#parsed.has(id) ? this.#parsed.get(id) : this.#trees.parse(text);
      parsed.set(id, tree);
      parsed.set(text, tree);
      program.add(path, packageOf(path, text, roots), text);
      parsed.delete(text);
    }
    this.#parsed = parsed;
    const analysis = new Analysis(program);
    const closure = closures(program, texts);
    const found = new Map<string, FunctionLocks[]>();
    const files = new Map<string, FunctionLocks[]>();
    let functions = 0;
    for (const file of program.files()) {
      const key = `${file.path} ${closure(file.pkg)}`;
      const locks =
        this.#found.get(key) ??
        fileLocks(analysis, file).filter(
          (one) =>
            one.asks.length > 0 || [...one.lines.values()].some((line) => line.held.length + line.released.length > 0),
        );
      found.set(key, locks);
      functions += locks.length;
      if (locks.length > 0) files.set(plainPath(file.path), locks);
    }
    this.#found = found;
    return { files, functions };
  }

  /** The modules of a version, those further down first. */
  #roots(texts: readonly GoFile[]): readonly (readonly [folder: string, module: string])[] {
    const roots = new Map<string, string>(values.module?.[0] ? [['', values.module[0]]] : []);
    for (const { path, text } of texts) {
      const module = /\.mod$/.test(path) ? /^module\s+"?([^\s"]+)/m.exec(text)?.[1] : undefined;
      const folder = dirname(path) === '.' ? '' : dirname(path);
      if (module && !(path.endsWith('vendor.mod') && roots.has(folder))) roots.set(folder, module);
    }
    for (const [folder, module] of roots) this.modules.set(module, folder);
    return [...roots].sort(([a], [b]) => b.length - a.length);
  }
}

/** The folder of a vendored package is its import path. */
const vendoredPath = (path: string): string | undefined => /(?:^|\/)vendor\/(?:src\/)?(.*)$/.exec(path)?.[1];

/** As the map has it: of vendored files `vendor/` and their import path. */
function plainPath(path: string): string {
  const vendored = vendoredPath(path);
  return vendored === undefined ? path : `vendor/${vendored}`;
}

function packageOf(path: string, text: string, roots: readonly (readonly [string, string])[]): string {
  const folder = dirname(path) === '.' ? '' : dirname(path);
  if (/^package main\b/m.test(text)) return `main:${folder}`;
  const vendored = vendoredPath(folder);
  if (vendored !== undefined) return vendored;
  for (const [root, module] of roots) {
    if (folder === root) return module;
    if (root === '') return `${module}/${folder}`;
    if (folder.startsWith(`${root}/`)) return module + folder.slice(root.length);
  }
  return folder;
}

/** A text that changes when a package does, or one that it imports. */
function closures(program: Program, texts: readonly GoFile[]): (pkg: string) => string {
  const ids = new Map(texts.map(({ path, id }) => [path, id]));
  const packages = new Map<string, { files: string[]; imports: Set<string> }>();
  for (const file of program.files()) {
    let known = packages.get(file.pkg);
    if (!known) packages.set(file.pkg, (known = { files: [], imports: new Set() }));
    known.files.push(`${file.path} ${ids.get(file.path)}`);
    for (const name of file.imports.values()) known.imports.add(name);
  }
  const done = new Map<string, string>();
  return (pkg) => {
    let digest = done.get(pkg);
    if (digest === undefined) {
      const seen = new Set([pkg]);
      for (const one of seen)
        for (const name of packages.get(one)?.imports ?? []) if (packages.has(name)) seen.add(name);
      const hash = createHash('sha1');
      for (const one of [...seen].sort()) for (const file of packages.get(one)!.files) hash.update(`${one} ${file}\n`);
      digest = hash.digest('hex');
      done.set(pkg, digest);
    }
    return digest;
  };
}

async function main(): Promise<void> {
  if (!values.name || !values.out || !repository || tags.length === 0) {
    process.stderr.write(USAGE);
    process.exitCode = 2;
    return;
  }
  const root = process.env.LOCK_MAPS_ROOT!;
  const folders = { 'web-tree-sitter.wasm': 'web-tree-sitter', 'tree-sitter-go.wasm': 'tree-sitter-go' };
  const parser = await loadGoParser(async (name) => readFileSync(join(root, 'node_modules', folders[name], name)));
  const packer = new Packer(values.name);
  const maker = new Maker(parser);
  for (const tag of tags) {
    const { files, functions } = maker.locksOf(tag);
    packer.add(tag, files, maker.modules);
    await new Promise((resolve) => setImmediate(resolve)); // lets the trees of the version be freed
    process.stderr.write(`${tag}: ${functions} functions with locks in ${files.size} files\n`);
  }
  writeFileSync(values.out, packMap(packer.map(maker.modules)));
}

await main();
