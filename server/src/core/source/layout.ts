// How Go lays out structs: at which offset of its object a lock lies. Sizes come from the syntax trees at hand; what they do not
// tell is undefined, never guessed.

import type { FunctionDecl, SourceFile } from './outline.js';
import type { Program } from './program.js';
import type { LockRef } from './state.js';
import { childOf, field, fields, type SyntaxNode } from './syntax.js';

/** Bytes of a pointer. */
export type Word = 4 | 8;

interface Layout {
  readonly size: number;
  readonly align: number;
}

/** Go's types of fixed size (cmd/compile/internal/types/size.go). */
const BYTES: Readonly<Record<string, number>> = {
  bool: 1,
  byte: 1,
  int8: 1,
  uint8: 1,
  int16: 2,
  uint16: 2,
  int32: 4,
  uint32: 4,
  rune: 4,
  float32: 4,
  int64: 8,
  uint64: 8,
  float64: 8,
};
/** Those of so many words. */
const WORDS: Readonly<Record<string, number>> = { int: 1, uint: 1, uintptr: 1, string: 2, error: 2, any: 2 };

/** Types of the standard library that have had the same size in all versions: bytes and alignment; -1: that of a word. */
const LIBRARY: Readonly<Record<string, readonly [size: number, align: number]>> = {
  'sync.Mutex': [8, 4],
  'sync.RWMutex': [24, 4],
  'sync.Once': [12, 4],
  'sync/atomic.Bool': [4, 4],
  'sync/atomic.Int32': [4, 4],
  'sync/atomic.Uint32': [4, 4],
  'sync/atomic.Int64': [8, 8],
  'sync/atomic.Uint64': [8, 8],
  'time.Duration': [8, -1],
  'time.Month': [-1, -1],
};
/** And those that are interfaces: two words. */
const INTERFACES = new Set([
  'context.Context',
  'sync.Locker',
  'io.Reader',
  'io.Writer',
  'io.Closer',
  'net.Conn',
  'net.Listener',
]);

const DEPTH = 12;

/** A type as it is written, and where. */
interface Written {
  readonly node: SyntaxNode;
  readonly file: SourceFile;
}

export class Layouts {
  readonly #program: Program;
  readonly #word: Word;
  readonly #known = new Map<SyntaxNode, Layout | undefined>();

  constructor(program: Program, word: Word) {
    this.#program = program;
    this.#word = word;
  }

  /** Offset of a function's lock from the pointer that its receiver or parameter is; undefined where it is not all in one object. */
  offsetOf(decl: FunctionDecl, ref: LockRef): number | undefined {
    const type = this.#rootType(decl, ref);
    const names = ref.path.split('.').slice(1);
    if (type?.node.type !== 'pointer_type' || ref.path.includes('[')) return undefined;
    let at = this.#resolve({ ...type, node: pointee(type.node)! });
    let offset = 0;
    for (const name of names) {
      const found = at && this.#field(at, name, 0);
      if (!found) return undefined;
      offset += found.offset;
      at = found.type;
    }
    if (!at) return undefined;
    if (this.#isLock(at)) return offset;
    // `c.Lock()`, where a lock is embedded.
    for (const name of ['Mutex', 'RWMutex']) {
      const found = this.#field(at, name, 0);
      if (found && this.#isLock(found.type)) return offset + found.offset;
    }
    return undefined;
  }

  /**
   * Which of the printed arguments is the root of a lock: counted with aggregates in braces as one, and in words as Go up to
   * 1.16 prints them.
   */
  argumentOf(decl: FunctionDecl, ref: LockRef): { inBraces: number; inWords: number | undefined } | undefined {
    if (ref.root.kind === 'receiver') return { inBraces: 0, inWords: 0 };
    if (ref.root.kind !== 'parameter') return undefined;
    const types = parametersOf(decl);
    const before = types.slice(0, ref.root.index);
    const receiver = decl.receiver ? receiverType(decl) : undefined;
    if (decl.receiver) before.unshift(receiver);
    let words: number | undefined = 0;
    for (const node of before) {
      const size: number | undefined = node && this.#of({ node, file: decl.file }, 0)?.size;
      words =
        words === undefined || size === undefined || size % this.#word !== 0 ? undefined : words + size / this.#word;
    }
    return { inBraces: before.length, inWords: words };
  }

  #rootType(decl: FunctionDecl, { root }: LockRef): Written | undefined {
    const node =
      root.kind === 'receiver'
        ? receiverType(decl)
        : root.kind === 'parameter'
          ? parametersOf(decl)[root.index]
          : undefined;
    return node && { node, file: decl.file };
  }

  /** Through names, to what a type is made of. Locks stay names. */
  #resolve(type: Written, depth = 0): Written | undefined {
    const { node, file } = type;
    if (depth > DEPTH || this.#isLock(type)) return type;
    if (node.type === 'parenthesized_type')
      return node.children[0] && this.#resolve({ node: node.children[0], file }, depth + 1);
    const name = this.#nameOf(type);
    if (!name) return node.type === 'generic_type' ? undefined : type;
    const found = this.#program.declaration(name.pkg, name.name);
    return found && this.#resolve(found, depth + 1);
  }

  #nameOf({ node, file }: Written): { pkg: string; name: string } | undefined {
    const text = (at: SyntaxNode): string => file.text.slice(at.start, at.end);
    if (node.type === 'type_identifier' || node.type === 'identifier') return { pkg: file.pkg, name: text(node) };
    if (node.type !== 'qualified_type') return undefined;
    const alias = field(node, 'package');
    const name = field(node, 'name');
    const pkg = alias && file.imports.get(text(alias));
    return pkg !== undefined && name ? { pkg, name: text(name) } : undefined;
  }

