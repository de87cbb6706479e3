// What stands below the line of an event: the program's stack (-k), bytes in full (-e read=, -e write=), the table of counts
// (-c, -C).

import type { Mention } from '../../trace/trace.js';

/** So much text is looked at. */
const MOST = 65_536;

/** The words of the lines from `from` to `to`. */
export function below(text: string, from: number, to: number): Mention[] {
  const mentions: Mention[] = [];
  const stop = Math.min(to, from + MOST);
  for (let start = text.indexOf('\n', from) + 1; start > 0 && start < stop; start = text.indexOf('\n', start) + 1) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? stop : Math.min(stop, found);
    const line = text.slice(start, Math.min(end, start + 400)).trimEnd();
    const name = /^ > \S/.test(line)
      ? 'stack'
      : /^ \| [0-9a-f]{4,}/.test(line)
        ? 'dump'
        : /^ *% time /.test(line)
          ? 'summary-table'
          : undefined;
    if (name) mentions.push({ span: { start, end: start + line.length }, kind: 'term', topic: { kind: 'term', name } });
    const row = /^ *\d{1,3}\.\d\d .* ([a-z_]\w*)$/.exec(line);
    if (row && row[1] !== 'total') {
      const at = start + line.length - row[1]!.length;
      mentions.push({
        span: { start: at, end: start + line.length },
        kind: 'function',
        topic: { kind: 'syscall', name: row[1]! },
      });
    }
  }
  return mentions;
}
