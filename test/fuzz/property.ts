// What must hold for any text of a format: every answer is in order, and asked again it is the same.

import fc from 'fast-check';
import { askEverything, type Text } from './everything.js';
import { around } from './texts.js';

/** `started` hears of each case before it is tried: a case that never ends can be named. */
export const property = (format: string, started: (texts: readonly Text[]) => void = () => {}) =>
  fc.asyncProperty(
    around(format),
    fc.option(around(format), { freq: 3 }),
    fc.constantFrom(format, format, ''),
    async (text, other, language) => {
      const texts: Text[] = [{ name: 'first.txt', text, language }];
      if (other !== null) texts.push({ name: 'second.log', text: other, language });
      started(texts);
      const said = await askEverything(texts);
      if ((await askEverything(texts)) !== said) throw new Error('two answers to one question');
    },
  );
