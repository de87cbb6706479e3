// What a Go file declares: its package, imports, types, variables and functions. Function bodies are not looked into.

import { childOf, field, fields, type SyntaxNode, visit } from './syntax.js';
import { type GoType, readResults, readType, type TypeContext } from './types.js';

/** A function or method of a file, or all that stands outside of functions (`glob.`). */
export interface FunctionDecl {
  readonly file: SourceFile;
  /** As tracebacks name it, without the package: `(*T).M`, `T.M`, `F`, `init.0`, `glob.`; type arguments left out. */
  readonly name: string;
  /** The name alone: `M`. */
  readonly method: string;
  readonly receiver: { readonly name: string; readonly type: GoType | undefined; readonly start: number } | undefined;
  readonly parameters: readonly { readonly name: string; readonly type: GoType | undefined; readonly start: number }[];
  readonly results: readonly (GoType | undefined)[];
  /** Names of named results. */
  readonly resultNames: readonly string[];
  /** Whether the last result is an error. */
  readonly fails: boolean;
  readonly node: SyntaxNode;
  readonly body: SyntaxNode | undefined;
}

export interface SourceFile extends TypeContext {
  /** As whoever gave it names it. */
  readonly path: string;
  /** The name in its package clause. */
  readonly packageName: string;
  readonly functions: readonly FunctionDecl[];
  /** Package-level variables with their declared type, or the expression that they are set to. */
  readonly variables: ReadonlyMap<
    string,
    { readonly type: GoType | undefined; readonly value: SyntaxNode | undefined }
  >;
  readonly types: ReadonlyMap<string, GoType | undefined>;
  /** What stands behind the name of each type without type parameters. */
  readonly declarations: ReadonlyMap<string, SyntaxNode>;
}

/** Reads a file's declarations. `pkg` is the import path of its package, as tracebacks print it. */
export function outline(path: string, pkg: string, text: string, root: SyntaxNode): SourceFile {
  const imports = new Map<string, string>();
  const variables = new Map<string, { type: GoType | undefined; value: SyntaxNode | undefined }>();
  const types = new Map<string, GoType | undefined>();
  const declarations = new Map<string, SyntaxNode>();
  const functions: FunctionDecl[] = [];
  const file: { -readonly [K in keyof SourceFile]: SourceFile[K] } = {
    path,
    pkg,
    text,
    imports,
    packageName: '',
    functions,
    variables,
    types,
    declarations,
  };
  const slice = (node: SyntaxNode | undefined): string => (node ? text.slice(node.start, node.end) : '');
  let inits = 0;
  const globals: SyntaxNode[] = [];
  for (const node of root.children) {
    switch (node.type) {
      case 'package_clause':
        file.packageName = slice(node.children[0]);
        break;
      case 'import_declaration':
        visit(node, (spec) => {
          if (spec.type !== 'import_spec') return true;
          const from = slice(field(spec, 'path')).replace(/^["`]|["`]$/g, '');
          const alias = slice(field(spec, 'name'));
          imports.set(alias && alias !== '.' && alias !== '_' ? alias : nameOfImport(from), from);
          return false;
        });
        break;
      case 'type_declaration':
        for (const spec of node.children) {
          const type = field(spec, 'type');
          if (spec.type !== 'type_spec' && spec.type !== 'type_alias') continue;
          types.set(slice(field(spec, 'name')), readType(type, file));
          if (type && !field(spec, 'type_parameters')) declarations.set(slice(field(spec, 'name')), type);
        }
        break;
      case 'var_declaration':
        globals.push(node);
        visit(node, (spec) => {
          if (spec.type !== 'var_spec') return spec === node || spec.type === 'var_spec_list';
          const type = readType(field(spec, 'type'), file);
          const values = childOf(spec, 'expression_list')?.children ?? [];
          for (const [at, name] of fields(spec, 'name').entries())
            variables.set(slice(name), { type, value: values[at] });
          return false;
        });
        break;
      case 'function_declaration':
      case 'method_declaration':
        functions.push(readFunction(node, file, slice, () => inits++));
        break;
      default:
    }
  }
  if (globals.length > 0) {
    const node: SyntaxNode = { ...root, children: globals, start: root.start, end: root.end };
    functions.push({
      file,
      name: 'glob.',
      method: 'glob.',
      receiver: undefined,
      parameters: [],
      results: [],
      resultNames: [],
      fails: false,
      node,
      body: node,
    });
  }
  return file;
}

function readFunction(
  node: SyntaxNode,
  file: SourceFile,
  slice: (node: SyntaxNode | undefined) => string,
  nextInit: () => number,
): FunctionDecl {
  const method = slice(field(node, 'name'));
  const receiverNode = field(node, 'receiver')?.children.find((c) => c.type === 'parameter_declaration');
  const receiverType = receiverNode && field(receiverNode, 'type');
  const type = readType(receiverType, file);
  const typeName = type?.kind === 'named' ? type.name : '';
  let name = method;
  if (receiverNode) name = receiverType?.type === 'pointer_type' ? `(*${typeName}).${method}` : `${typeName}.${method}`;
  else if (method === 'init') name = `init.${nextInit()}`;
  const result = field(node, 'result');
  const last = result?.type === 'parameter_list' ? field(result.children.at(-1) ?? result, 'type') : result;
  const receiverName = receiverNode && field(receiverNode, 'name');
  return {
    file,
    name,
    method,
    receiver: receiverNode && { name: slice(receiverName), type, start: receiverNode.start },
    parameters: readParameters(field(node, 'parameters'), file),
    results: readResults(result, file),
    resultNames: result?.type === 'parameter_list' ? result.children.flatMap((c) => fields(c, 'name').map(slice)) : [],
    fails: slice(last) === 'error',
    node,
    body: field(node, 'body'),
  };
}

/** The parameters of a function or a function literal. */
export function readParameters(
  list: SyntaxNode | undefined,
  file: TypeContext,
): { name: string; type: GoType | undefined; start: number }[] {
  const found: { name: string; type: GoType | undefined; start: number }[] = [];
  for (const declaration of list?.children ?? []) {
    const variadic = declaration.type === 'variadic_parameter_declaration';
    if (!variadic && declaration.type !== 'parameter_declaration') continue;
    const one = readType(field(declaration, 'type'), file);
    const type: GoType | undefined = variadic ? { kind: 'list', of: one, channel: false } : one;
    const names = fields(declaration, 'name');
    for (const name of names) found.push({ name: file.text.slice(name.start, name.end), type, start: name.start });
    if (names.length === 0) found.push({ name: '_', type, start: declaration.start });
  }
  return found;
}

/** What a package is called that is imported without a name: `gopkg.in/yaml.v2` is yaml, `…/chi/v5` is chi. */
export function nameOfImport(path: string): string {
  const parts = path.split('/');
  let last = parts.pop() ?? '';
  if (/^v\d+$/.test(last) && parts.length > 0) last = parts.pop()!;
  last = last.replace(/\.v\d+$/, '').replace(/^go-|-go$|\.go$/g, '');
  return last.slice(last.lastIndexOf('-') + 1);
}
