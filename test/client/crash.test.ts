// The language server dies or hangs: the extension's own client with the real server, a process of its own, in a fake editor. The server
// is stopped right behind a message that the test names, so that it is certain what it is at when it is ended.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { FETCH_PIECE, READING } from '../../server/src/host/protocol.js';
import type * as fake from './fake/vscode.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DUMP = join(root, 'samples/docker-exec-hang/goroutine-stacks-2026-11-23T215620Z.log');
const text = readFileSync(DUMP, 'utf8');
/** Large enough that its text is fetched and read in pieces. */
const much = `${text}\n`.repeat(Math.ceil(3_000_000 / text.length));
const FIRST = text.split('\n').findIndex((line) => line.startsWith('goroutine '));

let folder: string;
let editor: typeof fake.editor;
const subscriptions: { dispose(): unknown }[] = [];

/** While there is such a file, a server stops (SIGSTOP) behind a message to the client that has its words. */
const trap = (): string => join(folder, 'trap');
const stopAt = (method: string, document = ''): void => {
  // It is there as a whole: a server that saw it empty would stop at whatever it says next.
  writeFileSync(`${trap()}.new`, `${method} ${document}`);
  renameSync(`${trap()}.new`, trap());
};
const letGo = (): void => rmSync(trap(), { force: true });
const numbers = (name: string): number[] =>
  existsSync(join(folder, name))
    ? readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean).map(Number)
    : [];
/** The servers by their process ids: those that were started, the last one, and those that were stopped. */
const started = (): number[] => numbers('started');
const server = (): number => started().at(-1)!;
const stopped = (): number[] => numbers('stopped');

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Until something is so: processes take their time. */
const until = (what: string, read: () => unknown): Promise<void> =>
  vi.waitFor(async () => expect(await read(), what).toBeTruthy(), { timeout: 15_000, interval: 20 });

const SERVER = (real: string): string => `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const { join } = require('node:path');
const place = (name) => join(__dirname, '../..', name);
appendFileSync(place('started'), process.pid + '\\n');
const { send } = process;
process.send = function (message, ...rest) {
  const sent = send.call(this, message, ...rest);
  const what = message.method + ' ' + (message.params && message.params.uri);
  if (existsSync(place('trap')) && what.startsWith(readFileSync(place('trap'), 'utf8'))) {
    appendFileSync(place('stopped'), process.pid + '\\n');
    process.kill(process.pid, 'SIGSTOP');
  }
  return sent;
};
require(${JSON.stringify(real)});
`;

