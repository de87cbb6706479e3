// Distinct stacks as a tree of frames: goroutines with the same stack end at the same node. Most goroutines of a large
// dump repeat a stack that was seen before, so the parser first compares a line with the frame that followed last time.

/** How a frame is printed. `call` has arguments, `inlined` prints `(...)`, `created` is the `created by` line. */
export type FrameKind = 'root' | 'call' | 'inlined' | 'created';

/** One frame in the context of the frames above it. */
export interface StackNode {
  readonly id: number;
  readonly parent: StackNode | undefined;
  /** Frames from the top to this one; the root has none. */
  readonly depth: number;
  readonly kind: FrameKind;
  /** As printed, without arguments: `github.com/x/y.(*T).Method`. */
  readonly func: string;
  /** Its type or itself has parameters: `main.(*Map[...]).Len`. */
  readonly generic: boolean;
  /** As printed: `/usr/lib/go/src/sync/mutex.go`; '' where the text has no such line. */
  readonly file: string;
  readonly line: number;
  /** The location line's text after its indent, up to ` fp=`. */
  readonly location: string;
  /** The child that was met last: the prediction. */
  next: StackNode | undefined;
  /**
   * From the end of the function line above to this frame's arguments, as the text has it; '' until it was met again. What
   * a repeated stack prints between two lists of arguments compares as one.
   */
  entry: string;
  /** The first children, at most FEW, to be compared one by one. */
  few: StackNode[];
  /** Children for which the table has no place. */
  byText: Map<string, StackNode> | undefined;
}

/** So many children are compared with a line before text is cut out of it to look them up. */
const FEW = 12;

/** Places of the table that are tried for one frame: a bound, should somebody write a dump to fill one corner of it. */
const TRIES = 16;

/** All distinct stacks of one document. */
export class Stacks {
  readonly nodes: StackNode[] = [];
  readonly root: StackNode;
  /** One string for each function name, so that equal names compare at once. */
  readonly #names = new Map<string, string>();
  /** Nodes by parent and location: number + 1, 0 where free. A node that finds no place within TRIES is in `byText`. */
  #table = new Int32Array(1024);
  /** The frames of each leaf that was asked for. */
  readonly #frames = new Map<StackNode, readonly StackNode[]>();

  constructor() {
    this.root = this.#make(undefined, 'root', '', '', 0, '');
  }

  #make(
    parent: StackNode | undefined,
    kind: FrameKind,
    func: string,
    file: string,
    line: number,
    location: string,
  ): StackNode {
    const node: StackNode = {
      id: this.nodes.length,
      parent,
      depth: parent ? parent.depth + 1 : 0,
      kind,
      func,
      generic: func.includes('[...]'),
      file,
      line,
      location,
      next: undefined,
      entry: '',
      few: NONE,
      byText: undefined,
    };
    this.nodes.push(node);
    if (!parent) return node;
    if (this.nodes.length * 4 > this.#table.length) this.#grow();
    else this.#enter(node);
    return node;
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 4);
    for (const node of this.nodes) if (node.parent) this.#enter(node);
  }

  #enter(node: StackNode): void {
    const table = this.#table;
    const mask = table.length - 1;
    const parent = node.parent!;
    let slot = hash(parent.id, node.location, 0, node.location.length);
    for (let tries = 0; tries < TRIES; tries++, slot++) {
      if (table[slot & mask] !== 0) continue;
      table[slot & mask] = node.id + 1;
      return;
    }
    parent.byText ??= new Map();
    parent.byText.set(keyOf(node.kind, node.func, node.location), node);
  }

  /**
   * The child of `parent` whose function the line at `line` names and whose location stands in `[place, placeEnd)`, among
   * those met before; undefined also where it can't be found fast.
   */
  find(parent: StackNode, text: string, line: number, place: number, placeEnd: number): StackNode | undefined {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hash(parent.id, text, place, placeEnd);
    for (let tries = 0; tries < TRIES; tries++, slot++) {
      const number = table[slot & mask]!;
      if (number === 0) return undefined;
      const node = this.nodes[number - 1]!;
      if (node.parent !== parent || node.location.length !== placeEnd - place) continue;
      const func = node.kind === 'created' ? line + CREATED_BY.length : line;
      if (text.slice(func, func + node.func.length) !== node.func || text.slice(place, placeEnd) !== node.location)
        continue;
      if (node.kind !== 'created' || text.startsWith(CREATED_BY, line)) return node;
    }
    return undefined;
  }

  /** The child of `parent` with this frame, made if new. */
  child(parent: StackNode, kind: FrameKind, func: string, file: string, line: number, location: string): StackNode {
    let node = this.#known(parent, kind, func, location);
    if (!node) {
      const name = this.#names.get(func) ?? func;
      this.#names.set(name, name);
      node = this.#make(parent, kind, name, file, line, location);
      if (parent.few === NONE) parent.few = [node];
      else if (parent.few.length < FEW) parent.few.push(node);
    }
    parent.next = node;
    return node;
  }

  #known(parent: StackNode, kind: FrameKind, func: string, location: string): StackNode | undefined {
    const table = this.#table;
    const mask = table.length - 1;
    let slot = hash(parent.id, location, 0, location.length);
    for (let tries = 0; tries < TRIES; tries++, slot++) {
      const number = table[slot & mask]!;
      if (number === 0) return undefined;
      const node = this.nodes[number - 1]!;
      if (node.parent === parent && node.kind === kind && node.func === func && node.location === location) return node;
    }
    return parent.byText?.get(keyOf(kind, func, location));
  }

  /** The frames from the top of the stack to `leaf`, the `created by` line last where there is one; kept. */
  frames(leaf: StackNode): readonly StackNode[] {
    let frames = this.#frames.get(leaf);
    if (!frames) {
      const made: StackNode[] = new Array(leaf.depth);
      for (let node: StackNode | undefined = leaf; node?.parent; node = node.parent) made[node.depth - 1] = node;
      frames = made;
      this.#frames.set(leaf, frames);
    }
    return frames;
  }
}

const keyOf = (kind: FrameKind, func: string, location: string): string => `${kind}\n${func}\n${location}`;

/** What stands before the creator's name. */
export const CREATED_BY = 'created by ';

/** Shared by all nodes without children: most of them in a text full of different stacks. */
const NONE: StackNode[] = [];

/** A number from the parent and a location: its length and its last characters, in which frames of one file differ. */
function hash(parent: number, text: string, start: number, end: number): number {
  let value = Math.imul(parent + 1, 0x9e3779b1) ^ (end - start);
  for (let at = end > start + 8 ? end - 8 : start; at < end; at++) value = Math.imul(value, 31) + text.charCodeAt(at);
  value = Math.imul(value ^ (value >>> 15), 0x85ebca6b);
  return (value ^ (value >>> 13)) >>> 1;
}
