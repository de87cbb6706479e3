// Go's types, as far as telling one lock from another needs them. Pointers are dropped: `*T` is `T`.

import { childOf, field, fields, type SyntaxNode } from './syntax.js';

export type GoType =
  | { readonly kind: 'named'; readonly pkg: string; readonly name: string }
  | { readonly kind: 'struct'; readonly fields: readonly GoField[] }
  | {
      readonly kind: 'interface';
      readonly methods: ReadonlyMap<string, readonly (GoType | undefined)[]>;
      readonly embedded: readonly GoType[];
    }
  /** Slice, array, map or channel of something. */
  | { readonly kind: 'list'; readonly of: GoType | undefined; readonly channel: boolean }
  | { readonly kind: 'func'; readonly results: readonly (GoType | undefined)[] };

export interface GoField {
  readonly name: string;
  readonly type: GoType | undefined;
  readonly embedded: boolean;
}

/** Where a type is written: its package, and what the file's imports are called. */
export interface TypeContext {
  readonly text: string;
  readonly pkg: string;
  readonly imports: ReadonlyMap<string, string>;
}

const BASIC = /^(?:bool|byte|comparable|complex\d+|error|float\d+|int\d*|rune|string|uint\d*|uintptr|any)$/;

/** Reads a type's node; undefined where it says nothing of use (basic types, broken code). */
export function readType(node: SyntaxNode | undefined, context: TypeContext): GoType | undefined {
  if (!node) return undefined;
  const { text } = context;
  switch (node.type) {
    case 'identifier':
    case 'type_identifier': {
      const name = text.slice(node.start, node.end);
      return BASIC.test(name) ? undefined : { kind: 'named', pkg: context.pkg, name };
    }
    case 'qualified_type': {
      const alias = field(node, 'package');
      const name = field(node, 'name');
      const pkg = alias && context.imports.get(text.slice(alias.start, alias.end));
      return pkg && name ? { kind: 'named', pkg, name: text.slice(name.start, name.end) } : undefined;
    }
    case 'generic_type':
      return readType(field(node, 'type'), context);
    case 'pointer_type':
    case 'parenthesized_type':
    case 'negated_type':
    case 'type_elem':
      return readType(
        node.children.find((c) => c.type !== 'comment'),
        context,
      );
    case 'slice_type':
    case 'array_type':
    case 'implicit_length_array_type':
      return { kind: 'list', of: readType(field(node, 'element'), context), channel: false };
    case 'map_type':
      return { kind: 'list', of: readType(field(node, 'value'), context), channel: false };
    case 'channel_type':
      return { kind: 'list', of: readType(field(node, 'value'), context), channel: true };
    case 'struct_type':
      return { kind: 'struct', fields: readFields(childOf(node, 'field_declaration_list'), context) };
    case 'interface_type':
      return readInterface(node, context);
    case 'function_type':
      return { kind: 'func', results: readResults(field(node, 'result'), context) };
    default:
      return undefined;
  }
}

function readInterface(node: SyntaxNode, context: TypeContext): GoType {
  const methods = new Map<string, (GoType | undefined)[]>();
  const embedded: GoType[] = [];
  for (const child of node.children) {
    const name = field(child, 'name');
    if (child.type === 'method_elem' && name)
      methods.set(context.text.slice(name.start, name.end), readResults(field(child, 'result'), context));
    else if (child.type === 'type_elem') {
      const type = readType(child, context);
      if (type) embedded.push(type);
    }
  }
  return { kind: 'interface', methods, embedded };
}

function readFields(list: SyntaxNode | undefined, context: TypeContext): GoField[] {
  const found: GoField[] = [];
  for (const declaration of list?.children ?? []) {
    if (declaration.type !== 'field_declaration') continue;
    const type = readType(field(declaration, 'type'), context);
    const names = fields(declaration, 'name');
    for (const name of names) found.push({ name: context.text.slice(name.start, name.end), type, embedded: false });
    if (names.length === 0 && type?.kind === 'named') found.push({ name: type.name, type, embedded: true });
  }
  return found;
}

/** The types of a function's results: one type, or a list of declarations with or without names. */
export function readResults(node: SyntaxNode | undefined, context: TypeContext): (GoType | undefined)[] {
  if (!node) return [];
  if (node.type !== 'parameter_list') return [readType(node, context)];
  const results: (GoType | undefined)[] = [];
  for (const declaration of node.children) {
    if (declaration.type !== 'parameter_declaration') continue;
    const type = readType(field(declaration, 'type'), context);
    for (let n = Math.max(1, fields(declaration, 'name').length); n > 0; n--) results.push(type);
  }
  return results;
}

/** Whether a type is one of package sync's locks. */
export const isLockType = (type: GoType | undefined): boolean =>
  type?.kind === 'named' && type.pkg === 'sync' && /^(?:Mutex|RWMutex|Locker)$/.test(type.name);
