// The locks of whole files: what is held at each line where a goroutine can stand, and the same as ranges of lines.

import type { Held, Released } from './evidence.js';
import { type Analysis, isDynamic, locksOf } from './live.js';
import type { FunctionDecl, SourceFile } from './outline.js';
import { join, type State } from './state.js';
import type { SyntaxNode } from './syntax.js';

export interface LineLocks {
  readonly held: readonly Held[];
  readonly released: readonly Released[];
}

/** The lock that a line asks for. */
export interface LockCall {
  readonly line: number;
  readonly key: string;
  readonly on: string;
  readonly mode: 'write' | 'read';
  readonly root: 'receiver' | 'parameter' | 'other';
  readonly path: string;
}

/** A function or function literal, and what is known of its lines. */
export interface FunctionLocks {
  /** As tracebacks name it, without the package: `(*T).M`, `F.func1.2`. */
  readonly name: string;
  readonly from: number;
  readonly to: number;
  /** What each line calls, by the called functions' own names; '' for a call of a function value. */
  readonly calls: ReadonlyMap<number, readonly string[]>;
  readonly asks: readonly LockCall[];
  /** By line, for lines where a goroutine can stand. */
  readonly lines: ReadonlyMap<number, LineLocks>;
}

/** All functions of a file. A literal's lines are its own, not those of the function that it is written in. */
export function fileLocks(analysis: Analysis, file: SourceFile): FunctionLocks[] {
  const found: FunctionLocks[] = [];
  for (const decl of file.functions) {
    if (decl.name !== 'glob.') found.push(functionLocks(analysis, decl, decl.node, decl.name));
    for (const { node, name } of analysis.scope(decl).literals) found.push(functionLocks(analysis, decl, node, name));
  }
  return found;
}

function functionLocks(analysis: Analysis, decl: FunctionDecl, node: SyntaxNode, name: string): FunctionLocks {
  const flow = analysis.flow(decl, node);
  const states = new Map<number, { span: number; state: State | null }>();
  const calls = new Map<number, string[]>();
  const asks: LockCall[] = [];
  for (const point of flow.points) {
    const span = point.to - point.from;
    for (let line = point.from; line <= point.to; line++) {
      if (point.kind !== 'statement') {
        const names = calls.get(line) ?? [];
        const name = isDynamic(point, flow.scope, analysis) ? '' : point.name;
        if (!names.includes(name)) names.push(name);
        calls.set(line, names);
      }
      if (point.lock) {
        const { key, text, root, path } = point.lock;
        asks.push({
          line,
          key,
          on: text,
          mode: /^(?:Try)?RLock$/.test(point.name) ? 'read' : 'write',
          root: root.kind,
          path,
        });
      }
      if (point.kind === 'deferred') continue;
      const known = states.get(line);
      if (!known || span < known.span) states.set(line, { span, state: point.state });
      else if (span === known.span) known.state = join(known.state, point.state);
    }
  }
  const lines = new Map<number, LineLocks>();
  for (const [line, { state }] of [...states].sort(([a], [b]) => a - b))
    lines.set(line, locksOf(state, flow, line, false));
  return { name, from: node.line, to: node.endLine, calls, asks, lines };
}

/** What is held at each line of a file; of a line that functions share, the innermost one's. */
export function locksAtLines(analysis: Analysis, file: SourceFile): Map<number, LineLocks> {
  const lines = new Map<number, LineLocks>();
  for (const one of fileLocks(analysis, file)) for (const [line, locks] of one.lines) lines.set(line, locks);
  return lines;
}
