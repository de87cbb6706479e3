// Is this text a strace log?

import { peel } from '../../text/lines.js';
import { indentOf } from './indent.js';

/** A call with its result, a first half, a second half, a signal, an end: with what strace may put in front. */
const FRONT =
  '^(?:\\[pid +\\d{1,10}(?:<[^>\\n]{0,200}>)?\\] |\\d{1,8}(?:<[^>\\n]{0,200}>)? +)?(?:\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{3,9})? |\\d{9,11}(?:\\.\\d{3,9})? )?(?: {0,8}\\d{1,6}(?:\\.\\d{3,9})? |\\(\\+ {0,9}\\d{1,9}(?:\\.\\d{3,9})?\\) )?(?:\\[ {0,4}\\d{1,4}\\] )?(?:\\[[0-9a-f?]{8,16}\\] )?';
const PARTS: readonly (readonly [RegExp, number])[] = [
  [new RegExp(`${FRONT}[a-z_][a-z0-9_]{1,39}\\(.{0,4000}\\) += (?:-1 E[A-Z]{2,20} \\(|\\? ?|-?\\d|0x[0-9a-f])`), 2],
  [new RegExp(`${FRONT}[a-z_][a-z0-9_]{1,39}\\(.{0,4000}<(?:unfinished|detached) \\.\\.\\.>$`), 3],
  [new RegExp(`${FRONT}<\\.\\.\\. [a-z_][a-z0-9_]{1,39} resumed>`), 3],
  [new RegExp(`${FRONT}--- SIG[A-Z0-9]{2,12}(?: \\{si_signo=| \\()`), 3],
  [new RegExp(`${FRONT}\\+\\+\\+ (?:exited with \\d|killed by SIG|superseded by execve)`), 3],
  [/^(?:strace: )?Process \d{1,10} (?:attached|detached)/, 3],
  [/^restart_syscall\(<\.\.\. resuming interrupted/, 3],
];
const TABLE = /^% time {5}seconds {2}usecs\/call {5}calls {4}errors syscall/m;

/** So many lines are looked at, spread over the head. */
const LINES = 400;

/** How sure, 0 to 1: by the share of lines that only strace prints. */
export function detect(head: string): number {
  let seen = 0;
  let points = 0;
  let matched = 0;
  let start = 0;
  const indent = indentOf(head);
  while (start < head.length && seen < LINES) {
    let end = head.indexOf('\n', start);
    const torn = end < 0;
    if (torn) end = head.length;
    const stop = end > start && head.charCodeAt(end - 1) === 13 ? end - 1 : end;
    const line = head.slice(Math.min(stop, start + indent), Math.min(stop, start + 5000));
    start = end + 1;
    if (line.trim() === '') continue;
    if (/^ [>|*] /.test(line)) continue; // stacks and dumps
    seen++;
    let found = strength(line);
    if (!found) {
      const peeled = peel(line, 0);
      if (peeled && peeled.start > 0) found = strength(line.slice(peeled.start));
    }
    // The one line of a log that was cut at once: `read(3, `.
    if (!found && torn && CUT.test(line)) found = seen <= 3 ? 2 : 1;
    if (found) matched++;
    points += found;
  }
  if (!seen) return 0;
  if (TABLE.test(head)) points += 3;
  if (points < 2) return 0;
  const share = matched / seen;
  if (share >= 0.5) return Math.min(1, 0.8 + share / 5);
  // Mixed with other text: notes, shell prompts, the program's output.
  return points >= 6 && share >= 0.1 ? 0.7 : points >= 3 && share >= 0.2 ? 0.6 : TABLE.test(head) ? 0.6 : 0;
}

const CUT = new RegExp(
  `${FRONT}(?:read|write|recvfrom|recvmsg|sendto|sendmsg|futex|wait4|poll|ppoll|select|epoll_p?wait|accept4?|connect|openat?|flock|nanosleep|clock_nanosleep|pause|fcntl|restart_syscall)\\(`,
);

function strength(line: string): number {
  for (const [pattern, points] of PARTS) if (pattern.test(line)) return points;
  return 0;
}
