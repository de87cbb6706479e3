// Is this text a listing of `ps`?

import { plainLines } from '../../text/lines.js';
import { readColumns, readRow } from './columns.js';

/** Lines looked at for the header: a shell's prompt and other output may stand before it. */
const LINES = 60;

/** How sure, 0 to 1: a header line of `ps` with a line below it that fits. */
export function detect(head: string): number {
  const lines = plainLines(head);
  for (let count = 0; count < LINES && lines.next(); count++) {
    const columns = readColumns(head, lines.start, lines.end);
    if (!columns) continue;
    if (!lines.next()) return count === 0 ? 0.6 : 0;
    return readRow(head, lines.start, lines.end, columns) ? (count === 0 ? 0.96 : 0.8) : 0;
  }
  return 0;
}

const INSIDE = /^(?=[ A-Z%+_]{0,200}\bPID\b)[ A-Z%+_]{3,300}\b(?:CMD|COMMAND|COMM|ARGS)[ A-Z%+_]{0,100}\r?$/m;

/** Whether a text of another format has the header of a listing in it: tickets collect what several programs printed. */
export const occurs = (text: string, from = 0): boolean => INSIDE.test(text.slice(from));
