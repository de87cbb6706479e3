// The lines of source code around a frame, for its hover.

import { t } from '../text/l10n.js';
import { link, visible } from './escape.js';

/** Lines shown before and behind the one that is meant. */
const AROUND = { before: 4, behind: 3 } as const;
const LONGEST_LINE = 160;

export interface SourceExcerpt {
  /** The file's text. */
  readonly text: string;
  /** The line that the trace names, from 1. */
  readonly line: number;
  /** Where an editor opens the file; undefined where it cannot. */
  readonly uri: string | undefined;
  /** Whether the source is the program's; undefined where nobody looked. */
  readonly fits: boolean | undefined;
}

/** Markdown: whether the source fits the trace, and the lines, the named one marked. */
export function sourceExcerpt({ text, line, uri, fits }: SourceExcerpt): string {
  const blocks: string[] = [];
  const lines = text.replace(/\n$/, '').split(/\r?\n/);
  if (fits === false || line > lines.length)
    blocks.push(
      t(
        'The source at hand does not match the trace: this line is not what the program had there, so it is another version. It was not used as evidence.',
      ),
    );
  else if (fits) blocks.push(t('The source at hand matches the trace here.'));
  if (line <= lines.length) {
    const from = Math.max(1, line - AROUND.before);
    const to = Math.min(lines.length, line + AROUND.behind);
    const width = String(to).length;
    const shown: string[] = [];
    for (let at = from; at <= to; at++) {
      const code = visible(lines[at - 1]!.replaceAll('\t', '    '), LONGEST_LINE);
      shown.push(`${at === line ? '▶' : ' '} ${String(at).padStart(width)}  ${code}`.trimEnd());
    }
    blocks.push(fenced(shown));
  }
  if (uri !== undefined) blocks.push(link(t('open line {0}', line), `${uri}#L${line}`));
  return blocks.join('\n\n');
}

/** A code block that nothing in it can end. */
function fenced(lines: readonly string[]): string {
  let longest = 2;
  for (const line of lines) for (const run of line.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  const fence = '`'.repeat(longest + 1);
  return [`${fence}go`, ...lines, fence].join('\n');
}
