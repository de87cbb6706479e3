// How long a hover takes, at hundreds of places all over the largest text.
import { ms, quantile, table, times, work } from './shared.mjs';
import { LARGE_FORMATS, textFile } from './texts.mjs';

export const name = 'hovers';
export const about = 'hovers all over the largest text, as ratios to a plain loop over that text';

const PLACES = 400;

export async function measure({ sizes }) {
  const size = Math.max(...sizes);
  const rows = [];
  for (const format of LARGE_FORMATS) {
    const { file } = textFile(format, size);
    const { hovers, rounds } = await work({ file, format, last: 'lenses', rounds: 1, hovers: PLACES });
    const { scan } = rounds[0];
    // The first one works out what all later ones find worked out.
    const [first, ...later] = hovers;
    const cells = [first, quantile(later, 0.5), quantile(later, 0.99)].flatMap((one) => [ms(one), times(one / scan)]);
    rows.push([`${format}, ${size} MB`, ms(scan), ...cells]);
  }
  table(['', 'plain loop', 'first', 'ratio', 'half below', 'ratio', '99 of 100 below', 'ratio'], rows);
}
