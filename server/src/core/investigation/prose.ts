// A small document model, so that one report reads well as Markdown, on a terminal and as a document with links. Strings
// are untrusted unless they are templates; the renderers make them harmless.

import type { Values } from '../text/l10n.js';
import type { Span } from '../text/span.js';
import type { Trace } from '../trace/trace.js';
import { escapeText, fillMarkdown, fillPlain, inlineCode, plainText } from './escape.js';

/** Where a link leads: a span of an open document. */
export interface Target {
  readonly scope: string;
  readonly span: Span;
}

/** A text with the places in it that lead somewhere. */
export interface LinkedText {
  readonly text: string;
  readonly links: readonly { readonly span: Span; readonly target: Target }[];
}

/**
 * A piece of a line. A string is shown literally. `template` is Markdown of ours whose `{name}` places take untrusted
 * values. `place` is a link.
 */
export type Piece =
  | string
  | { readonly strong: string }
  | { readonly code: string }
  | { readonly template: string; readonly values?: Values }
  | { readonly place: string; readonly trace: Trace; readonly span: Span };

export type Line = readonly Piece[];

export type Block =
  | { readonly kind: 'heading'; readonly level: 1 | 2 | 3; readonly line: Line }
  | { readonly kind: 'paragraph'; readonly line: Line }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly Line[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly Line[])[] };

export const heading = (level: 1 | 2 | 3, ...line: Line): Block => ({ kind: 'heading', level, line });
export const paragraph = (...line: Line): Block => ({ kind: 'paragraph', line });
export const list = (items: readonly Line[], ordered = false): Block => ({ kind: 'list', ordered, items });
export const table = (head: readonly string[], rows: readonly (readonly Line[])[]): Block => ({
  kind: 'table',
  head,
  rows,
});

/** Collects text and remembers where links stand. */
class Writer {
  #parts: string[] = [];
  #length = 0;
  readonly links: { span: Span; target: Target }[] = [];

  put(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
  }

