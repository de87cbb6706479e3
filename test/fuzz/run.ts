// The long run: format after format, round after round, until the time is over. Started by scripts/fuzz.mjs in a process of its own,
// which can be ended should a case never end. Prints what it found, with the seed and the smallest text that shows it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { formats } from '../../server/src/core/formats/index.js';
import { property } from './property.js';

const [minutes, firstSeed, only, folder] = process.argv.slice(2) as [string, string, string, string];
const ROUND = 150;

mkdirSync(folder, { recursive: true });
const end = Date.now() + Number(minutes) * 60_000;
const chosen = formats.map(({ id }) => id).filter((id) => only === '' || id === only);
let seed = Number(firstSeed);
let cases = 0;
let found = 0;

while (Date.now() < end) {
  for (const id of chosen) {
    if (Date.now() >= end) break;
    const result = await fc.check(
      property(id, (texts) => {
        cases++;
        process.send?.({ id, seed, cases, texts });
      }),
      { numRuns: ROUND, seed, interruptAfterTimeLimit: Math.max(1, end - Date.now()) },
    );
    if (!result.failed || !result.counterexample) continue;
    found++;
    const path = join(folder, `${id}-${seed}.json`);
    const { counterexample, errorInstance } = result;
    writeFileSync(path, JSON.stringify({ id, seed, path: result.counterexamplePath, counterexample }, null, 2));
    console.log(`FOUND ${id}, --seed ${seed}: ${errorInstance instanceof Error ? errorInstance.stack : errorInstance}`);
    console.log(`  the smallest text is in ${path}`);
  }
  seed++;
}
console.log(`${cases} cases, ${found} found`);
process.exitCode = found > 0 ? 1 : 0;
process.disconnect?.();
