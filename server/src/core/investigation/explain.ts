// What a line of a trace means where it stands, and what a word means anywhere: for those who can not point at it.

import type { Article } from '../formats/format.js';
import { formats } from '../formats/index.js';
import type { Values } from '../text/l10n.js';
import { SourceText } from '../text/source.js';
import type { Mention, Trace } from '../trace/trace.js';
import { escapeText, fillMarkdown, inlineCode } from './escape.js';
import type { WaitForGraph } from './graph.js';
import { hoverMention, hoverSection } from './hover.js';
import { innermost } from './places.js';

/** Words of one line that are explained. */
const MOST_WORDS = 12;

/** A line, counted from 1: what it is part of, and what its words mean. Markdown; undefined where the text has no such line. */
export function explainLine(graph: WaitForGraph, scope: string, line: number): string | undefined {
  const traces = graph.traces.filter((trace) => trace.scope === scope);
  const text = traces[0]?.text ?? '';
  const source = new SourceText(text);
  if (line > source.lineCount) return undefined;
  const span = source.lineSpan(line - 1);
  // A line may begin with what belongs to nobody: a log's prefix.
  const printed = span.start + text.slice(span.start, span.end).search(/\S|$/);
  const found = innermost(traces, printed) ?? innermost(traces, span.end);
  const quoted = inlineCode(text.slice(span.start, span.end).trim());
  if (!found) return `${quoted}\n\nNothing is known of this line.`;
  const { trace, section } = found;
  const words = mentionsOn(trace, section, span.start, span.end)
    .map((mention) => hoverMention(graph, trace, mention, section))
    .filter((word) => word !== '');
  const story = hoverSection(graph, trace, section);
  const told = [...new Set(words)].filter((word) => word !== story);
  return [quoted, story, ...told.map((word, at) => (at === 0 ? `Its words:\n\n${word}` : word))].join('\n\n');
}

function mentionsOn(trace: Trace, section: number, start: number, end: number): Mention[] {
  const seen = new Set<string>();
  return trace
    .inside(section)
    .mentions.filter((mention) => {
      if (mention.span.start < start || mention.span.end > end || (!mention.topic && !mention.entity)) return false;
      const key = `${mention.topic?.kind} ${mention.topic?.name} ${mention.entity}`;
      return !seen.has(key) && seen.add(key);
    })
    .slice(0, MOST_WORDS);
}

/** The kinds of topics that are words of a trace; the others name what is concluded. */
const KINDS = [
  'state',
  'term',
  'syscall',
  'errno',
  'signal',
  'flag',
  'function',
  'kernel wait',
  'status',
  'column',
  'field',
  'type',
  'fd',
  'lock',
  'queue',
  'socket state',
  'dbus',
];

/** A word, constant, function or message, as all formats that know it explain it. Markdown; undefined where none does. */
export function explainTerm(term: string): string | undefined {
  const plain = term.trim().replace(/^`|`$/g, '');
  const names = [...new Set([plain, plain.replace(/\(.*$/, ''), plain.toUpperCase(), plain.toLowerCase()])];
  const told = new Set<string>();
  for (const name of names.filter(Boolean)) {
    for (const format of formats)
      for (const kind of KINDS) {
        const found = format.article({ kind, name });
        if (found) told.add(`${inlineCode(name)} in a ${escapeText(format.name.toLowerCase())}: ${words(found)}`);
      }
    if (told.size > 0) return [...told].slice(0, MOST_WORDS).join('\n\n');
  }
  // A message is known by how it begins: read as a log of one line.
  for (const format of formats) {
    const trace = format.parse(plain, 'term');
    for (let at = 0; at < Math.min(trace.sections.length, 3); at++)
      for (const { topic, values } of trace.inside(at).mentions) {
        const found = topic && topic.kind !== 'duration' ? format.article(topic) : undefined;
        if (found) told.add(words(found, values));
      }
  }
  return told.size > 0 ? [inlineCode(plain), ...[...told].slice(0, MOST_WORDS)].join('\n\n') : undefined;
}

const words = ({ title, text, next }: Article, values?: Values): string =>
  [
    `*${fillMarkdown(title, values)}*`,
    text && ` — ${fillMarkdown(text, values)}`,
    next && `\n\n**Next**: ${fillMarkdown(next, values)}`,
  ]
    .filter(Boolean)
    .join('');
