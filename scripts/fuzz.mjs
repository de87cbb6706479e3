// npm run fuzz [-- --minutes 10] [--seed N] [--format ID]: any text at all, every format, every question (test/fuzz), for long. A case
// that has not ended after a minute is named too. What was found is left in .cache/fuzz.
import { fork } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureInstalled, root, runMain, UserError } from './ensure.mjs';

const HANGS = 60_000; // ms

function readOptions() {
  try {
    const options = { minutes: { type: 'string' }, seed: { type: 'string' }, format: { type: 'string' } };
    const { minutes = '10', seed = String(Date.now() % 1_000_000), format = '' } = parseArgs({ options }).values;
    if (Number(minutes) > 0 && /^\d+$/.test(seed)) return { minutes, seed, format };
  } catch {} // not an option of ours
  const usage = 'Usage: npm run fuzz [-- --minutes N] [--seed N] [--format ID]';
  throw Object.assign(new UserError(usage), { exitCode: 2 });
}

await runMain(async () => {
  const { minutes, seed, format } = readOptions();
  ensureInstalled();
  const { build } = await import('esbuild');
  const folder = join(root, '.cache/fuzz');
  const outfile = join(folder, 'run.mjs');
  await build({
    entryPoints: [join(root, 'test/fuzz/run.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    logLevel: 'warning',
    sourcemap: 'inline',
    define: { 'import.meta.dirname': JSON.stringify(join(root, 'test/fuzz')) },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  });
  console.log(`${minutes} min from seed ${seed}`);
  const child = fork(outfile, [minutes, seed, format, folder], { execArgv: ['--enable-source-maps'] });
  let last;
  let timer;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      child.kill('SIGKILL');
      mkdirSync(folder, { recursive: true });
      const path = join(folder, `hang-${last?.id}-${last?.seed}.json`);
      writeFileSync(path, JSON.stringify(last, null, 2));
      console.log(`FOUND a case that had not ended after ${HANGS / 1000} s: ${path}`);
    }, HANGS);
  };
  child.on('message', (message) => {
    last = message;
    watch();
  });
  const code = await new Promise((resolve) => child.on('exit', (status) => resolve(status ?? 1)));
  clearTimeout(timer);
  process.exitCode = code;
});
