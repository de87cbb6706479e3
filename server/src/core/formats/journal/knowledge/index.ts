// The format's articles, by topic.

import { namesIn } from '../../../knowledge/lookup.js';
import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { CALLS } from './calls.js';
import { ERRORS } from './errors.js';
import { FIELDS } from './fields.js';
import { MESSAGES } from './messages.js';
import { NOTES, PLACES, PROBLEMS, SUMMARIES, WAITS } from './notes.js';
import { REASONS } from './reasons.js';
import { RUNTIMES } from './runtimes.js';
import { SYSTEM } from './system.js';

type Rows = Readonly<Record<string, { readonly article: Article }>>;

/** Topics whose name is a table's key: tables of articles, and of rows that have one. */
const TABLES: Readonly<Record<string, Readonly<Record<string, Article>>>> = {
  field: FIELDS,
  'note place': PLACES,
  wait: WAITS,
  summary: SUMMARIES,
  problem: PROBLEMS,
};
const ROWS: Readonly<Record<string, Rows>> = {
  message: { ...MESSAGES, ...SYSTEM },
  reason: REASONS,
  error: ERRORS,
  call: CALLS,
};

/** The article on a topic; undefined for kinds and names that the format does not know. Names may be any text. */
export function article(topic: Topic): Article | undefined {
  if (topic.kind === 'note') return note(topic.name);
  const table = own(TABLES, topic.kind);
  if (table) return own(table, topic.name);
  const rows = own(ROWS, topic.kind);
  return rows && own(rows, topic.name)?.article;
}

/** `stale.docker.hangs`: a note, the runtime that is used, and whether it hangs or is gone. */
function note(name: string): Article | undefined {
  const [code = '', runtime = '', state = ''] = name.split('.');
  const found = own<Article>(NOTES, code);
  const row = own(RUNTIMES, runtime);
  if (!found || !row) return found;
  return { ...found, next: found.next ?? (state === 'gone' ? row.gone : row.hangs) };
}

/** Own rows only: a trace may well name `constructor`. */
function own<T>(rows: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(rows, key) ? rows[key] : undefined;
}

/** The names of its articles of a kind. */
export const names = (kind: string): readonly string[] => namesIn({ ...TABLES, note: NOTES }, kind);
