// Follows the paths through one function and notes, at each call and statement, which locks are held there.

import { sameKey } from './keys.js';
import { LockNames } from './lockNames.js';
import { type Scope, unwrap } from './scope.js';
import {
  type Deferred,
  type Entry,
  equal,
  join,
  type LockRef,
  type Mode,
  START,
  type State,
  withEntry,
} from './state.js';
import { type Summaries, type Summary, successful, summarize } from './summary.js';
import { childOf, field, listed, type SyntaxNode } from './syntax.js';
import { Unlockers } from './unlockers.js';

/** A place where a goroutine can stand, and the locks held there. */
export interface Point {
  readonly from: number;
  readonly to: number;
  readonly kind: 'call' | 'deferred' | 'statement';
  /** The called function's own name; '' where the expression does not name one. */
  readonly name: string;
  readonly node: SyntaxNode;
  /** Of a call that locks: what it locks. */
  readonly lock: LockRef | undefined;
  readonly state: State;
}

const ROUNDS = 4;
/** Calls that do not come back. */
const NO_RETURN =
  /^(?:panic|os\.Exit|runtime\.Goexit|log(?:rus)?\.(?:Fatal|Panic)(?:f|ln)?|klog\.(?:Fatal|Exit)(?:f|ln)?)$/;

/** Where `break` and `continue` go. */
interface Target {
  readonly label: string;
  broken: State | null;
  continued: State | null;
  readonly loop: boolean;
}

export class Flow {
  readonly scope: Scope;
  readonly #node: SyntaxNode;
  readonly #body: SyntaxNode | undefined;
  readonly #summaries: Summaries;
  readonly #names: LockNames;
  readonly #unlockers: Unlockers;
  readonly #points = new Map<string, Point>();
  readonly #targets: Target[] = [];
  readonly #labels = new Map<string, State | null>();
  readonly #defers = new Map<number, SyntaxNode>();
  #exits: { state: State; values: readonly SyntaxNode[]; failed: boolean }[] = [];
  /** Where each lock is released: by the line that locks it and its expression. */
  readonly #releasedAt = new Map<string, Set<number>>();
  #deferring = 0;
  #pendingLabel = '';
  #quiet = 0;
  #gotos = false;
  #applying = 0;

