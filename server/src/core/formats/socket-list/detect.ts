// Is this text a listing of ss?

import { plainLines } from '../../text/lines.js';
import { readHeader, readRow } from './row.js';

const LINES = 60;

/** How sure, 0 to 1: the header of ss; without it (`-H`) a line that only ss prints. */
export function detect(head: string): number {
  const lines = plainLines(head);
  for (let count = 0; count < LINES && lines.next(); count++) {
    if (readHeader(head, lines.start, lines.end)) return count === 0 ? 0.97 : 0.85;
    if (count < 5 && readRow(head, lines.start, lines.end, true)?.users.length) return 0.8;
  }
  return 0;
}

const INSIDE = /^(?:Netid {1,20})?State {1,20}Recv-Q {1,20}Send-Q {1,80}Local Address:Port/m;

/** Whether a text of another format has its header in it: tickets collect what several programs printed. */
export const occurs = (text: string, from = 0): boolean => INSIDE.test(text.slice(from));
