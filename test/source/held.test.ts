// Runs the cases of held.md: Go code with the locks that are held drawn at the right margin.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { locksAtLines } from '../../server/src/core/source/fileLocks.js';
import { Analysis } from '../../server/src/core/source/live.js';
import { Program } from '../../server/src/core/source/program.js';
import { parser } from './parser.js';

const FILE = join(import.meta.dirname, 'held.md');
const UPDATE = process.env.UPDATE_CASES === '1';
const go = await parser();
const text = readFileSync(FILE, 'utf8');
const BLOCK = /```go\n([\s\S]*?)```/g;
const MARK = /[ \t]*\/\/=.*$/;

/** The blocks of a case, each with the locks drawn. */
function drawn(blocks: readonly string[]): string[] {
  const program = new Program(go);
  const files = blocks.map((block, at) => {
    const path = /^\/\/ (\S+\/)[^/\s]+\.go\n/.exec(block)?.[1];
    const plain = block
      .split('\n')
      .map((line) => line.replace(MARK, ''))
      .join('\n');
    return { plain, file: program.add(`${at}.go`, path?.replace(/\/$/, '') ?? 'example.test/p', plain)! };
  });
  const analysis = new Analysis(program);
  return files.map(({ plain, file }) => {
    const marks = locksAtLines(analysis, file);
    return plain
      .split('\n')
      .map((line, at) => {
        const found = marks.get(at + 1);
        if (!found || (found.held.length === 0 && found.released.length === 0)) return line;
        const name = (key: string): string => key.replace(/^.*\//, '').replace(/^[^.?]*\./, '');
        const words = [
          ...found.held.map(
            (one) => name(one.key) + (one.sure === 'some' ? '?' : '') + (one.mode === 'read' ? ' (read)' : ''),
          ),
          ...found.released.map((one) => `!${name(one.key)}`),
        ];
        const width = [...line].reduce((sum, c) => (c === '\t' ? sum + 4 - (sum % 4) : sum + 1), 0);
        return `${line}${' '.repeat(Math.max(1, 48 - width))}//= ${words.join(', ')}`;
      })
      .join('\n');
  });
}

let updated = text;
const cases = text.split(/^## /m).slice(1);
describe('locks held at a line', () => {
  for (const one of cases) {
    const title = one.slice(0, one.indexOf('\n'));
    test(title, () => {
      const blocks = [...one.matchAll(BLOCK)].map(([, block]) => block!);
      expect(blocks.length).toBeGreaterThan(0);
      const answers = drawn(blocks);
      if (UPDATE) for (const [at, block] of blocks.entries()) updated = updated.replace(block, () => answers[at]!);
      else expect(answers.join('\n')).toBe(blocks.join('\n'));
      if (UPDATE) writeFileSync(FILE, updated);
    });
  }
});
