// Source evidence from Go files. Files are given by the host when they were asked for: what is missing is noted, never waited for.

import type { Held, HeldAt, Released, SourceEvidence, SourceLock } from './evidence.js';
import { Flow, type Point } from './flow.js';
import { readPrinted } from './names.js';
import type { FunctionDecl, SourceFile } from './outline.js';
import { Program } from './program.js';
import { Scope } from './scope.js';
import { type Entry, join, type LockRef, type State } from './state.js';
import type { Summaries, Summary } from './summary.js';
import type { GoParser, SyntaxNode } from './syntax.js';

/** A file of a package, as the host read it. */
export interface SourceText {
  /** Names the file; the file of a frame has the path that the traceback prints. */
  readonly path: string;
  readonly text: string;
  /** Its tree, where whoever read it has parsed it. */
  readonly root?: SyntaxNode | undefined;
}

/** The functions of a program, analysed when asked for. */
export class Analysis implements Summaries {
  readonly program: Program;
  readonly #scopes = new Map<FunctionDecl, Scope>();
  readonly #flows = new Map<SyntaxNode, Flow>();
  readonly #summaries = new Map<FunctionDecl, Summary | undefined>();
  #names: ReadonlySet<string> | undefined;

  constructor(program: Program) {
    this.program = program;
  }

  /** Forgets what was worked out: more of the program is known now. */
  refresh(): void {
    this.#scopes.clear();
    this.#flows.clear();
    this.#summaries.clear();
    this.#names = undefined;
  }

  scope(decl: FunctionDecl): Scope {
    let scope = this.#scopes.get(decl);
    if (!scope) {
      scope = new Scope(this.program, decl);
      this.#scopes.set(decl, scope);
    }
    return scope;
  }

  flow(decl: FunctionDecl, node: SyntaxNode = decl.node): Flow {
    let flow = this.#flows.get(node);
    if (!flow) {
      flow = new Flow(this.scope(decl), node, this);
      this.#flows.set(node, flow);
    }
    return flow;
  }

