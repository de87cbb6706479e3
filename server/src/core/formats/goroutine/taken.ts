// When a dump was written: as the log line says that it stands in or behind, else as the file's name says.

import { stampIn, stampInName } from '../../text/stamp.js';
import type { Taken } from '../../trace/trace.js';
import type { Dump } from './dump.js';

/**
 * The minutes of a goroutine are no exact clock. A garbage collection, of which there is one every two minutes at least (proc.go
 * forcegcperiod), stamps those that wait with the end of the collection before (mgcmark.go markroot: `gp.waitsince =
 * work.tstart`, mgc.go gcMark; Go 1.4 and earlier: with its own beginning), and what is printed is rounded down.
 */
const MINUTES_WITHIN = 180;

/** So many lines above the first goroutine may be the log line that announces the dump. */
const LINES_ABOVE = 2;

export function takenOf(dump: Dump): Taken[] {
  const named = stampInName(baseName(dump.scope));
  return dump.parts.flatMap(({ sections }): Taken[] => {
    if (sections.end <= sections.start) return [];
    const printed = stampAbove(dump.text, dump.start.at(sections.start));
    const at = printed ?? (dump.parts.length === 1 ? named : undefined);
    if (at === undefined) return [];
    return [{ at, from: printed === undefined ? 'file name' : 'log line', sections, within: MINUTES_WITHIN }];
  });
}

/** The stamp of the line at the place, or of one of the lines just above it. */
function stampAbove(text: string, at: number): string | undefined {
  let start = text.lastIndexOf('\n', at - 1) + 1;
  for (let line = 0; ; line++) {
    const found = stampIn(text.slice(start, start + 200));
    if (found !== undefined || line === LINES_ABOVE || start === 0) return found;
    start = text.lastIndexOf('\n', start - 2) + 1;
  }
}

/** The name of the document, without its folders; a URI's escapes undone. */
function baseName(scope: string): string {
  const name = scope.slice(Math.max(scope.lastIndexOf('/'), scope.lastIndexOf('\\')) + 1);
  return name.replace(/%3a/gi, ':').replaceAll('%20', ' ');
}
