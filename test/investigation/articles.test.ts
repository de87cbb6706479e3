// Articles of findings: every finding has one that says all four things, no trace has a word in it, and docs/findings.md is what
// they are made into.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { formats, parseText } from '../../server/src/core/formats/index.js';
import { allArticles, findArticle, idOf, keyOf } from '../../server/src/core/investigation/articles.js';
import { articleDocument, articleMarkdown } from '../../server/src/core/investigation/articleText.js';
import { allFindings } from '../../server/src/core/investigation/findings.js';
import { findingsPage } from '../../server/src/core/investigation/findingsPage.js';
import { buildGraph } from '../../server/src/core/investigation/graph.js';

const root = join(import.meta.dirname, '../..');
const keys = allArticles().flatMap((group) => group.keys);
const titled = keys.map((key) => [`${key.format ?? ''} ${key.kind} ${key.name}`, key] as const);

const FORMATS = 'server/src/core/formats';
/** All samples, those of the incidents file by file; not the source code beside them. */
const samples = ['samples', ...readdirSync(join(root, FORMATS)).map((name) => `${FORMATS}/${name}/samples`)]
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && !entry.parentPath.includes('source'))
  .map((entry) => join(entry.parentPath, entry.name));

describe('articles of findings', () => {
  it.each(titled)('%s says what it means, how sure it is and where it is known from', (_, key) => {
    const article = findArticle(key)!;
    for (const words of [article.title, article.sure, article.source]) expect(words.trim()).not.toBe('');
    expect(`${article.title}${article.text}`.length).toBeGreaterThan(20);
    expect(article.sure).toMatch(/[.]$/);
  });

  it.each(titled)('%s can be read: no place is left open, nothing is a link', (_, key) => {
    const text = articleDocument(key)!;
    expect(text.startsWith(`# ${idOf(key)}`)).toBe(true);
    expect(text.replace(/`[^`\n]*`/g, '')).not.toMatch(/\{[A-Za-z]\w*\}|\]\(|<[a-z]/i);
  });

  it('are there for every finding of every sample', () => {
    const missing = new Set<string>();
    let count = 0;
    for (const path of samples)
      for (const finding of allFindings(buildGraph(parseText(readFileSync(path, 'utf8'), path)))) {
        count++;
        const key = keyOf(finding);
        const listed = keys.some(
          ({ kind, name, format }) =>
            kind === key.kind &&
            (name === key.name || key.name.startsWith(`${name}.`)) &&
            (format || key.format) === key.format,
        );
        if (idOf(key) !== finding.id || !listed || !articleMarkdown(key, 1)) missing.add(`${key.kind} ${key.name}`);
      }
    expect(count).toBeGreaterThan(30);
    expect([...missing]).toEqual([]);
  });

  it('a format with notes says how sure they are', () => {
    expect(formats.filter(({ names, sure }) => names('note').length > 0 && !sure)).toEqual([]);
  });

  it('names from outside find nothing that is no article', () => {
    for (const name of ['constructor', '__proto__', 'toString', ''])
      for (const kind of ['finding', 'note', 'problem'] as const)
        for (const format of ['strace', 'constructor', undefined])
          expect(findArticle({ kind, name, ...(format === undefined ? {} : { format }) })).toBeUndefined();
  });

  it('docs/findings.md is up to date: npm run docs', () => {
    expect(readFileSync(join(root, 'docs/findings.md'), 'utf8')).toBe(findingsPage());
  });
});
