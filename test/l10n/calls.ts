// The strings that sources give to `l10n.t`, `t` and their like, found in their syntax trees.

import type { Node } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isConditionalExpression,
  isIdentifier,
  isObjectLiteralExpression,
  isParenthesizedExpression,
  isPropertyAccessExpression,
  isSpreadElement,
  isStringLiteralLikeNode,
} from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

/** A call, which says one of its strings, and what it is given to fill in. */
export interface Call {
  /** `file:line` */
  readonly place: string;
  readonly name: string;
  /** What says the templates, one or several; each undefined where it is no literal. */
  readonly texts: readonly (string | undefined)[];
  /** The same as the source has it. */
  readonly source: string;
  /** How many values it is given; undefined where the source does not tell. */
  readonly values: number | undefined;
  /** The names of the values, of those that have names. */
  readonly names: readonly string[] | undefined;
}

/** Which of a function's arguments are templates, and where its values begin. */
type Shape = readonly [first: number, templates: number, valuesAt: number];

/** All calls of these functions in the files of a project, whose configuration file is given. `l10n.t` has that name. */
export function callsIn(config: string, files: readonly string[], shapes: Readonly<Record<string, Shape>>): Call[] {
  const api = new API({});
  try {
    const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
    return files.flatMap((file) => {
      const source = project!.program.getSourceFile(file);
      if (!source) throw new Error(`${file} is no file of the project`);
      const found: Call[] = [];
      const walk = (node: Node): void => {
        if (isCallExpression(node)) {
          const name = nameOf(node.expression);
          const shape = name !== undefined && Object.hasOwn(shapes, name) ? shapes[name] : undefined;
          if (name !== undefined && shape) {
            const [first, count, valuesAt] = shape;
            const given = [...node.arguments];
            const templates = given.slice(first, first + count);
            const values = given.slice(valuesAt);
            found.push({
              place: `${file}:${source.text.slice(0, node.end).split('\n').length}`,
              name,
              texts: templates.flatMap(literals),
              source: templates.map((one) => source.text.slice(one.pos, one.end).trim()).join(', '),
              values: given.some(isSpreadElement) ? undefined : values.length,
              names: values.length === 1 ? propertiesOf(values[0]!) : undefined,
            });
          }
        }
        node.forEachChild(walk);
      };
      walk(source);
      return found;
    });
  } finally {
    api.close();
  }
}

function nameOf(node: Node): string | undefined {
  if (isIdentifier(node)) return node.text;
  if (!isPropertyAccessExpression(node) || !isIdentifier(node.expression)) return undefined;
  return `${node.expression.text}.${node.name.text}`;
}

/** The strings that an expression may be; undefined for one that is no literal. */
function literals(node: Node): (string | undefined)[] {
  if (isParenthesizedExpression(node)) return literals(node.expression);
  if (isConditionalExpression(node)) return [...literals(node.whenTrue), ...literals(node.whenFalse)];
  return [isStringLiteralLikeNode(node) ? node.text : undefined];
}

/** The names of an object's properties, as far as they are written there. */
function propertiesOf(node: Node): string[] | undefined {
  if (!isObjectLiteralExpression(node)) return undefined;
  const names: string[] = [];
  let whole = true;
  node.forEachChild((child) => {
    const { name } = child as { name?: Node };
    if (name && isIdentifier(name)) names.push(name.text);
    else whole = false;
  });
  return whole && names.length > 0 ? names : undefined;
}