  #isLock(type: Written): boolean {
    const name = this.#nameOf(type);
    return name?.pkg === 'sync' && /^(?:RW)?Mutex$/.test(name.name);
  }

  /** A field of a struct, its own or one of a struct embedded by value. */
  #field(type: Written, name: string, depth: number): { offset: number; type: Written } | undefined {
    const struct = this.#resolve(type);
    if (struct?.node.type !== 'struct_type' || depth > DEPTH) return undefined;
    const embedded: { offset: number; type: Written }[] = [];
    let offset = 0;
    for (const one of this.#fields(struct)) {
      const layout = this.#of(one.type, depth);
      if (!layout) return undefined; // nor is anything known of what follows
      offset = up(offset, layout.align);
      if (one.name === name) return { offset, type: this.#resolve(one.type) ?? one.type };
      if (one.embedded) embedded.push({ offset, type: one.type });
      offset += layout.size;
    }
    for (const one of embedded) {
      const found = this.#field(one.type, name, depth + 1);
      if (found) return { offset: one.offset + found.offset, type: found.type };
    }
    return undefined;
  }

  *#fields({ node, file }: Written): Generator<{ name: string; type: Written; embedded: boolean }> {
    for (const declaration of childOf(node, 'field_declaration_list')?.children ?? []) {
      if (declaration.type !== 'field_declaration') continue;
      const type = field(declaration, 'type');
      if (!type) continue;
      const names = fields(declaration, 'name');
      for (const name of names)
        yield { name: file.text.slice(name.start, name.end), type: { node: type, file }, embedded: false };
      if (names.length > 0) continue;
      const pointer = file.text.slice(declaration.start, type.start).includes('*');
      const own = this.#nameOf({ node: type, file })?.name ?? '';
      // An embedded pointer is a word; what it points to is elsewhere.
      yield pointer
        ? { name: own, type: { node: { ...type, type: 'pointer_type', children: [type] }, file }, embedded: false }
        : { name: own, type: { node: type, file }, embedded: true };
    }
  }

  #of(type: Written, depth: number): Layout | undefined {
    const { node } = type;
    if (this.#known.has(node)) return this.#known.get(node);
    this.#known.set(node, undefined); // of itself: no such type
    const layout = depth > DEPTH ? undefined : this.#make(type, depth);
    this.#known.set(node, layout);
    return layout;
  }

  #words(count: number): Layout {
    return { size: count * this.#word, align: this.#word };
  }

  #make({ node, file }: Written, depth: number): Layout | undefined {
    switch (node.type) {
      case 'pointer_type':
      case 'map_type':
      case 'channel_type':
      case 'function_type':
        return this.#words(1);
      case 'interface_type':
        return this.#words(2);
      case 'slice_type':
        return this.#words(3);
      case 'parenthesized_type':
        return node.children[0] && this.#of({ node: node.children[0], file }, depth + 1);
      case 'array_type': {
        const element = field(node, 'element');
        const length = field(node, 'length');
        const one = element && this.#of({ node: element, file }, depth + 1);
        const count = length?.type === 'int_literal' ? Number(file.text.slice(length.start, length.end)) : Number.NaN;
        return one && Number.isSafeInteger(count) ? { size: one.size * count, align: one.align } : undefined;
      }
      case 'struct_type': {
        let size = 0;
        let align = 1;
        let last = -1;
        for (const { type } of this.#fields({ node, file })) {
          const one = this.#of(type, depth + 1);
          if (!one) return undefined;
          size = up(size, one.align) + one.size;
          align = Math.max(align, one.align);
          last = one.size;
        }
        if (last === 0 && size > 0) size++; // so that its address lies inside
        return { size: up(size, align), align };
      }
      default:
        return this.#named({ node, file }, depth);
    }
  }

  #named(type: Written, depth: number): Layout | undefined {
    const name = this.#nameOf(type);
    if (!name) return undefined;
    const { node } = type;
    const found = this.#program.declaration(name.pkg, name.name);
    if (found) return this.#of(found, depth + 1);
    if (node.type !== 'qualified_type') {
      const bytes = Object.hasOwn(BYTES, name.name) ? BYTES[name.name]! : 0;
      if (bytes > 0) return { size: bytes, align: Math.min(bytes, this.#word) };
      return Object.hasOwn(WORDS, name.name) ? this.#words(WORDS[name.name]!) : undefined;
    }
    const full = `${name.pkg}.${name.name}`;
    if (INTERFACES.has(full)) return this.#words(2);
    const [size, align] = Object.hasOwn(LIBRARY, full) ? LIBRARY[full]! : [0, 0];
    if (size === 0) return undefined;
    return { size: size < 0 ? this.#word : size, align: align < 0 ? this.#word : align };
  }
}

const up = (offset: number, align: number): number => Math.ceil(offset / align) * align;

const pointee = (node: SyntaxNode): SyntaxNode | undefined => node.children.find((child) => child.type !== 'comment');

const receiverType = ({ node }: FunctionDecl): SyntaxNode | undefined => {
  const declaration = field(node, 'receiver')?.children.find((child) => child.type === 'parameter_declaration');
  return declaration && field(declaration, 'type');
};

/** The type of each parameter, as `FunctionDecl.parameters` counts them; undefined for `...T`. */
function parametersOf({ node }: FunctionDecl): (SyntaxNode | undefined)[] {
  const types: (SyntaxNode | undefined)[] = [];
  for (const declaration of field(node, 'parameters')?.children ?? []) {
    const variadic = declaration.type === 'variadic_parameter_declaration';
    if (!variadic && declaration.type !== 'parameter_declaration') continue;
    const type = variadic ? undefined : field(declaration, 'type');
    for (let n = Math.max(1, fields(declaration, 'name').length); n > 0; n--) types.push(type);
  }
  return types;
}