  /** `node` is the function's own, or one of the literals in it. */
  constructor(scope: Scope, node: SyntaxNode, summaries: Summaries) {
    this.scope = scope;
    this.#node = node;
    this.#body = node === scope.decl.node ? scope.decl.body : field(node, 'body');
    this.#summaries = summaries;
    this.#names = new LockNames(scope, node);
    this.#unlockers = new Unlockers(this.#names, summaries, (literal) => this.#unlockedBy(literal));
    for (let round = 0; round < ROUNDS; round++) {
      const before = new Map(this.#labels);
      this.#exits = [];
      this.#run();
      if (!this.#gotos || [...this.#labels].every(([label, state]) => equal(state, before.get(label) ?? null))) break;
    }
  }

  /** In the order of the text. */
  get points(): readonly Point[] {
    return [...this.#points.values()].sort((a, b) => a.node.start - b.node.start);
  }

  /** The line after `line` that releases a lock taken in this function, or how else that happens. */
  unlockOf(entry: Entry, line: number): number | 'defer' | 'never' {
    const lines = [...(this.#releasedAt.get(`${entry.lockLine} ${entry.ref.expr}`) ?? [])].sort((a, b) => a - b);
    if (lines.includes(0)) return 'defer';
    return lines.find((one) => one >= line) ?? lines[0] ?? 'never';
  }

  #run(): void {
    if (!this.#body) return;
    const end = this.#block(this.#body, START);
    if (end) this.#leave(end, this.#body, [], this.#body.endLine, this.#body.endLine);
  }

  // ---- statements

  #block(node: SyntaxNode, state: State | null): State | null {
    let at = state;
    for (const child of node.children) at = this.#statement(child, at);
    return at;
  }

  #statement(node: SyntaxNode, state: State | null): State | null {
    const label = this.#pendingLabel;
    this.#pendingLabel = '';
    if (node.type === 'labeled_statement') {
      const name = this.scope.text(field(node, 'label') ?? node);
      const at = join(state, this.#labels.get(name) ?? null);
      if (!this.#labels.has(name)) this.#labels.set(name, null);
      this.#pendingLabel = name;
      const rest = node.children.filter((c) => c.field !== 'label');
      let after = at;
      for (const child of rest) after = this.#statement(child, after);
      this.#pendingLabel = '';
      return after;
    }
    if (!state) return null;
    switch (node.type) {
      case 'block':
      case 'statement_list':
        return this.#block(node, state);
      case 'if_statement':
        return this.#if(node, state);
      case 'for_statement':
        return this.#for(node, state, label);
      case 'expression_switch_statement':
      case 'type_switch_statement':
      case 'select_statement':
        return this.#switch(node, state, label);
      case 'return_statement': {
        const values = node.children.flatMap((c) => listed(c)).filter((c) => c.type !== 'comment');
        const at = this.#simple(node, state);
        if (at) this.#leave(at, node, values, node.line, node.endLine);
        return null;
      }
      case 'break_statement':
      case 'continue_statement': {
        const name = node.children[0] ? this.scope.text(node.children[0]) : '';
        const breaks = node.type === 'break_statement';
        for (let i = this.#targets.length - 1; i >= 0; i--) {
          const target = this.#targets[i]!;
          if (name ? target.label !== name : !breaks && !target.loop) continue;
          if (breaks) target.broken = join(target.broken, state);
          else target.continued = join(target.continued, state);
          break;
        }
        return null;
      }
      case 'goto_statement': {
        const name = node.children[0] ? this.scope.text(node.children[0]) : '';
        this.#gotos = true;
        this.#labels.set(name, join(this.#labels.get(name) ?? null, state));
        return null;
      }
      case 'fallthrough_statement':
        return state; // the switch passes it on
      case 'go_statement':
      case 'defer_statement':
        return this.#later(node, state);
      case 'comment':
      case 'empty_statement':
        return state;
      default:
        return this.#simple(node, state);
    }
  }

  /** A statement without statements in it. */
  #simple(node: SyntaxNode, state: State): State | null {
    this.#point(node, 'statement', '', node.line, node.endLine, state);
    const at = this.#eval(node, state);
    if (!at) return null;
    this.#unlockers.bind(node);
    return at;
  }

  #if(node: SyntaxNode, state: State): State | null {
    const initializer = field(node, 'initializer');
    const condition = field(node, 'condition');
    const consequence = field(node, 'consequence');
    const alternative = field(node, 'alternative');
    let at: State | null = initializer ? this.#statement(initializer, state) : state;
    if (!at || !condition) return at;
    this.#point(condition, 'statement', '', node.line, condition.endLine, at);
    const [yes, no] = this.#condition(condition, at);
    at = consequence ? this.#statement(consequence, yes) : yes;
    return join(at, alternative ? this.#statement(alternative, no) : no);
  }

  /** The states after a condition that is true, and one that is false: `if mu.TryLock()`. */
  #condition(node: SyntaxNode, state: State): [State | null, State | null] {
    if (node.type === 'parenthesized_expression' && node.children[0]) return this.#condition(node.children[0], state);
    if (node.type === 'unary_expression' && this.scope.decl.file.text[node.start] === '!') {
      const operand = field(node, 'operand');
      if (operand) {
        const [yes, no] = this.#condition(operand, state);
        return [no, yes];
      }
    }
    if (node.type === 'binary_expression') {
      const left = field(node, 'left');
      const right = field(node, 'right');
      const operator = left && right ? this.scope.decl.file.text.slice(left.end, right.start).trim() : '';
      if (left && right && (operator === '&&' || operator === '||')) {
        const [yes, no] = this.#condition(left, state);
        const first = operator === '&&' ? yes : no;
        if (!first) return [yes, no];
        const [rightYes, rightNo] = this.#condition(right, first);
        return operator === '&&' ? [rightYes, join(no, rightNo)] : [join(yes, rightYes), rightNo];
      }
    }
    const failure = this.#failure(node);
    if (failure) {
      const at = this.#eval(node, state);
      const failed = at && this.#afterFailure(at, failure.call);
      return failure.failed ? [failed, at] : [at, failed];
    }
    if (node.type === 'call_expression') {
      const tried = this.#names.lockCall(node);
      if (tried?.op === 'try') {
        const at = this.#eval(node, state, true);
        return [at && this.#lock(at, tried.ref, tried.mode, node.line, 'all'), at];
      }
    }
    const at = this.#eval(node, state);
    return [at, at];
  }

  /** `err != nil` and `err == nil`, where `err` is what a call that locks returned. */
  #failure(node: SyntaxNode): { call: number; failed: boolean } | undefined {
    if (node.type !== 'binary_expression') return undefined;
    const left = field(node, 'left');
    const right = field(node, 'right');
    if (left?.type !== 'identifier' || right?.type !== 'nil') return undefined;
    const call = this.#unlockers.errors.get(this.scope.normal(left));
    const operator = this.scope.decl.file.text.slice(left.end, right.start).trim();
    return call !== undefined && /^[!=]=$/.test(operator) ? { call, failed: operator === '!=' } : undefined;
  }

  #afterFailure(state: State, call: number): State {
    const entries = new Map([...state.entries].filter(([, entry]) => entry.unlessFailed !== call));
    return { ...state, entries };
  }

  #for(node: SyntaxNode, state: State, label: string): State | null {
    const clause = childOf(node, 'for_clause');
    const range = childOf(node, 'range_clause');
    const body = field(node, 'body');
    const initializer = clause && field(clause, 'initializer');
    const update = clause && field(clause, 'update');
    const condition = clause
      ? field(clause, 'condition')
      : node.children.find((c) => c !== range && c !== body && c.type !== 'comment');
    let entry: State | null = initializer ? this.#statement(initializer, state) : state;
    if (!entry) return null;
    if (range) {
      const over = field(range, 'right');
      if (over) entry = this.#eval(over, entry);
      if (!entry) return null;
    }
    let head: State = entry;
    let after: State | null = null;
    for (let round = 0; round < ROUNDS; round++) {
      const target: Target = { label, broken: null, continued: null, loop: true };
      this.#targets.push(target);
      const header = range ?? condition ?? node;
      this.#point(header, 'statement', '', node.line, header === node ? node.line : header.endLine, head);
      let [yes, no]: [State | null, State | null] = condition ? this.#condition(condition, head) : [head, null];
      if (range) no = head;
      yes = body ? this.#statement(body, yes) : yes;
      let back = join(yes, target.continued);
      if (back && update) back = this.#statement(update, back);
      this.#targets.pop();
      after = join(no, target.broken);
      const next: State = join(entry, back) ?? entry;
      if (equal(next, head)) break;
      head = next;
    }
    return after;
  }

  #switch(node: SyntaxNode, state: State, label: string): State | null {
    let at: State | null = state;
    const initializer = field(node, 'initializer');
    if (initializer) at = this.#statement(initializer, at);
    const value = field(node, 'value');
    if (at) this.#point(value ?? node, 'statement', '', node.line, value?.endLine ?? node.line, at);
    if (at && value) at = this.#eval(value, at);
    if (!at) return null;
    const target: Target = { label, broken: null, continued: null, loop: false };
    this.#targets.push(target);
    const selects = node.type === 'select_statement';
    let covered = selects;
    let after: State | null = null;
    let through: State | null = null;
    for (const one of node.children) {
      if (!/_case$/.test(one.type)) continue;
      if (one.type === 'default_case') covered = true;
      let inside: State | null = at;
      for (const child of one.children)
        if (child.field === 'value' && inside) inside = this.#eval(child, inside);
        else if (child.field === 'communication') inside = this.#statement(child, inside);
      inside = join(inside, through);
      through = null;
      const list = childOf(one, 'statement_list');
      if (list) inside = this.#block(list, inside);
      if (list?.children.some((c) => c.type === 'fallthrough_statement')) through = inside;
      else after = join(after, inside);
    }
    this.#targets.pop();
    after = join(join(after, through), target.broken);
    return covered ? after : join(after, at);
  }

