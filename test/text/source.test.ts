// Offsets and positions: the one converter.

import { expect, it } from 'vitest';
import { SourceText } from '../../server/src/core/text/source.js';

it('knows no place between CR and LF', () => {
  const source = new SourceText('one\r\ntwo\r');
  expect(source.positionAt(3)).toEqual({ line: 0, character: 3 });
  expect(source.positionAt(4)).toEqual({ line: 0, character: 3 });
  expect(source.positionAt(5)).toEqual({ line: 1, character: 0 });
  expect(source.positionAt(9)).toEqual({ line: 1, character: 3 });
});
