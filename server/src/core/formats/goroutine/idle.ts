// Goroutines that wait as they should: accept loops, signal loops, the runtime's own workers. They are no findings.

import { ownText } from '../../text/own.js';
import { IDLE_CALLS, IDLE_STATES, type IdleCall, NEVER_IDLE } from './knowledge/idle.js';
import type { StackNode } from './stacks.js';
import { endsAt, plainName, SuffixTable } from './suffix.js';

const ROWS = new SuffixTable(IDLE_CALLS);
const NEVER = new SuffixTable(NEVER_IDLE);
const STATE = new Map(IDLE_STATES.map((row) => [row.state, row.why]));

/** Frames that stand between a wait and the function that a person would say is waiting. */
const PLUMBING =
  /^(?:runtime|internal\/(?:runtime\/\w+|poll|sync|syscall\/\w+)|syscall|sync|io|bufio|time|net|crypto\/tls)\.|^os\.(?:\(\*File\)|ignoringEINTR|generic)|golang\.org\/x\/sys\/unix\.|golang\.org\/x\/sync\/errgroup\.|\.IgnoringEINTR$/;

const WRITE = /\.(?:Write|write|Writev)$/;

/** What a function's name says by itself: the same functions stand in many stacks. */
interface Known {
  readonly name: string;
  readonly never: boolean;
  readonly plumbing: boolean;
  readonly write: boolean;
  readonly rows: readonly IdleCall[];
}

const known = new Map<string, Known>();

function knownOf(func: string): Known {
  let one = known.get(func);
  if (!one) {
    if (known.size > 50_000) known.clear();
    const own = ownText(func);
    const name = plainName(own);
    one = {
      name,
      never: NEVER.find(name) !== undefined,
      plumbing: PLUMBING.test(name),
      write: WRITE.test(name),
      rows: ROWS.candidates(name),
    };
    known.set(own, one);
  }
  return one;
}

/** Why a goroutine counts as idle: the name of an article of kind `idle`; undefined where it does not. */
export function idleReason(state: string, frames: readonly StackNode[]): string | undefined {
  const why = STATE.get(state);
  if (why) return why;
  const names: Known[] = [];
  for (const frame of frames) {
    if (frame.kind === 'created') break;
    const name = knownOf(frame.func);
    if (name.never) return undefined;
    names.push(name);
  }
  // A loop that waits in a write is not at rest: nobody reads what it writes.
  let top = 0;
  let writes = false;
  for (; top < names.length && names[top]!.plumbing; top++) if (names[top]!.write) writes = true;
  if (writes) top = -1;
  for (let at = 0; at < names.length; at++)
    for (const row of names[at]!.rows) if (matches(row, state, names, at, top)) return row.why;
  return undefined;
}

function matches(row: IdleCall, state: string, names: readonly Known[], at: number, top: number): boolean {
  if (!endsAt(names[at]!.name, row.ends)) return false;
  if (row.states && state !== '' && !row.states.includes(state)) return false;
  const { calling, within } = row;
  if (calling !== undefined) return at > 0 && endsAt(names[at - 1]!.name, calling);
  if (within !== undefined) {
    for (let above = 0; above < at; above++) if (endsAt(names[above]!.name, within)) return true;
    return at === top;
  }
  return row.at === 'any' || at === top;
}
