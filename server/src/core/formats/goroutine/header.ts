// The line above a goroutine's frames, in all its spellings: traceback.go goroutineheader (Go 1.4 to 1.27), pprof, goleak.

/** What a header says. Texts are as printed. */
export interface Header {
  /** -1 where the header has no id. */
  readonly id: number;
  /** Wait reason or status, without its marks: `chan receive (nil chan)`. '' where the line is cut before it. */
  readonly state: string;
  /** Whole minutes blocked, a lower bound; -1 where none are printed. */
  readonly minutes: number;
  readonly locked: boolean;
  /** `scan`, `leaked`, `durable`: printed behind the state. */
  readonly marks: readonly string[];
  readonly labels: string;
  /** The line ends before its colon. */
  readonly torn: boolean;
  /** The state's place in the line, counted from the line's start. */
  readonly stateStart: number;
  readonly stateEnd: number;
}

const MARK = / \((scan|leaked|durable|synctest)\)$/;

/**
 * Reads a header line; undefined where it is none.
 *
 * Example input:  `goroutine 41 gp=0xc000382380 m=nil [chan receive (leaked), 5 minutes, locked to thread]:`
 * Example output: id 41, state `chan receive`, marks [leaked], minutes 5, locked
 */
export function readHeader(line: string): Header | undefined {
  if (!line.startsWith('goroutine ')) return readGoleak(line);
  let at = 10;
  let id = 0;
  for (; at < line.length; at++) {
    const digit = line.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    id = id * 10 + digit;
  }
  if (at === 10) return undefined;
  const open = line.indexOf('[', at);
  const between = line.slice(at, open < 0 ? line.length : open);
  // Only ` gp=0x… m=5 mp=0x…` may stand between; `goroutine 7 is stuck` is a sentence.
  if (open < 0 ? !/^ ?(?:gp=|m=|mp=|\[|$)/.test(between) : !/^ (?:(?:gp|m|mp)=\w+ )*$/.test(between)) return undefined;
  if (open < 0)
    return {
      id,
      state: '',
      minutes: -1,
      locked: false,
      marks: [],
      labels: '',
      torn: true,
      stateStart: at,
      stateEnd: at,
    };
  const close = closingBracket(line, open);
  const end = close < 0 ? line.length : close;
  let inner = line.slice(open + 1, end);
  let labels = '';
  const inside = inner.indexOf(' labels:{'); // Go 1.26; from 1.27 they stand behind the bracket
  if (inside >= 0) {
    labels = inner.slice(inside + 9).replace(/\}$/, '');
    inner = inner.slice(0, inside);
  }
  const rest = close < 0 ? '' : line.slice(close + 1);
  const behind = /^ \{(.*)\}:?\s*$/.exec(rest);
  if (behind) labels = behind[1]!;
  else if (close >= 0 && !/^(?::|\s*$)/.test(rest)) return undefined;
  const comma = inner.indexOf(', ');
  const first = comma < 0 ? inner : inner.slice(0, comma);
  let state = first;
  const marks: string[] = [];
  for (let mark = MARK.exec(state); mark; mark = MARK.exec(state)) {
    marks.unshift(mark[1]!);
    state = state.slice(0, mark.index);
  }
  let minutes = -1;
  let locked = false;
  if (comma >= 0)
    for (const extra of inner.slice(comma + 2).split(', ')) {
      const found = /^(\d{1,9}) minutes$/.exec(extra);
      if (found) minutes = Number(found[1]);
      else if (extra === 'locked to thread') locked = true;
    }
  const torn = close < 0 || !rest.includes(':');
  const stateStart = open + 1;
  return { id, state, minutes, locked, marks, labels, torn, stateStart, stateEnd: stateStart + first.length };
}

/** The `]` that closes the bracket at `open`, quoted label values left out; -1 where it is cut off. */
function closingBracket(line: string, open: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < line.length; at++) {
    const c = line.charCodeAt(at);
    if (quoted) {
      if (c === 92) at++;
      else if (c === 34) quoted = false;
    } else if (c === 34) quoted = true;
    else if (c === 91) depth++;
    else if (c === 93 && --depth === 0) return at;
  }
  return -1;
}

/**
 * goleak and leaktest print the state in a sentence.
 *
 * Example input: ` Goroutine 54 in state chan receive, with example.com/a.(*T).loop on top of the stack:`
 */
function readGoleak(line: string): Header | undefined {
  const found = /^\s{0,8}\[?Goroutine (\d{1,18}) in state ([^,]{1,80}), with .{1,500} on top of the stack:\s*$/.exec(
    line,
  );
  if (!found) return undefined;
  const start = line.indexOf(' in state ') + 10;
  const state = found[2]!;
  return {
    id: Number(found[1]),
    state,
    minutes: -1,
    locked: false,
    marks: [],
    labels: '',
    torn: false,
    stateStart: start,
    stateEnd: start + state.length,
  };
}
