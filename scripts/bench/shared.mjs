// What all measurements share: processes, the core's worker, numbers and tables.
import { spawnSync } from 'node:child_process';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { root, UserError } from '../ensure.mjs';

export const MEGABYTE = 1024 * 1024;
/** Where texts and bundles of the bench lie while it runs. */
export const folder = join(root, '.cache/bench');

/** The value below which so many of all lie, from 0 to 1. */
export const quantile = (values, part) =>
  [...values].sort((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * part))];
export const median = (values) => quantile(values, 0.5);

/** `12.3`, `0.12`, `0.0042`: two or three figures. */
export const figure = (value) => (value >= 100 ? value.toFixed(0) : value.toPrecision(value >= 0.1 ? 3 : 2));
export const ms = (value) => `${figure(value)} ms`;
export const times = (value) => `${figure(value)} x`;
export const megabytes = (value) => `${figure(value / MEGABYTE)} MB`;

/** Prints a table: words on the left, figures on the right. */
export function table(head, rows) {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => cells[column].length)));
  for (const cells of all)
    console.log(cells.map((cell, at) => (at ? cell.padStart(widths[at] + 2) : cell.padEnd(widths[at]))).join(''));
}

/** Runs Node to its end. Returns what it printed; throws where its exit status is not one of `done`. */
export function runNode(args, { done = [0], ...options } = {}) {
  const result = spawnSync(process.execPath, args, { encoding: 'utf8', maxBuffer: 256 * MEGABYTE, ...options });
  if (!done.includes(result.status))
    throw new UserError(`The measurement failed: node ${args.join(' ')}\n${result.stderr}`);
  return result;
}

let bundle;
/** One run of worker.ts with a task, in a process of its own. */
export async function work(task) {
  bundle ??= await bundled(join(root, 'scripts/bench/worker.ts'));
  return JSON.parse(runNode([bundle, JSON.stringify(task)]).stdout);
}

/** The bundle of a TypeScript file. */
export async function bundled(entry) {
  const outfile = join(folder, `${basename(entry, '.ts')}.cjs`);
  const options = { bundle: true, minify: true, platform: 'node', format: 'cjs', target: 'node20' }; // as dist/ is
  await build({ entryPoints: [entry], outfile, ...options, logLevel: 'warning' });
  return outfile;
}
