// npm run bench [-- --runs N] [--sizes 1,10,40] [--only NAME]: speed and memory. Machines differ and are busy, so the figures to compare
// are ratios, each to something plain in the same run; milliseconds are there to be read. Every measurement is a file of scripts/bench/
// and does its work in processes of its own. What is short is done `--runs` times, and the median counts; `--sizes` are megabytes.
import { mkdirSync, rmSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ensure, runMain, say, UserError } from './ensure.mjs';

function optionsOf(names) {
  const type = 'string';
  const options = {
    runs: { type, default: '3' },
    sizes: { type, default: '1,10,40' },
    only: { type },
  };
  const { values } = parseArgs({ options });
  const runs = Number(values.runs);
  const sizes = values.sizes.split(',').map(Number);
  if (!(runs >= 1) || sizes.some((size) => !(size > 0)))
    throw new UserError('--runs and --sizes take numbers above 0.');
  if (values.only !== undefined && !names.includes(values.only))
    throw new UserError(`--only takes one of: ${names.join(', ')}.`);
  return { runs, sizes, only: values.only };
}

await runMain(async () => {
  ensure();
  // Imported late: they need the dependencies.
  const files = ['formats', 'lenses', 'growth', 'hovers', 'server', 'activation', 'streaming'];
  const measurements = await Promise.all(files.map((file) => import(`./bench/${file}.mjs`)));
  const { folder } = await import('./bench/shared.mjs');
  const { only, ...options } = optionsOf(files);
  console.log(`Node ${process.version}`);
  rmSync(folder, { recursive: true, force: true }); // of a run that was ended
  mkdirSync(folder, { recursive: true });
  try {
    for (const { name, about, measure } of measurements) {
      if (only !== undefined && only !== name) continue;
      say(`Measuring ${name} ...`);
      console.log(`\n${name}: ${about}`);
      await measure(options);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
