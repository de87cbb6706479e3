// Functions that unlock and are kept in variables: `unlock := c.lock()`, `release := mu.Unlock`, `defer func() { … }`.

import type { LockNames } from './lockNames.js';
import { unwrap } from './scope.js';
import type { LockRef } from './state.js';
import type { Summaries } from './summary.js';
import { childOf, field, listed, type SyntaxNode } from './syntax.js';

/** The variables of one function that hold something which matters to locks. */
export class Unlockers {
  readonly #names: LockNames;
  readonly #summaries: Summaries;
  /** The locks that calling a literal here and now releases. */
  readonly #unlockedBy: (literal: SyntaxNode) => readonly LockRef[];
  /** Functions that unlock, by the variable that holds them. */
  readonly releases = new Map<string, readonly LockRef[]>();
  readonly literals = new Map<string, SyntaxNode>();
  /** Offsets of the calls whose last result each variable holds. */
  readonly errors = new Map<string, number>();

  constructor(names: LockNames, summaries: Summaries, unlockedBy: (literal: SyntaxNode) => readonly LockRef[]) {
    this.#names = names;
    this.#summaries = summaries;
    this.#unlockedBy = unlockedBy;
  }

  /** The locks that the function returned by a call releases. */
  returned(call: SyntaxNode): readonly LockRef[] {
    const callee = unwrap(field(call, 'function'));
    const name = this.#names.nameOf(call);
    if (!callee || !name || !this.#summaries.mayLock(name)) return [];
    const decl = this.#names.scope.callee(callee);
    const summary = decl && this.#summaries.summary(decl);
    return decl && summary ? summary.returned.map((ref) => this.#names.inCaller(ref, decl, call)) : [];
  }

  bind(node: SyntaxNode): void {
    let names: readonly SyntaxNode[];
    let values: readonly SyntaxNode[];
    if (node.type === 'short_var_declaration' || node.type === 'assignment_statement') {
      names = listed(field(node, 'left'));
      values = listed(field(node, 'right'));
    } else if (node.type === 'var_declaration') {
      for (const spec of node.children) if (spec.type === 'var_spec') this.#bindSpec(spec);
      return;
    } else return;
    this.#bindNames(names, values);
  }

  #bindSpec(spec: SyntaxNode): void {
    const names = spec.children.filter((c) => c.field === 'name');
    this.#bindNames(names, childOf(spec, 'expression_list')?.children ?? []);
  }

  #bindNames(names: readonly SyntaxNode[], values: readonly SyntaxNode[]): void {
    names.forEach((name, at) => {
      const value = values.length === names.length ? values[at] : values[0];
      if (name.type !== 'identifier' || !value) return;
      const variable =
        this.#names.scope.variable(this.#names.scope.text(name), value.end + 1) ??
        this.#names.scope.variable(this.#names.scope.text(name), name.start);
      if (!variable) return;
      const id = `${variable.name}@${variable.start}`;
      if (value.type === 'func_literal') this.literals.set(id, value);
      else if (value.type === 'call_expression') {
        if (at === names.length - 1) this.errors.set(id, value.start);
        const refs = this.returned(value);
        if (refs.length > 0) this.releases.set(id, refs);
      } else {
        const ref = this.#names.unlocker(value);
        if (ref) this.releases.set(id, [ref]);
      }
    });
  }

  returnedBy(values: readonly (readonly SyntaxNode[])[]): LockRef[] {
    const refs = new Map<string, LockRef>();
    for (const list of values)
      for (const value of list) {
        const at = unwrap(value);
        if (!at) continue;
        const method = this.#names.unlocker(at);
        if (method) refs.set(method.expr, method);
        const literal =
          at.type === 'func_literal'
            ? at
            : at.type === 'identifier'
              ? this.literals.get(this.#names.scope.normal(at))
              : undefined;
        if (literal) for (const ref of this.#unlockedBy(literal)) refs.set(ref.expr, ref);
        if (at.type === 'identifier')
          for (const ref of this.releases.get(this.#names.scope.normal(at)) ?? []) refs.set(ref.expr, ref);
        if (at.type === 'call_expression') for (const ref of this.returned(at)) refs.set(ref.expr, ref);
      }
    return [...refs.values()];
  }
}
