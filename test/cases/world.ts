// The open documents of one case, and the features that answer about them: everything but the connection.

import { CancellationToken } from 'vscode-languageserver';
import { features } from '../../server/src/features/index.js';
import { type Host, pathsBelow } from '../../server/src/host/host.js';
import { Workspace } from '../../server/src/host/workspace.js';
import type { Cursor, Input } from './read.js';

export class World {
  readonly #workspace: Workspace;
  readonly #cursor: Cursor;

  /** `sources` are the files below the one source root, if the case has one. The cursor is at the start unless it is given. */
  constructor(
    inputs: readonly Input[],
    cursor: Cursor | undefined,
    sources: readonly string[] | undefined,
    language: string,
  ) {
    this.#cursor = cursor ?? { name: inputs[0]!.name, offset: 0 };
    const findSource: Host['findSource'] = async (file, [root]) => {
      const below = pathsBelow(file, root!).find((path) => sources?.includes(path));
      return below === undefined ? undefined : `file://${root!.path}/${below}`;
    };
    this.#workspace = new Workspace({ findSource });
    if (sources) this.#workspace.sourceRoots = [{ path: '/source/shop' }];
    for (const { name, text } of inputs) this.#workspace.open(uriOf(name), language, 1, text);
  }

  /** The answer to a request, as the server would give it. */
  async ask<R>(method: string, params: object): Promise<R> {
    const handler = features.flatMap(({ handlers }) => handlers).find((one) => one.method === method);
    if (!handler) throw new Error(`No feature answers ${method}`);
    return (await handler.handle(this.#workspace, params, CancellationToken.None)) as R;
  }

  get cursor(): { readonly uri: string } {
    return { uri: uriOf(this.#cursor.name) };
  }

  document(): { textDocument: { uri: string } } {
    return { textDocument: { uri: this.cursor.uri } };
  }

  atCursor() {
    const source = this.#workspace.document(this.cursor.uri)?.source;
    return { ...this.document(), position: source?.positionAt(this.#cursor.offset) ?? { line: 0, character: 0 } };
  }

  /** The text of a line, counted from 0; undefined where the document is not open. */
  line(uri: string, line: number): string | undefined {
    const source = this.#workspace.document(uri)?.source;
    return source?.slice(source.lineSpan(line));
  }
}

const uriOf = (name: string): string => `file:///${name}`;
