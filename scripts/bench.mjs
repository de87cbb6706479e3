// npm run bench [-- --runs N] [--sizes 1,10,40]: how long a dump takes from the file to the first code lenses, and how much
// memory. Machines differ, so the figures to compare are the ratios: each step's time to that of a plain loop over the same
// text, looking for line ends, in the same run. Every run is a fresh process; the median of the runs counts.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root, runMain, say, UserError } from './ensure.mjs';
import { generateDump } from './generate-dump.mjs';

const STEPS = [
  ['read', 'read and decode the file'],
  ['scan', 'plain loop looking for line ends'],
  ['parse', 'parse, waits and holds'],
  ['lenses', 'first code lenses (list, 50 resolved)'],
];
const MEGABYTE = 1024 * 1024;

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

/** Writes the dump, and returns what is in it. */
function generate(path, megabytes) {
  const file = openSync(path, 'w');
  try {
    const chunks = generateDump({ megabytes });
    for (let next = chunks.next(); ; next = chunks.next()) {
      if (next.done) return next.value;
      writeSync(file, next.value);
    }
  } finally {
    closeSync(file);
  }
}

/** One measurement in a process of its own. */
function measure(bundle, file, step) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bundle, file, step], { encoding: 'utf8' });
  if (status !== 0) throw new UserError(`The measurement failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** `12.3`, `0.12`: three figures at most. */
const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

await runMain(async () => {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '5' }, sizes: { type: 'string', default: '1,10,40' } },
  });
  const runs = Number(values.runs);
  const sizes = values.sizes.split(',').map(Number);
  if (!(runs >= 1) || sizes.some((size) => !(size > 0)))
    throw new UserError('--runs and --sizes take numbers above 0.');
  ensureInstalled();
  const folder = join(root, '.cache/bench');
  mkdirSync(folder, { recursive: true });
  const bundle = join(folder, 'bench.cjs');
  const { build } = await import('esbuild');
  await build({
    entryPoints: [join(root, 'server/src/host/cli/bench.ts')],
    outfile: bundle,
    bundle: true,
    minify: true, // as dist/ is
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    logLevel: 'warning',
  });
  console.log(`Node ${process.version}, median of ${runs} runs. "ratio" is to the plain loop over the same text.`);
  for (const size of sizes) {
    const file = join(folder, `dump-${size}.txt`);
    say(`Measuring ${size} MB ...`);
    const { goroutines, locks } = generate(file, size);
    const waiters = locks.reduce((sum, lock) => sum + lock.waiters, 0);
    // Peak memory grows from step to step, so each step has processes that stop after it.
    const results = new Map(
      STEPS.map(([step]) => [step, Array.from({ length: runs }, () => measure(bundle, file, step))]),
    );
    rmSync(file);
    const whole = results.get('lenses');
    const { lines, sections, lenses } = whole[0];
    console.log(
      `\n${size} MB: ${goroutines.toLocaleString('en-US')} goroutines, ${lines.toLocaleString('en-US')} lines, ${locks.length} locks with ${waiters.toLocaleString('en-US')} waiters; ${lenses} lenses`,
    );
    if (sections !== goroutines) throw new UserError(`${sections} goroutines were read instead of ${goroutines}.`);
    console.log(
      `${''.padEnd(38)} ${'time'.padStart(10)} ${'ratio'.padStart(8)} ${'peak memory'.padStart(12)} ${'ratio'.padStart(8)}`,
    );
    const peakOf = (step) => median(results.get(step).map((result) => result.peak)) / MEGABYTE;
    for (const [step, name] of STEPS) {
      const time = median(whole.map((result) => result.times[step]));
      const ratio = median(whole.map((result) => result.times[step] / result.times.scan));
      const peak = peakOf(step);
      console.log(
        `${name.padEnd(38)} ${`${figure(time)} ms`.padStart(10)} ${figure(ratio).padStart(8)} ${`${peak.toFixed(0)} MB`.padStart(12)} ${figure(peak / peakOf('scan')).padStart(8)}`,
      );
    }
  }
});
