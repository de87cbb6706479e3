// The command line over files too large for one text: time against a plain look for line ends, among the bytes and in the text,
// block by block in a process of its own, and the most memory that it needed. A format whose large files are read block by block is a row of `ROWS`.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../ensure.mjs';
import { folder, median, megabytes, ms, runNode, table, times } from './shared.mjs';
import { textFile } from './texts.mjs';

export const name = 'streaming';
export const about = 'the command line over a file that is read block by block: time and peak memory';

/** The format, and megabytes of its text. */
const ROWS = [
  ['kubelet-journal', 200],
  ['strace', 1000],
  ['goroutine-dump', 500],
];

/** Loaded before a program: tells at its end how long it ran and how much memory it needed at most. */
const PROBE = `
process.on('exit', () => {
  const told = { milliseconds: performance.now(), peak: process.resourceUsage().maxRSS * 1024 };
  require('node:fs').writeSync(3, JSON.stringify(told));
});
`;
/** Counts line ends among the bytes, or among the characters. */
const SCAN = `
const { openSync, readSync } = require('node:fs');
const file = openSync(process.argv[2], 'r');
const block = Buffer.alloc(1 << 20);
const asText = process.argv[3] === 'text';
let lines = 0;
for (let size; (size = readSync(file, block)) > 0; ) {
  if (asText) {
    const text = block.toString('utf8', 0, size);
    for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) === 10) lines++;
  } else for (let at = 0; at < size; at++) if (block[at] === 10) lines++;
}
`;

export async function measure({ runs }) {
  const probe = join(folder, 'probe.cjs');
  const scan = join(folder, 'scan.cjs');
  writeFileSync(probe, PROBE);
  writeFileSync(scan, SCAN);
  const run = (...args) =>
    JSON.parse(
      runNode(['--require', probe, ...args], { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], done: [0, 1] }).output[3],
    );
  const rows = ROWS.map(([format, size]) => {
    const { file } = textFile(format, size);
    const all = Array.from({ length: runs }, () => ({
      bytes: run(scan, file),
      text: run(scan, file, 'text'),
      told: run(join(root, 'dist/cli.cjs'), 'investigate', file),
    }));
    const time = (what) => median(all.map((one) => one[what].milliseconds));
    return [
      `${format}, ${size} MB`,
      ms(time('bytes')),
      ms(time('text')),
      ms(time('told')),
      ...['bytes', 'text'].map((plain) =>
        times(median(all.map((one) => one.told.milliseconds / one[plain].milliseconds))),
      ),
      megabytes(median(all.map(({ told }) => told.peak))),
    ];
  });
  table(['', 'look at bytes', 'look at text', 'investigate', 'to bytes', 'to text', 'peak memory'], rows);
}
