// The package: what is in it, how large it is, and that its command line runs from it.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { capabilities } from '../../server/src/host/server.js';
import { manifest } from '../manifest.js';
import { sizesIn, unzip } from './unzip.js';

const root = join(import.meta.dirname, '../..');
let folder: string;
let names: string[];
let unpacked: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'package-'));
  const out = join(folder, 'x.vsix');
  execFileSync(process.execPath, [join(root, 'scripts/package.mjs'), '--out', out], { stdio: 'pipe' });
  unpacked = join(folder, 'x/extension');
  names = unzip(out, join(folder, 'x')).flatMap((name) => /^extension\/(.+)/.exec(name)?.[1] ?? []);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('holds what runs, and no sources, tests, source maps or modules', () => {
  expect(names.filter((name) => /\.map$|\.ts$|^(?:test|docs|server|client|scripts|node_modules)\//.test(name))).toEqual(
    [],
  );
  expect(names.filter((name) => name.startsWith('dist/') && !name.startsWith('dist/lock-maps/')).sort()).toEqual([
    'dist/client/node.cjs',
    'dist/client/web.cjs',
    'dist/package.json',
    'dist/picture.css',
    'dist/picture.js',
    'dist/server/node.cjs',
    'dist/server/parts.cjs',
    'dist/server/web.js',
    'dist/tree-sitter-go.wasm.packed',
    'dist/web-tree-sitter.wasm.packed',
  ]);
});

test('is below a megabyte without the samples', () => {
  const vsix = join(folder, 'x.vsix');
  const samples = sizesIn(vsix).filter(({ name }) => name.startsWith('extension/samples/'));
  expect(samples.length).toBeGreaterThan(5);
  const bytes = samples.reduce((sum, { packed }) => sum + packed, 0);
  expect(statSync(vsix).size - bytes).toBeLessThan(1_000_000);
});

test('nothing is announced that the client’s bundle leaves out', () => {
  const announced = JSON.stringify(capabilities());
  expect(announced).not.toMatch(/fileOperations|notebook|pattern/);
  expect(announced).not.toMatch(
    /"(?:codeAction|color|completion|inline(?:Completion|Value)|linkedEditingRange)Provider/,
  );
  expect(announced).not.toMatch(/"(?:rename|signatureHelp|type(?:Definition|Hierarchy)|document\w*Formatting)Provider/);
  expect(announced).not.toMatch(/"(?:declaration|implementation)Provider|textDocumentContent/);
  expect(announced).toContain('"hoverProvider":true');
  const client = readFileSync(join(root, 'client/src/client.ts'), 'utf8');
  expect(client).toMatch(/documentSelector: languages\.map\(\(language\) => \(\{ language \}\)\)/);
});

test('has every file that the manifest and the sample command name', () => {
  const manifest = readFileSync(join(unpacked, 'package.json'), 'utf8');
  const named = [...manifest.matchAll(/"(?:\.\/)?((?:dist|syntaxes|images|walkthrough)\/[^"]+)"/g)].map(
    ([, path]) => path!,
  );
  expect(named.length).toBeGreaterThan(20);
  // The command line is not the editor's: it has a package of its own.
  expect(named.filter((path) => !existsSync(join(unpacked, path)))).toEqual(['dist/cli.cjs']);
  const source = readFileSync(join(root, 'client/src/sample.ts'), 'utf8');
  const files = [...source.matchAll(/'([\w.-]+\.(?:txt|log|strace))'/g)].map(([, name]) => name!);
  const packed = names.flatMap((name) => /^samples\/node-not-ready\/([^/]+)$/.exec(name)?.[1] ?? []);
  expect(files.sort()).toEqual(packed.sort());
});

test('has the words of the manifest; the template for translators stays outside, translations would be in it', () => {
  expect(names).toContain('package.nls.json');
  expect(names.filter((name) => name.startsWith('l10n/'))).toEqual(
    readdirSync(join(root, 'l10n')).flatMap((name) => (name === 'bundle.l10n.json' ? [] : [`l10n/${name}`])),
  );
  const vsix = readFileSync(join(folder, 'x/extension.vsixmanifest'), 'utf8');
  expect(vsix).toContain(`<DisplayName>${manifest.displayName}</DisplayName>`);
  expect(vsix).not.toMatch(/%\w[\w.]*%/);
});
