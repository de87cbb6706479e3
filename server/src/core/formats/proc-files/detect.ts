// Is this text made of files of /proc?

import { isKernelFunction } from '../../knowledge/kernelFunctions.js';
import { plainLines } from '../../text/lines.js';
import { Kind, readLine } from './lines.js';

/** Lines looked at. */
const LINES = 60;
/** Kinds that no other program prints; a line of one is enough. */
const SURE: ReadonlySet<Kind> = new Set([
  Kind.Stack,
  Kind.StatusName,
  Kind.Descriptor,
  Kind.Lock,
  Kind.UnixHeader,
  Kind.LocksHeader,
  Kind.LimitsHeader,
]);

/** How sure, 0 to 1: half of the first lines are of its kinds, and one of them is unmistakable. */
export function detect(head: string): number {
  const lines = plainLines(head);
  let read = 0;
  let known = 0;
  let sure = 0;
  let weak = 0;
  while (read < LINES && lines.next()) {
    if (head.slice(lines.start, lines.end).trim() === '') continue;
    read++;
    const { kind, start, end } = readLine(head, lines.start, lines.end);
    if (kind === Kind.Other) continue;
    known++;
    if (SURE.has(kind)) sure++;
    // A word or a row of numbers alone tells only where it is all there is, and the word one of the kernel's.
    else if (kind === Kind.Syscall || kind === Kind.Task) weak++;
    else if (kind === Kind.Wchan && (start > lines.start || isKernelFunction(head.slice(start, end).trim()))) weak++;
  }
  if (sure > 0 && known * 2 >= read) return 0.9;
  return weak > 0 && known === read ? 0.8 : 0;
}
