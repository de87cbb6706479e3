// What must hold of every answer, whatever a text says: places lie in the text, and none of its words is obeyed.

import MarkdownIt from 'markdown-it';
import type { SourceText } from '../../server/src/core/text/source.js';
import type { Trace } from '../../server/src/core/trace/trace.js';

/** Something that must hold does not. */
export class Broken extends Error {}

export const check = (holds: boolean, what: string, value?: unknown): void => {
  if (!holds) throw new Broken(`${what}: ${JSON.stringify(value)?.slice(0, 600)}`);
};

/** Spans lie within the text and do not end before they begin; sections that facts name are there. */
export function examineTrace(trace: Trace): void {
  const size = trace.text.length;
  const inText = ({ start, end }: { start: number; end: number }): boolean => 0 <= start && start <= end && end <= size;
  const { waits, holds } = trace.facts;
  for (let index = 0; index < trace.sections.length; index++) {
    const { span, head } = trace.sections.at(index);
    check(inText(span) && inText(head), `${trace.format}: section ${index} lies outside`, { span, head, size });
    const { items, mentions } = trace.inside(index);
    for (const { span: inner } of [...items, ...mentions])
      check(inText(inner), `${trace.format}: inside section ${index}`, { inner, size });
  }
  for (const { section } of [...waits, ...holds])
    check(section >= 0 && section < trace.sections.length, `${trace.format}: no such section`, section);
  for (const { span } of [...waits, ...trace.problems])
    check(inText(span), `${trace.format}: a fact lies outside`, span);
}

const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u;
/** What an editor shows as a line, with icons where it says `$(name)`. */
const LABELS = new Set(['label', 'description', 'detail', 'title', 'name', 'reason', 'containerName', 'message']);

type Texts = ReadonlyMap<string, SourceText>;
interface At {
  readonly line: number;
  readonly character: number;
}

/** Every range lies in its document and does not end before it begins; no label holds what is obeyed or unseen. */
export function examineAnswer(answer: unknown, method: string, uri: string, sources: Texts): void {
  if (typeof answer !== 'object' || answer === null) return;
  const value = answer as Record<string, unknown>;
  // The ranges of an incoming call are the caller's.
  const named = (value.from as { uri?: string } | undefined)?.uri ?? value.uri;
  const own = typeof named === 'string' && sources.has(named) ? named : uri;
  const { start, end } = value as { start?: At; end?: At };
  if (typeof start?.line === 'number' && typeof end?.line === 'number') {
    const source = sources.get(own)!;
    for (const { line, character } of [start, end]) {
      check(line >= 0 && line < source.lineCount, `${method}: a line outside`, line);
      check(character >= 0 && character <= lengthOf(source, line), `${method}: a position behind its line`, value);
    }
    const ordered = start.line < end.line || (start.line === end.line && start.character <= end.character);
    check(ordered, `${method}: ends before it begins`, value);
  }
  if (typeof value.startLine === 'number')
    check(value.startLine <= (value.endLine as number), `${method}: ends before it begins`, value);
  for (const [key, inner] of Object.entries(value)) {
    if (typeof inner === 'string' && LABELS.has(key)) {
      check(!INVISIBLE.test(inner), `${method}: ${key} holds what is not seen`, inner);
      // An icon of ours stands at the beginning of a lens.
      check(!inner.replace(/^\$\([a-z-]+\) /, '').includes('$('), `${method}: ${key} holds an icon`, inner);
    } else examineAnswer(inner, method, own, sources);
  }
}

/** Code units of a line, its CR too. */
const lengthOf = (source: SourceText, line: number): number => {
  const { start } = source.lineSpan(line);
  const next = line + 1 < source.lineCount ? source.lineSpan(line + 1).start - 1 : source.text.length;
  return next - start;
};

/** Tokens come in order, share nothing, and end with their line. */
export function examineTokens(answer: unknown, source: SourceText): void {
  const data = (answer as { data: number[] } | null)?.data ?? [];
  let line = 0;
  let character = 0;
  let end = 0;
  for (let at = 0; at < data.length; at += 5) {
    const [lines, characters, length] = data.slice(at, at + 3) as [number, number, number];
    if (lines !== 0) {
      end = 0;
      character = 0;
    }
    line += lines;
    character += characters;
    const token = { line, character, length, end };
    check(lines >= 0 && characters >= 0 && character >= end && length > 0, 'a token out of order', token);
    end = character + length;
    check(end <= lengthOf(source, line), 'a token behind its line', token);
  }
}

/** As an editor reads it that allows everything: HTML, and links that are only written out. */
const markdown = new MarkdownIt({ html: true, linkify: true });

/** No link, picture, HTML, heading or table of the Markdown is a trace's. */
export function examineMarkdown(text: string): void {
  for (const block of markdown.parse(text, {})) {
    if (block.type === 'heading_open' || block.type === 'table_open')
      check(!/^(?:#+ evil|\| evil)/m.test(lineOf(text, block.map?.[0] ?? 0)), `Markdown with ${block.type}`, text);
    for (const token of [block, ...(block.children ?? [])]) {
      check(!/^(?:image|html_)/.test(token.type), `Markdown with ${token.type}`, token.content || text);
      if (token.type === 'text') check(!/\$\([a-z]/i.test(token.content), 'Markdown with an icon', token.content);
      if (token.type !== 'link_open') continue;
      const address = String(token.attrGet('href'));
      const ours = /^https:\/\//.test(address) && !address.includes('evil');
      check(ours, 'Markdown with a link of the trace', { address, text: text.slice(0, 400) });
    }
  }
}

const lineOf = (text: string, line: number): string => text.split('\n')[line] ?? '';

/** Nothing that a terminal obeys, or shows otherwise than it is. */
export function examineTerminal(text: string): void {
  const found = INVISIBLE.exec(text.replaceAll('\n', ''));
  check(!found, 'a terminal would obey', text.slice(Math.max(0, (found?.index ?? 0) - 50)));
}
