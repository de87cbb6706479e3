// What the lines of a log are.

/** What an event is. */
export const Shape = {
  /** A call with its result on one line. */
  call: 0,
  /** The first half of one. */
  unfinished: 1,
  /** The second half. */
  resumed: 2,
  /** A call whose rest is missing: the last line, or one that other output broke. */
  cut: 3,
  signal: 4,
  exit: 5,
  /** strace's own: `Process 7 attached`. */
  note: 6,
  mode: 7,
} as const;

/** Set on a shape: strace was detached in the call. */
export const DETACHED = 16;
export const SHAPE = 15;
