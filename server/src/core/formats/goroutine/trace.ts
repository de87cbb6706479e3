// From the parsed columns to the Trace that every feature reads: sections, mentions, shapes.

import type { PrintedFrame, SourceEvidence } from '../../source/evidence.js';
import { finish, type Steps } from '../../text/steps.js';
import { buildTrace } from '../../trace/builder.js';
import { localEntity } from '../../trace/entity.js';
import type {
  EntityId,
  Facts,
  Inside,
  Item,
  Mention,
  Problem,
  Section,
  Sections,
  Shape,
  Trace,
} from '../../trace/trace.js';
import { type Dump, GROUP, HEADLESS } from './dump.js';
import { factsOf, type Ground, groundOf } from './facts.js';
import { readHeader } from './header.js';
import { lookAtSource } from './judge.js';
import { leavesOf } from './leaves.js';
import { goroutineEntity, partScope } from './names.js';
import { readDump } from './parse.js';
import type { SourceView } from './sourced.js';
import type { StackNode } from './stacks.js';
import { waitSite } from './waits.js';

export const FORMAT_ID = 'goroutine-dump';

/** The dumps that traces were made of, for looking again with more evidence. */
const dumps = new WeakMap<Trace, Dump>();
/** What the dumps say by themselves, kept until `forget`: judging again starts from it. */
const grounds = new WeakMap<Dump, Ground>();

/** The distinct frames of a trace, as `PrintedFrame`s; made anew for each who goes through them. */
export function framesIn(trace: Trace): Iterable<PrintedFrame> {
  const nodes = dumps.get(trace)?.stacks.nodes ?? [];
  return {
    *[Symbol.iterator]() {
      for (const { kind, func, file, line, parent } of nodes)
        if (kind === 'call' || kind === 'inlined')
          yield { file, func, line, callee: parent?.kind === 'root' ? undefined : parent?.func };
    },
  };
}

function groundFor(dump: Dump): Ground {
  let ground = grounds.get(dump);
  if (!ground) {
    ground = finish(groundOf(dump));
    grounds.set(dump, ground);
  }
  return ground;
}

/** Gives back the memory that judging again would save time with. */
export function forget(trace: Trace): void {
  const dump = dumps.get(trace);
  if (dump) grounds.delete(dump);
}

/** The same trace, judged once more with source code as evidence. Yields between pieces of work. */
export function* refined(trace: Trace, sources: readonly SourceEvidence[]): Steps<Trace> {
  const dump = dumps.get(trace);
  if (!dump) return trace;
  const ground = groundFor(dump);
  const view = yield* lookAtSource(ground.weighing, sources);
  const facts = yield* factsOf(ground, view);
  return traceOf(dump, facts, view);
}

/** Asks sources what judging the trace would ask it; false where none has an answer to anything. Yields between pieces of work. */
export function* askSource(trace: Trace, sources: readonly SourceEvidence[]): Steps<boolean> {
  const dump = dumps.get(trace);
  if (!dump) return false;
  const view = yield* lookAtSource(groundFor(dump).weighing, sources);
  return view.answered;
}

/** The trace of a text, and its facts, in pieces. */
export function* readTrace(text: string, scope: string): Steps<Trace> {
  const dump = yield* readDump(text, scope);
  const ground = yield* groundOf(dump);
  grounds.set(dump, ground);
  return traceOf(dump, yield* factsOf(ground));
}

/** `known` are the facts, where they have been worked out, and `view` what the source said, where it was asked. */
export function traceOf(dump: Dump, known?: Facts, view?: SourceView): Trace {
  let facts = known;
  const factsOnce = (): Facts => {
    facts ??= finish(factsOf(groundFor(dump)));
    return facts;
  };
  const text = new Reader(dump, factsOnce, view?.fits);
  const trace = buildTrace({
    format: FORMAT_ID,
    scope: dump.scope,
    text: dump.text,
    sections: text,
    parts: dump.parts,
    problems: view ? [...dump.problems, ...mismatches(dump, view)] : dump.problems,
    lines: { total: dump.linesTotal, understood: dump.linesUnderstood },
    shapes: () => text.shapes(),
    facts: factsOnce,
    inside: (section) => text.inside(section),
  });
  dumps.set(trace, dump);
  return trace;
}

