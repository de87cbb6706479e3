// The variables of one function and of the literals in it: what a name means at a place, and its type.

import type { SourceLock } from './evidence.js';
import { Layouts } from './layout.js';
import { type FunctionDecl, readParameters } from './outline.js';
import type { Program } from './program.js';
import type { LockRef } from './state.js';
import { childOf, field, fields, listed, type SyntaxNode } from './syntax.js';
import { type GoType, readResults, readType } from './types.js';

export interface Variable {
  readonly name: string;
  readonly kind: 'receiver' | 'parameter' | 'local';
  /** Of a parameter: which. */
  readonly index: number;
  /** Where it is declared. */
  readonly start: number;
  /** Where it can be used. */
  readonly from: number;
  readonly end: number;
  /** The expression that it is set to, and which of its results. */
  readonly value: SyntaxNode | undefined;
  readonly result: number;
  readonly type: () => GoType | undefined;
}

/** Nodes that names declared in them do not leave. */
const BLOCK =
  /^(?:block|func_literal|if_statement|for_statement|expression_switch_statement|type_switch_statement|select_statement|expression_case|type_case|default_case|communication_case)$/;

export class Scope {
  readonly decl: FunctionDecl;
  readonly #program: Program;
  readonly #variables = new Map<string, Variable[]>();
  readonly #typing = new Set<number>();
  #layouts: { readonly small: Layouts; readonly large: Layouts } | undefined;
  /** Lines of `go` and `defer` statements: for their calls the compiler may make wrappers, printed as literals. */
  readonly later: { readonly line: number; readonly endLine: number }[] = [];
  /** Function literals, in the order of the text. */
  readonly literals: { readonly node: SyntaxNode; readonly parent: SyntaxNode | undefined; readonly name: string }[] =
    [];

