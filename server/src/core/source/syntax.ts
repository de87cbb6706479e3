// What the analysis of source code needs of a syntax tree. The host parses (tree-sitter's Go grammar) and gives the tree as
// this; node and field names are the grammar's own.

/** A named node of the tree. Nodes without a name (punctuation, keywords) are left out. */
export interface SyntaxNode {
  readonly type: string;
  /** The name of the parent's field that the node is in; '' for none. */
  readonly field: string;
  /** Offsets in UTF-16 code units of the file's text, half-open. */
  readonly start: number;
  readonly end: number;
  /** Lines from 1, as tracebacks count. */
  readonly line: number;
  readonly endLine: number;
  readonly children: readonly SyntaxNode[];
}

/** Turns the text of a Go file into its tree. */
export interface GoParser {
  /** Total: broken code gives a tree with `ERROR` nodes. undefined where the text is too large or too deep to be read. */
  parse(text: string): SyntaxNode | undefined;
}

/** The first child in a field. */
export function field(node: SyntaxNode, name: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.field === name) return child;
  return undefined;
}

/** All children in a field. */
export const fields = (node: SyntaxNode, name: string): SyntaxNode[] =>
  node.children.filter((child) => child.field === name);

/** The first child of a type. */
export function childOf(node: SyntaxNode, type: string): SyntaxNode | undefined {
  for (const child of node.children) if (child.type === type) return child;
  return undefined;
}

/** The members of an `expression_list`, or the expression itself. */
export const listed = (node: SyntaxNode | undefined): readonly SyntaxNode[] =>
  !node ? [] : node.type === 'expression_list' ? node.children.filter((c) => c.type !== 'comment') : [node];

/** Visits a node and everything below it, parents first; `false` leaves the children out. */
export function visit(node: SyntaxNode, see: (node: SyntaxNode) => boolean | undefined): void {
  if (see(node) === false) return;
  for (const child of node.children) visit(child, see);
}
