// The words of a D-Bus message within the string that strace prints: which bytes are its serial, which its destination.

import type { Span } from '../../text/span.js';
import type { Message } from './dbus.js';
import { unescaped } from './text.js';

/** A word: where it stands in the document, and its article of kind `dbus`; '' for bytes that have none. */
export interface Word {
  readonly span: Span;
  readonly name: string;
}

const TYPES = ['', 'method-call', 'method-return', 'error', 'signal'];
/** By code. D-Bus specification, "Header Fields". */
const FIELDS = [
  ...[
    '',
    'path',
    'interface',
    'member',
    'error-name',
    'reply-serial',
    'destination',
    'sender',
    'signature',
    'unix-fds',
  ],
];
const FLAGS: readonly (readonly [bit: number, name: string])[] = [
  [1, 'no-reply'],
  [4, 'interactive'],
  [2, 'no-auto-start'],
];
/** So many bytes of a message are looked at. */
const MOST = 2048;
/** Bytes in front of the fields. */
const HEADER = 16;

/** The words of a message whose printed bytes begin at `start`; none where the bytes are not those of the message. */
export function messageWords(text: string, start: number, end: number, message: Message): Word[] {
  const bytes: number[] = [];
  const at: number[] = [];
  const printed = text.slice(start, Math.min(end, start + MOST * 4));
  for (const { 0: token, index } of printed.matchAll(/\\(?:x[0-9a-f]{2}|[0-7]{1,3}|[\s\S])|[^\\]/g)) {
    if (bytes.length === MOST) break;
    at.push(start + index);
    bytes.push(unescaped(token, 0, token.length).charCodeAt(0));
  }
  at.push(Math.min(end, start + printed.length));
  if (bytes[1] !== message.type || bytes[2] !== message.flags || bytes[3] !== 1) return [];
  const words: Word[] = [];
  const put = (from: number, to: number, name: string): void => {
    const last = Math.min(to, bytes.length);
    if (from < last) words.push({ span: { start: at[from]!, end: at[last]! }, name });
  };
  put(0, 1, message.bigEndian ? 'big-endian' : 'little-endian');
  put(1, 2, TYPES[message.type] ?? '');
  put(2, 3, FLAGS.find(([bit]) => message.flags & bit)?.[1] ?? '');
  put(3, 4, '');
  put(4, 8, 'body-length');
  put(8, 12, 'serial');
  put(12, HEADER, 'fields-length');
  const number = (from: number): number => {
    const four = bytes.slice(from, from + 4);
    if (!message.bigEndian) four.reverse();
    return four.reduce((all, byte) => all * 256 + byte, 0);
  };
  const stop = Math.min(bytes.length, HEADER + number(12));
  let next = HEADER;
  for (let from = HEADER; from < stop; from = next) {
    const kind = bytes[from + 2];
    // Code, signature of one letter, then the value: a number, a short string (`g`), a string behind its length.
    const value =
      kind === 103
        ? from + 4 + 2 + (bytes[from + 4] ?? MOST)
        : kind === 117
          ? from + 8
          : from + 8 + number(from + 4) + 1;
    next = Math.min(stop, Math.ceil(value / 8) * 8);
    const name = FIELDS[bytes[from]!] ?? '';
    put(from, next, name === 'member' && message.fields.member === 'Hello' ? 'hello' : name);
    if (next <= from) break;
  }
  put(next, bytes.length, '');
  return words;
}