  summary(decl: FunctionDecl): Summary | undefined {
    if (this.#summaries.has(decl)) return this.#summaries.get(decl);
    this.#summaries.set(decl, undefined); // asked for by itself: recursion
    const summary = decl.body && decl.name !== 'glob.' ? this.flow(decl).summary() : undefined;
    this.#summaries.set(decl, summary);
    return summary;
  }

  mayLock(name: string): boolean {
    this.#names ??= lockers(this.program);
    return this.#names.has(name);
  }
}

const LOCKS = /\.(?:Try)?R?Lock\b|\.TryRLock\b/g;
const UNLOCKS = /\.R?Unlock\b/g;

/**
 * Names of functions that may leave a lock held or released for their caller: their code does not unlock as often as it
 * locks, or returns an unlock; and functions that call such ones. Cheap, on the text: it only saves looking closer.
 */
function lockers(program: Program): Set<string> {
  const names = new Set<string>();
  const rest: { name: string; text: string }[] = [];
  for (const decl of program.functions()) {
    if (!decl.body || decl.name === 'glob.') continue;
    const text = decl.file.text.slice(decl.body.start, decl.body.end);
    const locks = text.match(LOCKS)?.length ?? 0;
    const unlocks = text.match(UNLOCKS)?.length ?? 0;
    if (locks !== unlocks || (unlocks > 0 && /Unlock\b(?!\()|return func\b/.test(text))) names.add(decl.method);
    else rest.push({ name: decl.method, text });
  }
  const direct = [...names].filter((name) => !/^(?:R|Try|TryR)?(?:Lock|Unlock)$/.test(name));
  if (direct.length > 0 && direct.length < 2000) {
    const called = new RegExp(`\\b(?:${direct.join('|')})\\(`);
    for (const { name, text } of rest) if (called.test(text)) names.add(name);
  }
  return names;
}

/** Where a file comes from, by the path that the traceback prints. */
export type Whence = (file: string) => { readonly origin: string; readonly uri: string | undefined } | undefined;

export class LiveSource implements SourceEvidence {
  readonly origin = '';
  readonly #whence: Whence | undefined;
  readonly analysis: Analysis;
  readonly #files = new Map<string, SourceFile | undefined>();
  /** Parsed files by package and path. */
  readonly #given = new Map<string, SourceFile | undefined>();
  readonly #answers = new Map<string, HeldAt>();
  /** Files that frames name and that were not given yet, with a function of theirs. */
  readonly wantedFiles = new Map<string, string>();

  constructor(parser: GoParser, whence?: Whence) {
    this.#whence = whence;
    this.analysis = new Analysis(new Program(parser));
  }

  originOf(file: string): string {
    return this.#whence?.(file)?.origin ?? '';
  }

  uriOf(file: string): string | undefined {
    return this.#whence?.(file)?.uri;
  }

  /** Import paths of packages that would tell more about the locks of those that are known. */
  get wantedPackages(): ReadonlySet<string> {
    return this.analysis.program.wanted;
  }

  /** Whether the files of the package of a printed function were given. */
  knows(func: string): boolean {
    return this.analysis.program.has(readPrinted(func).pkg);
  }

  /**
   * Gives a file that was wanted, and the other files of its folder (where the package is not known yet). `file` undefined:
   * it is not to be had.
   */
  give(printed: string, func: string, file: SourceText | undefined, others: readonly SourceText[] = []): void {
    this.wantedFiles.delete(printed);
    const { pkg } = readPrinted(func);
    const { program } = this.analysis;
    if (!file) {
      this.#files.set(printed, undefined);
      return;
    }
    const known = program.has(pkg);
    const key = `${pkg} ${file.path}`;
    if (!this.#given.has(key)) this.#given.set(key, program.add(file.path, pkg, file.text, file.root));
    this.#files.set(printed, this.#given.get(key));
    if (!known)
      for (const other of others)
        this.#given.set(`${pkg} ${other.path}`, program.add(other.path, pkg, other.text, other.root));
    this.#refresh();
  }

  /** Gives the files of a package that was wanted; none: it is not to be had. */
  givePackage(pkg: string, files: readonly SourceText[]): void {
    const { program } = this.analysis;
    if (files.length === 0) program.addMissing(pkg);
    for (const file of files) this.#given.set(`${pkg} ${file.path}`, program.add(file.path, pkg, file.text, file.root));
    this.#refresh();
  }

  #refresh(): void {
    this.analysis.refresh();
    this.#answers.clear();
  }

  #file(file: string, func: string): SourceFile | undefined {
    if (!this.#files.has(file)) {
      if (file.endsWith('.go')) this.wantedFiles.set(file, func);
      return undefined;
    }
    return this.#files.get(file);
  }

  heldAt(file: string, func: string, line: number, callee: string | undefined): HeldAt | undefined {
    const source = this.#file(file, func);
    if (!source) return undefined;
    const key = `${func} ${line} ${callee} ${file}`;
    let answer = this.#answers.get(key);
    if (!answer) {
      answer = this.#heldAt(source, func, line, callee);
      this.#answers.set(key, answer);
    }
    return answer;
  }

  #heldAt(source: SourceFile, func: string, line: number, callee: string | undefined): HeldAt {
    const place = this.#place(source, func, line);
    if (!place) return { state: 'mismatch' };
    if (place === 'wrapper') return { state: 'match', held: [], released: [] };
    const { flow, scope } = place;
    const points = pointsFor(flow.points, line, callee, scope, this.analysis);
    if (!points) {
      const wrapped = readPrinted(func).literal && scope.later.some((at) => at.line === line || at.endLine === line);
      return wrapped ? { state: 'match', held: [], released: [] } : { state: 'mismatch' };
    }
    let state: State | null = null;
    for (const point of points) state = join(state, point.state);
    const waits = callee !== undefined && /^sync\.\(\*Cond\)\.Wait$/.test(callee);
    return { state: 'match', ...locksOf(state, flow, line, waits) };
  }

  lockAt(file: string, func: string, line: number): SourceLock | undefined {
    const source = this.#file(file, func);
    const place = source && this.#place(source, func, line);
    if (!place || place === 'wrapper') return undefined;
    const found = place.flow.points.filter((p) => p.lock && p.from <= line && line <= p.to);
    const locks = found.map((p) => lockOf(p.lock!, /^(?:Try)?RLock$/.test(p.name) ? 'read' : 'write', place.flow));
    return locks.length > 0 && locks.every((lock) => lock.key === locks[0]!.key) ? locks[0] : undefined;
  }