  link(text: string, trace: Trace, span: Span): void {
    this.links.push({
      span: { start: this.#length, end: this.#length + text.length },
      target: { scope: trace.scope, span },
    });
    this.put(text);
  }

  done(): LinkedText {
    return { text: this.#parts.join(''), links: this.links };
  }
}

// ---- Markdown

/** As Markdown. Places are plain text that `links` makes clickable: nothing of a trace becomes a link by itself. */
export function toMarkdown(blocks: readonly Block[]): LinkedText {
  const out = new Writer();
  // Lists inside an article go on under the line that it stands in.
  const pieces = (line: Line, indent = ''): void => {
    for (const piece of line) {
      if (typeof piece === 'string') out.put(ownText(piece));
      else if ('strong' in piece) out.put(`**${escapeText(piece.strong)}**`);
      else if ('code' in piece) out.put(inlineCode(piece.code));
      else if ('template' in piece) out.put(fillMarkdown(piece.template, piece.values).replaceAll('\n', `\n${indent}`));
      else out.link(inlineCode(piece.place), piece.trace, piece.span);
    }
  };
  blocks.forEach((block, at) => {
    if (at > 0) out.put('\n');
    if (block.kind === 'heading') {
      out.put(`${'#'.repeat(block.level)} `);
      pieces(block.line);
      out.put('\n');
    } else if (block.kind === 'paragraph') {
      pieces(block.line);
      out.put('\n');
    } else if (block.kind === 'list')
      block.items.forEach((item, number) => {
        const mark = block.ordered ? `${number + 1}. ` : '- ';
        out.put(mark);
        pieces(item, ' '.repeat(mark.length));
        out.put('\n');
      });
    else {
      out.put(`| ${block.head.join(' | ')} |\n|${' --- |'.repeat(block.head.length)}\n`);
      for (const row of block.rows) {
        out.put('|');
        for (const cell of row) {
          out.put(' ');
          pieces(cell);
          out.put(' |');
        }
        out.put('\n');
      }
    }
  });
  return out.done();
}

/** Markdown for a sentence of ours with untrusted names in it: literal, but spaces at its ends are kept. */
function ownText(text: string): string {
  const lead = /^ */.exec(text)![0];
  const tail = text.length > lead.length ? / *$/.exec(text)![0] : '';
  return `${lead ? ' ' : ''}${escapeText(text, 2000)}${tail ? ' ' : ''}`;
}

// ---- terminal

export interface TerminalOptions {
  /** ANSI colours; the text alone without. */
  readonly color: boolean;
  /** Columns to wrap paragraphs at. */
  readonly width: number;
}

const SGR = { bold: '\u001b[1m', dim: '\u001b[2m', cyan: '\u001b[36m', off: '\u001b[0m' } as const;

/** As plain text for a terminal: wrapped, tables in columns, no Markdown signs. Escape sequences of a trace are disarmed. */
export function toTerminal(blocks: readonly Block[], options: TerminalOptions): string {
  const paint = (style: 'bold' | 'dim' | 'cyan', text: string): string =>
    options.color && text !== '' ? `${SGR[style]}${text}${SGR.off}` : text;
  const words = (line: Line): string =>
    line
      .map((piece) => {
        if (typeof piece === 'string') return plainText(piece, 2000);
        if ('strong' in piece) return paint('bold', plainText(piece.strong));
        if ('code' in piece) return plainText(piece.code);
        if ('template' in piece) return fillPlain(piece.template, piece.values);
        return paint('cyan', plainText(piece.place));
      })
      .join('');
  const out: string[] = [];
  blocks.forEach((block, at) => {
    if (at > 0) out.push('');
    if (block.kind === 'heading') {
      const text = words(block.line);
      out.push(paint('bold', block.level < 3 ? text.toUpperCase() : text));
    } else if (block.kind === 'paragraph') out.push(...wrap(words(block.line), options.width, '', ''));
    else if (block.kind === 'list')
      block.items.forEach((item, number) => {
        const mark = block.ordered ? `${String(number + 1).padStart(2)}. ` : '  - ';
        out.push(...wrap(words(item), options.width, mark, '    '));
      });
    else
      out.push(
        ...columns(
          block.head,
          block.rows.map((row) => row.map(words)),
          paint,
        ),
      );
  });
  return `${out.join('\n')}\n`;
}

const ESCAPES = /\u001b\[\d+m/g;
const widthOf = (text: string): number => text.replace(ESCAPES, '').length;

/** Breaks at line ends and spaces; words longer than the width stay whole, so that names can be copied. */
function wrap(text: string, width: number, first: string, rest: string): string[] {
  if (text.includes('\n'))
    return text.split('\n').flatMap((line, at) => wrap(line, width, at === 0 ? first : rest, rest));
  const lines: string[] = [];
  let line = first;
  let used = first.length;
  let empty = true;
  for (const word of text.split(' ')) {
    const length = widthOf(word);
    if (!empty && used + 1 + length > width) {
      lines.push(line);
      line = rest;
      used = rest.length;
      empty = true;
    }
    line += empty ? word : ` ${word}`;
    used += length + (empty ? 0 : 1);
    empty = false;
  }
  lines.push(line);
  return lines;
}

function columns(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  paint: (style: 'dim', text: string) => string,
): string[] {
  const widths = head.map((title, at) => Math.max(title.length, ...rows.map((row) => widthOf(row[at] ?? ''))));
  const line = (cells: readonly string[], style?: 'dim'): string =>
    `  ${cells.map((cell, at) => (style ? paint(style, cell) : cell) + ' '.repeat(at === cells.length - 1 ? 0 : widths[at]! - widthOf(cell))).join('  ')}`.trimEnd();
  return [line(head, 'dim'), ...rows.map((row) => line(row))];
}
