// How long each format takes from a text to a Trace and its facts, against a plain loop over the same text in the same process, and
// how much memory a megabyte of text needs, above what the text itself does.
import { figure, MEGABYTE, median, ms, table, times, work } from './shared.mjs';
import { FORMATS, LARGE_FORMATS, textFile } from './texts.mjs';

export const name = 'formats';
export const about = 'each format: parse and facts, as ratios to a plain loop over the text; memory for a megabyte';

/** Megabytes of text. What lies beside the large files is small. */
const sizeOf = (format) => (LARGE_FORMATS.includes(format) ? 10 : 2);

export async function measure({ runs }) {
  const rows = [];
  for (const format of FORMATS) {
    const size = sizeOf(format);
    const { file, check } = textFile(format, size);
    const task = { file, format, rounds: 1 };
    const text = [];
    const whole = [];
    for (let run = 0; run < runs; run++) {
      text.push((await work({ ...task, last: 'scan' })).peak);
      whole.push(await work({ ...task, last: 'facts' }));
    }
    check(whole[0]);
    const ratio = (step) => median(whole.map(({ rounds: [first] }) => first[step] / first.scan));
    const memory = (median(whole.map(({ peak }) => peak)) - median(text)) / MEGABYTE / size;
    rows.push([
      format,
      `${size} MB`,
      whole[0].sections.toLocaleString('en-US'),
      ms(median(whole.map(({ rounds: [first] }) => first.scan))),
      times(ratio('parse')),
      times(ratio('facts')),
      `${figure(Math.max(0, memory))} MB`,
    ]);
  }
  table(['', 'text', 'sections', 'plain loop', 'parse', 'facts', 'memory for 1 MB'], rows);
}
