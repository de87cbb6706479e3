// node scripts/bench-strace.mjs [--runs N] [--sizes 10,50,200]: how long a strace log takes to become a Trace with its descriptors
// resolved, and its facts, against a plain loop over the same text in the same run; and how much memory against the file. Machines
// differ and are busy, so only the ratios are worth comparing. Each run is a process of its own; the median counts.
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root, runMain, say, UserError } from './ensure.mjs';
import { generateStrace } from './generate-strace.mjs';

const MEGABYTE = 1024 * 1024;
const ROUNDS = 5;
const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
const figure = (value) => (value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2));

/** What one process does: decodes the file, then each step as often as asked; prints milliseconds of each and the peak memory. */
const WORKER = `
import { readFileSync } from 'node:fs';
import { strace } from 'STRACE';
const [file, rounds] = process.argv.slice(2);
const text = new TextDecoder().decode(readFileSync(file));
const time = (action) => { const started = performance.now(); const value = action(); return [performance.now() - started, value]; };
const scan = () => { let lines = 0; for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) === 10) lines++; return lines; };
const out = [];
for (let round = 0; round < Number(rounds); round++) {
  const [scanned] = time(scan);
  const [parsed, trace] = time(() => strace.parse(text, 'log.strace'));
  const [judged, facts] = time(() => trace.facts);
  const blocked = facts.waits.filter((wait) => wait.state === 'blocked');
  out.push({ scan: scanned, parse: parsed, facts: judged, events: trace.sections.length, lines: trace.lines, blocked: blocked.map((wait) => [wait.waiter, wait.call, wait.fd]) });
}
console.log(JSON.stringify({ rounds: out, peak: process.resourceUsage().maxRSS * 1024 }));
`;

await runMain(async () => {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '3' }, sizes: { type: 'string', default: '10,50,200' } },
  });
  const runs = Number(values.runs);
  const sizes = values.sizes.split(',').map(Number);
  if (!(runs >= 1) || sizes.some((size) => !(size > 0)))
    throw new UserError('--runs and --sizes take numbers above 0.');
  ensureInstalled();
  const folder = join(root, '.cache/bench');
  mkdirSync(folder, { recursive: true });
  const source = join(folder, 'bench-strace.mts');
  writeFileSync(
    source,
    WORKER.replace('STRACE', join(root, 'server/src/core/formats/strace/index.ts').replaceAll('\\', '/')),
  );
  const bundle = join(folder, 'bench-strace.mjs');
  const { build } = await import('esbuild');
  await build({
    entryPoints: [source],
    outfile: bundle,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
  });
  console.log(
    `Node ${process.version}, median of ${runs} runs. "ratio" is to a plain loop over the same text, memory's to the file.`,
  );
  for (const size of sizes) {
    const file = join(folder, `log-${size}.strace`);
    say(`Measuring ${size} MB ...`);
    const out = openSync(file, 'w');
    const chunks = generateStrace({ megabytes: size });
    let next = chunks.next();
    for (; !next.done; next = chunks.next()) writeSync(out, next.value);
    closeSync(out);
    const { lines, blocked } = next.value;
    const results = Array.from({ length: runs }, () => {
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        ['--max-old-space-size=8192', bundle, file, String(ROUNDS)],
        { encoding: 'utf8' },
      );
      if (status !== 0) throw new UserError(`The measurement failed:\n${stderr}`);
      return JSON.parse(stdout);
    });
    rmSync(file);
    const [first] = results[0].rounds;
    if (
      !first.blocked.some(
        ([waiter, name, fd]) => waiter === `thread:${blocked.tid}` && name === 'write' && fd === blocked.fd,
      )
    )
      throw new UserError(`The blocked write of ${blocked.tid} was not found.`);
    const rounds = results.flatMap((result) => result.rounds);
    console.log(`\n${size} MB: ${lines.toLocaleString('en-US')} lines, ${first.events.toLocaleString('en-US')} events`);
    for (const step of ['scan', 'parse', 'facts'])
      console.log(
        `${step.padEnd(8)}${`${figure(median(rounds.map((one) => one[step])))} ms`.padStart(12)}${figure(median(rounds.map((one) => one[step] / one.scan))).padStart(9)}`,
      );
    const peak = median(results.map((result) => result.peak)) / MEGABYTE;
    console.log(`${'memory'.padEnd(8)}${`${peak.toFixed(0)} MB`.padStart(12)}${figure(peak / size).padStart(9)}`);
  }
});