  /** `go` and `defer`: operands now, the call later or never. */
  #later(node: SyntaxNode, state: State): State | null {
    const call = node.children.find((c) => c.type !== 'comment');
    this.#point(node, 'statement', '', node.line, node.endLine, state);
    if (!call) return state;
    if (call.type !== 'call_expression') return this.#eval(call, state);
    let at: State | null = state;
    const callee = field(call, 'function');
    if (callee) at = this.#eval(callee, at);
    const args = field(call, 'arguments');
    if (at && args) at = this.#eval(args, at);
    if (!at || node.type === 'go_statement') return at;
    this.#point(call, 'deferred', this.#names.nameOf(call), call.line, args?.line ?? call.endLine, at);
    this.#defers.set(node.start, call);
    const deferred: Deferred[] = [...at.deferred.filter((d) => d.id !== node.start), { id: node.start, sure: true }];
    return { ...at, deferred };
  }

  /** Returning: the deferred calls, last first. */
  #leave(state: State, place: SyntaxNode, values: readonly SyntaxNode[], from: number, to: number): void {
    let at: State = state;
    for (let i = state.deferred.length - 1; i >= 0; i--) {
      const { id, sure } = state.deferred[i]!;
      const call = this.#defers.get(id);
      if (!call) continue;
      this.#point(place, 'deferred', this.#names.nameOf(call), from, to, at, `${id} `);
      this.#deferring++;
      const after: State | null = this.#effect(call, at);
      this.#deferring--;
      at = (sure ? after : join(at, after)) ?? at;
    }
    const { decl } = this.scope;
    const last = values.at(-1);
    const failed = decl.fails && this.#node === decl.node && !!last && this.scope.text(last) !== 'nil';
    this.#exits.push({ state: at, values, failed });
  }

  // ---- expressions

  /** Evaluates what is in a node, calls in the order in which Go makes them. `own` leaves the node's own call out. */
  #eval(node: SyntaxNode, state: State, own = false): State | null {
    if (node.type === 'func_literal' || node.type === 'comment') return state;
    let at: State | null = state;
    if (node.type === 'binary_expression') {
      const left = field(node, 'left');
      const right = field(node, 'right');
      if (left && right) {
        const operator = this.scope.decl.file.text.slice(left.end, right.start).trim();
        at = this.#eval(left, at);
        if (operator === '&&' || operator === '||') return at && join(at, this.#eval(right, at));
        return at && this.#eval(right, at);
      }
    }
    for (const child of node.children) {
      at = this.#eval(child, at);
      if (!at) return null;
    }
    if (node.type === 'call_expression') {
      const args = field(node, 'arguments');
      const found = this.#names.lockCall(node);
      this.#point(
        node,
        'call',
        this.#names.nameOf(node),
        node.line,
        args?.line ?? node.endLine,
        at,
        '',
        found?.op === 'unlock' ? undefined : found?.ref,
      );
      if (own) return at;
      if (NO_RETURN.test(this.scope.text(field(node, 'function') ?? node))) return null;
      return this.#effect(node, at);
    }
    return at;
  }

  /** What a call does to the locks. */
  #effect(call: SyntaxNode, state: State): State | null {
    const line = call.line;
    const found = this.#names.lockCall(call);
    if (found) {
      if (found.op === 'unlock') return this.#unlock(state, found.ref, line, true);
      return this.#lock(state, found.ref, found.mode, line, found.op === 'lock' ? 'all' : 'some');
    }
    const callee = unwrap(field(call, 'function'));
    if (!callee) return state;
    let literal = callee.type === 'func_literal' ? callee : undefined;
    if (callee.type === 'identifier') {
      const id = this.scope.normal(callee);
      const refs = this.#unlockers.releases.get(id);
      if (refs) return refs.reduce((at, ref) => this.#unlock(at, ref, line, true), state);
      literal = this.#unlockers.literals.get(id) ?? literal;
    }
    if (callee.type === 'call_expression') {
      // f()(): what f() returned.
      return this.#unlockers.returned(callee).reduce((at, ref) => this.#unlock(at, ref, line, true), state);
    }
    if (literal) return this.#inline(literal, state);
    const name = this.#names.nameOf(call);
    if (!name || !this.#summaries.mayLock(name)) return state;
    const decl = this.scope.callee(callee);
    const summary = decl && this.#summaries.summary(decl);
    if (!decl || !summary) return state;
    let at = state;
    for (const { ref, sure } of summary.unlocks)
      at = this.#unlock(at, this.#names.inCaller(ref, decl, call), line, sure);
    for (const { ref, mode, sure, unlessFailed } of summary.locks) {
      const held = sure ? 'all' : 'some';
      at = this.#lock(at, this.#names.inCaller(ref, decl, call), mode, line, held, unlessFailed ? call.start : 0);
    }
    return at;
  }

  /** A function literal that is called here and now: it sees and changes this function's locks. */
  #inline(literal: SyntaxNode, state: State): State | null {
    const body = field(literal, 'body');
    if (!body || this.#applying > 3) return state;
    const exits = this.#exits;
    const targets = this.#targets.splice(0);
    this.#exits = [];
    this.#quiet++;
    this.#applying++;
    const end = this.#block(body, { ...state, deferred: [] });
    if (end) this.#leave(end, body, [], body.endLine, body.endLine);
    let after: State | null = null;
    for (const exit of this.#exits) after = join(after, exit.state);
    this.#applying--;
    this.#quiet--;
    this.#exits = exits;
    this.#targets.push(...targets);
    return after && { ...after, deferred: state.deferred };
  }

  // ---- locks

  #lock(state: State, ref: LockRef, mode: Mode, line: number, held: 'all' | 'some', unlessFailed = 0): State {
    const known = state.entries.get(ref.expr);
    if (known?.held === 'all') return state; // a second read lock, or a deadlock with itself
    return withEntry(state, { ref, mode, held, lockLine: line, unlockLine: 0, unlessFailed });
  }

  #unlock(state: State, ref: LockRef, line: number, sure: boolean): State {
    let entry = state.entries.get(ref.expr);
    if (!entry || entry.held === 'none') {
      // Another name for it: the only one of that kind that is held.
      const alike = [...state.entries.values()].filter((e) => e.held !== 'none' && sameKey(e.ref.key, ref.key));
      if (alike.length === 1) entry = alike[0];
    }
    if (entry && entry.held !== 'none') {
      const at = `${entry.lockLine} ${entry.ref.expr}`;
      this.#releasedAt.set(at, (this.#releasedAt.get(at) ?? new Set()).add(this.#deferring > 0 ? 0 : line));
      const held = sure ? 'none' : 'some';
      return withEntry(state, { ...entry, held, unlockLine: held === 'none' ? line : 0 });
    }
    if (entry && entry.lockLine > 0) return state;
    // Locked by the caller.
    return withEntry(state, {
      ref,
      mode: 'write',
      held: sure ? 'none' : 'some',
      lockLine: 0,
      unlockLine: line,
      unlessFailed: 0,
    });
  }

  // ---- results

  #point(
    node: SyntaxNode,
    kind: Point['kind'],
    name: string,
    from: number,
    to: number,
    state: State,
    tag = '',
    lock?: LockRef,
  ): void {
    if (this.#quiet > 0) return;
    this.#points.set(`${tag}${kind} ${node.start} ${node.end}`, { from, to, kind, name, node, lock, state });
  }

  /** What calling this function does to its caller's locks. */
  summary(): Summary {
    return summarize(this.#exits, this.#unlockers.returnedBy(successful(this.#exits).map((exit) => exit.values)));
  }

  #unlockedBy(literal: SyntaxNode): LockRef[] {
    const after = this.#inline(literal, START);
    return [...(after?.entries.values() ?? [])].filter((e) => e.lockLine === 0 && e.held === 'none').map((e) => e.ref);
  }
}
