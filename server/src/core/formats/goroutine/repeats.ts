// The fast way through plain text: frames that repeat a stack that was met before. Nearly every line of a large dump is
// one. What stands between two lists of arguments (a location, then the next function's name) is compared as one piece.

import type { Dump } from './dump.js';
import { CREATED_BY, type StackNode } from './stacks.js';

const TAB = 9;
const LF = 10;
const CR = 13;
const OPEN = 40;
const CLOSE = 41;
const DOT = 46;

export class Repeats {
  readonly #dump: Dump;
  /** The last frame that was taken. */
  node: StackNode;

  constructor(dump: Dump) {
    this.#dump = dump;
    this.node = dump.stacks.root;
  }

  /**
   * Takes frames from the line that starts at `from`, below `above`, as long as they are known: two lines each, ended by
   * LF. Gives the start of the first line that was not taken.
   */
  take(from: number, above: StackNode): number {
    const dump = this.#dump;
    const { text, stacks } = dump;
    let parent = above;
    let at = from;
    /** End of the function line above, where nothing but its location stands between it and `at`; -1 elsewhere. */
    let before = -1;
    let guess = named(text, parent.next, at);
    /** The last frame behind which the next one's entry was looked for. */
    let tried: StackNode | undefined;
    while (text.charCodeAt(at) !== LF) {
      const end = text.indexOf('\n', guess ? at + guess.func.length : at);
      if (end < 0) break;
      const place = end + 2; // behind LF and tab
      let frame: StackNode | undefined;
      if (guess && isWhole(text, guess, at, end)) {
        const { next } = guess;
        tried = guess;
        if (next && next.entry !== '' && text.slice(end, end + next.entry.length) === next.entry) {
          const placeEnd = place + guess.location.length;
          this.#add(guess, at, end, place, placeEnd);
          before = end;
          at = placeEnd + 1;
          parent = guess;
          guess = next;
          continue;
        }
        if (isPlaced(text, guess, end)) frame = guess;
      }
      let placeEnd: number;
      if (frame) {
        placeEnd = place + frame.location.length;
        if (text.charCodeAt(placeEnd) !== LF) placeEnd = text.indexOf('\n', placeEnd);
        if (placeEnd < 0 || text.charCodeAt(placeEnd - 1) === CR) break;
      } else {
        // Not the frame that came last time: another one that was met here.
        placeEnd = text.charCodeAt(end + 1) === TAB ? text.indexOf('\n', place) : -1;
        if (placeEnd < 0) break;
        frame = stacks.find(parent, text, at, place, placeEnd);
        if (!frame || !isWhole(text, frame, at, end)) break;
        parent.next = frame;
      }
      if (before >= 0 && frame.entry === '') frame.entry = copyOf(text.slice(before, nameEnd(frame, at)));
      this.#add(frame, at, end, place, placeEnd);
      before = placeEnd === place + frame.location.length ? end : -1;
      at = placeEnd + 1;
      parent = frame;
      // Where an entry did not match, the location did: it is another function.
      guess =
        before >= 0 && parent.next && parent.next.entry !== '' && parent === tried
          ? undefined
          : named(text, parent.next, at);
    }
    this.node = parent;
    return at;
  }

  #add(frame: StackNode, at: number, end: number, place: number, placeEnd: number): void {
    const dump = this.#dump;
    dump.frameStart.push(at);
    dump.frameEnd.push(end);
    dump.placeStart.push(place);
    dump.placeEnd.push(placeEnd);
    if (frame.kind === 'created') dump.creator.set(dump.length - 1, creatorIn(dump.text, nameEnd(frame, at), end));
  }
}

/**
 * The same text apart from the document: the engine makes a new string of what was joined, where a slice alone would lead
 * back to a place in the document that was read long ago. That compares more slowly.
 */
export const copyOf = (text: string): string => ` ${text}`.slice(1);

/** The goroutine that a `created by` line names behind the function, which ends at `at`; -1 where it names none. */
export function creatorIn(text: string, at: number, end: number): number {
  return at < end && text.startsWith(IN_GOROUTINE, at) ? readNumber(text, at + IN_GOROUTINE.length, end) : -1;
}

const IN_GOROUTINE = ' in goroutine ';

/** A whole number at `start`; -1 where there is none. */
export function readNumber(text: string, start: number, end: number): number {
  let value = -1;
  for (let at = start; at < end && at < start + 18; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9) break;
    value = (value < 0 ? 0 : value * 10) + digit;
  }
  return value;
}

/** Where the text that all lines of the frame share ends, on the line at `at`: behind `(`, or behind the creator's name. */
const nameEnd = (frame: StackNode, at: number): number =>
  frame.kind === 'created' ? at + CREATED_BY.length + frame.func.length : at + frame.func.length + 1;

/** The frame, if the line at `at` names its function. Slices compare several times faster than `startsWith`. */
function named(text: string, frame: StackNode | undefined, at: number): StackNode | undefined {
  if (!frame) return undefined;
  const { func } = frame;
  if (frame.kind !== 'created')
    return text.charCodeAt(at + func.length) === OPEN && text.slice(at, at + func.length) === func ? frame : undefined;
  const name = at + CREATED_BY.length;
  return text.startsWith(CREATED_BY, at) && text.slice(name, name + func.length) === func ? frame : undefined;
}

/** Whether nothing else stands on a line that names the frame's function: arguments, `(...)` or the creator's number. */
function isWhole(text: string, frame: StackNode, at: number, end: number): boolean {
  if (frame.kind === 'created') {
    const stop = nameEnd(frame, at);
    return stop === end || (text.startsWith(IN_GOROUTINE, stop) && text.charCodeAt(end - 1) !== CR);
  }
  const open = at + frame.func.length;
  const inlined = end - open === 5 && text.charCodeAt(open + 1) === DOT;
  return text.charCodeAt(end - 1) === CLOSE && text.charCodeAt(open) === OPEN && inlined === (frame.kind === 'inlined');
}

/** Whether the line behind `end` is the frame's location. */
function isPlaced(text: string, frame: StackNode, end: number): boolean {
  const place = end + 2;
  const stop = place + frame.location.length;
  if (stop === place || text.charCodeAt(end + 1) !== TAB || text.slice(place, stop) !== frame.location) return false;
  return text.charCodeAt(stop) === LF || text.startsWith(' fp=', stop);
}