/** Frames that only a traceback for the runtime's own people prints (runtime/traceback.go showfuncinfo). */
const HIDDEN = /^runtime\.|\.(?:gowrap|deferwrap)\d+$|-fm$/;

/** Functions and lines, without the frames that not every kind of dump shows. */
function shapeKey(frames: readonly StackNode[]): string {
  const shown = frames.filter(({ func, kind }) => kind === 'created' || !HIDDEN.test(func));
  return (shown.length > 0 ? shown : frames)
    .map(({ kind, func, file, line }) => `${kind === 'created' ? 'created by ' : ''}${func} ${file}:${line}`)
    .join('\n');
}

/** So many sources of another version are told one by one. */
const MOST_MISMATCHES = 10;

/** Sources that were not used: at the first frame that names them. */
function mismatches(dump: Dump, view: SourceView): Problem[] {
  const leaves = leavesOf(dump);
  return view.mismatches.slice(0, MOST_MISMATCHES).map(({ path, fit, all, node }): Problem => {
    let frame = 0;
    for (let stack = 0; stack < leaves.length; stack++) {
      const depth = leaves.frames(stack).indexOf(node);
      if (depth < 0) continue;
      frame = dump.firstFrame.at(leaves.first[stack]!) + depth;
      break;
    }
    const span = { start: dump.frameStart.at(frame), end: dump.frameEnd.at(frame) };
    return { span, code: 'source-mismatch', values: { path, fit: String(fit), all: String(all) } };
  });
}

class Reader implements Sections {
  readonly #dump: Dump;
  #shapeOf: Int32Array | undefined;
  #shapes: Shape[] | undefined;

  readonly #facts: () => Facts;

  /** By the number of a frame's node: whether the source at hand is the program's. */
  readonly #fits: ReadonlyMap<number, boolean> | undefined;

  constructor(dump: Dump, facts: () => Facts, fits: ReadonlyMap<number, boolean> | undefined) {
    this.#dump = dump;
    this.#facts = facts;
    this.#fits = fits;
  }

  get length(): number {
    return this.#dump.length;
  }

  at(index: number): Section {
    const dump = this.#dump;
    const id = dump.id.at(index);
    const flags = dump.flags.at(index);
    const state = dump.states[dump.state.at(index)] ?? '';
    const minutes = dump.minutes.at(index);
    const count = dump.count.at(index);
    const label =
      flags & GROUP
        ? `${count} ${count === 1 ? 'goroutine' : 'goroutines'}`
        : id >= 0
          ? `goroutine ${id}`
          : 'goroutine without header';
    const says = [state, minutes >= 0 ? `${minutes} min` : ''].filter(Boolean).join(', ');
    const site = waitSite(dump, index);
    return {
      index,
      kind: flags & GROUP ? 'goroutine group' : 'goroutine',
      span: { start: dump.start.at(index), end: dump.end.at(index) },
      head: { start: dump.start.at(index), end: dump.headEnd.at(index) },
      label,
      detail: [says, site].filter(Boolean).join(' · '),
      entity: goroutineEntity(dump, index),
      part: dump.part.at(index),
      shape: this.#shapeIndex()[index]!,
    };
  }

