// What is checked of every language: colours, words, names and speed. The cases are text: <id>.md.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import textmate from 'vscode-textmate';
import { growth, PIECES, TOO_MUCH } from '../growth.js';
import { manifest } from '../manifest.js';
import { type Block, checkMark, readCases } from './cases.js';
import { colour, loadGrammar, scopesOf } from './load.js';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

/** Checks a language by its cases. `next` is a line of it whose colours no line before it may change: the first, if not given. */
export async function checkLanguage(id: string, next?: string): Promise<void> {
  const cases = readCases(read(`test/grammars/${id}.md`));
  const grammar = await loadGrammar(id);
  const { wordPattern } = JSON.parse(read(`syntaxes/${id}.language-configuration.json`));
  const word = new RegExp(wordPattern.pattern, `g${wordPattern.flags}`);
  const language = manifest.contributes.languages.find((entry: { id: string }) => entry.id === id);

  const blocks = (kind: string): Block[] => cases.flatMap((one) => one.blocks.filter((block) => block.kind === kind));
  const lines = (kind: string): string[] => blocks(kind).flatMap((block) => block.lines.map((line) => line.text));
  const traceLines = lines(id);

  describe('scopes and words drawn under the lines', () => {
    for (const one of cases.filter((candidate) => candidate.blocks.some((block) => block.kind === id))) {
      it(one.title, () => {
        const wrong: string[] = [];
        let marks = 0;
        for (const line of one.blocks.filter((block) => block.kind === id).flatMap((block) => block.lines)) {
          const { tokens } = scopesOf(grammar, id, line.text);
          marks += line.marks.length;
          wrong.push(...line.marks.flatMap((mark) => checkMark(line, mark, tokens, word) ?? []));
        }
        expect(marks, 'a case draws something').toBeGreaterThan(0);
        expect(wrong.join('\n\n')).toBe('');
      });
    }
  });

  describe('one line never spoils the next', () => {
    it('every line, cut at any place, leaves no rule open', () => {
      const open: string[] = [];
      for (const line of traceLines) {
        // Long lines (a log's prefix and a message) at every third place: there are many.
        for (let end = 0; end <= line.length; end += line.length > 150 ? 3 : 1) {
          if (scopesOf(grammar, id, line.slice(0, end)).depth !== 1) open.push(line.slice(0, end));
          if (scopesOf(grammar, id, line.slice(end)).depth !== 1) open.push(line.slice(end));
        }
      }
      expect(open).toEqual([]);
    });

    it('a line has the same colours after any other line', () => {
      const last = next ?? traceLines[0]!;
      const alone = scopesOf(grammar, id, last).tokens.map((token) => token.scopes);
      for (const line of traceLines) {
        const { ruleStack } = grammar.tokenizeLine(line, textmate.INITIAL);
        const after = grammar.tokenizeLine(last, ruleStack).tokens;
        const scopes = after.map((token) => token.scopes.slice(1).map((scope) => scope.replace(`.${id}`, '')));
        expect(scopes, line).toEqual(alone);
      }
    });
  });

  it('every scope ends in the name of the language', () => {
    const names: string[] = [];
    const { name: own, ...rules } = JSON.parse(read(`syntaxes/${id}.tmLanguage.json`));
    expect(own).toMatch(/\S/);
    JSON.parse(JSON.stringify(rules), (key, value) => {
      if ((key === 'name' || key === 'contentName') && typeof value === 'string') names.push(...value.split(' '));
      return value;
    });
    expect(names.length).toBeGreaterThan(25);
    expect(names.filter((name) => !name.endsWith(`.${id}`))).toEqual([]);
  });

  describe('which files are of this language', () => {
    // VS Code's globs, as far as ours use them: `*`, and sets such as `[0-9]`.
    const patterns: RegExp[] = [
      ...[...language.filenamePatterns, ...(language.filenames ?? [])].map((glob: string) =>
        glob.replace(/[.+^${}()|\\]/g, '\\$&').replace(/\*/g, '.*'),
      ),
      ...language.extensions.map((extension: string) => `.*${extension.replace('.', '\\.')}`),
    ].map((source) => new RegExp(`^${source}$`, 'i'));
    const byName = (name: string): boolean => patterns.some((pattern) => pattern.test(name));
    const byLine = (line: string): boolean => new RegExp(language.firstLine).test(line);

    it('by name', () => {
      expect(lines('file-names yes').filter((name) => !byName(name))).toEqual([]);
      expect(lines('file-names no').filter(byName)).toEqual([]);
      expect(lines('file-names yes').length * lines('file-names no').length).toBeGreaterThan(0);
    });

    it('by first line', () => {
      expect(lines('first-line yes').filter((line) => !byLine(line))).toEqual([]);
      expect(lines('first-line no').filter(byLine)).toEqual([]);
      expect(lines('first-line yes').length * lines('first-line no').length).toBeGreaterThan(0);
    });

    it('the manifest names the files of this language', () => {
      expect(JSON.parse(read(language.configuration.slice(2))).wordPattern).toEqual(wordPattern);
      const entry = manifest.contributes.grammars.find((candidate: { language: string }) => candidate.language === id);
      expect(JSON.parse(read(entry.path.slice(2))).scopeName).toBe(entry.scopeName);
    });
  });

  describe('time grows with the length of a line, not with its square', () => {
    const ratioOf = (line: string, length: number): number => {
      const [, start = '', unit = '', end = ''] = /^(.*)«(.*)»(.*)$/u.exec(line) ?? [];
      expect(unit, line).not.toBe('');
      const make = (size: number): string => start + unit.repeat(Math.ceil(size / unit.length)) + end;
      const [whole, piece] = [make(length), make(length / PIECES)];
      return growth(
        () => colour(grammar, whole),
        () => colour(grammar, piece),
      );
    };

    it.each(lines('grows'))('%s', (line) => {
      expect(ratioOf(line, 65_536)).toBeLessThan(TOO_MUCH);
    });

    it.each(lines('grows 1 MB'))('%s to 1 MB', (line) => {
      expect(ratioOf(line, 1_048_576)).toBeLessThan(TOO_MUCH);
    });
  });
}
