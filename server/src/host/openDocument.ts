// One document of the workspace: its text, what it says by itself, and what source code added to that.

import type { TextDocumentContentChangeEvent } from 'vscode-languageserver';
import type { Format, ReadOptions } from '../core/formats/format.js';
import { type Beginning, detectFormat, formatById, parseText, readText } from '../core/formats/index.js';
import { SourceText } from '../core/text/source.js';
import type { Trace } from '../core/trace/trace.js';
import type { Document } from '../features/view.js';
import { edited, isGrowth } from './edited.js';
import { Abandoned, Pace } from './pace.js';
import { LARGE_DOCUMENT } from './protocol.js';

export class OpenDocument implements Document {
  readonly uri: string;
  readonly #languageId: string;
  #version: number;
  #source: SourceText;
  #format: Format | null | undefined;
  #first: readonly Trace[] | undefined;
  #better: readonly Trace[] | undefined;
  /** What the text's beginning said, where more has been written behind it since. */
  #beginning: Beginning | undefined;
  /** Counts what was forgotten: what was begun before is not wanted any more. */
  #readings = 0;
  /** The generation of sources that the present text was judged with; -1 for none yet. */
  sources = -1;

  readonly #options: (text: string) => ReadOptions;
  readonly #joined: (document: OpenDocument) => readonly Trace[];
  readonly #changed: () => void;
  readonly #reading: (uri: string | undefined) => void;

  /**
   * `options` say how it is read; `joined` gives the document's traces with what the other documents add; `changed` hears that others
   * may say something else now, `reading` what is being read.
   */
  constructor(
    uri: string,
    languageId: string,
    version: number,
    text: string,
    options: (text: string) => ReadOptions,
    joined: (document: OpenDocument) => readonly Trace[],
    changed: () => void,
    reading: (uri: string | undefined) => void,
  ) {
    this.uri = uri;
    this.#languageId = languageId;
    this.#version = version;
    this.#source = new SourceText(text);
    this.#options = options;
    this.#joined = joined;
    this.#changed = changed;
    this.#reading = reading;
  }

  get version(): number {
    return this.#version;
  }

  /** Code units of the text. */
  get size(): number {
    return this.#source.text.length;
  }

  update(changes: TextDocumentContentChangeEvent[], version: number): void {
    const now = this.#first ? { length: this.size, traces: this.#first } : this.#beginning;
    const beginning = isGrowth(this.#source, changes) ? now : undefined;
    this.#source = edited(this.#source, changes);
    this.#version = version;
    this.forget();
    this.#beginning = beginning;
    if (!formatById(this.#languageId)) this.#format = undefined;
  }

  /** The text will be read anew when it is asked about. */
  forget(): void {
    this.#readings++;
    this.#beginning = undefined;
    this.#first = undefined;
    this.#better = undefined;
    this.sources = -1;
    this.#changed();
  }

  /** The language says which format; where it does not, the first lines do. */
  get format(): Format | undefined {
    if (this.#format === undefined)
      this.#format = formatById(this.#languageId) ?? detectFormat(this.#source.text) ?? null;
    return this.#format ?? undefined;
  }

  get source(): SourceText {
    return this.#source;
  }

  /** What the text says by itself. */
  get first(): readonly Trace[] {
    if (this.#first) return this.#first;
    this.#reading(this.uri);
    try {
      this.#first = this.format
        ? parseText(this.source.text, this.uri, this.format, this.#options(this.source.text))
        : [];
    } finally {
      this.#reading(undefined);
    }
    return this.#first;
  }

  /** It is large and has not been read: whoever asks for its traces now waits for all of it. */
  get pending(): boolean {
    return this.#first === undefined && this.size >= LARGE_DOCUMENT && this.format?.read !== undefined;
  }

  /** Reads it in pieces. It stays pending where it changes meanwhile. */
  async read(): Promise<void> {
    const { format, uri } = this;
    const reading = this.#readings;
    const wanted = (): boolean => this.#readings === reading;
    if (!format) return;
    const { text } = this.#source;
    // Whoever takes it over changes it: it is no beginning of another reading.
    const beginning = this.#beginning;
    this.#beginning = undefined;
    this.#reading(uri);
    try {
      const traces = await new Pace(wanted).run(readText(text, uri, format, this.#options(text), beginning));
      if (!wanted() || this.#first) return;
      this.#first = traces;
      this.#changed();
    } catch (error) {
      if (!(error instanceof Abandoned)) throw error;
    } finally {
      this.#reading(undefined);
    }
  }

  /** It cannot be read: it says nothing. */
  giveUp(): void {
    this.#first ??= [];
    this.#reading(undefined);
    this.#changed();
  }

  /** The best that is known of this document alone by now. */
  get own(): readonly Trace[] {
    return this.#better ?? this.first;
  }

  get traces(): readonly Trace[] {
    return this.#joined(this);
  }

  /** Sets what source code added, or that it added nothing. Returns whether anything is new. */
  settle(better: readonly Trace[] | undefined, sources: number): boolean {
    this.sources = sources;
    if (better === this.#better) return false;
    this.#better = better;
    this.#changed();
    return true;
  }
}
