// Is this text a transcript of gdb?

import { plainLines } from '../../text/lines.js';
import { frameOf, printsIn, threadOf, valueNumber } from './lines.js';

/** Lines looked at: a hundred libraries may be loaded before the first stack. */
const LINES = 600;

/** How sure, 0 to 1: the head of a thread or gdb's prompt; several frames; what gdb says when it attaches. */
export function detect(head: string): number {
  const lines = plainLines(head);
  let frames = 0;
  let prompts = 0;
  let banner = 0;
  let values = 0;
  for (let count = 0; count < LINES && lines.next(); count++) {
    const { start, end } = lines;
    const line = head.slice(start, Math.min(end, start + 400));
    if (threadOf(line)) return 0.95;
    if (line.startsWith('(gdb) ')) prompts++;
    else if (/^\[(?:New LWP \d+|Thread debugging using libthread_db|Inferior \d+ \(process \d+\))/.test(line)) banner++;
    else if (printsIn(line).length > 0) banner++;
    else if (valueNumber(line) !== undefined) values++;
    else if (frameOf(line)) frames++;
    if (prompts >= 2 && (frames > 0 || banner > 0)) return 0.95;
  }
  if (banner > 0 && (frames > 0 || prompts > 0 || values > 0)) return 0.9;
  if (prompts > 0) return 0.85;
  return frames >= 2 ? 0.7 : 0;
}

const INSIDE = /^Thread \d{1,7} \((?:Thread 0x[0-9a-f]{1,16} \()?(?:LWP|process) \d{1,10}\)/m;

/** Whether a text of another format has the head of a thread in it: tickets collect what several programs printed. */
export const occurs = (text: string, from = 0): boolean => INSIDE.test(text.slice(from));
