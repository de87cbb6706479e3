// The format's articles, by topic.

import type { Topic } from '../../../trace/trace.js';
import type { Article } from '../../format.js';
import { ARGUMENTS } from './arguments.js';
import { FRAMES } from './frames.js';
import { HEADERS } from './headers.js';
import { STATES } from './states.js';

type Articles = Readonly<Record<string, Article>>;

/** Topics whose name is a table's key. */
const TABLES: Readonly<Record<string, Articles>> = {
  state: STATES,
  header: HEADERS,
  frame: FRAMES,
  argument: ARGUMENTS,
};

/** The article on a topic; undefined for kinds and names that the format does not know. Names may be any text. */
export function article(topic: Topic): Article | undefined {
  const table = own(TABLES, topic.kind);
  return table && own(table, topic.name);
}

/** Own rows only: a trace may well name `constructor`. */
function own<T>(rows: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(rows, key) ? rows[key] : undefined;
}
