// What is kept of a text that is too large: the lines that its format's sieve leaves, and which lines of the whole they are.

import { IntColumn } from '../core/text/columns.js';

export interface Excerpt {
  readonly text: string;
  /** The line of the whole text that a line of the excerpt is; both counted from 0. */
  lineInFile(line: number): number;
}

/** Takes the blocks of a text one after the other, each of whole lines, and gives the excerpt. */
export interface Sieve {
  take(block: string): void;
  end(): Excerpt;
}

/** Makes an excerpt with a function that empties the lines that tell nothing. Empty lines of the text itself are dropped too. */
export function sieveOf(thin: (block: string) => string): Sieve {
  const kept: string[] = [];
  const numbers = new IntColumn(1024);
  let line = 0;
  return {
    take(block) {
      const lines = thin(block).split('\n');
      if (lines.at(-1) === '') lines.pop(); // what follows the last line end
      const here: string[] = [];
      for (const text of lines) {
        if (text !== '') {
          here.push(text);
          numbers.push(line);
        }
        line++;
      }
      // One string for the lines of a block: none of them keeps the block.
      if (here.length > 0) kept.push(`${here.join('\n')}\n`);
    },
    end: () => ({
      text: kept.join(''),
      lineInFile: (at) => (at < numbers.length ? numbers.at(at) : line),
    }),
  };
}
