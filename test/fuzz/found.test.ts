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
    'goroutine profile: total 43\n40 @ 0x43c8f6 0x44d1a5\n#\t0x43c8f5\t$(error).$(error)+0x24\t/src/a.go:77\n#\t0x44d1a4\tmain.f+0x24\t/src/a.go:7\n\n',
  ],
  'a wait that another file tells of than the one with its waiter': [
    'proc-files',
    'lockwaiter       5042 FLOCK      WRITE* 0     0   0 /srv/lab/lockfile',
    '1: FLOCK  ADVISORY  WRITE 5024 fe:00:1630472 0 EOF\n1: -> FLOCK  ADVISORY  WRITE 5042 fe:00:1630472 0 EOF\n2: POSIX  ADVISORY  WRITE 5027 fe:00:1630471 0 99\n2: -> POSIX  ADVISORY  WRITE 5041 fe:00:1630471 0 99\n',
  ],
};

describe('found', () => {
  for (const [name, [format, ...texts]] of Object.entries(FOUND)) it(name, () => examine(texts, format));
});
