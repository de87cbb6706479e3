// How a goroutine dump is spelled: lines become goroutines and frames, kept in columns. What they mean is facts.ts.
//
// A hand-written line state machine. States: outside a goroutine; in its frames (a function line, then a location line);
// in an ancestor's frames ([originating from …], not this goroutine's); in a part that is not goroutines (registers,
// `runtime stack:`). Any line may be missing, cut or foreign: a goroutine that can't be read loses no other.

import { type Lines, messageLines, PlainLines, skipIndent } from '../../text/lines.js';
import { finish, type Steps } from '../../text/steps.js';
import { Dump, ELIDED, GROUP, HEADLESS, LOCKED, TORN, UNAVAILABLE } from './dump.js';
import { Heads } from './heads.js';
import { type Location, readLocation } from './location.js';
import { Parts } from './parts.js';
import { creatorIn, Repeats, readNumber } from './repeats.js';
import {
  functionName,
  isCall,
  isHeader,
  isInlined,
  openingParen,
  partHead,
  profileCount,
  profileFrame,
} from './spelling.js';
import { CREATED_BY, type StackNode } from './stacks.js';

/** Parses any text. Never throws; what can't be read is counted and told in `problems`. */
export const parseDump = (text: string, scope: string, lines?: Lines): Dump => finish(readDump(text, scope, lines));

/** The same in pieces. */
export const readDump = (text: string, scope: string, lines?: Lines): Steps<Dump> =>
  new Parser(new Dump(text, scope), lines ?? chooseLines(text)).run();

/** Lines, or runs of known ones, that are one piece of the work. */
const PIECE = 4000;

/** Plain lines where the first goroutine's header starts a line; else the text is a log, or a dump escaped into one. */
function chooseLines(text: string): Lines {
  if (text.includes('\\ngoroutine ') || text.includes('#012goroutine ')) return messageLines(text);
  for (let at = text.indexOf('goroutine '); at >= 0; at = text.indexOf('goroutine ', at + 10)) {
    const digit = text.charCodeAt(at + 10);
    if (!(digit >= 48 && digit <= 57)) continue;
    const bracket = text.indexOf('[', at);
    if (bracket < 0 || bracket - at > 100) continue;
    if (at === 0 || text.charCodeAt(at - 1) === 10) return new PlainLines(text);
    return messageLines(text);
  }
  return messageLines(text);
}

const OUTSIDE = 0;
const FRAMES = 1;
const ANCESTOR = 2;
const FOREIGN = 3;

const MAX_PROBLEMS = 200;

class Parser {
  readonly #dump: Dump;
  readonly #lines: Lines;
  readonly #stateIndex = new Map<string, number>();
  readonly #heads = new Heads();
  #mode = OUTSIDE;
  #node: StackNode;
  readonly #parts: Parts;
  /** The last frame of the goroutine that a blank line ended, while nothing else has come since. */
  #resume: StackNode | undefined;
  /** A function line or `created by` line waits for its location line. */
  #pending = false;
  #pendingStart = 0;
  #pendingEnd = 0;
  #pendingArgs = -1;
  #pendingCreated = false;
  /** The frame it probably is. */
  #guess: StackNode | undefined;
  /** The goroutine that the `created by` line names; -1 where it names none. */
  #creator = -1;

  constructor(dump: Dump, lines: Lines) {
    this.#dump = dump;
    this.#lines = lines;
    this.#parts = new Parts(dump, lines);
    this.#node = dump.stacks.root;
  }

