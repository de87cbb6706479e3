// A parsed goroutine dump, in columns: what parse.ts fills and all others read.

import { ByteColumn, IntColumn, NumberColumn } from '../../text/columns.js';
import type { Part, Problem } from '../../trace/trace.js';
import { Stacks } from './stacks.js';

/** Flags of a goroutine. */
export const LOCKED = 1;
export const TORN = 2; // its header line is cut
export const HEADLESS = 4; // its header line is missing
export const GROUP = 8; // pprof debug=1: a count of goroutines, without ids
export const UNAVAILABLE = 16; // `stack unavailable`
export const ELIDED = 32; // some frames are not printed

/** A parsed dump, in columns: one row a goroutine, one row a frame. */
export class Dump {
  readonly stacks = new Stacks();
  readonly states: string[] = [];
  readonly parts: Part[] = [];
  readonly problems: Problem[] = [];
  readonly labels = new Map<number, string>();

  // one row a goroutine
  readonly id: NumberColumn; // -1 unknown
  readonly start: IntColumn;
  readonly headEnd: IntColumn;
  readonly end: IntColumn;
  readonly state: IntColumn; // index into states
  readonly minutes: IntColumn; // -1 not printed
  readonly flags: ByteColumn;
  readonly leaf: IntColumn; // node of `stacks`
  readonly creator: NumberColumn; // goroutine that created it; -1 not printed
  readonly part: IntColumn;
  readonly count: IntColumn; // goroutines in a group; 1 otherwise
  readonly firstFrame: IntColumn; // row of its first frame

  // one row a frame, `created by` included: frame d of goroutine g is row firstFrame[g] + d
  readonly frameStart: IntColumn;
  readonly frameEnd: IntColumn; // end of the function line
  readonly placeStart: IntColumn; // start of the location line's text; -1 where there is none
  readonly placeEnd: IntColumn;

  linesTotal = 0;
  linesUnderstood = 0;

  constructor(
    readonly text: string,
    readonly scope: string,
  ) {
    // Sizes seen in real dumps: a goroutine of about 1.1 KB, a frame of 120 characters. Growing costs more than some air.
    const goroutines = Math.ceil(text.length / 900);
    const frames = Math.ceil(text.length / 100);
    this.id = new NumberColumn(goroutines);
    this.start = new IntColumn(goroutines);
    this.headEnd = new IntColumn(goroutines);
    this.end = new IntColumn(goroutines);
    this.state = new IntColumn(goroutines);
    this.minutes = new IntColumn(goroutines);
    this.flags = new ByteColumn(goroutines);
    this.leaf = new IntColumn(goroutines);
    this.creator = new NumberColumn(goroutines);
    this.part = new IntColumn(goroutines);
    this.count = new IntColumn(goroutines);
    this.firstFrame = new IntColumn(goroutines);
    this.frameStart = new IntColumn(frames);
    this.frameEnd = new IntColumn(frames);
    this.placeStart = new IntColumn(frames);
    this.placeEnd = new IntColumn(frames);
  }

  get length(): number {
    return this.id.length;
  }

  frameRows(goroutine: number): { first: number; end: number } {
    const end = goroutine + 1 < this.length ? this.firstFrame.at(goroutine + 1) : this.frameStart.length;
    return { first: this.firstFrame.at(goroutine), end };
  }
}
