// The only mutable state of the server: the open documents, and what was worked out of them, kept by version.

import type { ClientCapabilities, TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Format, ReadOptions } from '../core/formats/format.js';
import { together } from '../core/formats/index.js';
import type { ArticleKey } from '../core/investigation/articles.js';
import { behind } from '../core/investigation/behind.js';
import { allFindings } from '../core/investigation/findings.js';
import { buildGraph, type WaitForGraph } from '../core/investigation/graph.js';
import type { RejectedFile } from '../core/investigation/json.js';
import { recognise } from '../core/investigation/recognise.js';
import type { Excerpt } from '../core/text/excerpt.js';
import type { Trace } from '../core/trace/trace.js';
import type { View } from '../features/view.js';
import type { Host, SourceRoot } from './host.js';
import { OpenDocument } from './openDocument.js';
import { Pace } from './pace.js';
import {
  type InPieces,
  type OfferParams,
  type OpenLarge,
  type PieceParams,
  VIRTUAL_SCHEME,
  type VirtualParams,
} from './protocol.js';
import type { SourceFiles } from './sourceFiles.js';

/** Milliseconds that a hover waits for source code. */
const PATIENCE = 400;

/** An excerpt, what it is of, and how that is read. */
export interface KeptExcerpt {
  readonly file: string;
  readonly format: Format;
  readonly excerpt: Excerpt;
}

/** A document whose text is being fetched. */
interface Arriving {
  /** What has been changed in it since it was opened. */
  readonly changes: { readonly version: number; readonly changes: TextDocumentContentChangeEvent[] }[];
}

export class Workspace implements View {
  readonly #documents = new Map<string, OpenDocument>();
  readonly #arriving = new Map<string, Arriving>();
  /** Files of the investigation that may not be open. One that is open counts as that. */
  readonly #offered = new Map<string, OpenDocument>();
  /** Of the investigation's files that are too large: the excerpts, by the URI of the document that shows them. */
  readonly #excerpts = new Map<string, KeptExcerpt>();
  /** Counts them. */
  #investigations = 0;
  #leftOut: RejectedFile[] = [];
  readonly host: Host;
  #options: ReadOptions = {};
  #roots: readonly SourceRoot[] = [];
  #folders: readonly string[] = [];
  /** Counts the times that other sources may have come. */
  #generation = 0;
  #sources: Promise<SourceFiles> | undefined;
  /** Counts whatever may change an answer: all caches below are of one count. */
  #changes = 0;
  #listed: { readonly changes: number; readonly documents: readonly OpenDocument[] } | undefined;
  #joined: { readonly changes: number; readonly traces: ReadonlyMap<OpenDocument, readonly Trace[]> } | undefined;
  #graph: { readonly changes: number; readonly graph: WaitForGraph } | undefined;
  /** What the client can do; set when it introduces itself. */
  client: ClientCapabilities = {};
  /** The client shows virtual documents. */
  virtualDocuments = false;
  commands = false;
  /** Asks the client for a piece of a text; null where nobody has it any more. */
  fetchPiece: (params: PieceParams) => Promise<string | null> = async () => null;
  /** Hears which document is about to be read, and undefined when that is done. */
  reading: (uri: string | undefined) => void = () => {};

  constructor(host: Host) {
    this.host = host;
  }

  /** Opens a document whose text is fetched piece by piece. Returns whether it is open: it may be closed meanwhile. */
  async openLarge(large: OpenLarge): Promise<boolean> {
    const { uri, languageId, version } = large;
    const arriving: Arriving = { changes: [] };
    const wanted = (): boolean => this.#arriving.get(uri) === arriving;
    this.#arriving.set(uri, arriving);
    try {
      const text = await this.#fetch(large, wanted);
      if (text === undefined) return false;
      this.open(uri, languageId, version, text);
    } finally {
      if (wanted()) this.#arrived(uri);
    }
    for (const { version, changes } of arriving.changes) this.change(uri, version, changes);
    return true;
  }

