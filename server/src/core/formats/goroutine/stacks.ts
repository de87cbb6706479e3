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
  /** As printed: `/usr/lib/go/src/sync/mutex.go`; '' where the text has no such line. */
  readonly file: string;
  readonly line: number;
  /** The location line's text after its indent, up to ` fp=`. */
  readonly location: string;
  /** The child that was met last: the prediction. */
  next: StackNode | undefined;
  /** The first children, to be compared one by one; from FEW on, `byText` finds them. */
  readonly few: StackNode[];
  byText: Map<string, StackNode> | undefined;
}

/** So many children are compared with a line before text is cut out of it to look them up. */
const FEW = 12;

/** All distinct stacks of one document. */
export class Stacks {
  readonly nodes: StackNode[] = [];
  readonly root: StackNode;
  /** One string for each function name, so that equal names compare at once. */
  readonly #names = new Map<string, string>();

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
      file,
      line,
      location,
      next: undefined,
      few: [],
      byText: undefined,
    };
    this.nodes.push(node);
    return node;
  }

  /** The child of `parent` with this frame, made if new. */
  child(parent: StackNode, kind: FrameKind, func: string, file: string, line: number, location: string): StackNode {
    const name = this.#names.get(func) ?? func;
    let node = parent.few.find((kid) => kid.func === name && kid.location === location && kid.kind === kind);
    const key = node || parent.few.length < FEW ? '' : `${kind}\n${func}\n${location}`;
    if (!node && key) {
      parent.byText ??= new Map();
      node = parent.byText.get(key);
    }
    if (!node) {
      this.#names.set(name, name);
      node = this.#make(parent, kind, name, file, line, location);
      if (key) parent.byText!.set(key, node);
      else parent.few.push(node);
    }
    parent.next = node;
    return node;
  }

  /** The frames from the top of the stack to `leaf`, the `created by` line last where there is one. */
  frames(leaf: StackNode): StackNode[] {
    const frames: StackNode[] = new Array(leaf.depth);
    for (let node: StackNode | undefined = leaf; node?.parent; node = node.parent) frames[node.depth - 1] = node;
    return frames;
  }
}