  find(offset: number): number | undefined {
    const dump = this.#dump;
    let low = 0;
    let high = dump.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (dump.start.at(middle) <= offset) low = middle;
      else high = middle - 1;
    }
    return high >= 0 && dump.start.at(low) <= offset && offset <= dump.end.at(low) ? low : undefined;
  }

  #shapeIndex(): Int32Array {
    if (this.#shapeOf) return this.#shapeOf;
    const dump = this.#dump;
    const byLeaf = new Map<number, number>();
    const shapeOf = new Int32Array(dump.length);
    for (let row = 0; row < dump.length; row++) {
      const leaf = dump.leaf.at(row);
      let shape = byLeaf.get(leaf);
      if (shape === undefined) {
        shape = byLeaf.size;
        byLeaf.set(leaf, shape);
      }
      shapeOf[row] = shape;
    }
    this.#shapeOf = shapeOf;
    return shapeOf;
  }

  shapes(): readonly Shape[] {
    if (this.#shapes) return this.#shapes;
    const dump = this.#dump;
    const shapeOf = this.#shapeIndex();
    const rows: number[][] = [];
    for (let row = 0; row < dump.length; row++) (rows[shapeOf[row]!] ??= []).push(row);
    this.#shapes = rows.map((sections) => {
      const first = sections[0]!;
      const frames = dump.stacks.frames(dump.stacks.nodes[dump.leaf.at(first)]!);
      return {
        title: waitSite(dump, first) || frames[0]?.func || 'no frames',
        lines: frames.map(
          (f) => `${f.kind === 'created' ? 'created by ' : ''}${f.func}${f.location ? `  ${f.location}` : ''}`,
        ),
        get key() {
          return shapeKey(frames);
        },
        sections,
      };
    });
    return this.#shapes;
  }

  inside(row: number): Inside {
    const dump = this.#dump;
    const items: Item[] = [];
    const mentions: Mention[] = [];
    if (!(dump.flags.at(row) & HEADLESS)) this.#headMentions(row, mentions);
    const frames = dump.stacks.frames(dump.stacks.nodes[dump.leaf.at(row)]!);
    const { first, end } = dump.frameRows(row);
    for (let frame = first; frame < end; frame++) {
      const node = frames[frame - first];
      if (!node) break;
      const start = dump.frameStart.at(frame);
      const placeEnd = dump.placeEnd.at(frame);
      const span = { start, end: Math.max(dump.frameEnd.at(frame), placeEnd) };
      items.push({ kind: node.kind === 'created' ? 'creator' : 'frame', span, label: node.func });
      this.#frameMentions(row, frame, node.func, node.kind === 'created', mentions);
      const fits = this.#fits?.get(node.id);
      if (placeEnd >= 0 && node.file)
        mentions.push({
          span: {
            start: dump.placeStart.at(frame),
            end: dump.placeStart.at(frame) + `${node.file}:${node.line}`.length,
          },
          kind: 'source',
          file: node.file,
          line: node.line,
          topic: { kind: 'frame', name: 'location' },
          ...(fits === undefined ? {} : { fits }),
        });
    }
    return { items, mentions };
  }

  #headMentions(row: number, mentions: Mention[]): void {
    const dump = this.#dump;
    const start = dump.start.at(row);
    const line = dump.text.slice(start, Math.min(dump.headEnd.at(row), start + 2000));
    if (dump.flags.at(row) & GROUP) {
      const count = /^\d+/.exec(line)?.[0] ?? '';
      mentions.push({
        span: { start, end: start + count.length },
        kind: 'entity',
        topic: { kind: 'header', name: 'group' },
        entity: goroutineEntity(dump, row),
      });
      return;
    }
    const header = readHeader(line);
    const entity = goroutineEntity(dump, row);
    const lead = /^\W{0,10}[Gg]oroutine \d{1,18}/.exec(line)?.[0].length ?? line.length;
    mentions.push({
      span: { start, end: start + lead },
      kind: 'entity',
      topic: { kind: 'header', name: 'goroutine' },
      entity,
    });
    if (!header) return;
    const { stateStart, stateEnd } = header;
    mentions.push({
      span: { start: start + stateStart, end: start + stateEnd },
      kind: 'state',
      topic: { kind: 'state', name: header.state },
    });
    for (const mark of header.marks) this.#wordMention(line, start, `(${mark})`, 'header', mark, 'term', mentions);
    if (header.minutes >= 0)
      this.#wordMention(line, start, `${header.minutes} minutes`, 'header', 'minutes', 'duration', mentions);
    if (header.locked)
      this.#wordMention(line, start, 'locked to thread', 'header', 'locked to thread', 'term', mentions);
    for (const word of ['gp', 'm', 'mp']) {
      const at = line.indexOf(` ${word}=`);
      if (at > 0 && at < stateStart) {
        const stop = line.indexOf(' ', at + 1);
        mentions.push({
          span: { start: start + at + 1, end: start + (stop < 0 ? line.length : stop) },
          kind: 'term',
          topic: { kind: 'header', name: word },
        });
      }
    }
    if (header.labels) this.#wordMention(line, start, header.labels, 'header', 'labels', 'term', mentions);
    mentions.sort((a, b) => a.span.start - b.span.start);
  }

  #wordMention(
    line: string,
    start: number,
    word: string,
    topicKind: string,
    name: string,
    kind: Mention['kind'],
    mentions: Mention[],
  ): void {
    const at = line.indexOf(word);
    if (at >= 0)
      mentions.push({
        span: { start: start + at, end: start + at + word.length },
        kind,
        topic: { kind: topicKind, name },
      });
  }

  #frameMentions(row: number, frame: number, func: string, created: boolean, mentions: Mention[]): void {
    const dump = this.#dump;
    const { text } = dump;
    const start = dump.frameStart.at(frame);
    const end = dump.frameEnd.at(frame);
    if (created) {
      const at = text.slice(start, end).indexOf(func);
      const nameStart = start + Math.max(0, at);
      mentions.push({ span: { start, end: start + 10 }, kind: 'term', topic: { kind: 'frame', name: 'created by' } });
      mentions.push({
        span: { start: nameStart, end: nameStart + func.length },
        kind: 'function',
        topic: { kind: 'function', name: func },
      });
      const creator = dump.creator.at(row);
      const inAt = text.slice(start, end).lastIndexOf(' in goroutine ');
      if (creator >= 0 && inAt >= 0)
        mentions.push({
          span: { start: start + inAt + 4, end },
          kind: 'entity',
          topic: { kind: 'frame', name: 'creator' },
          entity: localEntity('goroutine', String(creator), partScope(dump, dump.part.at(row))),
        });
      return;
    }
    mentions.push({
      span: { start, end: start + func.length },
      kind: 'function',
      topic: { kind: 'function', name: func },
    });
    this.#argumentMentions(row, start + func.length, end, mentions);
  }

  /** A lock that somebody waits for is a lock; any other address is just that. */
  #addressEntity(address: string, part: string): EntityId {
    const lock = localEntity('lock', address, part);
    return this.#facts().names.has(lock) ? lock : localEntity('address', address, part);
  }

  #argumentMentions(row: number, start: number, end: number, mentions: Mention[]): void {
    const { text } = this.#dump;
    const part = partScope(this.#dump, this.#dump.part.at(row));
    const words = /0x[0-9a-f]{1,16}\??|\.\.\.|_/g;
    const line = text.slice(start, Math.min(end, start + 8192));
    for (let word = words.exec(line); word; word = words.exec(line)) {
      const printed = word[0];
      const at = start + word.index;
      if (printed === '...') {
        const name = line.startsWith('(...)') ? 'inlined' : 'more';
        mentions.push({ span: { start: at, end: at + 3 }, kind: 'term', topic: { kind: 'argument', name } });
      } else if (printed === '_') {
        mentions.push({
          span: { start: at, end: at + 1 },
          kind: 'term',
          topic: { kind: 'argument', name: 'not stored' },
        });
      } else {
        const stale = printed.endsWith('?');
        const address = stale ? printed.slice(0, -1) : printed;
        const pointer = address.length >= 9 && address.length <= 14;
        const name = stale ? 'stale' : pointer ? 'pointer' : 'word';
        const mention: Mention = {
          span: { start: at, end: at + address.length },
          kind: 'address',
          topic: { kind: 'argument', name },
        };
        mentions.push(pointer ? { ...mention, entity: this.#addressEntity(address, part) } : mention);
      }
    }
  }
}
