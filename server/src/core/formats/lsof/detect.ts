// Is this text a listing of lsof?

import { plainLines } from '../../text/lines.js';
import { readHeader } from './row.js';

/** Lines looked at for the header: warnings of lsof and a prompt may stand before it. */
const LINES = 60;

/** How sure, 0 to 1: lsof's header line. */
export function detect(head: string): number {
  const lines = plainLines(head);
  for (let count = 0; count < LINES && lines.next(); count++)
    if (readHeader(head, lines.start, lines.end)) return count === 0 ? 0.97 : 0.85;
  return 0;
}

const INSIDE = /^COMMAND {1,20}PID .{0,80}\bFD {1,20}TYPE .{0,200}\bNAME\r?$/m;

/** Whether a text of another format has its header in it: tickets collect what several programs printed. */
export const occurs = (text: string, from = 0): boolean => INSIDE.test(text.slice(from));