  constructor(program: Program, decl: FunctionDecl) {
    this.#program = program;
    this.decl = decl;
    const { node, receiver } = decl;
    if (receiver)
      this.#declare(
        receiver.name,
        'receiver',
        0,
        receiver.start,
        node.start,
        node.end,
        undefined,
        0,
        () => receiver.type,
      );
    for (const [index, p] of decl.parameters.entries())
      this.#declare(p.name, 'parameter', index, p.start, node.start, node.end, undefined, 0, () => p.type);
    if (decl.body) this.#collect(decl.body, decl.body.end, undefined, decl.name, { count: 0 }, '.func');
  }

  /** Where a lock lies whose root is the receiver or a parameter; undefined where the code at hand does not tell. */
  placeOf(ref: LockRef): SourceLock['place'] {
    const { decl } = this;
    this.#layouts ??= { small: new Layouts(this.#program, 4), large: new Layouts(this.#program, 8) };
    const { small, large } = this.#layouts;
    const argument = large.argumentOf(decl, ref);
    const offset4 = small.offsetOf(decl, ref);
    const offset8 = large.offsetOf(decl, ref);
    if (!argument || (offset4 === undefined && offset8 === undefined)) return undefined;
    return { offset4, offset8, argument: argument.inBraces, word: argument.inWords };
  }

  text(node: SyntaxNode): string {
    return this.decl.file.text.slice(node.start, node.end);
  }

  #declare(
    name: string,
    kind: Variable['kind'],
    index: number,
    start: number,
    from: number,
    end: number,
    value: SyntaxNode | undefined,
    result: number,
    type: () => GoType | undefined,
  ): void {
    if (!name || name === '_') return;
    let known: { type: GoType | undefined } | undefined;
    const once = (): GoType | undefined => {
      if (!known && !this.#typing.has(start)) {
        this.#typing.add(start);
        known = { type: type() };
        this.#typing.delete(start);
      }
      return known?.type;
    };
    const list = this.#variables.get(name) ?? [];
    list.push({ name, kind, index, start, from, end, value, result, type: once });
    this.#variables.set(name, list);
  }

  #collect(
    node: SyntaxNode,
    end: number,
    literal: SyntaxNode | undefined,
    name: string,
    numbers: { count: number },
    suffix: string,
  ): void {
    const { file } = this.decl;
    const local = (
      names: readonly SyntaxNode[],
      from: number,
      value: (at: number) => { value: SyntaxNode | undefined; result: number },
      type: (at: number) => GoType | undefined,
    ): void =>
      names.forEach((id, at) => {
        if (id.type !== 'identifier') return;
        const set = value(at);
        this.#declare(this.text(id), 'local', at, id.start, from, end, set.value, set.result, () => type(at));
      });
    switch (node.type) {
      case 'short_var_declaration':
      case 'receive_statement': {
        const names = listed(field(node, 'left'));
        const values = listed(field(node, 'right'));
        const of = (at: number) =>
          values.length === names.length ? { value: values[at], result: 0 } : { value: values[0], result: at };
        // A name that is declared in this block already is only set; its first declaration tells as much.
        local(names, node.end, of, (at) => {
          const { value, result } = of(at);
          return value && this.typeOf(value, result);
        });
        break;
      }
      case 'go_statement':
      case 'defer_statement':
        this.later.push({ line: node.line, endLine: node.endLine });
        break;
      case 'var_spec': {
        const values = childOf(node, 'expression_list')?.children ?? [];
        const names = fields(node, 'name');
        const of = (at: number) =>
          values.length === names.length ? { value: values[at], result: 0 } : { value: values[0], result: at };
        local(names, node.end, of, (at) => {
          const { value, result } = of(at);
          return readType(field(node, 'type'), file) ?? (value && this.typeOf(value, result));
        });
        break;
      }
      case 'range_clause': {
        const right = field(node, 'right');
        local(
          listed(field(node, 'left')),
          node.end,
          () => ({ value: undefined, result: 0 }),
          (at) => {
            const over = right && this.#program.declared(this.typeOf(right));
            return over?.kind === 'list' && (at === 1 || over.channel) ? over.of : undefined;
          },
        );
        break;
      }
      case 'type_switch_statement': {
        const alias = listed(field(node, 'alias'));
        for (const one of node.children.filter((c) => c.type === 'type_case')) {
          const types = fields(one, 'type');
          const type = types.length === 1 ? readType(types[0], file) : undefined;
          for (const id of alias)
            this.#declare(this.text(id), 'local', 0, one.start, one.start, one.end, undefined, 0, () => type);
        }
        break;
      }
      case 'func_literal': {
        const own = `${name}${suffix}${++numbers.count}`;
        this.literals.push({ node, parent: literal, name: own });
        for (const p of readParameters(field(node, 'parameters'), file))
          this.#declare(p.name, 'local', 0, p.start, node.start, node.end, undefined, 0, () => p.type);
        const inner = { count: 0 };
        for (const child of node.children)
          if (child.field === 'body') this.#collect(child, child.end, node, own, inner, '.');
        return;
      }
      default:
    }
    const inside = BLOCK.test(node.type) ? node.end : end;
    for (const child of node.children) this.#collect(child, inside, literal, name, numbers, suffix);
  }

  /** The variable that a name means at an offset; undefined for names of the package. */
  variable(name: string, at: number): Variable | undefined {
    let best: Variable | undefined;
    for (const one of this.#variables.get(name) ?? []) {
      if (one.from > at || one.end <= at) continue;
      // The innermost, and of one block's declarations the first: a later `:=` sets the same variable.
      if (!best || one.end < best.end || (one.end === best.end && one.kind === 'local' && best.kind !== 'local'))
        best = one;
    }
    return best;
  }

  /** The type of an expression, or of one of a call's results; undefined where the sources at hand do not tell. */
  typeOf(node: SyntaxNode, result = 0): GoType | undefined {
    const { file } = this.decl;
    switch (node.type) {
      case 'identifier': {
        const name = this.text(node);
        const variable = this.variable(name, node.start);
        if (variable) return variable.type();
        const global = this.#program.variable(file.pkg, name);
        if (!global) return undefined;
        return global.type ?? this.#globalValue(global.value as SyntaxNode | undefined, global.file === file);
      }
      case 'selector_expression': {
        const member = this.member(node);
        if (member?.kind === 'field') return member.type;
        if (member?.kind === 'method') return { kind: 'func', results: member.decl.results };
        if (member?.kind === 'abstract') return { kind: 'func', results: member.results };
        if (member) return undefined;
        const pkg = this.packageOf(field(node, 'operand'));
        const name = this.text(field(node, 'field') ?? node);
        return pkg === undefined ? undefined : this.#program.variable(pkg, name)?.type;
      }
      case 'call_expression':
        return this.#typeOfCall(node, result);
      case 'type_conversion_expression':
        return readType(field(node, 'type'), file);
      case 'parenthesized_expression':
        return node.children[0] && this.typeOf(node.children[0]);
      case 'unary_expression': {
        const operand = field(node, 'operand');
        const type = operand && this.typeOf(operand);
        if (file.text[node.start] !== '<') return type;
        const over = this.#program.declared(type);
        return over?.kind === 'list' && result === 0 ? over.of : undefined;
      }
      case 'index_expression': {
        const operand = field(node, 'operand');
        const type = operand && this.typeOf(operand);
        const over = this.#program.declared(type);
        return over?.kind === 'list' ? (result === 0 ? over.of : undefined) : over?.kind === 'func' ? type : undefined;
      }
      case 'slice_expression': {
        const operand = field(node, 'operand');
        return operand && this.typeOf(operand);
      }
      case 'composite_literal':
        return readType(field(node, 'type'), file);
      case 'type_assertion_expression':
        return result === 0 ? readType(field(node, 'type'), file) : undefined;
      case 'func_literal':
        return { kind: 'func', results: readResults(field(node, 'result'), file) };
      default:
        return undefined;
    }
  }

  /** Only values that can be read without the other file's scope. */
  #globalValue(value: SyntaxNode | undefined, sameFile: boolean): GoType | undefined {
    return value && sameFile ? this.typeOf(value) : undefined;
  }

  #typeOfCall(node: SyntaxNode, result: number): GoType | undefined {
    const { file } = this.decl;
    const callee = unwrap(field(node, 'function'));
    if (!callee) return undefined;
    const args = field(node, 'arguments')?.children ?? [];
    if (callee.type === 'identifier' && !this.variable(this.text(callee), callee.start)) {
      const name = this.text(callee);
      if ((name === 'new' || name === 'make') && !this.#program.function(file.pkg, name))
        return readType(args[0], file);
      if (name === 'append' && args[0]) return this.typeOf(args[0]);
      const called = this.#program.function(file.pkg, name);
      return called ? called.results[result] : readType(callee, file);
    }
    const decl = this.callee(callee);
    if (decl) return decl.results[result];
    if (/_type$/.test(callee.type)) return readType(callee, file);
    const type = this.#program.declared(this.typeOf(callee));
    if (type?.kind === 'func') return type.results[result];
    const pkg = callee.type === 'selector_expression' ? this.packageOf(field(callee, 'operand')) : undefined;
    const name = callee.type === 'selector_expression' ? field(callee, 'field') : undefined;
    if (pkg === 'sync' && name && this.text(name) === 'NewCond') return { kind: 'named', pkg, name: 'Cond' };
    return undefined;
  }

  /** The declared function or method that an expression names. */
  callee(node: SyntaxNode): FunctionDecl | undefined {
    const at = unwrap(node);
    if (!at) return undefined;
    if (at.type === 'identifier')
      return this.variable(this.text(at), at.start)
        ? undefined
        : this.#program.function(this.decl.file.pkg, this.text(at));
    if (at.type === 'index_expression') {
      const operand = field(at, 'operand');
      return operand && this.callee(operand);
    }
    if (at.type !== 'selector_expression') return undefined;
    const member = this.member(at);
    if (member) return member.kind === 'method' ? member.decl : undefined;
    const pkg = this.packageOf(field(at, 'operand'));
    const name = field(at, 'field');
    return pkg !== undefined && name ? this.#program.function(pkg, this.text(name)) : undefined;
  }

  /** The import path where an operand is a package's name. */
  packageOf(node: SyntaxNode | undefined): string | undefined {
    if (node?.type !== 'identifier') return undefined;
    const name = this.text(node);
    return this.variable(name, node.start) ? undefined : this.decl.file.imports.get(name);
  }

  /** What `x.name` is, where `x` is a value whose type is known. */
  member(node: SyntaxNode): ReturnType<Program['member']> {
    const operand = field(node, 'operand');
    const name = field(node, 'field');
    if (!operand || !name || this.packageOf(operand) !== undefined) return undefined;
    const type = this.typeOf(operand);
    return type && this.#program.member(type, this.keyOf(operand), this.text(name));
  }

  /**
   * Names a variable, field or element so that the same one has the same name wherever it is used: the struct that
   * declares it and the field. `?` stands for what the sources at hand do not tell.
   *
   * Example input:  `c.State` in a method of `*Container`, `mu` of the package, `e` of unknown type
   * Example output: `pkg.Container.State`, `pkg.mu`, `?`
   */
  keyOf(node: SyntaxNode): string {
    const { file } = this.decl;
    const at = unwrap(node);
    if (!at) return '?';
    switch (at.type) {
      case 'identifier': {
        const name = this.text(at);
        const variable = this.variable(name, at.start);
        if (!variable) return `${file.pkg}.${name}`;
        const type = variable.type();
        if (type?.kind === 'named' && type.pkg !== 'sync') return `${type.pkg}.${type.name}`;
        // A name for another's lock: `mu := &c.mu`.
        if (variable.value && /^(?:unary|selector|parenthesized)_expression$/.test(variable.value.type))
          return this.keyOf(variable.value);
        return type || variable.value?.type === 'composite_literal' ? `${file.pkg}.${this.decl.name} ${name}` : '?';
      }
      case 'selector_expression': {
        const operand = field(at, 'operand');
        const name = field(at, 'field');
        if (!operand || !name) return '?';
        const pkg = this.packageOf(operand);
        if (pkg !== undefined) return `${pkg}.${this.text(name)}`;
        const member = this.member(at);
        if (member?.kind === 'field') {
          const of = member.owner.startsWith('sync.') ? this.keyOf(operand) : member.owner;
          return `${of}.${this.text(name)}`;
        }
        return `${member?.kind === 'unknown' ? `${member.type}.*` : '?'}.${this.text(name)}`;
      }
      case 'index_expression': {
        const operand = field(at, 'operand');
        return operand ? `${this.keyOf(operand)}[]` : '?';
      }
      default: {
        const type = this.typeOf(at);
        return type?.kind === 'named' && type.pkg !== 'sync' ? `${type.pkg}.${type.name}` : '?';
      }
    }
  }

  /** An expression's text with its variables told apart by where they are declared; for telling equal expressions. */
  normal(node: SyntaxNode): string {
    const at = unwrap(node);
    if (!at) return '';
    switch (at.type) {
      case 'identifier': {
        const variable = this.variable(this.text(at), at.start);
        if (!variable) return this.text(at);
        if (variable.value && variable.kind === 'local' && /^(?:unary|selector)_expression$/.test(variable.value.type))
          if (/^(?:Mutex|RWMutex|Locker)$/.test(nameOf(variable.type()))) return this.normal(variable.value);
        return `${variable.name}@${variable.start}`;
      }
      case 'selector_expression': {
        const operand = field(at, 'operand');
        const name = field(at, 'field');
        return operand && name ? `${this.normal(operand)}.${this.text(name)}` : this.text(at);
      }
      case 'index_expression': {
        const operand = field(at, 'operand');
        const index = field(at, 'index');
        return operand && index ? `${this.normal(operand)}[${this.normal(index)}]` : this.text(at);
      }
      default:
        return this.text(at);
    }
  }
}

const nameOf = (type: GoType | undefined): string => (type?.kind === 'named' && type.pkg === 'sync' ? type.name : '');

/** Without parentheses, `*` and `&`. */
export function unwrap(node: SyntaxNode | undefined): SyntaxNode | undefined {
  let at = node;
  while (at) {
    if (at.type === 'parenthesized_expression') at = at.children[0];
    else if (
      at.type === 'unary_expression' &&
      at.children.length === 1 &&
      at.end - at.start === 1 + lengthOf(at.children[0]!)
    )
      at = at.children[0];
    else break;
  }
  return at;
}

const lengthOf = (node: SyntaxNode): number => node.end - node.start;
