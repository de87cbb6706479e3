// Builds dist/: the command line, the language server and the client, each for Node and for the browser, and the test
// suites that run inside VS Code. Options: --quiet prints problems only. Names (cli, mcp, server, client, picture, test) build only those.
// The package is an ES module package, so every CommonJS bundle is a .cjs file.
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

process.chdir(dirname(fileURLToPath(import.meta.url)));
const started = new Date();
const quiet = process.argv.includes('--quiet');
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));

const alias = {
  // Its ES module asks for import.meta.url, which a CommonJS bundle does not have.
  'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs',
  // Of its ES module only the parts that are used get into the bundle.
  'isomorphic-git': './node_modules/isomorphic-git/index.js',
};
const node = { platform: 'node', format: 'cjs', target: 'node20', alias };
// What web-tree-sitter asks Node for, where it finds itself in Node.
const worker = {
  platform: 'browser',
  format: 'cjs',
  target: 'es2022',
  alias,
  external: ['fs', 'fs/promises', 'path', 'url', 'module'],
};
const vscode = { external: ['vscode'] };

/** Output path -> how it is made. */
const bundles = {
  'dist/cli.cjs': { entry: 'server/src/host/cli.ts', ...node, banner: { js: '#!/usr/bin/env node' } },
  'dist/mcp.cjs': { entry: 'server/src/host/mcp.ts', ...node },
  'dist/server/node.cjs': { entry: 'server/src/host/node.ts', ...node },
  'dist/server/web.js': { entry: 'server/src/host/browser.ts', ...worker, format: 'iife' },
  'dist/client/node.cjs': { entry: 'client/src/node.ts', ...node, ...vscode },
  'dist/client/web.cjs': { entry: 'client/src/web.ts', ...worker, ...vscode },
  'dist/picture.js': { entry: 'client/src/picture/main.ts', ...worker, format: 'iife' },
  'dist/picture.css': { entry: 'client/src/picture/picture.css' },
  'dist/test/node.cjs': { entry: 'test/editor/extension-host/index.ts', ...node, ...vscode, minify: false },
  'dist/test/web.cjs': { entry: 'test/editor/extension-host/index.ts', ...worker, ...vscode, minify: false },
};

const wanted = Object.entries(bundles).filter(
  ([outfile]) => names.length === 0 || names.some((name) => outfile.startsWith(`dist/${name}`)),
);
try {
  await Promise.all(
    wanted.map(([outfile, { entry, ...options }]) =>
      esbuild.build({
        bundle: true,
        minify: true,
        sourcemap: false,
        logLevel: quiet ? 'warning' : 'info',
        entryPoints: [entry],
        outfile,
        ...options,
      }),
    ),
  );
} catch {
  process.exit(1); // esbuild has printed the errors
}
// The grammar of Go, for reading source code: loaded only when a source file is looked at.
mkdirSync('dist', { recursive: true });
for (const [name, path] of [
  ['web-tree-sitter.wasm', 'node_modules/web-tree-sitter/web-tree-sitter.wasm'],
  ['tree-sitter-go.wasm', 'node_modules/tree-sitter-go/tree-sitter-go.wasm'],
])
  copyFileSync(path, `dist/${name}`);
// What is known of the daemons: loaded only when a dump of one is looked at.
cpSync('server/data/lock-maps', 'dist/lock-maps', { recursive: true });
if (existsSync('dist/cli.cjs')) chmodSync('dist/cli.cjs', 0o755); // it is a command
if (names.length === 0) {
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/.built', '');
  utimesSync('dist/.built', started, started); // a source saved during the build is newer than this
}
