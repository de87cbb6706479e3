// The templates that stand in tables: the articles' words, and tables whose rows are said by `t(TABLE[…])`.

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { formats } from '../../server/src/core/formats/index.js';
import { KINDS, PHRASES } from '../../server/src/core/formats/journal/knowledge/notes.js';
import { RUNTIMES } from '../../server/src/core/formats/journal/knowledge/runtimes.js';
import { BRIEF } from '../../server/src/core/formats/strace/knowledge/syscalls/brief.js';
import { allArticles, findArticle } from '../../server/src/core/investigation/articles.js';
import { PLACES_NOTE, placeName } from '../../server/src/core/investigation/articleText.js';
import { OUTAGES, WRITTEN } from '../../server/src/core/investigation/chronology.js';
import { COLLECT } from '../../server/src/core/investigation/collect.js';
import { NOUNS as COMPARED, HOLDER } from '../../server/src/core/investigation/comparison.js';
import { FAULTS } from '../../server/src/core/investigation/faults.js';
import { SEVERITY_RANK } from '../../server/src/core/investigation/finding.js';
import { LIMIT_SURE } from '../../server/src/core/investigation/findingArticles.js';
import { ONLY_HERE } from '../../server/src/core/investigation/hover.js';
import { NOUNS } from '../../server/src/core/investigation/phrases.js';
import { MARKS } from '../../server/src/core/investigation/picture.js';
import { KINDS as REDACTED } from '../../server/src/core/investigation/redact.js';
import { OUTAGE_BARS } from '../../server/src/core/investigation/timeline.js';
import { STUCK } from '../../server/src/core/investigation/verdict.js';
import { HELD, NEXT, WAITS } from '../../server/src/core/investigation/words.js';
import { WRONG } from '../../server/src/host/sourceTree.js';

/** What outlines call the entries of a listing. */
const ENTRIES =
  'header|name|objects|interface|status|error|command|heading|message|thread|stack|value|hung task|task|out of memory|event|open file|wait channel|system call|descriptor|file lock|socket|limits|process';

const CORE = join(import.meta.dirname, '../../server/src/core');

/** Every string in a value, however deep. */
function stringsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsIn) : [];
}

/** The parts of an article, a system call or a known fault that are read; the others name sources, or are compared. */
const READ = ['title', 'text', 'next', 'sure', 'blocks', 'name', 'fix', 'remedy', 'check', 'says', 'hangs', 'gone'];

/** Whether an object is an article: it has a title, or is a mark of a fault. */
const isRead = (value: object): boolean =>
  'source' in value && ('title' in value || 'text' in value || 'fix' in value || 'hangs' in value);

/** The words of every article in a value, however deep. */
function articlesIn(value: unknown, inside = false): string[] {
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return [];
  const rows = value instanceof Map ? [...value] : Object.entries(value);
  const read = inside || isRead(value);
  return rows.flatMap(([name, inner]) =>
    typeof inner === 'string' ? (read && READ.includes(name) ? [inner] : []) : articlesIn(inner, false),
  );
}

/** The files of tables: those of the formats, and those that several share. */
const knowledge = (): string[] =>
  readdirSync(CORE, { recursive: true, encoding: 'utf8' })
    .filter((name) => /(?:^|[/\\])knowledge[/\\].*\.ts$/.test(name) && !name.endsWith('index.ts'))
    .concat('investigation/findingArticles.ts', 'investigation/faults.ts')
    .map((name) => join(CORE, name));

/** All templates that are said from tables. */
export async function tableTemplates(): Promise<string[]> {
  const found: string[] = [];
  for (const file of knowledge()) {
    const all: Record<string, unknown> = await import(file);
    for (const [name, value] of Object.entries(all)) {
      found.push(...articlesIn(value));
      if (name === 'SURE' || name === 'ACTIONS') found.push(...stringsIn(value));
    }
  }
  for (const { proofs, signs, against } of FAULTS)
    for (const { says } of [...proofs, ...signs, ...against]) found.push(says);
  for (const { what, how } of COLLECT) found.push(what, how);
  found.push(...stringsIn([BRIEF, PHRASES, KINDS, HELD, WAITS, NEXT, NOUNS, COMPARED, ONLY_HERE, REDACTED, STUCK]));
  found.push(...stringsIn([HOLDER, OUTAGES, WRITTEN, OUTAGE_BARS, MARKS, WRONG, PLACES_NOTE, LIMIT_SURE]));
  for (const { hangs, gone } of Object.values(RUNTIMES)) found.push(hangs, gone);
  // Articles name the places that they leave open.
  for (const key of allArticles().flatMap(({ keys }) => keys)) {
    const { title = '', text = '', next = '' } = findArticle(key) ?? {};
    for (const [, name] of `${title} ${text} ${next}`.matchAll(/\{([A-Za-z][\w-]*)\}/g)) found.push(placeName(name!));
  }
  found.push(...ENTRIES.split('|'), ...Object.keys(SEVERITY_RANK), ...formats.map(({ name }) => name));
  return found.filter((text) => /\p{L}/u.test(text));
}
