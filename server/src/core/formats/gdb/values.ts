// Values that were printed, and names without the decorations of the C library.

import { phrase, type Values } from '../../text/l10n.js';

/** The counter of an sd-bus connection, where a value shows it. */
export interface Cookie {
  readonly printed: string;
  readonly value: number;
}

/**
 * The cookie in a printed value: the value of `bus->cookie`, or the field in a whole `sd_bus`.
 *
 * Example input:  expression `bus->cookie`, text `$1 = 0x10000000a`
 * Example output: 4294967306
 */
export function cookieIn(expression: string | undefined, block: string): Cookie | undefined {
  const alone =
    expression !== undefined && /(?:->|\.|\b)cookie\s*\)?$/.test(expression)
      ? /^\$\d+ = (?:\([^)]{1,40}\) )?(0x[0-9a-fA-F]{1,16}|\d{1,20})\s*$/.exec(block.trimEnd())
      : null;
  const field =
    alone ?? (/\bunique_name = /.test(block) ? /[{ ,]cookie = (0x[0-9a-fA-F]{1,16}|\d{1,20})/.exec(block) : null);
  return field ? { printed: field[1]!, value: Number(field[1]) } : undefined;
}

/** What a serial on the wire can be (D-Bus specification: UINT32). */
const LIMIT = 0xffffffff;
/** From here on the end is near: 268 million messages are days to weeks of a busy node. */
const NEAR = 0xf0000000;

/** The note that a cookie deserves: past 32 bits is the fault, close below a warning; any other says nothing. */
export const cookieCode = (value: number): 'cookie-overflow' | 'cookie-near' | undefined =>
  value > LIMIT ? 'cookie-overflow' : value >= NEAR ? 'cookie-near' : undefined;

/** The words of such a note. `set`: the session itself has set the value. */
export const cookieWords = (value: number, set = false): Values => ({
  value: `0x${value.toString(16)}`,
  left: (LIMIT - value).toLocaleString('en-US'),
  doubt: set ? phrase('This debugger session has set it itself.') : '',
});

/** The owner that a printed mutex has: the value of `….__owner`, or the only such field; undefined for none or several. */
export function ownerIn(expression: string | undefined, block: string): number | undefined {
  if (expression !== undefined && /__owner\s*$/.test(expression)) {
    const alone = /^\$\d+ = (0x[0-9a-fA-F]{1,8}|\d{1,10})\s*$/.exec(block.trimEnd());
    return alone ? Number(alone[1]) : undefined;
  }
  const found = [...block.matchAll(/\b__owner = (0x[0-9a-fA-F]{1,8}|\d{1,10})/g)];
  return found.length === 1 ? Number(found[0]![1]) : undefined;
}

/** The expression of the mutex: without `__data` and what stands behind it, outer brackets and a leading `*`. */
export function mutexExpression(expression: string): string {
  let bare = expression.replace(/(?:\.|->)__data(?:\.\w{1,40})?\s*$/, '').trim();
  for (let before = ''; before !== bare; ) {
    before = bare;
    bare = bare
      .replace(/^\*\s*/, '')
      .replace(/^\(([^()]{1,300})\)$/, '$1')
      .trim();
  }
  return bare;
}

/** An address that stands in an expression itself: `((pthread_mutex_t *) 0x7f12)->…`. */
export const addressIn = (expression: string): string | undefined => /\b0x[0-9a-f]{4,16}\b/.exec(expression)?.[0];

/** `pthread_mutex_lock` of `___pthread_mutex_lock`, `read` of `__GI___libc_read`. */
export const plainName = (name: string): string =>
  name
    .replace(/^_{0,3}(?:GI_)?_{0,3}(?:libc_|new_)?(?=[a-z])/, '')
    .replace(/@.*$/, '')
    .replace(/(?:_nocancel|_cancel|64_time64|_time64|64)$/, '');
