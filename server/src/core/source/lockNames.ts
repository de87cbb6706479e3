// The locks that a function's expressions name, and what calling a lock's own methods does to them.

import type { FunctionDecl } from './outline.js';
import { type Scope, unwrap } from './scope.js';
import type { LockRef, Mode } from './state.js';
import { field, type SyntaxNode } from './syntax.js';

const LOCK: Readonly<Record<string, { op: 'lock' | 'try' | 'unlock'; mode: Mode }>> = {
  Lock: { op: 'lock', mode: 'write' },
  RLock: { op: 'lock', mode: 'read' },
  TryLock: { op: 'try', mode: 'write' },
  TryRLock: { op: 'try', mode: 'read' },
  Unlock: { op: 'unlock', mode: 'write' },
  RUnlock: { op: 'unlock', mode: 'read' },
};
/** Reads the expressions of one function, or of a literal in it. */
export class LockNames {
  readonly scope: Scope;
  readonly #node: SyntaxNode;

  /** `node` is the function's own, or one of the literals in it. */
  constructor(scope: Scope, node: SyntaxNode) {
    this.scope = scope;
    this.#node = node;
  }

  /** Whether a call is one of a lock's own methods, on which lock. */
  lockCall(call: SyntaxNode): { op: 'lock' | 'try' | 'unlock'; mode: Mode; ref: LockRef } | undefined {
    const callee = unwrap(field(call, 'function'));
    if (callee?.type !== 'selector_expression') return undefined;
    const ref = this.method(callee);
    return ref && { ...LOCK[this.scope.text(field(callee, 'field')!)]!, ref };
  }

  /** The lock of `x.Lock`; undefined where that is no lock's method. */
  method(selector: SyntaxNode): LockRef | undefined {
    const operand = field(selector, 'operand');
    const name = field(selector, 'field');
    if (!operand || !name || !Object.hasOwn(LOCK, this.scope.text(name))) return undefined;
    if (this.scope.packageOf(operand) !== undefined) return undefined;
    const member = this.scope.member(selector);
    if (member?.kind === 'method' || member?.kind === 'field') return undefined;

    const ref = this.ref(operand);
    if (member?.kind === 'lock') return { ...ref, key: member.key };
    // Of an interface: whose lock it is, is not known.
    if (member?.kind === 'abstract') return { ...ref, key: `?${ref.path}` };
    return { ...ref, key: member ? `${member.type}.*` : ref.key };
  }

  ref(node: SyntaxNode): LockRef {
    const { scope } = this;
    let at = unwrap(node);
    let path = '';
    while (at?.type === 'selector_expression' || at?.type === 'index_expression') {
      const name = field(at, 'field');
      path = `${name ? `.${scope.text(name)}` : '[]'}${path}`;
      at = unwrap(field(at, 'operand'));
    }
    const variable = at?.type === 'identifier' ? scope.variable(scope.text(at), at.start) : undefined;
    const own = variable && variable.kind !== 'local' && this.#node === scope.decl.node;
    return {
      expr: scope.normal(node),
      text: scope.text(unwrap(node) ?? node).slice(0, 80),
      key: scope.keyOf(node),
      root: own
        ? { kind: variable.kind as 'receiver' | 'parameter', index: variable.index }
        : { kind: 'other', index: 0 },
      path,
    };
  }

  /** A callee's lock as the caller names it. */
  inCaller(ref: LockRef, decl: FunctionDecl, call: SyntaxNode): LockRef {
    const callee = unwrap(field(call, 'function'));
    const args = (field(call, 'arguments')?.children ?? []).filter((c) => c.type !== 'comment');
    let root: SyntaxNode | undefined;
    if (ref.root.kind === 'receiver' && callee?.type === 'selector_expression') root = field(callee, 'operand');
    else if (ref.root.kind === 'parameter') root = args[ref.root.index];
    if (!root) return { ...ref, expr: `${decl.file.pkg}.${decl.name}:${ref.expr}`, root: { kind: 'other', index: 0 } };
    const own = this.ref(root);
    // A lock that is the parameter itself, or part of something unknown: the caller knows better what it is.
    const key = ref.key.includes(' ') || ref.key.startsWith('?') ? own.key + ref.path : ref.key;
    return {
      expr: own.expr + ref.path,
      text: own.text + ref.path,
      key,
      root: own.root,
      path: own.path + ref.path,
    };
  }

  /** `mu.Unlock`, the method as a value. */
  unlocker(node: SyntaxNode): LockRef | undefined {
    const at = unwrap(node);
    if (at?.type !== 'selector_expression') return undefined;
    const name = field(at, 'field');
    return name && /^R?Unlock$/.test(this.scope.text(name)) ? this.method(at) : undefined;
  }

  /** The name of the called function, as far as the expression has one. */
  nameOf(call: SyntaxNode): string {
    let at = unwrap(field(call, 'function') ?? call);
    while (at?.type === 'index_expression' || at?.type === 'type_instantiation_expression')
      at = unwrap(field(at, 'operand') ?? at.children[0]);
    if (at?.type === 'identifier') return this.scope.text(at);
    const name = at?.type === 'selector_expression' ? field(at, 'field') : undefined;
    return name ? this.scope.text(name) : '';
  }
}
