// npm run bench [-- --runs N] [--sizes 1,10,40]: how long a dump takes from the file to the first code lenses, and how much
// memory. Machines differ, so the figures to compare are the ratios: each step's time to that of a plain loop over the same
// text, looking for line ends, in the same run. Every run is a fresh process; the median of the runs counts. `first` is the
// first file of a new process, before the engine has compiled anything; `then` is every later one, as in a server that runs.
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
/** Rounds in one process; the second half of them counts as warm. */
const WARM_ROUNDS = 16;
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
function measure(bundle, file, step, rounds) {
  const args = [bundle, file, step, String(rounds)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new UserError(`The measurement failed:\n${stderr}`);
  return JSON.parse(stdout);
}

/** `12.3`, `0.12`: three figures at most. */
const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** Median time of a step, and median ratio to the plain loop of the same round. */
const timesOf = (rounds, step) => [
  `${figure(median(rounds.map((times) => times[step])))} ms`,
  figure(median(rounds.map((times) => times[step] / times.scan))),
];

const row = (name, ...cells) =>
  name.padEnd(38) + cells.map((cell) => cell.padStart(cell.endsWith('ory') ? 13 : 11)).join('');

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
      STEPS.map(([step]) => [step, Array.from({ length: runs }, () => measure(bundle, file, step, 1))]),
    );
    const warm = measure(bundle, file, 'lenses', WARM_ROUNDS).rounds.slice(WARM_ROUNDS >> 1);
    rmSync(file);
    const whole = results.get('lenses');
    const { lines, sections, lenses } = whole[0];
    console.log(
      `\n${size} MB: ${goroutines.toLocaleString('en-US')} goroutines, ${lines.toLocaleString('en-US')} lines, ${locks.length} locks with ${waiters.toLocaleString('en-US')} waiters; ${lenses} lenses`,
    );
    if (sections !== goroutines) throw new UserError(`${sections} goroutines were read instead of ${goroutines}.`);
    console.log(row('', 'first', 'ratio', 'then', 'ratio', 'peak memory', 'ratio'));
    const peakOf = (step) => median(results.get(step).map((result) => result.peak)) / MEGABYTE;
    for (const [step, name] of STEPS) {
      const first = whole.map((result) => result.rounds[0]);
      const peak = peakOf(step);
      console.log(
        row(
          name,
          ...timesOf(first, step),
          ...timesOf(warm, step),
          `${peak.toFixed(0)} MB`,
          figure(peak / peakOf('scan')),
        ),
      );
    }
  }
});
