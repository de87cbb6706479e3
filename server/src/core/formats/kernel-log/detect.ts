// Is this text the kernel's log, or has it some of it?

import { plainLines } from '../../text/lines.js';
import { HUNG, kernelLine } from './lines.js';

const LINES = 60;

/** How sure, 0 to 1: most of the first lines have the kernel's time stamp, or name the kernel as who printed them. */
export function detect(head: string): number {
  const lines = plainLines(head);
  let read = 0;
  let bare = 0;
  let named = 0;
  let hung = false;
  while (read < LINES && lines.next()) {
    if (lines.end <= lines.start) continue;
    read++;
    const line = kernelLine(head, lines.start, lines.end);
    if (line?.bare) bare++;
    else if (line) named++;
    else if (HUNG.test(head.slice(lines.start, Math.min(lines.end, lines.start + 200)))) hung = true;
  }
  if (bare > 0 && bare * 5 >= read * 4) return 0.9;
  if (named > 0 && (named + bare) * 5 >= read * 4) return 0.85;
  return hung && read < LINES ? 0.7 : 0;
}

const STACK = 'Call Trace:';
/** What deserves a look in a log of another format. */
const MARKS = [
  ' blocked for more than ',
  'invoked oom-killer',
  'Out of memory: Kill',
  'out of memory: Kill',
  'BUG: soft lockup',
  'rcu: INFO:',
];

/** Whether a log of another format has reports with their stacks: a line alone is that log's to tell. */
export const occurs = (text: string, from = 0): boolean =>
  (from === 0 || [STACK, ...MARKS].some((mark) => text.includes(mark, from))) &&
  text.includes(STACK) &&
  MARKS.some((mark) => text.includes(mark));
