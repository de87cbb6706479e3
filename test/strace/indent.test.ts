// Logs that were pasted into something that indents them.

import { describe, expect, it } from 'vitest';
import { detect } from '../../server/src/core/formats/strace/detect.js';
import { indentOf } from '../../server/src/core/formats/strace/indent.js';
import { parse, read, recorded, waitsOf } from './logs.js';

const indented = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => (line ? by + line : line))
    .join('\n');

describe('a log with blanks in front of every line', () => {
  it.each(recorded.map(({ name }) => name))('%s says the same', (name) => {
    const text = read(name);
    for (const by of ['    ', '\t']) {
      expect(detect(indented(text, by))).toBe(detect(text));
      expect(waitsOf(parse(indented(text, by), name))).toEqual(waitsOf(parse(text, name)));
    }
  });

  it('those of strace -r and of stacks are no indentation', () => {
    expect(indentOf('     0.000138 getpid() = 1\n    12.000100 getppid() = 2\n')).toBe(0);
    expect(indentOf('     0 getpid() = 1\n    12 getppid() = 2\n')).toBe(0);
    expect(indentOf(' > /lib/x.so(f+0xa) [0x1]\n > /lib/x.so(g+0xb) [0x2]\n')).toBe(0);
    expect(indentOf('    7 getpid() = 7\n    7 getppid() = 1\n    812 getppid() = 1\n')).toBe(4);
    expect(indentOf('getpid() = 7\n    7 getppid() = 1\n')).toBe(0);
  });
});
