// Is this text from busctl or one of its relatives?

import { plainLines } from '../../text/lines.js';
import { Kind, readLine } from './lines.js';

const LINES = 60;

/** Lines of which one is enough: no other program prints them. */
const SURE: ReadonlySet<Kind> = new Set([Kind.ListHeader, Kind.IntrospectHeader, Kind.TreeService, Kind.Error]);

/** How sure, 0 to 1: half of the first lines are of its kinds, one of them unmistakable, or many in a row. */
export function detect(head: string): number {
  const lines = plainLines(head);
  let read = 0;
  let known = 0;
  let sure = 0;
  let names = 0;
  let branches = 0;
  let fields = 0;
  let json = 0;
  while (read < LINES && lines.next()) {
    if (head.slice(lines.start, lines.end).trim() === '') continue;
    read++;
    const kind = readLine(head, lines.start, lines.end);
    if (kind === Kind.Other) continue;
    known++;
    if (SURE.has(kind)) sure++;
    if (kind === Kind.Name) names++;
    if (kind === Kind.Branch) branches++;
    if (kind === Kind.StatusField) fields++;
    if (kind === Kind.JsonName) json++;
  }
  if (known * 2 < read) return json > 0 && /"connection"\s?:/.test(head) && /"pid"\s?:/.test(head) ? 0.85 : 0;
  if (sure > 0) return 0.9;
  if (json > 0 && /"connection"\s?:/.test(head)) return 0.85;
  // Without a header: a tree of object paths, rows of names, or the fields of `busctl status`.
  if (branches > 0 && branches === known) return 0.85;
  if (names > 0 && names === read) return 0.8;
  return fields > 5 && /^UniqueName=:\d/m.test(head) ? 0.9 : 0;
}
