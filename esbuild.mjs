// Builds dist/: the command line, the language server and the client, each for Node and for the browser, and the test
// suites that run inside VS Code. Options: --quiet prints problems only. Names (cli, mcp, server, client, picture, test) build only those.
// The package is an ES module package, so every CommonJS bundle is a .cjs file.
import { chmodSync, cpSync, existsSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';
import { packFiles } from './scripts/packing/pack.mjs';
import { buildParts, buildShared, takeFrom } from './scripts/share.mjs';

process.chdir(dirname(fileURLToPath(import.meta.url)));
const started = new Date();
const quiet = process.argv.includes('--quiet');
const names = process.argv.slice(2).filter((arg) => !arg.startsWith('-'));

const alias = {
  // Its ES module asks for import.meta.url, which a CommonJS bundle does not have.
  'web-tree-sitter': './node_modules/web-tree-sitter/web-tree-sitter.cjs',
  minimatch: './client/src/noGlobs.ts',
  // Of its ES module only the parts that are used get into the bundle.
  'isomorphic-git': './node_modules/isomorphic-git/index.js',
  pako: './server/src/host/gitZlib.ts',
  'sha.js/sha1.js': './server/src/host/gitHash.ts',
  ignore: './server/src/host/gitUnused.ts',
  diff3: './server/src/host/gitUnused.ts',
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
/** Modules of the language client that are replaced. They are asked for by their places beside the others. */
const UNUSED =
  'codeAction colorProvider completion declaration fileOperations formatting implementation inlineCompletion inlineValue ' +
  'linkedEditingRange notebook rename signatureHelp textDocumentContent typeDefinition typeHierarchy';
const unused = {
  name: 'unused',
  setup: ({ onResolve }) =>
    onResolve({ filter: new RegExp(`^\\./(?:${UNUSED.replaceAll(' ', '|')})$`) }, ({ importer }) =>
      /[\\/]vscode-languageclient[\\/]/.test(importer) ? { path: resolve('client/src/unused.ts') } : undefined,
    ),
};
const vscode = { external: ['vscode'], plugins: [unused] };

/** Output path -> how it is made. `from`: the bundle that holds what both need, once for the two (scripts/share.mjs). */
const bundles = {
  'dist/cli.cjs': {
    entry: 'server/src/host/cli.ts',
    ...node,
    from: 'dist/server/web.js',
    banner: { js: '#!/usr/bin/env node' },
  },
  'dist/mcp.cjs': { entry: 'server/src/host/mcp.ts', ...node },
  'dist/server/node.cjs': { entry: 'server/src/host/node.ts', ...node, from: 'dist/server/web.js' },
  'dist/server/web.js': { entry: 'server/src/host/browser.ts', ...worker },
  'dist/client/node.cjs': { entry: 'client/src/node.ts', ...node, ...vscode, from: 'dist/client/web.cjs' },
  'dist/client/web.cjs': { entry: 'client/src/web.ts', ...worker, ...vscode },
  'dist/picture.js': { entry: 'client/src/picture/main.ts', ...worker, format: 'iife' },
  'dist/picture.css': { entry: 'client/src/picture/picture.css' },
  'dist/test/node.cjs': { entry: 'test/editor/extension-host/index.ts', ...node, ...vscode, minify: false },
  'dist/test/web.cjs': { entry: 'test/editor/extension-host/index.ts', ...worker, ...vscode, minify: false },
};

const chosen = (outfile) => names.length === 0 || names.some((name) => outfile.startsWith(`dist/${name}`));
const wanted = Object.entries(bundles).filter(([outfile]) => chosen(outfile));
const sources = new Set(Object.values(bundles).flatMap(({ from }) => from ?? []));
const common = { bundle: true, minify: true, sourcemap: false, logLevel: quiet ? 'warning' : 'info' };
try {
  // Those that others take from come first, and with them where only the others are wanted: their modules are numbered.
  const shared = new Map();
  for (const source of sources)
    if (wanted.some(([outfile, { from }]) => outfile === source || from === source))
      shared.set(
        source,
        await buildShared({
          ...common,
          ...bundles[source],
          outfile: source,
          takers: Object.values(bundles).filter(({ from }) => from === source),
        }),
      );
  // The server and the command line also share what only Node has.
  if (shared.has('dist/server/web.js'))
    shared.set(
      'dist/server/web.js',
      await buildParts({
        ...common,
        ...node,
        entries: [bundles['dist/cli.cjs'].entry, bundles['dist/server/node.cjs'].entry],
        sources: shared.get('dist/server/web.js'),
        outfile: 'dist/server/parts.cjs',
      }),
    );
  await Promise.all(
    wanted
      .filter(([outfile]) => !sources.has(outfile))
      .map(([outfile, { entry, from, ...options }]) =>
        esbuild.build({
          ...common,
          entryPoints: [entry],
          outfile,
          ...options,
          plugins: [...(options.plugins ?? []), ...(from ? [takeFrom(shared.get(from), outfile)] : [])],
        }),
      ),
  );
} catch (error) {
  if (!error.errors) console.error(error);
  process.exit(1); // esbuild has printed its own errors
}
// The browser's bundles are scripts named .js that Node requires as well.
mkdirSync('dist', { recursive: true });
writeFileSync('dist/package.json', '{ "type": "commonjs" }\n');
// The grammar of Go, for reading source code: loaded only when a source file is looked at.
await packFiles([
  ['node_modules/web-tree-sitter/web-tree-sitter.wasm', 'dist/web-tree-sitter.wasm.packed'],
  ['node_modules/tree-sitter-go/tree-sitter-go.wasm', 'dist/tree-sitter-go.wasm.packed'],
]);
// What is known of the daemons: loaded only when a dump of one is looked at.
rmSync('dist/lock-maps', { recursive: true, force: true });
cpSync('server/data/lock-maps', 'dist/lock-maps', { recursive: true });
if (existsSync('dist/cli.cjs')) chmodSync('dist/cli.cjs', 0o755); // it is a command
if (names.length === 0) {
  mkdirSync('dist', { recursive: true });
  writeFileSync('dist/.built', '');
  utimesSync('dist/.built', started, started); // a source saved during the build is newer than this
}
