// Is this text a goroutine dump?

import { messageLines, plainLines } from '../../text/lines.js';
import { readHeader } from './header.js';

/**
 * How sure, 0 to 1: 1 for a header line with a frame below it, 0.9 for a pprof profile, 0.8 for a dump inside a log.
 */
export function detect(head: string): number {
  if (/^goroutine profile: total \d/m.test(head)) return 0.95;
  const found = /(^|[^\n])goroutine \d{1,18} (?:(?:gp|m|mp)=\w+ ){0,3}\[[a-zA-Z]/m.exec(head);
  if (found) {
    const lines = found[1] === '' ? plainLines(head) : messageLines(head);
    while (lines.next()) {
      const line = head.slice(lines.start, Math.min(lines.end, lines.start + 500)).trimStart();
      if (line.startsWith('goroutine ') && readHeader(line)) return found[1] === '' ? 1 : 0.8;
    }
  }
  if (/Goroutine \d+ in state .{1,80}, with .{1,300} on top of the stack:/.test(head)) return 0.9;
  // Frames without any header: a function line, then a Go source location.
  if (/^\S{3,500}\([^\n]{0,2000}\)\r?\n\s{0,12}\S{1,500}\.go:\d+(?: \+0x[0-9a-f]+)?\r?$/m.test(head)) return 0.7;
  return 0;
}

/** Whether a goroutine's header stands anywhere in the text, behind whatever prefix: `goroutine 1 [running]`. */
export function occurs(text: string, from = 0): boolean {
  for (let at = text.indexOf('goroutine ', from); at >= 0; at = text.indexOf('goroutine ', at + 10)) {
    const digit = text.charCodeAt(at + 10);
    if (digit < 48 || digit > 57) continue;
    if (/^\d{1,18} (?:(?:gp|m|mp)=\w{1,20} ){0,3}\[[a-zA-Z]/.test(text.slice(at + 10, at + 110))) return true;
  }
  return false;
}
