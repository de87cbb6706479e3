// How single lines of a goroutine dump are spelled, apart from headers (header.ts) and locations (location.ts).

import type { StackNode } from './stacks.js';

/** Whether the line at `start` is one that only a header can be, if anything: `goroutine 1…`. */
export function isHeader(text: string, start: number): boolean {
  if (text.charCodeAt(start) !== 103) return false;
  const digit = text.charCodeAt(start + 10);
  return digit >= 48 && digit <= 57 && text.slice(start, start + 10) === 'goroutine ';
}

/** Whether the line at `start` calls the node's function: its name, then the opening parenthesis. */
export const isCall = (text: string, node: StackNode, start: number): boolean =>
  text.charCodeAt(start + node.func.length) === 40 && text.startsWith(node.func, start) && node.kind !== 'created';

/** `(...)`: an inlined call, of which nothing but the name is known. */
export const isInlined = (text: string, argsAt: number, end: number): boolean =>
  argsAt >= 0 && end - argsAt === 5 && text.charCodeAt(argsAt + 1) === 46 && text.startsWith('(...)', argsAt);

/** The opening parenthesis that the `)` before `end` closes; -1 where there is none. Names hold parentheses of their own. */
export function openingParen(text: string, start: number, end: number): number {
  let depth = 0;
  for (let at = end - 1; at >= start; at--) {
    const c = text.charCodeAt(at);
    if (c === 41) depth++;
    else if (c === 40 && --depth === 0) return at;
  }
  return -1;
}

/**
 * Whether the text is a Go function's name as tracebacks print it: a package path, a dot, a name; no spaces.
 * `panic` alone has no package.
 */
export function functionName(text: string, start: number, end: number): boolean {
  if (end <= start || end - start > 2048) return false;
  let dot = false;
  for (let at = start; at < end; at++) {
    const c = text.charCodeAt(at);
    if (c <= 32 || c === 34 || c === 39 || c === 61 || c === 58 || c === 59 || c === 92 || c === 96) {
      // Generic arguments may hold `; ` in struct types; the runtime prints `[...]` instead.
      return false;
    }
    if (c === 46) dot = true;
  }
  const first = text.charCodeAt(start);
  const letter = (first >= 65 && first <= 90) || (first >= 97 && first <= 122) || first === 95 || first > 127;
  return letter && (dot || text.startsWith('panic', start) || text.startsWith('main', start));
}

/** What a line starts or ends that is not a goroutine: `foreign` text, a `crash` or a `dump` (parts of their own), an `end`. */
export type PartHead = 'foreign' | 'crash' | 'runtime' | 'dump' | 'end';

const CRASH = /^(?:panic: |fatal error: |SIG[A-Z]{2,8}: |unexpected fault address|runtime: )/;
/** `PC=0x…` and registers stand between two dumps of one crash. */
const END =
  /^=== END goroutine stack dump ===|^-----$|^exit status \d|^\[signal |^PC=0x|^[re][a-z0-9]{1,6} {1,8}0x[0-9a-f]|^[cdfgs]s +0x/;

/** Reads the first 120 characters of a line; undefined where it is none of these. */
export function partHead(head: string): PartHead | undefined {
  if (head.startsWith('runtime stack:')) return 'foreign';
  if (CRASH.test(head)) return head.startsWith('runtime: ') ? 'runtime' : 'crash';
  if (head.includes('=== BEGIN goroutine stack dump ===')) return 'dump';
  return END.test(head) ? 'end' : undefined;
}

/**
 * How many goroutines a group of pprof debug=1 counts; undefined where the line is no group.
 *
 * Example input: `17 @ 0x43b2e5 0x44c1af 0x44c186`
 */
export function profileCount(line: string): number | undefined {
  const found = /^(\d{1,9}) @(?: 0x[0-9a-f]{1,16}|$)/.exec(line);
  return found ? Number(found[1]) : undefined;
}

/**
 * The function and the location of a frame of pprof debug=1; undefined where the line is none.
 *
 * Example input: `#	0x46b1d4	sync.runtime_Semacquire+0x24	/usr/local/go/src/runtime/sema.go:56`
 */
export function profileFrame(line: string): { func: string; place: string } | undefined {
  const found = /^#\s+0x[0-9a-f]{1,16}\s+(\S{1,1024}?)(?:\+0x[0-9a-f]{1,16})?\s+(\S.{0,2000}:\d{1,9})\s*$/.exec(line);
  return found ? { func: found[1]!, place: found[2]! } : undefined;
}