  *run(): Steps<Dump> {
    const dump = this.#dump;
    const lines = this.#lines;
    const repeats = new Repeats(dump);
    while (this.#some(repeats)) yield;
    this.#flushPending();
    this.#closeGoroutine();
    this.#parts.close(dump.text.length);
    for (const { code, span } of lines.losses ?? []) dump.problems.push({ span, code, values: {} });
    return dump;
  }

  /** Reads a piece; false at the end. */
  #some(repeats: Repeats): boolean {
    const dump = this.#dump;
    const lines = this.#lines;
    const plain = lines instanceof PlainLines ? lines : undefined;
    for (let left = PIECE; left > 0; left--) {
      if (plain && this.#mode === FRAMES && !this.#pending) this.#takeRepeats(plain, repeats);
      if (!lines.next()) return false;
      dump.linesTotal++;
      const { start, end } = lines;
      if (
        this.#mode === FRAMES &&
        end > start &&
        (this.#pending ? this.#knownPlace(start, end) : this.#knownFrame(start, end))
      )
        continue;
      if (end === start) this.#blank();
      else if (this.#mode !== OUTSIDE || this.#pending || !isHeader(dump.text, start) || !this.#headerLine(start, end))
        this.#line(start, end);
    }
    return true;
  }

  /** Takes the frames that repeat a known stack straight from the text. */
  #takeRepeats(lines: PlainLines, repeats: Repeats): void {
    const dump = this.#dump;
    const frames = dump.frameStart.length;
    lines.position = repeats.take(lines.position, this.#node);
    const taken = 2 * (dump.frameStart.length - frames);
    if (taken === 0) return;
    dump.linesTotal += taken;
    dump.linesUnderstood += taken;
    this.#node = repeats.node;
  }

  /**
   * The fast way where lines stand behind log prefixes: the function line of a frame that was met before in this place
   * of a stack. True where it is one, and now waits for its location line.
   */
  #knownFrame(start: number, end: number): boolean {
    const { text } = this.#dump;
    const node = this.#node;
    const last = text.charCodeAt(end - 1);
    if (last === 41) {
      const guess = node.next;
      if (guess === undefined) return false;
      let kid: StackNode | undefined = guess;
      if (!isCall(text, guess, start)) {
        kid = undefined;
        for (const other of node.few)
          if (isCall(text, other, start)) {
            kid = other;
            break;
          }
        if (!kid) return false;
      }
      this.#expect(kid, start, end, start + kid.func.length, false);
      return true;
    }
    if (text.charCodeAt(start) !== 99 || node.next === undefined) return false;
    for (const kid of node.few) {
      if (kid.kind !== 'created') continue;
      const stop = start + CREATED_BY.length + kid.func.length;
      if (!text.startsWith(kid.func, start + CREATED_BY.length)) continue;
      if (stop !== end && !text.startsWith(' in goroutine ', stop)) continue;
      if (!text.startsWith(CREATED_BY, start)) return false;
      this.#creator = creatorIn(text, stop, end);
      this.#expect(kid, start, end, -1, true);
      return true;
    }
    return false;
  }

  /** Notes a function line (or a `created by` line) that waits for its location. */
  #expect(guess: StackNode | undefined, start: number, end: number, argsAt: number, created: boolean): void {
    this.#pending = true;
    this.#guess = guess;
    this.#pendingStart = start;
    this.#pendingEnd = end;
    this.#pendingArgs = argsAt;
    this.#pendingCreated = created;
    this.#dump.linesUnderstood++;
  }

  /** The location line of the frame that waits for one, if it is one that was met before. */
  #knownPlace(start: number, end: number): boolean {
    const guess = this.#guess;
    if (!guess) return false;
    const { text } = this.#dump;
    const at = text.charCodeAt(start) === 9 ? start + 1 : skipIndent(text, start, end);
    if (this.#isPlace(guess, at, end)) return true;
    const { few } = this.#node;
    for (const kid of few) if (kid !== guess && kid.func === guess.func && this.#isPlace(kid, at, end)) return true;
    return false;
  }

  #isPlace(kid: StackNode, at: number, end: number): boolean {
    const dump = this.#dump;
    const { text } = dump;
    const stop = at + kid.location.length;
    if (kid.location === '' || stop > end || !text.startsWith(kid.location, at)) return false;
    if (stop !== end && !text.startsWith(' fp=', stop)) return false;
    const created = this.#pendingCreated;
    const inlined = !created && isInlined(text, this.#pendingArgs, this.#pendingEnd);
    if (kid.kind !== (created ? 'created' : inlined ? 'inlined' : 'call')) return false;
    this.#pending = false;
    this.#guess = undefined;
    dump.linesUnderstood++;
    this.#node.next = kid;
    this.#addFrame(kid, this.#pendingStart, this.#pendingEnd, at, end);
    if (created) dump.creator.set(dump.length - 1, this.#creator);
    return true;
  }

  /** A line that was not predicted. */
  #line(start: number, end: number): void {
    const { text } = this.#dump;
    const at = skipIndent(text, start, end);
    if (at === end) {
      this.#blank();
      return;
    }
    const c = text.charCodeAt(at);
    if (this.#pending) {
      const place = readLocation(text, at, end);
      if (place) {
        this.#dump.linesUnderstood++;
        this.#settle(place, at, end);
        return;
      }
      this.#flushPending();
    }
    // g: goroutine 12 [
    if (c === 103 && text.startsWith('goroutine ', at) && this.#goroutineLine(at, end)) return;
    if ((c === 71 || c === 91) && this.#headerLine(at, end)) return;
    if (this.#mode === ANCESTOR && c !== 99) {
      this.#dump.linesUnderstood++;
      return;
    }
    if (c === 99 && text.startsWith(CREATED_BY, at)) {
      this.#creatorLine(at, end);
      return;
    }
    if (c === 46 && text.startsWith('...', at) && text.slice(at, Math.min(end, at + 80)).includes('frames elided')) {
      this.#understood();
      this.#flag(ELIDED);
      return;
    }
    if (c === 91 && text.startsWith('[originating from goroutine ', at)) {
      this.#understood();
      this.#mode = ANCESTOR;
      return;
    }
    // Most lines of a dump are function lines: try them before the rarer heads.
    if (this.#mode === FRAMES && text.charCodeAt(end - 1) === 41 && c !== 112 && this.#functionLine(at, end)) return;
    if (this.#mode === FRAMES && c === 35 && this.#profileFrame(at, end)) return;
    if (c >= 48 && c <= 57 && this.#profileGroup(at, end)) return;
    if (this.#partHead(at, end)) return;
    if (this.#functionLine(at, end)) return;
    if (this.#mode === FRAMES && this.#dump.length > 0) this.#problem(start, end);
  }

  #understood(): void {
    this.#dump.linesUnderstood++;
  }

  #problem(start: number, end: number): void {
    const { problems } = this.#dump;
    if (problems.length < MAX_PROBLEMS) problems.push({ span: { start, end }, code: 'unknown-line', values: {} });
  }

  #flag(flag: number): void {
    const { dump, row } = this.#current();
    if (row >= 0) dump.flags.set(row, dump.flags.at(row) | flag);
  }

  #current(): { dump: Dump; row: number } {
    return { dump: this.#dump, row: this.#mode === OUTSIDE || this.#mode === FOREIGN ? -1 : this.#dump.length - 1 };
  }

  /** A blank line ends a goroutine, unless its frames have not begun (damaged dumps have blank lines everywhere). */
  #blank(): void {
    this.#understood();
    if (this.#mode === FRAMES && this.#node === this.#dump.stacks.root) return;
    if (this.#pending) return; // text pasted with a blank line after every line: the location comes next
    const node = this.#node;
    if (this.#mode === OUTSIDE) return;
    this.#closeGoroutine();
    // Text pasted with a blank line after every line: frames that follow without a header still belong here.
    if (this.#dump.length > 0 && node !== this.#dump.stacks.root && node.kind !== 'created') this.#resume = node;
  }

  // ---- goroutines

  #goroutineLine(start: number, end: number): boolean {
    const { text } = this.#dump;
    if (text.startsWith('goroutine profile: total ', start)) {
      this.#understood();
      this.#openPart(start, 'goroutine profile');
      return true;
    }
    if (text.startsWith('goroutine running on other thread; stack unavailable', start)) {
      this.#understood();
      this.#flag(UNAVAILABLE);
      return true;
    }
    return this.#headerLine(start, end);
  }

  #headerLine(start: number, end: number): boolean {
    const dump = this.#dump;
    const head = this.#heads.read(dump.text, start, end);
    if (!head) return false;
    const { id, minutes } = this.#heads;
    this.#flushPending();
    this.#understood();
    // goleak prints its own head and then the runtime's: one goroutine.
    const last = dump.length - 1;
    const repeats = this.#mode === FRAMES && last >= 0 && dump.id.at(last) === id && this.#node === dump.stacks.root;
    if (repeats) {
      dump.headEnd.set(last, end);
      dump.end.set(last, end);
      if (head.state) dump.state.set(last, this.#stateOf(head.state));
      if (minutes >= 0) dump.minutes.set(last, minutes);
      return true;
    }
    this.#closeGoroutine();
    if (this.#parts.enter(id, start)) this.#resume = undefined;
    let flags = (head.locked ? LOCKED : 0) | (head.torn ? TORN : 0);
    if (head.labels) dump.labels.set(dump.length, head.labels);
    if (head.torn) {
      if (dump.problems.length < MAX_PROBLEMS)
        dump.problems.push({ span: { start, end }, code: 'torn-header', values: {} });
    }
    if (id < 0) flags |= HEADLESS;
    this.#openGoroutine(start, end, id, head.state, minutes, flags, 1);
    return true;
  }

  #stateOf(state: string): number {
    let index = this.#stateIndex.get(state);
    if (index === undefined) {
      index = this.#dump.states.length;
      this.#dump.states.push(state);
      this.#stateIndex.set(state, index);
    }
    return index;
  }

  #openGoroutine(start: number, end: number, id: number, state: string, minutes: number, flags: number, count: number) {
    const dump = this.#dump;
    dump.id.push(id);
    dump.start.push(start);
    dump.headEnd.push(end);
    dump.end.push(end);
    dump.state.push(this.#stateOf(state));
    dump.minutes.push(minutes);
    dump.flags.push(flags);
    dump.leaf.push(0);
    dump.creator.push(-1);
    dump.part.push(dump.parts.length);
    dump.count.push(count);
    dump.firstFrame.push(dump.frameStart.length);
    this.#node = dump.stacks.root;
    this.#resume = undefined;
    this.#mode = FRAMES;
  }

  #closeGoroutine(): void {
    const dump = this.#dump;
    if (this.#mode === FRAMES || this.#mode === ANCESTOR) {
      const row = dump.length - 1;
      if (row >= 0) {
        dump.leaf.set(row, this.#node.id);
        const last = dump.frameStart.length - 1;
        if (last >= dump.firstFrame.at(row))
          dump.end.set(row, Math.max(dump.end.at(row), dump.frameEnd.at(last), dump.placeEnd.at(last)));
      }
    }
    this.#mode = OUTSIDE;
    this.#node = dump.stacks.root;
  }

  // ---- frames

  /** A function line whose location did not come: believed only inside a goroutine. */
  #flushPending(): void {
    if (!this.#pending) return;
    if (this.#mode === FRAMES) this.#settle(undefined, -1, -1);
    else this.#pending = false;
  }

  /** The frame that was waited for is complete. */
  #settle(place: Location | undefined, placeAt: number, placeEnd: number): void {
    this.#pending = false;
    this.#guess = undefined;
    if (this.#pendingCreated) this.#creatorFrame(place, placeAt, placeEnd);
    else this.#frame(this.#pendingStart, this.#pendingEnd, this.#pendingArgs, place, placeAt, placeEnd);
  }

  /** A function line, perhaps with its location behind it on the same line. */
  #functionLine(start: number, end: number): boolean {
    if (this.#mode === FOREIGN) return false;
    const { text } = this.#dump;
    let stop = end;
    while (stop > start && (text.charCodeAt(stop - 1) === 32 || text.charCodeAt(stop - 1) === 9)) stop--;
    let argsAt = text.charCodeAt(stop - 1) === 41 ? openingParen(text, start, stop) : -1;
    let place: Location | undefined;
    let placeAt = -1;
    if (argsAt < 0) {
      // `pkg.f(0x1, 0x2) /path/file.go:12 +0x1d`: two lines pasted as one.
      const split = stop - start > 8192 ? -1 : start + text.slice(start, stop).lastIndexOf(') ');
      if (split > start) {
        placeAt = skipIndent(text, split + 1, stop);
        place = readLocation(text, placeAt, stop);
        if (place) {
          argsAt = openingParen(text, start, split + 1);
          if (argsAt >= 0 && functionName(text, start, argsAt)) {
            this.#enterHeadless(start, end);
            this.#understood();
            this.#frame(start, split + 1, argsAt, place, placeAt, stop);
            return true;
          }
        }
      }
    }
    if (argsAt >= 0) {
      if (!functionName(text, start, argsAt)) return false;
    } else if (this.#mode !== FRAMES || !functionName(text, start, stop)) return false; // gccgo: no parentheses
    if (this.#mode !== FRAMES) {
      // A frame with no header above it: only where the next line is a location, see #line.
      this.#expect(undefined, start, stop, argsAt, false);
      this.#dump.linesUnderstood--;
      return true;
    }
    this.#expect(undefined, start, stop, argsAt, false);
    return true;
  }

  /** Goes on with the goroutine that a blank line seemed to end. */
  #resumed(): boolean {
    if (!this.#resume) return false;
    this.#node = this.#resume;
    this.#resume = undefined;
    this.#mode = FRAMES;
    return true;
  }

  #enterHeadless(start: number, end: number): void {
    if (this.#mode === FRAMES) return;
    if (this.#resumed()) return;
    this.#openGoroutine(start, start, -1, '', -1, HEADLESS, 1);
    this.#dump.headEnd.set(this.#dump.length - 1, end);
    if (this.#dump.problems.length < MAX_PROBLEMS)
      this.#dump.problems.push({ span: { start, end }, code: 'headless', values: {} });
  }

  #frame(
    start: number,
    end: number,
    argsAt: number,
    place: Location | undefined,
    placeAt: number,
    placeEnd: number,
  ): void {
    const dump = this.#dump;
    const { text } = dump;
    this.#enterHeadless(start, end);
    const func = text.slice(start, argsAt < 0 ? end : argsAt);
    const inlined = isInlined(text, argsAt, end);
    const node = dump.stacks.child(
      this.#node,
      inlined ? 'inlined' : 'call',
      func,
      place?.file ?? '',
      place?.line ?? 0,
      place?.text ?? '',
    );
    this.#addFrame(node, start, end, placeAt, placeEnd);
  }

  #addFrame(node: StackNode, start: number, end: number, placeAt: number, placeEnd: number): void {
    const dump = this.#dump;
    dump.frameStart.push(start);
    dump.frameEnd.push(end);
    dump.placeStart.push(placeAt);
    dump.placeEnd.push(placeEnd);
    this.#node = node;
  }

  #creatorLine(start: number, end: number): void {
    if (this.#mode === OUTSIDE) this.#resumed();
    if (this.#mode !== FRAMES) {
      this.#understood(); // an ancestor's
      return;
    }
    const { text } = this.#dump;
    // Searches stay inside the line: one that runs on through the text for every line makes parsing quadratic.
    const line = text.slice(start, Math.min(end, start + 4096));
    const inAt = line.indexOf(' in goroutine ');
    this.#creator = inAt < 0 ? -1 : readNumber(text, start + inAt + 14, end);
    this.#expect(undefined, start, end, -1, true);
    // `created by f /path/x.go:1 +0x1`: pasted as one line.
    const space = line.indexOf(' ', 11);
    if (space < 0 || space === inAt) return;
    const placeAt = skipIndent(text, start + space, end);
    const place = readLocation(text, placeAt, end);
    if (!place) return;
    this.#pendingEnd = start + space;
    this.#settle(place, placeAt, end);
  }

  #creatorFrame(place: Location | undefined, placeAt: number, placeEnd: number): void {
    const dump = this.#dump;
    const line = dump.text.slice(this.#pendingStart + 11, Math.min(this.#pendingEnd, this.#pendingStart + 4096));
    const space = line.indexOf(' ');
    const func = space < 0 ? line : line.slice(0, space);
    const node = dump.stacks.child(this.#node, 'created', func, place?.file ?? '', place?.line ?? 0, place?.text ?? '');
    this.#addFrame(node, this.#pendingStart, this.#pendingEnd, placeAt, placeEnd);
    dump.creator.set(dump.length - 1, this.#creator);
  }

  // ---- parts

  /** Lines that start or end something that is not a goroutine. */
  #partHead(start: number, end: number): boolean {
    const head = this.#dump.text.slice(start, Math.min(end, start + 120));
    const what = partHead(head);
    if (!what) return false;
    this.#closeGoroutine();
    if (what === 'foreign') this.#mode = FOREIGN;
    else if (what === 'crash') this.#openPart(start, head.slice(0, 80));
    else if (what === 'dump') this.#openPart(start, this.#lines.author || 'goroutine stack dump');
    this.#understood();
    return true;
  }

  #openPart(start: number, label: string): void {
    this.#resume = undefined;
    this.#parts.open(start, label);
  }

  // ---- pprof debug=1: counts of identical stacks, `#` lines below

  #profileGroup(start: number, end: number): boolean {
    const count = profileCount(this.#dump.text.slice(start, Math.min(end, start + 60)));
    if (count === undefined) return false;
    this.#flushPending();
    this.#closeGoroutine();
    this.#understood();
    this.#openGoroutine(start, end, -1, '', -1, GROUP, count);
    const { problems } = this.#dump;
    if (!problems.some(({ code }) => code === 'counts-only'))
      problems.push({ span: { start, end }, code: 'counts-only', values: {} });
    return true;
  }

  #profileFrame(start: number, end: number): boolean {
    const dump = this.#dump;
    const line = dump.text.slice(start, Math.min(end, start + 4096));
    if (line.startsWith('# labels:')) {
      this.#understood();
      dump.labels.set(dump.length - 1, line.slice(9).trim());
      return true;
    }
    const found = profileFrame(line);
    if (!found) return false;
    this.#understood();
    const { func } = found;
    const place = readLocation(found.place, 0, found.place.length);
    const at = start + line.indexOf(func);
    const placeAt = start + line.lastIndexOf(found.place);
    const node = dump.stacks.child(this.#node, 'call', func, place?.file ?? '', place?.line ?? 0, place?.text ?? '');
    this.#addFrame(node, at, at + func.length, placeAt, placeAt + found.place.length);
    return true;
  }
}
