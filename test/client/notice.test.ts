// A trace's words and a file's name in a notification are no links.

import { expect, it } from 'vitest';
import { literally } from '../../client/src/notice.js';

it.each([
  ['[x](command:foo).strace', '[x] (command:foo).strace'],
  ['[x](https://evil.example) is stuck', '[x] (https://evil.example) is stuck'],
  ['two\r\nlines\u202e\u001b[31m', 'two lines [31m'],
  ['[a]\u200b(command:foo)', '[a] (command:foo)'],
  ['goroutine 12 [select] (main.go:3)', 'goroutine 12 [select] (main.go:3)'],
])('%j is shown as %j', (text, shown) => expect(literally(text)).toBe(shown));
