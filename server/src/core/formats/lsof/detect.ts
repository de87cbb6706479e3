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
