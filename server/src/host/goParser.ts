// Go's grammar as WebAssembly (tree-sitter), loaded when the first source file is looked at.

import { Language, Parser, type Tree, type TreeCursor, type Node as TreeNode } from 'web-tree-sitter';
import { unpackBytes } from '../core/source/packedBytes.js';
import type { GoParser, SyntaxNode } from '../core/source/syntax.js';
import type { Pace } from './pace.js';

type Wasm = 'web-tree-sitter.wasm' | 'tree-sitter-go.wasm';
/** Gets the bytes of a file of WebAssembly. */
export type ReadWasm = (name: Wasm) => Promise<Uint8Array>;
/** Gets the bytes of a file that lies beside the bundle: from disk, or fetched. */
export type ReadAsset = (name: `${Wasm}.packed`) => Promise<Uint8Array>;

/** The files as they lie beside the bundle, unpacked at a pace. */
export const unpacked =
  (read: ReadAsset, pace: Pace): ReadWasm =>
  async (name) =>
    pace.run(unpackBytes(await read(`${name}.packed`)));

/** Nodes nested deeper than this are left out: no code that a person wrote is. */
const DEEPEST = 400;
/** UTF-16 units of a file. */
const LARGEST = 4 * 1024 * 1024;
/** Milliseconds for one file; the largest real ones take a tenth of this. */
const LONGEST = 3000;

/** Also parses in slices. Only one text is parsed at a time: begin the next when the one before is done. */
export interface ParseGo extends GoParser {
  parseInSlices(text: string, pace: Pace): Promise<SyntaxNode | undefined>;
}

let loading: Promise<ParseGo> | undefined;

/** The parser, loaded once. Rejects where WebAssembly or its files are not to be had. */
export function loadGoParser(read: ReadWasm): Promise<ParseGo> {
  loading ??= load(read).catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

async function load(read: ReadWasm): Promise<ParseGo> {
  await Parser.init({ wasmBinary: await read('web-tree-sitter.wasm') });
  const parser = new Parser();
  parser.setLanguage(await Language.load(await read('tree-sitter-go.wasm')));
  let broken = false;
  /** One attempt: a tree, or null where `stop` said so; the next call with the same text goes on from there. */
  const attempt = (text: string, stop: () => boolean): Tree | null | undefined => {
    if (broken || text.length > LARGEST) return undefined;
    try {
      return parser.parse(text, null, { progressCallback: stop });
    } catch {
      broken = true; // out of memory: WebAssembly does not get over that
      return undefined;
    }
  };
  const finish = (tree: Tree | null | undefined): SyntaxNode | undefined => {
    if (tree === null) parser.reset();
    if (!tree) return undefined;
    try {
      const cursor = tree.walk();
      const root = plain(cursor, 0, new Kept(tree));
      cursor.delete();
      return root;
    } catch {
      broken = true;
      return undefined;
    }
  };
  return {
    parse(text) {
      const end = performance.now() + LONGEST;
      return finish(attempt(text, () => performance.now() > end));
    },
    async parseInSlices(text, pace) {
      let spent = 0;
      try {
        for (;;) {
          await pace.rest();
          const start = performance.now();
          const tree = attempt(text, () => pace.due || spent + performance.now() - start > LONGEST);
          spent += performance.now() - start;
          if (tree !== null || spent > LONGEST) return finish(tree);
        }
      } catch (error) {
        parser.reset(); // the next text must not go on from here
        throw error;
      }
    },
  };
}

/** Trees live in WebAssembly's memory, which nobody collects: freed when the last body that may ask for its tree is gone. */
const trees = new FinalizationRegistry<Tree>((tree) => tree.delete());

class Kept {
  constructor(tree: Tree) {
    trees.register(this, tree);
  }
}

/** A body of a function that is not looked into before somebody asks. */
class Body implements SyntaxNode {
  readonly type = 'block';
  #node: TreeNode | undefined;
  #kept: Kept | undefined;
  #children: readonly SyntaxNode[] = [];

  constructor(
    readonly field: string,
    readonly start: number,
    readonly end: number,
    readonly line: number,
    readonly endLine: number,
    node: TreeNode,
    kept: Kept,
  ) {
    this.#node = node;
    this.#kept = kept;
  }

  get children(): readonly SyntaxNode[] {
    if (this.#node) {
      const cursor = this.#node.walk();
      this.#children = this.#kept ? childrenOf(cursor, 3, this.#kept) : [];
      cursor.delete();
      this.#node = undefined;
      this.#kept = undefined;
    }
    return this.#children;
  }
}

function plain(cursor: TreeCursor, depth: number, kept: Kept): SyntaxNode {
  const type = cursor.nodeType;
  const name = cursor.currentFieldName ?? '';
  const start = cursor.startIndex;
  const end = cursor.endIndex;
  const line = cursor.startPosition.row + 1;
  const endLine = cursor.endPosition.row + 1;
  if (type === 'block' && depth === 2) return new Body(name, start, end, line, endLine, cursor.currentNode, kept);
  return {
    type,
    field: name,
    start,
    end,
    line,
    endLine,
    children: depth < DEEPEST ? childrenOf(cursor, depth + 1, kept) : [],
  };
}

function childrenOf(cursor: TreeCursor, depth: number, kept: Kept): SyntaxNode[] {
  const children: SyntaxNode[] = [];
  if (!cursor.gotoFirstChild()) return children;
  do if (cursor.nodeIsNamed) children.push(plain(cursor, depth, kept));
  while (cursor.gotoNextSibling());
  cursor.gotoParent();
  return children;
}
