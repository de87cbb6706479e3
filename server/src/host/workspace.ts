// The only mutable state of the server: the open documents, and what was worked out of them, kept by version.

import type { ClientCapabilities, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Format } from '../core/formats/format.js';
import { detectFormat, formatById, parseText, together } from '../core/formats/index.js';
import { buildGraph, type WaitForGraph } from '../core/investigation/graph.js';
import { SourceText } from '../core/text/source.js';
import type { Trace } from '../core/trace/trace.js';
import type { Document, View } from '../features/view.js';
import type { Host, SourceRoot } from './host.js';

class OpenDocument implements Document {
  #text: TextDocument;
  #source: SourceText | undefined;
  #format: Format | null | undefined;
  #traces: readonly Trace[] | undefined;

  readonly #joined: (document: OpenDocument) => readonly Trace[];

  /** `joined` gives the document's traces with what the other documents add. */
  constructor(text: TextDocument, joined: (document: OpenDocument) => readonly Trace[]) {
    this.#text = text;
    this.#joined = joined;
  }

  get uri(): string {
    return this.#text.uri;
  }

  get version(): number {
    return this.#text.version;
  }

  update(changes: TextDocumentContentChangeEvent[], version: number): void {
    this.#text = TextDocument.update(this.#text, changes, version);
    this.#source = undefined;
    this.#traces = undefined;
    if (!formatById(this.#text.languageId)) this.#format = undefined;
  }

  /** The language says which format; where it does not, the first lines do. */
  get format(): Format | undefined {
    if (this.#format === undefined)
      this.#format = formatById(this.#text.languageId) ?? detectFormat(this.#text.getText()) ?? null;
    return this.#format ?? undefined;
  }

  get source(): SourceText {
    this.#source ??= new SourceText(this.#text.getText());
    return this.#source;
  }

  /** As this text alone tells. */
  get own(): readonly Trace[] {
    this.#traces ??= this.format ? parseText(this.source.text, this.uri, this.format) : [];
    return this.#traces;
  }

  get traces(): readonly Trace[] {
    return this.#joined(this);
  }
}

export class Workspace implements View {
  readonly #documents = new Map<string, OpenDocument>();
  readonly #host: Host;
  readonly #found = new Map<string, Promise<string | undefined>>();
  #roots: readonly SourceRoot[] = [];
  #joined: { readonly version: string; readonly traces: ReadonlyMap<OpenDocument, readonly Trace[]> } | undefined;
  #graph: { readonly version: string; readonly graph: WaitForGraph } | undefined;
  /** What the client can do; set when it introduces itself. */
  client: ClientCapabilities = {};

  constructor(host: Host) {
    this.#host = host;
  }

  open(uri: string, languageId: string, version: number, text: string): void {
    const document = TextDocument.create(uri, languageId, version, text);
    this.#documents.set(uri, new OpenDocument(document, (one) => this.#tracesOf(one)));
  }

  change(uri: string, version: number, changes: TextDocumentContentChangeEvent[]): void {
    this.#documents.get(uri)?.update(changes, version);
  }

  close(uri: string): void {
    this.#documents.delete(uri);
  }

  document(uri: string): OpenDocument | undefined {
    const document = this.#documents.get(uri);
    return document?.format ? document : undefined;
  }

  get documents(): readonly OpenDocument[] {
    return [...this.#documents.values()].filter((document) => document.format);
  }

  get version(): string {
    return JSON.stringify(this.documents.map((document) => [document.uri, document.version]));
  }

  get graph(): WaitForGraph {
    const { version } = this;
    if (this.#graph?.version !== version)
      this.#graph = { version, graph: buildGraph(this.documents.flatMap((document) => document.traces)) };
    return this.#graph.graph;
  }

  /** The traces of all documents are put together once for each version of them. */
  #tracesOf(document: OpenDocument): readonly Trace[] {
    const { version } = this;
    if (this.#joined?.version !== version) {
      const documents = this.documents;
      const all = together(documents.flatMap(({ own }) => own));
      let at = 0;
      this.#joined = {
        version,
        traces: new Map(documents.map((one) => [one, all.slice(at, (at += one.own.length))])),
      };
    }
    return this.#joined.traces.get(document) ?? document.own;
  }

  set sourceRoots(roots: readonly SourceRoot[]) {
    this.#roots = roots;
    this.#found.clear();
  }

  get hasSources(): boolean {
    return this.#roots.length > 0;
  }

  sourceOf(file: string): Promise<string | undefined> {
    if (!this.hasSources) return Promise.resolve(undefined);
    let found = this.#found.get(file);
    if (!found) {
      found = this.#host.findSource(file, this.#roots);
      this.#found.set(file, found);
    }
    return found;
  }
}
