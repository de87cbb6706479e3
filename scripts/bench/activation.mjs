// What it costs to be installed: loading the client's module, with a `vscode` that does nothing, against loading an empty one; and
// the server from its start to its answer to `initialize`, against a Node process that says one word.
import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ensure.mjs';
import { startServer } from './client.mjs';
import { figure, folder, median, ms, runNode, table, times } from './shared.mjs';

export const name = 'activation';
export const about = "loading the client's module, and the server's first answer, against next to nothing";

/** Loads a module in a process of its own; prints milliseconds, and the bytes of all files that were loaded. */
const LOADER = `
const { Module } = require('node:module');
const { statSync } = require('node:fs');
const stub = new Proxy(class {}, { get: (target, key) => (key in target ? target[key] : stub), apply: () => stub });
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? stub : load(name, ...rest));
const start = performance.now();
require(process.argv[2]);
const milliseconds = performance.now() - start;
const files = Object.keys(require.cache).filter((file) => file !== __filename);
console.log(JSON.stringify({ milliseconds, bytes: files.reduce((sum, file) => sum + statSync(file).size, 0) }));
`;

/** Milliseconds until a Node process that does nothing else has said a word. */
const plainStart = (file) =>
  new Promise((resolve) => {
    const start = performance.now();
    const child = fork(file);
    child.on('message', () => {
      resolve(performance.now() - start);
      child.kill();
    });
  });

export async function measure({ runs }) {
  const write = (file, text) => {
    writeFileSync(join(folder, file), text);
    return join(folder, file);
  };
  const loader = write('loader.cjs', LOADER);
  const empty = write('empty.cjs', '');
  const word = write('word.cjs', "process.send('word');");
  const client = join(root, 'dist/client/node.cjs');
  const loads = { empty: [], client: [] };
  const starts = { plain: [], server: [] };
  for (let run = 0; run < runs * 3; run++) {
    loads.empty.push(JSON.parse(runNode([loader, empty]).stdout));
    loads.client.push(JSON.parse(runNode([loader, client]).stdout));
    starts.plain.push(await plainStart(word));
    const start = performance.now();
    const server = await startServer();
    starts.server.push(performance.now() - start);
    server.stop();
  }
  const loaded = (what) => median(loads[what].map(({ milliseconds }) => milliseconds));
  const row = (words, one, against, more) => [words, ms(one), ms(against), times(one / against), more];
  table(
    ['', 'time', 'against', 'ratio', 'loaded'],
    [
      row("the client's module", loaded('client'), loaded('empty'), `${figure(loads.client[0].bytes / 1024)} KB`),
      row('the server, until it answers', median(starts.server), median(starts.plain), ''),
    ],
  );
}