beforeAll(async () => {
  mkdirSync(join(root, '.cache'), { recursive: true });
  folder = mkdtempSync(join(root, '.cache/crash-'));
  for (const name of ['dist/server', 'node_modules/vscode']) mkdirSync(join(folder, name), { recursive: true });
  const bundle = (entry: string, outfile: string, external: string[] = []): Promise<unknown> =>
    build({
      entryPoints: [join(root, entry)],
      outfile: join(folder, outfile),
      bundle: true,
      platform: 'node',
      format: 'cjs',
      external,
      alias: { 'web-tree-sitter': join(root, 'node_modules/web-tree-sitter/web-tree-sitter.cjs') },
      logLevel: 'error',
    });
  await bundle('server/src/host/node.ts', 'dist/server/real.cjs');
  await bundle('client/src/node.ts', 'client.cjs', ['vscode']);
  await bundle('test/client/fake/vscode.ts', 'vscode.cjs');
  writeFileSync(join(folder, 'dist/server/node.cjs'), SERVER('./real.cjs'));
  writeFileSync(join(folder, 'node_modules/vscode/index.js'), `module.exports = require('../../vscode.cjs').api;`);
  // Nobody waits two minutes here.
  const client = readFileSync(join(folder, 'client.cjs'), 'utf8');
  expect(client).toContain('LONGEST_READING = 12e4');
  writeFileSync(join(folder, 'client.cjs'), client.replace('LONGEST_READING = 12e4', 'LONGEST_READING = 4e3'));
  const require = createRequire(join(folder, 'index.js'));
  const vscode = require('./vscode.cjs') as { api: { Uri: { file(path: string): object } }; editor: typeof editor };
  editor = vscode.editor;
  const languages = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).contributes.languages;
  await require('./client.cjs').activate({
    subscriptions,
    extensionUri: vscode.api.Uri.file(folder),
    extension: { packageJSON: { contributes: { languages } } },
    workspaceState: { get: () => undefined, update: async () => {} },
    globalState: { get: () => undefined, update: async () => {} },
  });
});
afterAll(async () => {
  for (const one of subscriptions.toReversed()) await one.dispose();
  for (const pid of started()) if (isThere(pid)) process.kill(pid, 'SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});
afterEach(letGo);

const HEADER = `goroutine 990001 [running]:\n`;
let small: fake.FakeDocument;
const open = (name: string, text: string): fake.FakeDocument => editor.open(`/${name}`, 'goroutine-dump', text);
const hovers = (what: string, document: fake.FakeDocument): Promise<void> =>
  until(`a hover in ${what}`, () => editor.hover(document, FIRST));

/** Waits until the last server has stopped, and kills it. */
async function killStopped(): Promise<void> {
  const pid = server();
  await until('the server stops', () => stopped().includes(pid));
  letGo();
  process.kill(pid, 'SIGKILL');
  await until('another server', () => server() !== pid);
}

test('a server that dies of nothing known is started again, and nobody is told', async () => {
  small = open('small.log', text);
  await hovers('the document', small);
  const pid = server();
  process.kill(pid, 'SIGKILL');
  await until('another server', () => server() !== pid);
  await hovers('the document', small);
  expect(editor.warnings).toEqual([]);
});

test('one that dies while a large document is fetched is given it anew', async () => {
  stopAt(FETCH_PIECE);
  const large = open('fetched.log', much);
  await killStopped();
  await hovers('the document', large);
  expect(editor.warnings).toEqual([]);
  editor.close(large);
});

test('a file that it dies of is named once and set aside until it changes; the others go on', async () => {
  stopAt(READING, 'file:///deadly.log');
  const deadly = open('deadly.log', much);
  await killStopped();
  await until('the warning', () => editor.warnings.length > 0);
  expect(editor.warnings.splice(0)).toEqual([
    expect.stringMatching(/ended unexpectedly while it read deadly\.log\. .* set aside until it changes/),
  ]);
  await hovers('another document', small);
  expect(await editor.hover(deadly, FIRST)).toBeUndefined();
  editor.write(deadly, HEADER);
  await hovers('the document as it is now', deadly);
  editor.write(deadly, HEADER);
  await hovers('the document as it is now', deadly);
  editor.close(deadly);
  expect(editor.warnings).toEqual([]);
});

test('a file that is set aside is read again when the user asks for it', async () => {
  stopAt(READING, 'file:///again.log');
  const again = open('again.log', text);
  void editor.hover(again, FIRST).catch(() => {}); // a small one is read when it is asked about
  await killStopped();
  await until('the warning', () => editor.warnings.length > 0);
  await hovers('another document', small);
  expect(await editor.hover(again, FIRST)).toBeUndefined();
  editor.choose('Read It Again');
  await hovers('the document', again);
  expect(editor.warnings.splice(0)).toHaveLength(1);
  editor.close(again);
});

test('a server that hangs over a file is ended, and another one goes on without the file', {
  timeout: 40_000,
}, async () => {
  stopAt(READING, 'file:///endless.log');
  const endless = open('endless.log', much);
  const pid = server();
  await until('the server stops', () => stopped().includes(pid));
  letGo();
  await until('the warning', () => editor.warnings.length > 0);
  expect(editor.warnings.splice(0)).toEqual([expect.stringContaining('did not come to an end with endless.log')]);
  await until('the end of the first', () => !isThere(pid));
  await until('another server', () => server() !== pid);
  await hovers('another document', small);
  expect(await editor.hover(endless, FIRST)).toBeUndefined();
  // One other, and it stays: the end of the first is no death of the second.
  const second = server();
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await hovers('another document', small);
  expect(server()).toBe(second);
  expect(started().filter(isThere)).toEqual([second]);
  editor.close(endless);
  expect(editor.warnings).toEqual([]);
});
