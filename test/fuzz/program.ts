// The program behind `npm run fuzz`: a child process that says what it is about to read before it does, so that whoever watches it
// can name the text when it hangs. Options come as one JSON argument.

import fc from 'fast-check';
import { formats } from '../../server/src/core/formats/index.js';
import { examine } from './examine.js';
import { Broken } from './properties.js';
import { hostileTexts, samplesOf } from './texts.js';

interface Options {
  readonly root: string;
  readonly seed: number;
  /** Texts of each format in one round. */
  readonly runs: number;
  /** Rounds go on for so long; 0: one round. */
  readonly minutes: number;
  readonly format?: string;
}

/** A hostile text may take so many times as long as a real one of its size. */
const PATIENCE = 60;
/** Milliseconds that are not told from noise. */
const NOISE = 1500;
/** Code units that every text has at least, for a reference. */
const LEAST = 2000;

const { root, seed, runs, minutes, format: only }: Options = JSON.parse(process.argv[2]!);
const samples = samplesOf(root);
const chosen = formats.filter(({ id }) => only === undefined || id === only);

const timed = async (texts: readonly string[], format: string): Promise<number> => {
  const started = performance.now();
  await examine(texts, format);
  return performance.now() - started;
};

/** Milliseconds for a code unit of the format's real texts, in this process. */
async function reference(format: string): Promise<number> {
  let size = 0;
  let time = 0;
  for (const text of samples.get(format)!) {
    process.send?.({ format, texts: [text] });
    await timed([text], format);
    time += await timed([text], format);
    size += text.length;
  }
  return time / size;
}

async function round(seed: number): Promise<boolean> {
  let good = true;
  for (const { id } of chosen) {
    const cost = await reference(id).catch((error: unknown) => {
      console.log(`\n${id}, a sample of its own: ${String((error as Error).stack).slice(0, 1500)}`);
      return undefined;
    });
    if (cost === undefined) {
      good = false;
      continue;
    }
    const property = fc.asyncProperty(
      fc.array(hostileTexts(id, samples), { minLength: 1, maxLength: 2 }),
      fc.constantFrom(id, id, ''),
      async (texts, language) => {
        process.send?.({ format: language, texts });
        const allowed = NOISE + PATIENCE * cost * Math.max(LEAST, texts.join('').length);
        let took = await timed(texts, language);
        // Something else may have had the machine.
        for (let again = 0; again < 2 && took > allowed; again++) took = Math.min(took, await timed(texts, language));
        if (took > allowed) throw new Broken(`takes too long: ${Math.round(took / allowed)} times what is generous`);
      },
    );
    const result = await fc.check(property, { seed, numRuns: runs });
    if (!result.failed) continue;
    const [texts, language] = result.counterexample!;
    console.log(
      `\n${id}, seed ${seed}, path ${result.counterexamplePath}: ${String((result.errorInstance as Error)?.stack ?? result.errorInstance).slice(0, 1500)}`,
    );
    console.log(`read as ${language || 'what it looks like'}, minimised: ${JSON.stringify(texts)}`);
    good = false;
  }
  return good;
}

const end = performance.now() + minutes * 60_000;
let good = true;
for (let next = seed; ; next++) {
  console.log(`seed ${next}`);
  good = (await round(next)) && good;
  if (performance.now() >= end) break;
}
process.exitCode = good ? 0 : 1;
process.disconnect?.();
