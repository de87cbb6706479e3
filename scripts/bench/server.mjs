// The built server under load, end to end: a small document's hovers while the largest text is opened and while it is judged in the
// background; and a line that is added to that text. What the client itself takes to send it is part of the times. The text comes in
// pieces, as the extension sends it, and in one message, as any other editor does.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from '../ensure.mjs';
import { startServer } from './client.mjs';
import { bundled, median, ms, table, times, work } from './shared.mjs';
import { LARGE_FORMATS, textFile } from './texts.mjs';

export const name = 'server';
export const about = 'the server: hovers while a large text opens, and a line added to it';

const SMALL = join(root, 'samples/two-locks-deadlock/goroutine.txt');
/** Milliseconds between two hovers: a hand that moves. */
const PAUSE = 20;
/** Milliseconds of hovers after the first answers: source code is asked about in the background after some seconds. */
const AFTERWARDS = 10_000;
const small = { uri: 'file:///small.txt' };
const large = { uri: 'file:///large.txt' };

/** Milliseconds until it is done. */
const timed = async (action) => {
  const start = performance.now();
  await action();
  return performance.now() - start;
};

/** What one server does with a text: all in milliseconds. `handOver`: sends what the client has to tell, as the extension does. */
async function underLoad(format, text, handOver) {
  const { ask, tell: send, answer, stop } = await startServer();
  answer('traceInvestigator/fetchPiece', (params) => handOver.piece(params));
  const tell = (method, params) => (handOver ? handOver.send(method, params, send) : send(method, params));
  const open = ({ uri }, languageId, text) =>
    tell('textDocument/didOpen', { textDocument: { uri, languageId, version: 1, text } });
  const lenses = () => ask('textDocument/codeLens', { textDocument: large });
  const hover = () => ask('textDocument/hover', { textDocument: small, position: { line: 0, character: 3 } });
  /** The longest that a hover waited until `done`. */
  const longestWait = async (done) => {
    let longest = 0;
    let going = true;
    done.then(() => (going = false));
    while (going) {
      longest = Math.max(longest, await timed(hover));
      await sleep(PAUSE);
    }
    return longest;
  };
  try {
    await open(small, 'goroutine-dump', readFileSync(SMALL, 'utf8'));
    const before = [];
    for (let time = 0; time < 20; time++) before.push(await timed(hover));
    const quiet = median(before);
    let answered = 0;
    const first = timed(async () => {
      await open(large, format, text);
      await lenses();
    }).then((time) => (answered = time));
    const opening = await longestWait(first);
    const judging = await longestWait(sleep(AFTERWARDS));
    const lines = text.split('\n');
    const last = lines.pop();
    const end = { line: lines.length, character: last.length };
    const change = { range: { start: end, end }, text: last === '' ? `${lines.at(-1)}\n` : `\n${last}` };
    const added = await timed(async () => {
      await tell('textDocument/didChange', { textDocument: { ...large, version: 2 }, contentChanges: [change] });
      await lenses();
    });
    const hovered = await timed(() =>
      ask('textDocument/hover', { textDocument: large, position: { line: 9, character: 9 } }),
    );
    return { quiet, answered, opening, judging, added, hovered };
  } finally {
    stop();
  }
}

export async function measure({ sizes }) {
  const size = Math.max(...sizes);
  const { HandOver } = createRequire(import.meta.url)(await bundled(join(root, 'client/src/handOver.ts')));
  const rows = [];
  for (const format of LARGE_FORMATS) {
    const { file } = textFile(format, size);
    const [{ scan }] = (await work({ file, format, last: 'scan', rounds: 1 })).rounds;
    const text = readFileSync(file, 'utf8');
    const result = await underLoad(format, text, new HandOver());
    const whole = await underLoad(format, text);
    const row = (words, value, against, what) => [`${format}: ${words}`, ms(value), times(value / against), what];
    rows.push(
      row('open in pieces, until its lenses', result.answered, scan, 'the plain loop'),
      row('open in one message, until its lenses', whole.answered, scan, 'the plain loop'),
      row('a hover elsewhere, before', result.quiet, scan, 'the plain loop'),
      row('longest hover elsewhere, in pieces', result.opening, scan, 'the plain loop'),
      row('longest hover elsewhere, in one message', whole.opening, scan, 'the plain loop'),
      row('longest hover elsewhere afterwards', result.judging, scan, 'the plain loop'),
      row('a line added, until its lenses', result.added, result.answered, 'opening it'),
      row('a hover after that', result.hovered, result.answered, 'opening it'),
    );
  }
  table([`${size} MB`, 'time', 'ratio', 'to'], rows);
}
