// Strings that can be translated: the manifest's are in package.nls.json, the client's in l10n/bundle.l10n.json, each in its place and
// none too many.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyIn, manifestStrings, rawManifest } from '../manifest.js';
import { callsIn } from './calls.js';

const root = join(import.meta.dirname, '../..');
/** What VS Code looks strings up in. UPDATE_CASES=1 writes it anew. */
const BUNDLE = join(root, 'l10n/bundle.l10n.json');

describe('the manifest', () => {
  /** Each string with the names that lead to it. */
  const strings = (value: unknown, path: string): [string, string][] =>
    typeof value === 'string'
      ? [[path, value]]
      : typeof value === 'object' && value !== null
        ? Object.entries(value).flatMap(([name, inner]) => strings(inner, `${path}.${name}`))
        : [];
  const all = strings(rawManifest, '');

  test('names each string of package.nls.json, and no other', () => {
    const used = all.flatMap(([, text]) => keyIn(text) ?? []);
    expect([...new Set(used)].toSorted()).toEqual(Object.keys(manifestStrings).toSorted());
  });

  test('has no words for people in it', () => {
    const FOR_PEOPLE =
      /\.(?:title|description|markdownDescription|category|displayName|userDescription|contents|contextualTitle|enumDescriptions\.\d+)$|\.views\..*\.name$|\.aliases\.0$/;
    // What a language model reads stays English, as do its answers.
    const FOR_MODELS = /\.inputSchema\./;
    const plain = all.filter(
      ([path, text]) => FOR_PEOPLE.test(path) && !FOR_MODELS.test(path) && keyIn(text) === undefined,
    );
    expect(plain).toEqual([]);
  });

  test('says what is for language models in plain English', () => {
    const { languageModelTools } = rawManifest.contributes;
    for (const { modelDescription } of languageModelTools) expect(keyIn(modelDescription)).toBeUndefined();
  });

  test('says where the client’s strings are', () => {
    expect(rawManifest.l10n).toBe('./l10n');
  });
});

describe('the client', () => {
  const files = readdirSync(join(root, 'client/src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(root, 'client/src', name));
  const calls = callsIn(join(root, 'tsconfig.json'), files);

  test('gives l10n.t literals only, so that they can be found', () => {
    expect(calls.length).toBeGreaterThan(50);
    expect(calls.filter(({ text }) => text === undefined)).toEqual([]);
  });

  test('has each string in the bundle, and the bundle has no other', () => {
    const used = [...new Set(calls.map(({ text }) => text!))].toSorted();
    const wanted = Object.fromEntries(used.map((text) => [text, text]));
    if (process.env.UPDATE_CASES === '1') writeFileSync(BUNDLE, `${JSON.stringify(wanted, null, 2)}\n`);
    const bundle = JSON.parse(readFileSync(BUNDLE, 'utf8'));
    expect(bundle).toEqual(wanted);
    expect(Object.keys(bundle)).toEqual(used);
  });

  test('fills every place of a string', () => {
    // The picture's words are filled by its script.
    const wrong = calls.filter(({ place, text, values }) => {
      const places = new Set(text!.match(/\{\d+\}/g) ?? []);
      return places.size !== values && !place.includes('/picture/words.ts:');
    });
    expect(wrong).toEqual([]);
  });

  test('shows nothing in a message or a list that does not go through it', () => {
    const SHOWN =
      /(?:show(?:Information|Warning|Error)Message\(\s*|\b(?:placeHolder|placeholder|tooltip|title|message)\s*[:=]\s*|new TreeItem\(\s*)(?:'(?!traceInvestigator)[^']*[a-z]{3}|`[^`$]*[a-z]{3})/g;
    const found = files.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(SHOWN)].map(([text]) => text));
    expect(found).toEqual([]);
  });
});
