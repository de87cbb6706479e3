// Texts read piece by piece.

import { expect, it } from 'vitest';
import { WholeLines } from '../../server/src/host/blocks.js';

it('gives whole lines, wherever the pieces end', () => {
  const text = 'one\r\ntwo\n\nthree is longer\nfour';
  for (let size = 1; size <= text.length; size++) {
    const lines = new WholeLines();
    const given: string[] = [];
    for (let at = 0; at < text.length; at += size) given.push(lines.take(text.slice(at, at + size)));
    expect(given.filter((one) => one !== '').every((one) => one.endsWith('\n'))).toBe(true);
    expect(lines.waiting).toBe('four'.length);
    expect(given.join('') + lines.rest()).toBe(text);
    expect([lines.waiting, lines.rest()]).toEqual([0, '']);
  }
});
