// A short run of what `npm run fuzz` does for long: any text at all, every format, every question.

import fc from 'fast-check';
import { describe, it } from 'vitest';
import { formats } from '../../server/src/core/formats/index.js';
import { askEverything } from './everything.js';
import { property } from './property.js';
import { HOSTILE } from './texts.js';

describe.each(formats.map(({ id }) => id))('%s', (id) => {
  it('answers everything about any text', async () => {
    await fc.assert(property(id), { numRuns: 25 });
  });

  it('takes hostile words as words', async () => {
    await askEverything([{ name: 'trace.txt', text: HOSTILE.join('\n'), language: id }]);
  });
});
