// How long a goroutine dump takes from the file to the first code lenses. `first` is the first file of a new process, before the
// engine has compiled anything; `then` is every later one, as in a server that runs.
import { figure, median, megabytes, ms, table, times, work } from './shared.mjs';
import { textFile } from './texts.mjs';

export const name = 'lenses';
export const about = 'a goroutine dump from the file to the first code lenses; peak memory';

const STEPS = [
  ['read', 'read and decode the file'],
  ['scan', 'plain loop looking for line ends'],
  ['parse', 'parse'],
  ['facts', 'waits and holds'],
  ['lenses', 'first code lenses (list, 50 resolved)'],
];
/** Rounds in one process; the second half of them counts as warm. */
const WARM_ROUNDS = 10;

/** Median time of a step, and its median ratio to the plain loop of the same round. */
const timesOf = (rounds, step) => [
  ms(median(rounds.map((one) => one[step]))),
  times(median(rounds.map((one) => one[step] / one.scan))),
];

export async function measure({ runs, sizes }) {
  for (const size of sizes) {
    const { file, known, check } = textFile('goroutine-dump', size);
    const task = { file, format: 'goroutine-dump', rounds: 1 };
    // Peak memory grows from step to step, so each step has processes that stop after it.
    const results = new Map();
    for (const [step] of STEPS) {
      const all = [];
      for (let run = 0; run < runs; run++) all.push(await work({ ...task, last: step }));
      results.set(step, all);
    }
    const warm = (await work({ ...task, last: 'lenses', rounds: WARM_ROUNDS })).rounds.slice(WARM_ROUNDS >> 1);
    const whole = results.get('lenses');
    const [{ lines, lenses }] = whole;
    check(whole[0]);
    const waiters = known.locks.reduce((sum, lock) => sum + lock.waiters, 0);
    console.log(
      `${size} MB: ${[known.goroutines, lines, known.locks.length, waiters, lenses]
        .map((n) => n.toLocaleString('en-US'))
        .map((n, at) => `${n} ${['goroutines', 'lines', 'locks', 'waiters', 'lenses'][at]}`)
        .join(', ')}`,
    );
    const peakOf = (step) => median(results.get(step).map(({ peak }) => peak));
    table(
      ['', 'first', 'ratio', 'then', 'ratio', 'peak memory', 'ratio'],
      STEPS.map(([step, words]) => [
        words,
        ...timesOf(
          whole.map(({ rounds: [first] }) => first),
          step,
        ),
        ...timesOf(warm, step),
        megabytes(peakOf(step)),
        figure(peakOf(step) / peakOf('scan')),
      ]),
    );
  }
}
