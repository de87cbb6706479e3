// The open documents of one case, and the features that answer about them: everything but the connection.

import { CancellationToken } from 'vscode-languageserver';
import { formatById } from '../../server/src/core/formats/index.js';
import { features } from '../../server/src/features/index.js';
import { Pace } from '../../server/src/host/pace.js';
import { SourceFiles } from '../../server/src/host/sourceFiles.js';
import type { Entry, Root } from '../../server/src/host/sourceTree.js';
import { verified } from '../../server/src/host/verify.js';
import { Workspace } from '../../server/src/host/workspace.js';
import { parser } from '../source/parser.js';
import type { Cursor, Input } from './read.js';

export class World {
  readonly #workspace: Workspace;
  readonly #cursor: Cursor;

  /** `sources` are the files below the one source root, if the case has one. The cursor is at the start unless it is given. */
  constructor(
    inputs: readonly Input[],
    cursor: Cursor | undefined,
    sources: readonly Input[] | undefined,
    language: string,
  ) {
    this.#cursor = cursor ?? { name: inputs[0]!.name, offset: 0 };
    this.#workspace = new Workspace({
      openSources: async (roots) => new SourceFiles(roots.map(({ path }) => rootOf(path, sources ?? []))),
    });
    this.#workspace.commands = true;
    if (sources) this.#workspace.sourceRoots = [{ path: '/source/shop' }];
    for (const { name, text } of inputs) this.#workspace.open(uriOf(name), language, 1, text);
  }

  /** Judges the documents again with the sources, as the server does when nobody asks. */
  async verify(): Promise<void> {
    for (let next = this.#workspace.unverified(); next; next = this.#workspace.unverified()) {
      const { document, generation } = next;
      const sources = { files: await this.#workspace.sources, parser: await parser() };
      const better = document.first.map((trace) => verified(trace, formatById(trace.format)!, sources, new Pace()));
      document.settle(await Promise.all(better), generation);
    }
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

/** A tree of the case's files. */
function rootOf(root: string, files: readonly Input[]): Root {
  const paths = new Map(files.map(({ name, text }) => [`${root}/${name}`, text]));
  return {
    tree: {
      async list(folder) {
        const entries = new Map<string, Entry>();
        for (const path of paths.keys()) {
          if (!path.startsWith(`${folder}/`)) continue;
          const [name, ...below] = path.slice(folder.length + 1).split('/');
          entries.set(name!, { name: name!, kind: below.length > 0 ? 'folder' : 'file' });
        }
        return [...entries.values()];
      },
      async read(path) {
        return paths.get(path)!;
      },
      join: (folder, name) => `${folder}/${name}`,
      uri: (path) => `file://${path}`,
    },
    path: root,
    name: root,
    origin: '',
  };
}
