// Colours and file names of the languages of listings and transcripts. The cases are text: one file for each language.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { growth, PIECES, TOO_MUCH } from '../growth.js';
import { checkMark, readCases } from './cases.js';
import { colour, loadGrammar, scopesOf } from './load.js';

const url = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const read = (path: string): string => readFileSync(url(path), 'utf8');
const { contributes } = JSON.parse(read('package.json'));

const ids = ['process-list', 'lsof', 'socket-list', 'proc-files', 'busctl', 'dbus-monitor', 'gdb', 'kernel-log'].filter(
  (id) => existsSync(url(`syntaxes/${id}.tmLanguage.json`)),
);

describe.each(ids)('%s', async (id) => {
  const grammar = await loadGrammar(id);
  const cases = readCases(read(`test/grammars/${id}.md`));
  const { wordPattern } = JSON.parse(read(`syntaxes/${id}.language-configuration.json`));
  const word = new RegExp(wordPattern.pattern, `g${wordPattern.flags}`);
  const blocks = (kind: string) => cases.flatMap((one) => one.blocks.filter((block) => block.kind === kind));
  const lines = (kind: string): string[] => blocks(kind).flatMap((block) => block.lines.map((line) => line.text));

  it('colours what is drawn under the lines', () => {
    const wrong: string[] = [];
    let marks = 0;
    for (const line of blocks(id).flatMap((block) => block.lines)) {
      const { tokens } = scopesOf(grammar, id, line.text);
      marks += line.marks.length;
      wrong.push(...line.marks.flatMap((mark) => checkMark(line, mark, tokens, word) ?? []));
    }
    expect(marks).toBeGreaterThan(3);
    expect(wrong.join('\n\n')).toBe('');
  });

  it('leaves no rule open, whatever the line', () => {
    const open: string[] = [];
    for (const line of lines(id))
      for (let end = 0; end <= line.length; end++)
        if (scopesOf(grammar, id, line.slice(0, end)).depth !== 1) open.push(line.slice(0, end));
    expect(open).toEqual([]);
  });

  it('ends every scope in the name of the language', () => {
    const names: string[] = [];
    JSON.parse(read(`syntaxes/${id}.tmLanguage.json`)).patterns.forEach((pattern: object) => {
      JSON.parse(JSON.stringify(pattern), (key, value) => {
        if (key === 'name' && typeof value === 'string') names.push(value);
        return value;
      });
    });
    expect(names.length).toBeGreaterThan(5);
    expect(names.filter((name) => !name.endsWith(`.${id}`))).toEqual([]);
  });

  it('takes time that grows with the length of a line', () => {
    for (const line of lines(id)) {
      const make = (size: number): string => line.repeat(Math.ceil(size / line.length));
      const ratio = growth(
        () => colour(grammar, make(48_000)),
        () => colour(grammar, make(48_000 / PIECES)),
      );
      expect(ratio, line).toBeLessThan(TOO_MUCH);
    }
  });

  it('is known by its name and by its first line', () => {
    const language = contributes.languages.find((entry: { id: string }) => entry.id === id);
    const names: RegExp[] = language.filenamePatterns.map(
      (glob: string) => new RegExp(`^${glob.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*')}$`, 'i'),
    );
    const known = (name: string): boolean => names.some((pattern) => pattern.test(name));
    expect(lines('file-names yes').filter((name) => !known(name))).toEqual([]);
    expect(lines('file-names no').filter(known)).toEqual([]);
    const first = new RegExp(language.firstLine);
    expect(lines('first-line yes').filter((line) => !first.test(line))).toEqual([]);
    expect(lines('first-line no').filter((line) => first.test(line))).toEqual([]);
    expect(lines('file-names yes').length * lines('first-line yes').length).toBeGreaterThan(0);
    const samples = `server/src/core/formats/${id}/samples`;
    expect(readdirSync(url(samples)).some((name) => first.test(read(`${samples}/${name}`).split('\n', 1)[0]!))).toBe(
      true,
    );
  });
});
