// The only converter between offsets (core) and line/character positions (editors, command line).

import type { Span } from './span.js';

/** A place as editors count it: both from zero, `character` in UTF-16 code units (LSP `Position`). */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Two positions, the end exclusive (LSP `Range`). */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

const FIRST = Int32Array.of(0);

/** One document's text with its line index. The index is made at the first question that needs it. */
export class SourceText {
  readonly text: string;
  #starts: Int32Array | undefined;
  /** The beginning of the index, and where in the text it is to be looked for more. */
  #known: { readonly starts: Int32Array; readonly from: number } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text with another in place of a span. What is known of the lines before it is taken over. */
  edited({ start, end }: Span, text: string): SourceText {
    const edited = new SourceText(this.text.slice(0, start) + text + this.text.slice(end));
    if (this.#starts) edited.#known = { starts: this.#starts.subarray(0, this.lineAt(start) + 1), from: start };
    return edited;
  }

  /** Offsets at which lines begin. Lines end at LF; the CR of CR LF belongs to the line end, see `lineSpan`. */
  get #lineStarts(): Int32Array {
    if (this.#starts) return this.#starts;
    const { starts: known, from } = this.#known ?? { starts: FIRST, from: 0 };
    let starts = new Int32Array(known.length + 1024);
    starts.set(known);
    let count = known.length;
    for (let at = this.text.indexOf('\n', from); at >= 0; at = this.text.indexOf('\n', at + 1)) {
      if (count === starts.length) {
        const grown = new Int32Array(starts.length * 2);
        grown.set(starts);
        starts = grown;
      }
      starts[count++] = at + 1;
    }
    this.#known = undefined;
    this.#starts = starts.subarray(0, count);
    return this.#starts;
  }

  get lineCount(): number {
    return this.#lineStarts.length;
  }

  /** The zero-based line that holds the offset. Offsets outside the text count as its first or last place. */
  lineAt(offset: number): number {
    const starts = this.#lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** The line's text without its line end. Lines outside the document give an empty span at the nearest end. */
  lineSpan(line: number): Span {
    const starts = this.#lineStarts;
    if (line < 0) return { start: 0, end: 0 };
    if (line >= starts.length) return { start: this.text.length, end: this.text.length };
    const start = starts[line]!;
    let end = line + 1 < starts.length ? starts[line + 1]! - 1 : this.text.length;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return { start, end };
  }

  positionAt(offset: number): Position {
    const within = Math.max(0, Math.min(offset, this.text.length));
    const line = this.lineAt(within);
    const { start, end } = this.lineSpan(line);
    // Editors know no place between CR and LF.
    return { line, character: Math.min(within, end) - start };
  }

  offsetAt(position: Position): number {
    const { start, end } = this.lineSpan(position.line);
    return Math.max(start, Math.min(start + position.character, end));
  }

  rangeOf(span: Span): Range {
    return { start: this.positionAt(span.start), end: this.positionAt(span.end) };
  }

  spanOf(range: Range): Span {
    return { start: this.offsetAt(range.start), end: this.offsetAt(range.end) };
  }

  slice(span: Span): string {
    return this.text.slice(span.start, span.end);
  }
}
