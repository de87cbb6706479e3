// Loads a TextMate grammar with the same two libraries that VS Code uses.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import onig from 'vscode-oniguruma';
import textmate, { type IGrammar } from 'vscode-textmate';
import type { Token } from './cases.js';

/** Loads the grammar of one language: `syntaxes/<id>.tmLanguage.json`, scope `text.<id>`. */
export async function loadGrammar(id: string): Promise<IGrammar> {
  const path = new URL(`../../syntaxes/${id}.tmLanguage.json`, import.meta.url);
  const wasm = readFileSync(createRequire(import.meta.url).resolve('vscode-oniguruma/release/onig.wasm'));
  await onig.loadWASM(wasm);
  const registry = new textmate.Registry({
    onigLib: Promise.resolve({
      createOnigScanner: (patterns) => new onig.OnigScanner(patterns),
      createOnigString: (text) => new onig.OnigString(text),
    }),
    loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, 'utf8'), path.pathname),
  });
  const grammar = await registry.loadGrammar(`text.${id}`);
  if (!grammar) throw new Error(`no grammar for ${id}`);
  return grammar;
}

/** The scopes of one line on its own, and how deep the rules still are at its end (1: nothing is left open). */
export function scopesOf(grammar: IGrammar, id: string, line: string): { tokens: Token[]; depth: number } {
  const result = grammar.tokenizeLine(line, textmate.INITIAL);
  const suffix = `.${id}`;
  const tokens = result.tokens.map((token) => ({
    start: token.startIndex,
    end: Math.min(token.endIndex, line.length),
    scopes: token.scopes
      .slice(1)
      .map((scope) => (scope.endsWith(suffix) ? scope.slice(0, -suffix.length) : `?${scope}`)),
  }));
  return { tokens, depth: result.ruleStack.depth };
}

/** Colours one line as the editor does it. */
export function colour(grammar: IGrammar, line: string): void {
  grammar.tokenizeLine2(line, textmate.INITIAL);
}
