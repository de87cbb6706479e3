// Makes a lock map from the history of a program: reads the Go files of each tag out of its git repository, no checkout
// needed, and notes for each function on which lines which locks are held. Run by scripts/lock-maps.mjs.

import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { type FunctionLocks, fileLocks } from '../../server/src/core/source/fileLocks.js';
import { Analysis } from '../../server/src/core/source/live.js';
import { Program } from '../../server/src/core/source/program.js';
import type { GoParser } from '../../server/src/core/source/syntax.js';
import { loadGoParser } from '../../server/src/host/goParser.js';
import { Packer } from './pack.js';

const USAGE = `usage: npm run lock-maps -- --name NAME --out FILE [--module PATH] [--only DIR]... [--also DIR]... REPOSITORY TAG...

REPOSITORY is a git repository, bare or not; TAGs are given in ascending order.
--module PATH  the import path of the repository's root, for versions without go.mod
--only DIR     only this folder and those below it; all but vendor without
--also DIR     this folder too, though it is below vendor
`;

const LARGEST = 2 * 1024 * 1024;
const SKIPPED =
  /(?:^|\/)(?:testdata|_[^/]*|\.[^/]*|integration[^/]*|hack|contrib)\/|_test\.go$|\.pb\.go$|_(?:windows|darwin|freebsd|solaris|openbsd|netbsd)(?:_[a-z0-9]+)?\.go$/;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    name: { type: 'string' },
    out: { type: 'string' },
    module: { type: 'string' },
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
function* goFiles(tag: string): Generator<{ path: string; text: string }> {
  const below = (path: string, folders: readonly string[]): boolean =>
    folders.some((folder) => path.startsWith(`${folder}/`));
  const wanted: { path: string; id: string }[] = [];
  for (const line of git(['ls-tree', '-r', '-l', tag]).toString().split('\n')) {
    const [info, path] = line.split('\t');
    const [, type, id, size] = (info ?? '').split(/\s+/);
    if (type !== 'blob' || !path || !id || !(Number(size) <= LARGEST)) continue;
    if (path === 'go.mod' || path === 'vendor.mod') wanted.push({ path, id });
    if (!path.endsWith('.go') || SKIPPED.test(path)) continue;
    const also = below(path, values.also ?? []);
    if (!also && /(?:^|\/)vendor\//.test(path)) continue;
    if (also || !values.only || below(path, values.only)) wanted.push({ path, id });
  }
  const all = git(['cat-file', '--batch'], `${wanted.map(({ id }) => id).join('\n')}\n`);
  let at = 0;
  for (const { path } of wanted) {
    const end = all.indexOf(10, at);
    const size = Number(all.subarray(at, end).toString().split(' ')[2]);
    yield { path, text: all.subarray(end + 1, end + 1 + size).toString('utf8') };
    at = end + 1 + size + 1;
  }
}

function locksOf(parser: GoParser, tag: string): { files: Map<string, FunctionLocks[]>; functions: number } {
  const program = new Program(parser);
  let module = values.module ?? '';
  const texts = [...goFiles(tag)];
  for (const { path, text } of texts) {
    const named = /\.mod$/.test(path) ? /^module\s+"?([^\s"]+)/m.exec(text)?.[1] : undefined;
    if (named && path === 'go.mod') module = named;
  }
  for (const { path, text } of texts) {
    if (!path.endsWith('.go')) continue;
    const folder = dirname(path);
    const vendored = /(?:^|\/)vendor\/(.*)$/.exec(folder)?.[1];
    const main = /^package main\b/m.test(text);
    const pkg = main ? `main:${folder}` : (vendored ?? (folder === '.' ? module : `${module}/${folder}`));
    program.add(path, pkg, text);
  }
  const analysis = new Analysis(program);
  const files = new Map<string, FunctionLocks[]>();
  let functions = 0;
  for (const file of program.files()) {
    const locks = fileLocks(analysis, file).filter(
      (one) =>
        one.asks.length > 0 || [...one.lines.values()].some((line) => line.held.length + line.released.length > 0),
    );
    functions += locks.length;
    if (locks.length > 0) files.set(file.path, locks);
  }
  return { files, functions };
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
  for (const tag of tags) {
    const { files, functions } = locksOf(parser, tag);
    packer.add(tag, files);
    await new Promise((resolve) => setImmediate(resolve)); // lets the trees of the version be freed
    process.stderr.write(`${tag}: ${functions} functions with locks in ${files.size} files\n`);
  }
  writeFileSync(values.out, JSON.stringify(packer.map));
}

await main();
