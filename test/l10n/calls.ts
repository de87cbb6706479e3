// The strings that sources give to `l10n.t`, found in their syntax trees.

import type { Node } from 'typescript/unstable/ast';
import {
  isCallExpression,
  isIdentifier,
  isPropertyAccessExpression,
  isStringLiteralLikeNode,
} from 'typescript/unstable/ast/is';
import { API } from 'typescript/unstable/sync';

/** A call of `l10n.t`: its string, undefined where that is not a literal, and what it is given to fill in. */
export interface Call {
  readonly place: string;
  readonly text: string | undefined;
  readonly values: number;
}

/** All calls in the files of a project, whose configuration file is given. */
export function callsIn(config: string, files: readonly string[]): Call[] {
  const api = new API({});
  try {
    const [project] = api.updateSnapshot({ openProjects: [config] }).getProjects();
    return files.flatMap((file) => {
      const source = project!.program.getSourceFile(file);
      if (!source) throw new Error(`${file} is no file of the project`);
      const found: Call[] = [];
      const walk = (node: Node): void => {
        if (isCallExpression(node) && isPropertyAccessExpression(node.expression)) {
          const { expression: from, name } = node.expression;
          if (name.text === 't' && isIdentifier(from) && from.text === 'l10n') {
            const [first, ...values] = node.arguments;
            const text = first && isStringLiteralLikeNode(first) ? first.text : undefined;
            const line = source.text.slice(0, node.pos).split('\n').length;
            found.push({ place: `${file}:${line}`, text, values: values.length });
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
