// Strings that can be translated: the manifest's are in package.nls.json, the client's and the server's in l10n/bundle.l10n.json, each
// in its place and none too many.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { keyIn, manifestStrings, rawManifest } from '../manifest.js';
import { bundle, clientCalls, clientFiles, serverCalls, templatesOf } from './templates.js';

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

test('the bundle has each string of the client and the server, and no other', async () => {
  const wanted = await bundle();
  if (process.env.UPDATE_CASES === '1') writeFileSync(BUNDLE, `${JSON.stringify(wanted, null, 2)}\n`);
  const found = JSON.parse(readFileSync(BUNDLE, 'utf8'));
  expect(found).toEqual(wanted);
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
});

/** The places of a template. */
const placesIn = (text: string): string[] => [...new Set([...text.matchAll(/\{([\w-]+)\}/g)].map(([, name]) => name!))];

describe('the client', () => {
  test('gives l10n.t literals only, so that they can be found', () => {
    expect(clientCalls.length).toBeGreaterThan(50);
    const others = clientCalls.filter(({ texts }) => texts.includes(undefined));
    // A reason that is said here too: `because` has its literal.
    expect(others.map(({ source }) => source)).toEqual(['reason.phrase']);
  });

  test('fills every place of a string', () => {
    // The picture's words are filled by its script.
    const wrong = clientCalls.filter(({ place, texts: [text], values, names }) => {
      if (text === undefined || place.includes('/picture/words.ts:')) return false;
      return names ? String(placesIn(text).toSorted()) !== String(names.toSorted()) : placesIn(text).length !== values;
    });
    expect(wrong).toEqual([]);
  });

  test('shows nothing in a message or a list that does not go through it', () => {
    const SHOWN =
      /(?:show(?:Information|Warning|Error)Message\(\s*|\b(?:placeHolder|placeholder|tooltip|title|message)\s*[:=]\s*|new TreeItem\(\s*)(?:'(?!traceInvestigator)[^']*[a-z]{3}|`[^`$]*[a-z]{3})/g;
    const found = clientFiles.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(SHOWN)].map(([text]) => text));
    expect(found).toEqual([]);
  });
});

describe('the server', () => {
  // biome-ignore-start lint/suspicious/noTemplateCurlyInString: what stands in the source
  /** Calls of `plural` with rows of a table, which tables.ts collects, and what makes the others. `fromTable` takes any row. */
  const TABLES = [
    '`{0} ${noun}`, `{0} ${several}`', // `counted`
    'comparison.noun',
    'count === 1 ? `{0} ${one}` : `{0} ${several}`', // `some`
    'count === 1 ? one : several', // `plural`
    'noun',
    'nouns.one, nouns.several',
    'one, many',
    'one, several',
    'template', // `failure`
  ];
  // biome-ignore-end lint/suspicious/noTemplateCurlyInString: what stands in the source

  test('gives literals only, so that they can be found', () => {
    expect(serverCalls.length).toBeGreaterThan(200);
    const others = serverCalls.filter(({ texts }) => texts.includes(undefined));
    expect([...new Set(others.map(({ source }) => source))].toSorted()).toEqual(TABLES);
  });

  test('fills every place of a string', () => {
    const wrong = serverCalls.flatMap((call) => {
      const { name, values, names, place } = call;
      const given = (text: string): boolean => {
        if (name === 'phrase' || name === 'failure')
          return String(placesIn(text).toSorted()) === String(names?.toSorted() ?? []);
        const count = name === 't' ? values : (values ?? 0) + 1;
        return placesIn(text).length === count && placesIn(text).every((at) => Number(at) < count);
      };
      return templatesOf(call).flatMap((text) =>
        text === undefined || values === undefined || given(text) ? [] : [`${place} ${text}`],
      );
    });
    expect(wrong).toEqual([]);
  });
});
