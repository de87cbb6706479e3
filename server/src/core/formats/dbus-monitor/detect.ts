// Is this text what a monitor of a bus printed?

import { plainLines } from '../../text/lines.js';
import { isBanner, startsMessage } from './lines.js';

const LINES = 80;

/** How sure, 0 to 1: the head of a message, or what monitors print before the first one. */
export function detect(head: string): number {
  const lines = plainLines(head);
  for (let count = 0; count < LINES && lines.next(); count++) {
    const line = head.slice(lines.start, Math.min(lines.end, lines.start + 400));
    if (isBanner(line)) return 0.95;
    const form = startsMessage(line);
    if (form !== undefined && form !== 'gdbus') return count < 10 ? 0.95 : 0.8;
  }
  return 0;
}
