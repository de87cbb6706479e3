// The line that says which file is being read.

import { describe, expect, it } from 'vitest';
import { Progress } from '../../server/src/host/cli/progress.js';

const screen = (isTTY: boolean, columns = 80) => {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
};
const input = (name: string, size?: number) => ({ name, size, named: false });

describe('progress', () => {
  it('rewrites one line in place, and takes it away', () => {
    const to = screen(true);
    const progress = new Progress(200, to);
    progress.reading(11, input('node-3/journal.log', 34_000_000));
    progress.reading(12, input('-'));
    progress.clear();
    progress.clear();
    expect(to.written).toEqual([
      '\r\u001b[Kreading 12 of 200: node-3/journal.log (34 MB)',
      '\r\u001b[Kreading 13 of 200: -',
      '\r\u001b[K',
    ]);
  });

  it('is silent where no terminal shows it', () => {
    const to = screen(false);
    const progress = new Progress(1, to);
    progress.reading(0, input('a.log', 5));
    progress.clear();
    expect(to.written).toEqual([]);
  });

  it('keeps to one line, and lets a name do nothing to the terminal', () => {
    const to = screen(true, 40);
    new Progress(9, to).reading(0, input(`/very/long/${'x'.repeat(100)}\u001b[2J/end.log`, 3_000_000));
    const line = to.written[0]!.slice(4);
    expect(line).toHaveLength(39);
    expect(line).toMatch(/^reading 1 of 9: ….*end\.log \(3 MB\)$/);
    expect(line).not.toContain('\u001b');
  });
});
