// Whether a large text costs more for each of its megabytes than a small one: time of parse and facts, in processes that are warm.
import { figure, median, ms, table, times, work } from './shared.mjs';
import { LARGE_FORMATS, textFile } from './texts.mjs';

export const name = 'growth';
export const about = 'time for a megabyte of the largest text against one of the smallest: parse and facts';

/** Megabytes that a process reads at least before it counts, and while it does. */
const WARM = 20;

export async function measure({ sizes }) {
  const [small, large] = [Math.min(...sizes), Math.max(...sizes)];
  const rows = [];
  for (const format of LARGE_FORMATS) {
    const one = async (size) => {
      const { file } = textFile(format, size);
      const half = Math.max(1, Math.ceil(WARM / size));
      const { rounds } = await work({ file, format, last: 'facts', rounds: 2 * half });
      const warm = rounds.slice(half);
      const each = (steps) => median(warm.map((round) => steps.reduce((sum, step) => sum + round[step], 0))) / size;
      return { scan: each(['scan']), work: each(['parse', 'facts']) };
    };
    const [few, many] = [await one(small), await one(large)];
    rows.push([format, ms(few.work), ms(many.work), times(many.work / few.work), figure(many.scan / few.scan)]);
  }
  table(['', `1 MB of ${small}`, `1 MB of ${large}`, 'grows', '(the plain loop)'], rows);
}
