// Which word of a frame's arguments is a receiver or parameter, as Go of several versions prints them.

import { expect, test } from 'vitest';
import { framesOf } from '../../server/src/core/formats/goroutine/leaves.js';
import { parseDump } from '../../server/src/core/formats/goroutine/parse.js';
import { liveArgument } from '../../server/src/core/formats/goroutine/words.js';

function argument(printed: string, inBraces: number, inWords: number | undefined): number {
  const dump = parseDump(`goroutine 1 [running]:\nmain.F(${printed})\n\t/m.go:1 +0x1\n`, 'x');
  return liveArgument(dump, 0, framesOf(dump, 0), 0, inBraces, inWords);
}

const cases: [string, string, number, number | undefined, number][] = [
  ['the first', '0xc000010000, 0xc000020000', 0, 0, 0xc000010000],
  ['the second', '0xc000010000, 0xc000020000', 1, 1, 0xc000020000],
  ['behind a string in braces', '{0x700b29, 0x4}, 0xc000020000', 1, 2, 0xc000020000],
  ['behind a string of Go 1.15', '0x700b29, 0x4, 0xc000020000', 1, 2, 0xc000020000],
  ['behind what Go 1.15 packs', '0x700b29, 0x4, 0xc000020000', 1, undefined, -1],
  ['nested braces', '{0x1, {0x2, 0x3}}, 0xc000020000', 1, 3, 0xc000020000],
  ['one that may be stale', '0xc000010000, 0xc000020000?', 1, 1, -1],
  ['one in braces is no pointer', '0xc000010000, {0xc000020000, 0x3}', 1, 1, -1],
  ['one that is not stored', '0xc000010000, _', 1, 1, -1],
  ['one that is left out', '0xc000010000, ...', 1, 1, -1],
  ['inlined', '...', 0, 0, -1],
  ['beyond the end', '0xc000010000', 3, 3, -1],
  ['nothing', '', 0, 0, -1],
];
for (const [name, printed, inBraces, inWords, expected] of cases)
  test(name, () => expect(argument(printed, inBraces, inWords)).toBe(expected));
