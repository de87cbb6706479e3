// The blanks that stand in front of every line where a log was pasted into something that indents: an issue, a document, a mail.

/** So many lines are looked at. */
const LINES = 60;
/** strace -r prints seconds six wide: `     0 `. */
const WIDTH = 6;

/** How many blanks all lines of a text begin with, as far as its head shows; 0 where they are strace's own, or differ. */
export function indentOf(head: string): number {
  let least = Number.POSITIVE_INFINITY;
  let seconds = true;
  let seen = 0;
  for (let start = 0; start < head.length && seen < LINES; ) {
    let end = head.indexOf('\n', start);
    if (end < 0) end = head.length;
    const found = /^([ \t]{0,64})(\d{0,10})(.)(.?)/.exec(head.slice(start, Math.min(end, start + 80)));
    start = end + 1;
    // Stacks and dumps have a blank of their own.
    if (!found || found[3] === '\r' || (found[1] === ' ' && /[>|*]/.test(found[3]!))) continue;
    const blanks = found[1]!.length;
    if (blanks === 0) return 0;
    seen++;
    least = Math.min(least, blanks);
    // -r alone: blanks and the seconds since the line before. A thread's number has blanks behind it up to five letters.
    seconds &&=
      found[2] !== '' &&
      !found[1]!.includes('\t') &&
      blanks + found[2]!.length === WIDTH &&
      (found[3] === '.' || (found[3] === ' ' && found[4] !== ' '));
  }
  return seen && !seconds ? least : 0;
}
