// npm run fuzz -- [--minutes N] [--seed N] [--format ID] [--runs N]: hostile texts against everything, in a child process that is
// ended when one text keeps it too long. Prints the seed, and the smallest text that still fails. Exit status: 0 none, 1 some, 2 usage.
import { fork } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { root } from './ensure.mjs';

/** Seconds for one text, whatever the machine does besides: it is a hang then. */
const LONGEST = 60;

function optionsOf(args) {
  const type = 'string';
  const { values } = parseArgs({
    args,
    options: { minutes: { type }, seed: { type }, format: { type }, runs: { type } },
  });
  const number = (name, fallback) => {
    const value = Number(values[name] ?? fallback);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} takes a number`);
    return value;
  };
  const seed = Math.floor(number('seed', Date.now() % 1_000_000));
  return { root, seed, minutes: number('minutes', 10), runs: number('runs', 100), format: values.format };
}

let options;
try {
  options = optionsOf(process.argv.slice(2));
} catch (error) {
  console.error(`${error.message}\nUsage: npm run fuzz -- [--minutes N] [--seed N] [--format ID] [--runs N]`);
  process.exit(2);
}
const cache = join(root, '.cache');
mkdirSync(cache, { recursive: true });
const program = join(cache, `fuzz-${process.pid}.mjs`);
await build({
  entryPoints: [join(root, 'test/fuzz/program.ts')],
  outfile: program,
  bundle: true,
  platform: 'node',
  format: 'esm',
  packages: 'external',
  logLevel: 'error',
});
const child = fork(program, [JSON.stringify(options)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
let timer;
child.on('message', (reading) => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    const file = join(cache, 'fuzz-hang.json');
    writeFileSync(file, JSON.stringify({ seed: options.seed, ...reading }));
    console.log(`seed ${options.seed}: hangs for ${LONGEST} s; the text is in ${file}`);
    child.kill('SIGKILL');
  }, LONGEST * 1000);
});
child.on('exit', (code) => {
  clearTimeout(timer);
  rmSync(program, { force: true });
  if (code === 0) console.log('No text was found that breaks anything.');
  process.exitCode = code ?? 1;
});
