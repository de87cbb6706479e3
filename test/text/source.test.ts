// Offsets and positions: the one converter.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SourceText } from '../../server/src/core/text/source.js';

it('knows no place between CR and LF', () => {
  const source = new SourceText('one\r\ntwo\r');
  expect(source.positionAt(3)).toEqual({ line: 0, character: 3 });
  expect(source.positionAt(4)).toEqual({ line: 0, character: 3 });
  expect(source.positionAt(5)).toEqual({ line: 1, character: 0 });
  expect(source.positionAt(9)).toEqual({ line: 1, character: 3 });
});

it('knows its lines after any edits', () => {
  const piece = fc.array(fc.constantFrom('a', '\n', '\r\n', 'b c'), { maxLength: 8 }).map((parts) => parts.join(''));
  const edit = fc.tuple(fc.nat(40), fc.nat(40), piece, fc.boolean());
  fc.assert(
    fc.property(piece, fc.array(edit, { maxLength: 6 }), (text, edits) => {
      let source = new SourceText(text);
      for (const [a, b, insert, asked] of edits) {
        // Its lines may have been asked for before or not.
        if (asked) source.lineCount;
        const size = source.text.length + 1;
        source = source.edited({ start: Math.min(a % size, b % size), end: Math.max(a % size, b % size) }, insert);
      }
      const lines = (one: SourceText): object[] =>
        Array.from({ length: one.lineCount }, (_, line) => one.lineSpan(line));
      expect(lines(source)).toEqual(lines(new SourceText(source.text)));
    }),
  );
});
