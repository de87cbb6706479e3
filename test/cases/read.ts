// Reads a case file: Markdown in which each second-level heading is one case. See README.md.

/** A fenced block of a case. */
export interface Block {
  /** The words behind the fence: what the block is, then its arguments. */
  readonly info: readonly string[];
  readonly text: string;
  /** Its first and last line in the file, without the fences: the place of a new answer. */
  readonly from: number;
  readonly to: number;
}

export interface Case {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** The cases of a file, in order. Text outside fences is for the reader. */
export function readCases(markdown: string): Case[] {
  const cases: { title: string; blocks: Block[] }[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at++) {
    const heading = /^## (.+)$/.exec(lines[at]!);
    if (heading) cases.push({ title: heading[1]!, blocks: [] });
    const fence = /^(`{3,})(.*)$/.exec(lines[at]!);
    if (!fence) continue;
    const from = at + 1;
    while (++at < lines.length && lines[at] !== fence[1]) {}
    const text = lines.slice(from, at).map((line) => `${line}\n`);
    const info = fence[2]!.trim().split(' ');
    cases.at(-1)?.blocks.push({ info, text: text.join(''), from, to: at });
  }
  return cases;
}

/** A document of a case. */
export interface Input {
  readonly name: string;
  readonly text: string;
}

/** Where the cursor is. */
export interface Cursor {
  readonly name: string;
  readonly offset: number;
}

/**
 * The documents of a `trace` block and the cursor among them. `--- name` starts another document; `$0` is the cursor and no
 * part of the text. A document of one line `@file PATH` is that file of the project; `@cursor TEXT` below it puts the cursor
 * on the first place where the file holds that text.
 */
export function readInputs(
  text: string,
  readFile: (path: string) => string,
): { inputs: Input[]; cursor: Cursor | undefined } {
  const inputs: Input[] = [];
  let cursor: Cursor | undefined;
  let name = 'dump.txt';
  let body: string[] = [];
  const finish = (): void => {
    const file = /^@file (.+)$/.exec(body[0] ?? '');
    let content = file ? readFile(file[1]!) : body.map((line) => `${line}\n`).join('');
    const wanted = file && /^@cursor (.+)$/.exec(body[1] ?? '')?.[1];
    let offset = wanted ? content.indexOf(wanted) : file ? -1 : content.indexOf('$0');
    if (wanted && offset < 0) throw new Error(`${file[1]} does not hold ${wanted}`);
    if (!file && offset >= 0) content = content.slice(0, offset) + content.slice(offset + 2);
    else if (offset < 0) offset = -1;
    if (offset >= 0) cursor = { name, offset };
    inputs.push({ name, text: content });
  };
  const lines = text.split('\n').slice(0, -1);
  for (const [at, line] of lines.entries()) {
    const separator = /^--- (\S+)$/.exec(line);
    if (!separator) body.push(line);
    else {
      if (at > 0) finish();
      name = separator[1]!;
      body = [];
    }
  }
  finish();
  return { inputs, cursor };
}

/** The files of a `sources` block: their paths one a line, or `--- path` before the text of each. */
export function readSources(text: string): Input[] {
  if (!text.startsWith('--- '))
    return text
      .split('\n')
      .filter(Boolean)
      .map((name) => ({ name, text: '' }));
  return text
    .split(/^--- /m)
    .slice(1)
    .map((part) => ({ name: part.slice(0, part.indexOf('\n')), text: part.slice(part.indexOf('\n') + 1) }));
}
