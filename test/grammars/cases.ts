// Cases for grammars, written as text: a Markdown file in which each heading names one behaviour and each fenced block
// shows it. In a block, lines that draw `^^^` belong to the trace line above them; all other lines are trace lines.

/** What one `^^^` line says about the trace line above it: these characters, no more and no fewer, are `names`. */
export interface Mark {
  /** First and last-plus-one column, in UTF-16 code units. */
  start: number;
  end: number;
  /** Scope names without the language's suffix, or `none`, or `word`. */
  names: string[];
  /** Line in the Markdown file, from 1. */
  at: number;
}

/** One trace line with what is drawn under it. */
export interface Line {
  text: string;
  at: number;
  marks: Mark[];
}

/** One fenced block: `kind` is its info string. */
export interface Block {
  kind: string;
  lines: Line[];
}

/** One heading with its blocks. */
export interface Case {
  title: string;
  at: number;
  blocks: Block[];
}

const MARK = /^(\s*)(\^+)((?: [\w.-]+)+)\s*$/;

/** Reads a Markdown file of cases. An underline may repeat the tabs of the line above it, so that it stays in place. */
export function readCases(markdown: string): Case[] {
  const cases: Case[] = [];
  let block: Block | undefined;
  markdown.split('\n').forEach((text, index) => {
    const at = index + 1;
    const fence = /^```(.*)$/.exec(text);
    if (block) {
      if (fence) block = undefined;
      else addLine(block, text, at);
    } else if (fence) {
      block = { kind: fence[1]!.trim(), lines: [] };
      const last = cases.at(-1);
      if (!last) throw new Error(`line ${at}: a block before the first heading`);
      last.blocks.push(block);
    } else if (text.startsWith('## ')) {
      cases.push({ title: text.slice(3).trim(), at, blocks: [] });
    }
  });
  if (block) throw new Error('the last block is not closed');
  return cases;
}

function addLine(block: Block, text: string, at: number): void {
  const mark = MARK.exec(text);
  const above = block.lines.at(-1);
  if (!mark || !above) {
    block.lines.push({ text, at, marks: [] });
    return;
  }
  const start = mark[1]!.length;
  above.marks.push({ start, end: start + mark[2]!.length, names: mark[3]!.trim().split(' '), at });
}

/** A stretch of one line and all its scopes, outermost first, the root left out and the suffix cut off. */
export interface Token {
  start: number;
  end: number;
  scopes: string[];
}

/** Checks one mark. Returns nothing when it holds, and else a message that draws what is there instead. */
export function checkMark(line: Line, mark: Mark, tokens: Token[], word?: RegExp): string | undefined {
  for (const name of mark.names) {
    const runs = name === 'word' ? wordRuns(line.text, word) : runsOf(name, tokens);
    if (runs.some(([start, end]) => start === mark.start && end === mark.end)) continue;
    return [
      `line ${mark.at}: expected ${name} here`,
      `  ${line.text}`,
      `  ${draw(line.text, mark.start, mark.end)} expected: ${name}`,
      ...tokens
        .filter((token) => token.end > mark.start && token.start < mark.end)
        .map((token) => `  ${draw(line.text, token.start, token.end)} is: ${token.scopes.join(' ') || 'none'}`),
      ...runs.map(([start, end]) => `  ${draw(line.text, start, end)} here it is ${name}`),
    ].join('\n');
  }
  return undefined;
}

function draw(text: string, start: number, end: number): string {
  return text.slice(0, start).replace(/[^\t]/g, ' ') + '^'.repeat(end - start);
}

/** Where a scope holds without a break: neighbours that share it count as one. */
function runsOf(name: string, tokens: Token[]): [number, number][] {
  const runs: [number, number][] = [];
  for (const token of tokens) {
    if (name === 'none' ? token.scopes.length > 0 : !token.scopes.includes(name)) continue;
    const last = runs.at(-1);
    if (last && last[1] === token.start) last[1] = token.end;
    else runs.push([token.start, token.end]);
  }
  return runs;
}

function wordRuns(text: string, word: RegExp | undefined): [number, number][] {
  if (!word) return [];
  return [...text.matchAll(word)].map((found) => [found.index, found.index + found[0].length]);
}
