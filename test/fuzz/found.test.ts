// What the fuzzer found, each as the text that broke it, and the real texts that it starts from.

import { fileURLToPath } from 'node:url';
import { describe, it } from 'vitest';
import { examine } from './examine.js';
import { samplesOf } from './texts.js';

describe('the real texts', () => {
  for (const [format, texts] of samplesOf(fileURLToPath(new URL('../..', import.meta.url))))
    it(format, async () => {
      // Tokens of two traces in one text shared letters.
      for (const text of texts) await examine([text], format);
    });
});

const FOUND: Readonly<Record<string, readonly [format: string, ...texts: string[]]>> = {
  'a function with an icon for a name, in the call hierarchy': [
    'goroutine-dump',
    'goroutine 1 [running]:\n$(error).$(error)(0x1)\n\t/src/a.go:1 +0x1\n',
  ],
};

describe('found', () => {
  for (const [name, [format, ...texts]] of Object.entries(FOUND)) it(name, () => examine(texts, format));
});