  async #fetch({ uri, length, opening }: InPieces, wanted: () => boolean): Promise<string | undefined> {
    const pieces: string[] = [];
    for (let start = 0; start < length; ) {
      const piece = await this.fetchPiece({ uri, opening, start });
      if (!piece || !wanted()) return undefined;
      pieces.push(piece);
      start += piece.length;
    }
    return pieces.join('');
  }

  open(uri: string, languageId: string, version: number, text: string): void {
    this.#arrived(uri);
    this.#documents.get(uri)?.forget(); // what reads it has no reason to go on
    this.#documents.set(uri, this.#document(uri, languageId, version, text));
  }

  #document(uri: string, languageId: string, version: number, text: string): OpenDocument {
    this.#changes++;
    return new OpenDocument(
      uri,
      languageId,
      version,
      text,
      (now) => this.#optionsOf(uri, now),
      (one) => this.#tracesOf(one),
      () => this.#changes++,
      // Another that is read in a moment may come between the pieces of a large one.
      (reading) => this.reading(reading ?? (this.#inPieces === uri ? undefined : this.#inPieces)),
    );
  }

  change(uri: string, version: number, changes: TextDocumentContentChangeEvent[]): void {
    const arriving = this.#arriving.get(uri);
    if (arriving) arriving.changes.push({ version, changes });
    else this.#documents.get(uri)?.update(changes, version);
  }

  close(uri: string): void {
    this.#arrived(uri);
    this.#changes++;
    this.#documents.get(uri)?.forget();
    this.#documents.delete(uri);
  }

  /** Another investigation begins: forgets the files of the one before. */
  begin(): void {
    this.#changes++;
    this.#investigations++;
    for (const document of this.#offered.values()) document.forget();
    this.#offered.clear();
    this.#leftOut = [];
    // What is open stays what it is.
    for (const uri of this.#excerpts.keys()) if (!this.#documents.has(uri)) this.#excerpts.delete(uri);
  }

  /** Another number for each investigation. */
  get investigation(): number {
    return this.#investigations;
  }

  /**
   * Takes a file into the investigation. Returns its format; undefined where it is no trace, or another investigation began meanwhile, and
   * then it is not kept.
   */
  async offer(params: OfferParams): Promise<Format | undefined> {
    const { investigation } = this;
    const text = 'text' in params ? params.text : await this.#fetch(params, () => this.investigation === investigation);
    return text === undefined ? undefined : this.#offer(params.uri, text);
  }

  #offer(uri: string, text: string): Format | undefined {
    // Each time a version of its own: the same file may have changed.
    const document = this.#document(uri, '', ++this.#offers, text);
    if (document.format) this.#offered.set(uri, document);
    return document.format;
  }

  #offers = 0;

  /** Takes an excerpt into the investigation, as the document `uri`. */
  offerExcerpt(uri: string, kept: KeptExcerpt): void {
    this.#excerpts.set(uri, kept);
    this.#offered.set(uri, this.#document(uri, kept.format.id, ++this.#offers, kept.excerpt.text));
    this.#documents.get(uri)?.forget();
  }

  /** The excerpt of a large file, if it was offered. */
  excerptOf(file: string): KeptExcerpt | undefined {
    return [...this.#excerpts.values()].find((one) => one.file === file);
  }

  /** Notes that a file is not part of the investigation. */
  leaveOut(file: RejectedFile): void {
    this.#leftOut.push(file);
  }

  get leftOut(): readonly RejectedFile[] {
    return this.#leftOut;
  }

  document(uri: string): OpenDocument | undefined {
    const document = this.#documents.get(uri) ?? this.#offered.get(uri);
    return document?.format ? document : undefined;
  }

  /** Those that have been read, or are soon. */
  get documents(): readonly OpenDocument[] {
    if (this.#listed?.changes !== this.#changes) {
      const documents = this.#all().filter((document) => document.format && !document.pending);
      this.#listed = { changes: this.#changes, documents };
    }
    return this.#listed.documents;
  }

  #all(): OpenDocument[] {
    const offered = [...this.#offered.values()].filter(({ uri }) => !this.#documents.has(uri));
    return [...this.#documents.values(), ...offered];
  }

  /** The document that is being read in pieces. */
  #inPieces: string | undefined;
  #reader: Promise<void> | undefined;

  /** Hears that a large document has been read, or why it could not be. */
  read: (failure?: unknown) => void = () => {};

  /** Begins to read what is large, one after the other, until nothing is pending. */
  readPending(): void {
    if (this.#reader) return;
    const next = (): OpenDocument | undefined => this.#all().find(({ pending }) => pending);
    const run = async (): Promise<void> => {
      for (let document = next(); document; document = next()) {
        this.#inPieces = document.uri;
        let failure: unknown;
        try {
          await document.read();
          await this.#prepare(document);
        } catch (error) {
          failure = error;
          document.giveUp();
        }
        this.#inPieces = undefined;
        this.#goOn();
        this.read(failure);
      }
    };
    this.#reader = run().finally(() => {
      this.#reader = undefined;
    });
  }

  /** Works out what answers begin with, one after the other: of a large text each of it takes its time. */
  async #prepare({ source }: OpenDocument): Promise<void> {
    const pace = new Pace(() => true);
    source.lineCount;
    await pace.rest();
    for (const part of [({ cycles }: WaitForGraph) => cycles, behind, recognise, allFindings]) {
      const { graph } = this;
      await pace.rest();
      part(graph);
      await pace.rest();
    }
  }

  readonly #waiting: (() => void)[] = [];

  /** Whoever waits looks whether it still has to. */
  #goOn(): void {
    for (const goOn of this.#waiting.splice(0)) goOn();
  }

  /** No pieces of the document are expected any more. */
  #arrived(uri: string): void {
    if (this.#arriving.delete(uri)) this.#goOn();
  }

  /** Resolves when the document is whole and has been read; without one, when all are. */
  async whenRead(uri?: string): Promise<void> {
    const waits = (): boolean =>
      uri === undefined
        ? this.#arriving.size > 0 || this.#all().some(({ pending }) => pending)
        : this.#arriving.has(uri) || (this.document(uri)?.pending ?? false);
    while (waits()) {
      this.readPending();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  get version(): string {
    return String(this.#changes);
  }

  get graph(): WaitForGraph {
    const changes = this.#changes;
    if (this.#graph?.changes !== changes)
      this.#graph = { changes, graph: buildGraph(this.documents.flatMap((document) => document.traces)) };
    return this.#graph.graph;
  }

  /** The traces of all documents are put together once for each version of them. */
  #tracesOf(document: OpenDocument): readonly Trace[] {
    const changes = this.#changes;
    if (this.#joined?.changes !== changes) {
      const documents = this.documents;
      const all = together(documents.flatMap(({ own }) => own));
      let at = 0;
      this.#joined = {
        changes,
        traces: new Map(documents.map((one) => [one, all.slice(at, (at += one.own.length))])),
      };
    }
    return this.#joined.traces.get(document) ?? document.own;
  }

  /** How a document's text is read: an excerpt counts lines as its file does. */
  #optionsOf(uri: string, text: string): ReadOptions {
    const excerpt = this.#excerpts.get(uri)?.excerpt;
    return excerpt?.text === text ? { ...this.#options, excerpt } : this.#options;
  }

  /** How texts are read. Those that were read otherwise are forgotten, and what is under way about them is not wanted any more. */
  set readOptions(options: ReadOptions) {
    if (JSON.stringify(options) === JSON.stringify(this.#options)) return;
    this.#options = options;
    for (const document of [...this.#documents.values(), ...this.#offered.values()]) document.forget();
    this.renewSources(true);
  }

  get readOptions(): ReadOptions {
    return this.#options;
  }

  set sourceRoots(roots: readonly SourceRoot[]) {
    if (JSON.stringify(roots) === JSON.stringify(this.#roots)) return;
    this.#roots = roots;
    this.renewSources();
  }

  /** The URIs of the workspace's folders. */
  set folders(folders: readonly string[]) {
    this.#folders = folders;
    this.renewSources();
  }

  get folders(): readonly string[] {
    return this.#folders;
  }

  /** Asks the sources anew from now on, and looks for their files again unless those are `known` to be where they were. */
  renewSources(known = false): void {
    this.#generation++;
    if (!known) this.#sources = undefined;
  }

  get sources(): Promise<SourceFiles> {
    this.#sources ??= this.host.openSources(this.#roots, this.#folders).then((files) => {
      if (this.virtualDocuments) files.virtualUri = sourceUri;
      return files;
    });
    return this.#sources;
  }

  /** The next document that the present sources were not asked about, and whether it still is that; undefined: all were. */
  unverified(): { document: OpenDocument; generation: number; wanted: () => boolean } | undefined {
    const generation = this.#generation;
    const document = this.documents.find((one) => one.sources !== generation);
    if (!document) return undefined;
    const { uri, version } = document;
    const wanted = (): boolean =>
      this.#generation === generation && this.document(uri) === document && document.version === version;
    return { document, generation, wanted };
  }

  articleUri(key: ArticleKey): string | undefined {
    if (!this.virtualDocuments) return undefined;
    return virtualUri(`${key.name}.md`, { kind: 'article', article: key });
  }

  get hasSources(): boolean {
    return this.#roots.length + this.#folders.length > 0;
  }

  async sourceOf(file: string): Promise<string | undefined> {
    const files = await this.sources;
    await files.find(file);
    return files.uri(file);
  }

  async sourceText(file: string): Promise<string | undefined> {
    const files = await this.sources;
    // A first search through a large folder takes its time: nobody is kept waiting for that.
    const found = await Promise.race([
      files.find(file),
      new Promise<undefined>((resolve) => setTimeout(resolve, PATIENCE)),
    ]);
    return found && files.read(found);
  }
}

/** The document that shows a file of a repository's history. */
const sourceUri = (file: string): string => virtualUri(file.split(/[\\/]/).at(-1) ?? '', { kind: 'source', uri: file });

/** `name` is the title of its tab, and tells its language. */
const virtualUri = (name: string, params: VirtualParams): string =>
  `${VIRTUAL_SCHEME}:///${encodeURIComponent(name)}?${encodeURIComponent(JSON.stringify(params))}`;