  /** The function at a line, if it is the one that the traceback names. */
  #place(source: SourceFile, func: string, line: number): { flow: Flow; scope: Scope } | 'wrapper' | undefined {
    const printed = readPrinted(func);
    const inside = source.functions.filter((d) => d.node.line <= line && line <= d.node.endLine);
    const decl = inside.find((d) => d.name !== 'glob.') ?? inside[0];
    if (!decl) return undefined;
    const scope = this.analysis.scope(decl);
    let literal: SyntaxNode | undefined;
    for (const { node } of scope.literals) if (node.line <= line && line <= node.endLine) literal = node;
    if (printed.literal && !/-range\d+$/.test(printed.rest)) {
      // A literal of an inlined function carries the name of the function that it was inlined into.
      if (decl.name !== printed.outer && !printed.rest.split('.').includes(decl.method)) {
        if (printed.outer !== 'init' || decl.name !== 'glob.') return undefined;
      }
      if (!literal || /(?:go|defer)wrap\d+$|wrap·\d+$/.test(printed.rest)) return 'wrapper';
      return { flow: this.analysis.flow(decl, literal), scope };
    }
    if (
      decl.name !== printed.outer &&
      !(
        decl.method === printed.method &&
        decl.name.startsWith('(*') !== printed.outer.startsWith('(*') &&
        decl.name.replace(/[(*)]/g, '') === printed.outer.replace(/[(*)]/g, '')
      )
    )
      return undefined;
    // On a line that is all inside a literal the outer function does nothing.
    if (literal && literal.line < line && line < literal.endLine) return undefined;
    return { flow: this.analysis.flow(decl), scope };
  }
}

/** The points at which a frame can stand; undefined where the line does not call what the frame above runs. */
function pointsFor(
  points: readonly Point[],
  line: number,
  callee: string | undefined,
  scope: Scope,
  analysis: Analysis,
): Point[] | undefined {
  const at = points.filter((p) => p.from <= line && line <= p.to);
  if (at.length === 0) return undefined;
  const narrow = Math.min(...at.map((p) => p.to - p.from));
  const here = at.filter((p) => p.kind !== 'deferred' && p.to - p.from <= narrow);
  const any = here.length > 0 ? here : at;
  if (callee === undefined) return any;
  const called = readPrinted(callee);
  // What the compiler calls by itself: a nil pointer, a channel, a map, a panic.
  if (/^(?:runtime|panic|internal\/runtime\/[a-z]+|reflect)$/.test(called.pkg) || callee === 'panic') return any;
  const name = called.method;
  const calls = at.filter((p) => p.kind === 'call' || p.kind === 'deferred');
  const named = calls.filter((p) => p.name === name || (p.name === '' && called.literal));
  if (named.length > 0 && !called.literal) return named;
  if (called.literal) {
    // Called through a variable, or a literal of a function that was inlined: any call of the line.
    const literals = calls.filter((p) => p.name === '' || isDynamic(p, scope, analysis) || p.name === name);
    return literals.length > 0 ? literals : calls.length > 0 ? calls : undefined;
  }
  const dynamic = calls.filter((p) => isDynamic(p, scope, analysis));
  return dynamic.length > 0 ? dynamic : undefined;
}

/** A call of a function value: a variable, a field, a result. */
export function isDynamic(point: Point, scope: Scope, analysis: Analysis): boolean {
  if (point.name === '') return true;
  const call = point.node;
  const callee = call.children.find((c) => c.field === 'function');
  if (!callee) return point.kind === 'deferred';
  if (callee.type === 'identifier')
    return (
      scope.variable(point.name, callee.start) !== undefined ||
      analysis.program.variable(scope.decl.file.pkg, point.name) !== undefined
    );
  if (callee.type !== 'selector_expression') return true;
  return scope.member(callee)?.kind === 'field';
}

function lockOf(ref: LockRef, mode: 'read' | 'write', { scope }: Flow): SourceLock {
  const { kind, index } = ref.root;
  const place = kind === 'other' ? undefined : scope.placeOf(ref);
  return { on: ref.text, key: ref.key, mode, root: kind, index, path: ref.path, ...(place ? { place } : {}) };
}

/** The locks of a state, as evidence. `waits`: the goroutine is in a Cond's Wait, which releases the Cond's lock. */
export function locksOf(
  state: State | null,
  flow: Flow,
  line: number,
  waits: boolean,
): { held: Held[]; released: Released[] } {
  const held: Held[] = [];
  const released: Released[] = [];
  const entries: Entry[] = [...(state?.entries.values() ?? [])];
  for (const entry of entries) {
    const lock = lockOf(entry.ref, entry.mode, flow);
    const { on, key } = lock;
    if (entry.held === 'none') released.push({ on, key, unlockLine: entry.unlockLine, callers: entry.lockLine === 0 });
    else if (entry.lockLine === 0) continue;
    else if (waits) {
      if (entries.length === 1) released.push({ on, key, unlockLine: line, callers: false });
    } else held.push({ ...lock, lockLine: entry.lockLine, unlock: flow.unlockOf(entry, line), sure: entry.held });
  }
  return { held, released };
}
